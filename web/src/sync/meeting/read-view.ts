/**
 * Reads what the server sends of a meeting. A view is understood as a whole or not at all: a vote that was left out
 * because it could not be read would be worse than a page that says so.
 */
import { Answer, notUnderstood } from "../answer.ts";
import type { AccountId } from "../portal/ids.ts";
import { isRecord } from "../rest.ts";
import {
  type AgendaItem,
  type Ballot,
  ballotAnonymities,
  type Counts,
  type Crowd,
  type DecidedMotion,
  type Deed,
  deeds,
  type FloorMode,
  type Gathering,
  type Hand,
  type Inside,
  type Lead,
  type Lock,
  type MeetingPlace,
  type MeetingRound,
  type Motion,
  motionEnds,
  type Poll,
  type PollQuestion,
  type Presenting,
  phases,
  progresses,
  type Recusal,
  type Room,
  type RoundResult,
  recusals,
  seats,
  type Timer,
  type Turn,
  type View,
  type VoidReason,
} from "./view.ts";

/** What one event of the stream says. */
export interface Glimpse {
  /** When the server made it, by its clock. */
  readonly at: number;
  /** What the people are called who occur in the view. */
  readonly names: ReadonlyMap<string, string>;
  readonly view: View;
}

/** Who is present where they are a crowd, as it is told apart from the view. */
export interface People {
  readonly names: Glimpse["names"];
  readonly present: Inside["present"];
}

/** @throws ApiError when it is not understood */
export function readPeople(value: unknown): People {
  const answer = new Answer(value);
  return { names: mapOf(answer.raw("names"), text), present: readPresent(answer.raw("present")) };
}

/** The same glimpse with the people of a crowd in it. One that lists its people itself stays as it is. */
export function withPeople(seen: Glimpse, people: People | null): Glimpse {
  if (people === null || seen.view.kind !== "inside" || seen.view.inside.crowd === null) {
    return seen;
  }
  return {
    ...seen,
    names: new Map([...people.names, ...seen.names]),
    view: { kind: "inside", inside: { ...seen.view.inside, present: people.present } },
  };
}

/** @throws ApiError when it is not understood */
export function readGlimpse(value: unknown): Glimpse {
  const answer = new Answer(value);
  return { at: answer.number("at"), names: mapOf(answer.raw("names"), text), view: readView(answer.part("view")) };
}

/** @throws ApiError when it is not understood */
export function readView(answer: Answer): View {
  switch (answer.text("view")) {
    case "outside":
      return { kind: "outside" };
    case "removed":
      return { kind: "removed", reason: answer.maybeText("reason"), by: answer.maybeText("by") };
    case "lobby":
      return { kind: "lobby", ahead: answer.number("ahead"), removed: answer.maybeText("removed") };
    case "inside":
      return { kind: "inside", inside: readInside(answer) };
    default:
      throw notUnderstood();
  }
}

function readInside(answer: Answer): Inside {
  const balance = answer.raw("balance");
  const crowd = maybe(answer.raw("crowd"), readCrowd);
  return {
    version: answer.number("version"),
    phase: oneOf(answer.raw("phase"), phases),
    seat: oneOf(answer.raw("seat"), seats),
    // A deed that is not known here has no button here either.
    may: new Set(listOf(answer.raw("may"), text).filter((word): word is Deed => deeds.some((deed) => deed === word))),
    lead: readLead(answer.raw("lead")),
    leader: answer.maybeText("leader"),
    deputies: listOf(answer.raw("deputies"), id),
    present: crowd === null ? readPresent(answer.raw("present")) : new Map(),
    crowd,
    waiting: listOf(answer.raw("waiting"), id),
    items: listOf(answer.raw("items"), readItem),
    current: answer.maybeNumber("current"),
    recused: maybe(answer.raw("recused"), readRecusal),
    timer: readTimer(answer.raw("timer")),
    floor: readFloor(answer.raw("floor")),
    freeze: maybe(answer.raw("freeze"), (names) => listOf(names, id)),
    locks: listOf(answer.raw("locks"), readLock),
    room: maybe(answer.raw("room"), (room) => readRoom(new Answer(room))),
    balance: maybe(balance, (counts) => mapOf(counts, readCounts)),
  };
}

