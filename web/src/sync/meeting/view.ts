/**
 * What somebody sees of a meeting, in the terms of this app. The server's JSON is read in `read-view.ts`.
 *
 * Moments are milliseconds of the server's clock, spans are milliseconds.
 */
import type { DocumentName } from "../names.ts";
import type { AccountId } from "../portal/ids.ts";

/** Everything that can be done in a meeting, by the server's words; deeds of the server itself are left out. */
export const deeds = [
  "open",
  "end",
  "leave",
  "set-lobby",
  "admit",
  "remove",
  "name-deputies",
  "hand-over",
  "reclaim",
  "elect",
  "add-item",
  "move-item",
  "park-item",
  "begin-item",
  "close-item",
  "pause-timer",
  "resume-timer",
  "extend-timer",
  "recuse",
  "recuse-myself",
  "end-recusal",
  "raise-hand",
  "lower-hand",
  "lower-hand-of",
  "move-hand",
  "give-floor",
  "take-floor",
  "yield-floor",
  "set-floor",
  "freeze",
  "unfreeze",
  "lock",
  "unlock",
  "gather",
  "cancel-gather",
  "stay",
  "spotlight",
  "end-spotlight",
  "present",
  "stop-presenting",
  "open-poll",
  "answer-poll",
  "close-poll",
  "open-round",
  "cast-ballot",
  "close-round",
  "void-round",
  "propose",
  "second",
  "withdraw-motion",
  "decide-motion",
] as const;
export type Deed = (typeof deeds)[number];

export const phases = ["planned", "open", "ended"] as const;
export type Phase = (typeof phases)[number];

export const seats = ["chair", "leader", "deputy", "member", "peer", "guest"] as const;
export type Seat = (typeof seats)[number];

/** A document, or the part of one under a heading. */
export interface MeetingPlace {
  readonly document: DocumentName;
  readonly section: string | null;
}

/** What somebody who is recused from an item may still do: follow it, or nothing. */
export const recusals = ["read-only", "absent"] as const;
export type Recusal = (typeof recusals)[number];

export const progresses = ["ahead", "parked", "done"] as const;
export type Progress = (typeof progresses)[number];

export interface AgendaItem {
  readonly id: number;
  readonly title: string;
  /** `null` for the meeting’s texts as a whole. */
  readonly place: MeetingPlace | null;
  readonly timeBox: number | null;
  readonly progress: Progress;
  readonly recused: ReadonlyMap<AccountId, Recusal>;
}

export type Timer =
  | { readonly kind: "off" }
  | { readonly kind: "running"; readonly until: number }
  | { readonly kind: "paused"; readonly left: number }
  | { readonly kind: "over" };

export type Lead =
  /** The meeting is not under way, or was meant to have no chair. */
  | { readonly kind: "nobody" }
  | { readonly kind: "chair"; readonly chair: AccountId }
  /** The chair is gone and may come back. */
  | { readonly kind: "grace"; readonly chair: AccountId; readonly until: number }
  /** `until` is `null` before the first hand is up. */
  | { readonly kind: "election"; readonly until: number | null; readonly ballots: ReadonlyMap<AccountId, AccountId> };

export type FloorMode =
  | { readonly kind: "open" }
  | { readonly kind: "hands" }
  | { readonly kind: "editors"; readonly names: readonly AccountId[] }
  | { readonly kind: "suggestions"; readonly names: readonly AccountId[] };

export interface Turn {
  readonly who: AccountId;
  readonly until: number | null;
}

export interface Hand {
  readonly who: AccountId;
  /** Whether they have not had the floor in this meeting. */
  readonly isFirst: boolean;
}

export interface Gathering {
  readonly place: MeetingPlace;
  readonly at: number;
  readonly staying: readonly AccountId[];
}

/** An option by its place, or none on purpose. */
export type Ballot = { readonly kind: "choice"; readonly option: number } | { readonly kind: "abstain" };

export type PollQuestion =
  | { readonly kind: "question"; readonly question: string; readonly options: readonly string[] }
  /** What to do with an item whose time is used up: 0 more time, 1 park it. */
  | { readonly kind: "overrun" };

export interface Poll {
  readonly id: number;
  readonly poll: PollQuestion;
  readonly answered: number;
  readonly mine: Ballot | null;
  /** How many chose each; `null` while it is open. */
  readonly counts: readonly number[] | null;
}

export interface Quorum {
  readonly numerator: number;
  readonly denominator: number;
}

export const ballotAnonymities = ["named", "anonymous"] as const;
export type BallotAnonymity = (typeof ballotAnonymities)[number];

