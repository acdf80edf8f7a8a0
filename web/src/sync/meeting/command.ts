/** What can be asked of a meeting, as the server reads it: `do` is the word of the deed. Spans are milliseconds. */
import type { DocumentName } from "../names.ts";
import type { AccountId } from "../portal/ids.ts";
import type { Ballot, FloorMode, MeetingPlace, MotionEnd, PollQuestion, Recusal, RoundRule } from "./view.ts";

export const lobbies = ["open", "knock"] as const;
/** Whether those who come are let in at once. */
export type Lobby = (typeof lobbies)[number];

export interface NewRound {
  readonly item: number;
  readonly document: DocumentName;
  readonly text: string;
  readonly rule: RoundRule;
  readonly options: readonly string[];
}

export type Command =
  | {
      readonly do:
        | "open"
        | "end"
        | "leave"
        | "reclaim"
        | "close-item"
        | "pause-timer"
        | "resume-timer"
        | "raise-hand"
        | "lower-hand"
        | "take-floor"
        | "yield-floor"
        | "unfreeze"
        | "cancel-gather"
        | "stay"
        | "end-spotlight"
        | "stop-presenting";
    }
  | { readonly do: "set-lobby"; readonly lobby: Lobby }
  | { readonly do: "admit" | "lower-hand-of"; readonly who: AccountId }
  | { readonly do: "remove"; readonly who: AccountId; readonly reason: string }
  | { readonly do: "name-deputies"; readonly deputies: readonly AccountId[] }
  | { readonly do: "hand-over"; readonly to: AccountId }
  | { readonly do: "elect"; readonly candidate: AccountId }
  | {
      readonly do: "add-item";
      readonly item: { readonly title: string; readonly place: MeetingPlace | null; readonly timeBox: number | null };
    }
  /** Places in lists count from 0. */
  | { readonly do: "move-item"; readonly item: number; readonly to: number }
  | { readonly do: "park-item" | "begin-item"; readonly item: number }
  | { readonly do: "extend-timer"; readonly by: number }
  | { readonly do: "recuse"; readonly who: AccountId; readonly item: number; readonly how: Recusal }
  | { readonly do: "recuse-myself"; readonly item: number; readonly how: Recusal }
  | { readonly do: "end-recusal"; readonly who: AccountId; readonly item: number }
  | { readonly do: "move-hand"; readonly who: AccountId; readonly to: number }
  | { readonly do: "give-floor"; readonly who: AccountId; readonly time: number | null }
  | { readonly do: "set-floor"; readonly mode: FloorMode }
  | { readonly do: "freeze"; readonly except: readonly AccountId[] }
  | { readonly do: "lock"; readonly place: MeetingPlace; readonly editors: readonly AccountId[] }
  | { readonly do: "unlock"; readonly place: MeetingPlace }
  | { readonly do: "gather"; readonly place: MeetingPlace; readonly countdown: number }
  | { readonly do: "spotlight"; readonly place: MeetingPlace }
  | { readonly do: "present"; readonly document: DocumentName }
  | { readonly do: "open-poll"; readonly poll: PollQuestion }
  | { readonly do: "answer-poll"; readonly poll: number; readonly option: number }
  | { readonly do: "close-poll"; readonly poll: number }
  | { readonly do: "open-round"; readonly round: NewRound }
  | {
      readonly do: "cast-ballot";
      readonly round: number;
      readonly text: string;
      readonly slot: string | null;
      readonly ballot: Ballot;
    }
  | { readonly do: "close-round"; readonly round: number }
  | { readonly do: "void-round"; readonly round: number; readonly reason: string }
  | { readonly do: "propose"; readonly text: string }
  | { readonly do: "second" | "withdraw-motion"; readonly motion: number }
  | {
      readonly do: "decide-motion";
      readonly motion: number;
      readonly end: Exclude<MotionEnd, "withdrawn">;
      /** What the motion below says with this amendment; exactly when an amendment is carried. */
      readonly becomes: string | null;
    };

/** The command as the server reads it. */
export function writeCommand(command: Command): object {
  switch (command.do) {
    case "set-floor":
      return { ...command, mode: writeFloor(command.mode) };
    case "open-poll":
      return { ...command, poll: writeQuestion(command.poll) };
    case "cast-ballot":
      return { ...command, ballot: writeBallot(command.ballot) };
    default:
      return command;
  }
}

function writeFloor(mode: FloorMode): unknown {
  switch (mode.kind) {
    case "open":
    case "hands":
      return mode.kind;
    case "editors":
    case "suggestions":
      return { [mode.kind]: mode.names };
  }
}

function writeQuestion(poll: PollQuestion): unknown {
  switch (poll.kind) {
    case "overrun":
      return poll.kind;
    case "question":
      return { question: { question: poll.question, options: poll.options } };
  }
}

function writeBallot(ballot: Ballot): unknown {
  return ballot.kind === "abstain" ? "abstain" : { choice: ballot.option };
}