function readPresent(value: unknown): Inside["present"] {
  return mapOf(value, (kind) => oneOf(kind, ["member", "guest"] as const));
}

function readCrowd(value: unknown): Crowd {
  const answer = new Answer(value);
  return { members: answer.number("members"), guests: answer.number("guests") };
}

function readRoom(answer: Answer): Room {
  return {
    turn: maybe(answer.raw("turn"), readTurn),
    hands: listOf(answer.raw("hands"), readHand),
    gathering: maybe(answer.raw("gathering"), readGathering),
    spotlight: maybe(answer.raw("spotlight"), readPlace),
    presenting: maybe(answer.raw("presenting"), readPresenting),
    poll: maybe(answer.raw("poll"), readPoll),
    rounds: listOf(answer.raw("rounds"), readRound),
    motions: listOf(answer.raw("motions"), readMotion),
    decided: listOf(answer.raw("decided"), readDecided),
  };
}

function readItem(value: unknown): AgendaItem {
  const answer = new Answer(value);
  const item = answer.part("item");
  return {
    id: answer.number("id"),
    title: item.text("title"),
    place: maybe(item.raw("place"), readPlace),
    timeBox: item.maybeNumber("timeBox"),
    progress: oneOf(answer.raw("progress"), progresses),
    recused: mapOf(answer.raw("recused"), readRecusal),
  };
}

function readPresenting(value: unknown): Presenting {
  const answer = new Answer(value);
  return { who: answer.text("who"), document: answer.text("document") };
}

export function readPlace(value: unknown): MeetingPlace {
  const answer = new Answer(value);
  return { document: answer.text("document"), section: answer.maybeText("section") };
}

function readLock(value: unknown): Lock {
  const answer = new Answer(value);
  return { place: readPlace(answer.raw("place")), editors: listOf(answer.raw("editors"), id) };
}

function readRecusal(value: unknown): Recusal {
  return oneOf(value, recusals);
}

function readTimer(value: unknown): Timer {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "off":
    case "over":
      return { kind: tag };
    case "running":
      return { kind: tag, until: number(body) };
    case "paused":
      return { kind: tag, left: number(body) };
    default:
      throw notUnderstood();
  }
}

function readLead(value: unknown): Lead {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "nobody":
      return { kind: tag };
    case "chair":
      return { kind: tag, chair: id(body) };
    case "grace": {
      const grace = new Answer(body);
      return { kind: tag, chair: grace.text("chair"), until: grace.number("until") };
    }
    case "election": {
      const election = new Answer(body);
      return { kind: tag, until: election.maybeNumber("until"), ballots: mapOf(election.raw("ballots"), id) };
    }
    default:
      throw notUnderstood();
  }
}

function readFloor(value: unknown): FloorMode {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "open":
    case "hands":
      return { kind: tag };
    case "editors":
    case "suggestions":
      return { kind: tag, names: listOf(body, id) };
    default:
      throw notUnderstood();
  }
}

function readTurn(value: unknown): Turn {
  const answer = new Answer(value);
  return { who: answer.text("who"), until: answer.maybeNumber("until") };
}

function readHand(value: unknown): Hand {
  const answer = new Answer(value);
  return { who: answer.text("who"), isFirst: answer.flag("isFirst") };
}

function readGathering(value: unknown): Gathering {
  const answer = new Answer(value);
  return {
    place: readPlace(answer.raw("place")),
    at: answer.number("at"),
    staying: listOf(answer.raw("staying"), id),
  };
}

export function readBallot(value: unknown): Ballot {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "abstain":
      return { kind: tag };
    case "choice":
      return { kind: tag, option: number(body) };
    default:
      throw notUnderstood();
  }
}

function readPoll(value: unknown): Poll {
  const answer = new Answer(value);
  return {
    id: answer.number("id"),
    poll: readQuestion(answer.raw("poll")),
    answered: answer.number("answered"),
    mine: maybe(answer.raw("mine"), readBallot),
    counts: maybe(answer.raw("counts"), (counts) => listOf(counts, number)),
  };
}

