/** What the layers above may use of meetings. */
export { BallotSecrets, hex } from "./ballot-secrets.ts";
export type { ServerClock } from "./clock.ts";
export { type Command, type Lobby, lobbies, type NewRound } from "./command.ts";
export { type MeetingId, parseMeetingId } from "./ids.ts";
export { LiveMeeting, type LiveState } from "./live-meeting.ts";
export {
  type Meeting,
  type MeetingAbout,
  type MeetingDocument,
  type MeetingPlan,
  type MeetingsApi,
  meetingPath,
} from "./meetings-api.ts";
export type { Attendee, Minutes, MinutesDecision, MinutesDeed, MinutesItem, Stay, VotedText } from "./minutes.ts";
export type { Glimpse } from "./read-view.ts";
export { readSectionName, type SectionName, writeSectionName } from "./section-name.ts";
export {
  type AgendaItem,
  type Ballot,
  type BallotAnonymity,
  ballotAnonymities,
  type Crowd,
  chairOf,
  currentItem,
  type Deed,
  type FloorMode,
  type Gathering,
  type Hand,
  type Inside,
  type Lead,
  type MeetingPlace,
  type MeetingRound,
  type Motion,
  type OutsideView,
  type Poll,
  type PollQuestion,
  type Quorum,
  type Recusal,
  type Room,
  recusals,
  type Timer,
  type View,
} from "./view.ts";
