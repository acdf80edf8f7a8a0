/** What the layers above may use of the portal. */
export type { Place } from "./account-api.ts";
export { ARCHIVE_BYTES_MAX, type ArchivedLedger } from "./archives-api.ts";
export { Ballots, type KeptBallot } from "./ballots.ts";
export type { Branch, BranchChange, BranchKind, BranchState, ComparedText } from "./branches-api.ts";
export {
  type Community,
  type CommunityChange,
  type CommunityEntry,
  type CommunityLanguage,
  communityLanguages,
  type Template,
  templates,
} from "./communities-api.ts";
export type { Beginning, Policy } from "./community-documents-api.ts";
export { BegunAgain, type DemoApi, type Demonstration, type DemoPerson, noticeBeginning } from "./demo-api.ts";
export { type ChosenRole, chosenRoles, type Digest, type DocumentNews } from "./digest-api.ts";
export type { Reader } from "./discussion-api.ts";
export { type Afterwards, afterwards, type InactivityRule, type Tombstone } from "./for-good-api.ts";
export type { HistoryPage, NamedVersion, WorkSession } from "./history-api.ts";
export {
  type AccountId,
  type CommunityId,
  type InvitationId,
  parseCommunityId,
  type SessionId,
  type SubGroupId,
  type VersionId,
} from "./ids.ts";
export {
  type Amount,
  amounts,
  type CommunityInterests,
  type Declaration,
  type Interest,
  type InterestItem,
  type InterestJudgement,
  interestItems,
  type PersonInterests,
  type Verdict,
  verdicts,
} from "./interests-api.ts";
export type { Invitation } from "./invitations-api.ts";
export { joinedBy, rememberJoined } from "./joined.ts";
export {
  type Joinable,
  type JoinRequest,
  type Named,
  type NamedGrant,
  type Page,
  type PublicDocument,
  readPublic,
  type SubGroup,
} from "./joining-api.ts";
export type { LedgerEntry, LedgerPage } from "./ledger-api.ts";
export type { LinkWord } from "./links-api.ts";
export { type CommunityLook, LOGO_BYTES_MAX, LOGO_TYPES } from "./looks-api.ts";
export type { CommunityMember, MemberChange } from "./members-api.ts";
export { type KnownBranch, Memory } from "./memory.ts";
export { type Notification, type Topic, topics, type Unread } from "./notifications-api.ts";
export type { ConnectedIdentity, ProviderWish, WaysIn } from "./openid-api.ts";
export type { Portal } from "./portal.ts";
export { portalSession } from "./portal-session.ts";
export {
  type DocumentPublications,
  type Licence,
  licences,
  type Obstacle,
  type Publication,
  type PublicationId,
  type PublicationPage,
  type PublishedVote,
  parsePublicationId,
} from "./publications-api.ts";
export type { Question } from "./questions-api.ts";
export {
  beginnings,
  belongs,
  type Grantable,
  grantables,
  invitableBy,
  isWider,
  type JoinPolicy,
  joinPolicies,
  leads,
  manages,
  type Privacy,
  privacies,
  type Role,
  roles,
  seesMembers,
} from "./roles.ts";
export {
  type Anonymity,
  anonymities,
  parseRoundId,
  type Round,
  type RoundCounts,
  type RoundId,
  type RoundPage,
  type RoundResult,
} from "./rounds-api.ts";
export {
  type FoundPart,
  type FoundPassage,
  SEARCH_LENGTH_MAX,
  type SearchHit,
  type SearchWithin,
} from "./search-api.ts";
export type { Account } from "./session-api.ts";
export { isUnconfirmed, type Standing } from "./standing.ts";
export { putInto, suggestInstead } from "./suggest-instead.ts";
export type { Term } from "./terms-api.ts";