export function readQuestion(value: unknown): PollQuestion {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "overrun":
      return { kind: tag };
    case "question": {
      const answer = new Answer(body);
      return { kind: tag, question: answer.text("question"), options: listOf(answer.raw("options"), text) };
    }
    default:
      throw notUnderstood();
  }
}

function readRound(value: unknown): MeetingRound {
  const answer = new Answer(value);
  const round = answer.part("round");
  const rule = round.part("rule");
  const quorum = rule.part("quorum");
  return {
    id: answer.number("id"),
    item: round.number("item"),
    document: round.text("document"),
    text: round.text("text"),
    rule: {
      words: rule.text("words"),
      hash: rule.text("hash"),
      quorum: { numerator: quorum.number("numerator"), denominator: quorum.number("denominator") },
      anonymity: oneOf(rule.raw("anonymity"), ballotAnonymities),
    },
    options: listOf(round.raw("options"), text),
    eligible: answer.number("eligible"),
    voted: answer.number("voted"),
    mayVote: answer.flag("mayVote"),
    haveVoted: answer.flag("haveVoted"),
    mine: maybe(answer.raw("mine"), readBallot),
    result: maybe(answer.raw("result"), readResult),
    named: mapOf(answer.raw("named"), readBallot),
    voided: maybe(answer.raw("void"), readVoid),
  };
}

export function readResult(value: unknown): RoundResult {
  const answer = new Answer(value);
  return {
    eligible: answer.number("eligible"),
    cast: answer.number("cast"),
    abstained: answer.maybeNumber("abstained"),
    recused: answer.number("recused"),
    isQuorate: answer.flag("isQuorate"),
    counts: maybe(answer.raw("counts"), (counts) => listOf(counts, number)),
  };
}

export function readVoid(value: unknown): VoidReason {
  const { tag, body } = tagged(value);
  switch (tag) {
    case "chair":
      return { kind: tag, reason: text(body) };
    case "text-changed":
    case "meeting-ended":
      return { kind: tag };
    default:
      throw notUnderstood();
  }
}

function readMotion(value: unknown): Motion {
  const answer = new Answer(value);
  return {
    id: answer.number("id"),
    item: answer.number("item"),
    text: answer.text("text"),
    by: answer.text("by"),
    secondedBy: answer.maybeText("secondedBy"),
  };
}

function readDecided(value: unknown): DecidedMotion {
  const [motion, end] = listOf(value, (part) => part);
  return { motion: readMotion(motion), end: oneOf(end, motionEnds) };
}

function readCounts(value: unknown): Counts {
  const answer = new Answer(value);
  return { hands: answer.number("hands"), turns: answer.number("turns") };
}

/** One of several cases: its word alone, or a record with one field of that name. */
function tagged(value: unknown): { readonly tag: string; readonly body: unknown } {
  if (typeof value === "string") {
    return { tag: value, body: null };
  }
  const [only, ...others] = isRecord(value) ? Object.entries(value) : [];
  if (only === undefined || others.length > 0) {
    throw notUnderstood();
  }
  return { tag: only[0], body: only[1] };
}

function maybe<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null || value === undefined ? null : read(value);
}

function listOf<T>(value: unknown, read: (entry: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) {
    throw notUnderstood();
  }
  return value.map((entry: unknown) => read(entry));
}

function mapOf<Key extends string, T>(value: unknown, read: (entry: unknown) => T): ReadonlyMap<Key, T> {
  if (!isRecord(value)) {
    throw notUnderstood();
  }
  return new Map(Object.entries(value).map(([key, entry]) => [key as Key, read(entry)]));
}

function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw notUnderstood();
  }
  return found;
}

function text(value: unknown): string {
  if (typeof value !== "string") {
    throw notUnderstood();
  }
  return value;
}

function id(value: unknown): AccountId {
  return text(value) as AccountId;
}

function number(value: unknown): number {
  if (typeof value !== "number") {
    throw notUnderstood();
  }
  return value;
}