export interface RoundRule {
  readonly words: string;
  readonly hash: string;
  readonly quorum: Quorum;
  readonly anonymity: BallotAnonymity;
}

export interface RoundResult {
  readonly eligible: number;
  readonly cast: number;
  readonly abstained: number | null;
  readonly recused: number;
  readonly isQuorate: boolean;
  /** `null` where an anonymous round had so few ballots that counts would name people. */
  readonly counts: readonly number[] | null;
}

export type VoidReason =
  | { readonly kind: "chair"; readonly reason: string }
  | { readonly kind: "text-changed" }
  | { readonly kind: "meeting-ended" };

export interface MeetingRound {
  readonly id: number;
  readonly item: number;
  readonly document: DocumentName;
  /** The hash of the text that is voted on. */
  readonly text: string;
  readonly rule: RoundRule;
  readonly options: readonly string[];
  readonly eligible: number;
  readonly voted: number;
  readonly mayVote: boolean;
  readonly haveVoted: boolean;
  readonly mine: Ballot | null;
  readonly result: RoundResult | null;
  readonly named: ReadonlyMap<AccountId, Ballot>;
  readonly voided: VoidReason | null;
}

export interface Motion {
  readonly id: number;
  readonly item: number;
  readonly text: string;
  readonly by: AccountId;
  readonly secondedBy: AccountId | null;
}

export const motionEnds = ["carried", "lost", "withdrawn"] as const;
export type MotionEnd = (typeof motionEnds)[number];

export interface DecidedMotion {
  readonly motion: Motion;
  readonly end: MotionEnd;
}

export interface Lock {
  readonly place: MeetingPlace;
  readonly editors: readonly AccountId[];
}

/** Whom all may follow, and in which document. */
export interface Presenting {
  readonly who: AccountId;
  readonly document: DocumentName;
}

/** What goes on in the room. */
export interface Room {
  readonly turn: Turn | null;
  readonly hands: readonly Hand[];
  readonly gathering: Gathering | null;
  readonly spotlight: MeetingPlace | null;
  readonly presenting: Presenting | null;
  readonly poll: Poll | null;
  readonly rounds: readonly MeetingRound[];
  /** The motion first, the last amendment on top, which is at the end. */
  readonly motions: readonly Motion[];
  readonly decided: readonly DecidedMotion[];
}

/** How often somebody took part. */
export interface Counts {
  readonly hands: number;
  readonly turns: number;
}

/** How many are present. */
export interface Crowd {
  readonly members: number;
  readonly guests: number;
}

/** The meeting, as somebody who is in it sees it. */
export interface Inside {
  readonly version: number;
  readonly phase: Phase;
  readonly seat: Seat;
  readonly may: ReadonlySet<Deed>;
  readonly lead: Lead;
  /** Whom the community named to lead; `null` in a meeting of peers. */
  readonly leader: AccountId | null;
  readonly deputies: readonly AccountId[];
  /** Of a crowd, those who were listed last: a crowd is listed seldom. */
  readonly present: ReadonlyMap<AccountId, "member" | "guest">;
  /** How many are present, where they are too many to be listed each time. */
  readonly crowd: Crowd | null;
  readonly waiting: readonly AccountId[];
  readonly items: readonly AgendaItem[];
  readonly current: number | null;
  /** How this person is recused from the current item. */
  readonly recused: Recusal | null;
  readonly timer: Timer;
  readonly floor: FloorMode;
  /** Who writes on while the texts are frozen; `null` when they are not. */
  readonly freeze: readonly AccountId[] | null;
  /** Where only some write. */
  readonly locks: readonly Lock[];
  /** `null` for whoever has left it for this item. */
  readonly room: Room | null;
  /** For whoever facilitates; `null` for others. */
  readonly balance: ReadonlyMap<AccountId, Counts> | null;
}

/** For whoever is not in it. */
export type OutsideView =
  | { readonly kind: "outside" }
  /** Without a reason it was the community’s decision; otherwise `by` is who decided, where that is known. */
  | { readonly kind: "removed"; readonly reason: string | null; readonly by: AccountId | null }
  | { readonly kind: "lobby"; readonly ahead: number; readonly removed: string | null };

export type View = OutsideView | { readonly kind: "inside"; readonly inside: Inside };

/** The item that is dealt with. */
export function currentItem({ items, current }: Inside): AgendaItem | null {
  return items.find(({ id }) => id === current) ?? null;
}

/** Who leads now. */
export function chairOf({ lead }: Inside): AccountId | null {
  return lead.kind === "chair" ? lead.chair : null;
}
