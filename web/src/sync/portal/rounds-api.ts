/** Rounds: a text that a community votes on, over days. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";

/** A round by its id. */
export type RoundId = string & { readonly __brand: "RoundId" };

/** `text` as the id of a round; `null` when it is none. */
export function parseRoundId(text: string): RoundId | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? (text as RoundId) : null;
}

export const roundStates = ["open", "closed", "voided"] as const;
export type RoundState = (typeof roundStates)[number];

export const anonymities = ["named", "anonymous"] as const;
export type Anonymity = (typeof anonymities)[number];

export interface RoundPerson {
  readonly id: AccountId;
  readonly name: string;
}

/** Times are milliseconds since the epoch. */
export interface Round {
  readonly id: RoundId;
  readonly community: CommunityId;
  readonly document: DocumentName;
  readonly documentTitle: string;
  readonly question: string;
  /** The canonical text of the rule; `docs/consensus.md` has them. */
  readonly rule: string;
  readonly anonymity: Anonymity;
  readonly openedBy: RoundPerson;
  readonly openedAt: number;
  readonly closesAt: number;
  readonly byHand: boolean;
  /** Whether it is about a passage, and under which heading that stands. */
  readonly passage: boolean;
  readonly heading: string | null;
  readonly quote: string;
  /** The hash of what is put to the vote. */
  readonly text: string;
  readonly textChanged: boolean;
  readonly state: RoundState;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
  readonly reason: string | null;
  readonly eligible: number;
  readonly recused: number;
  readonly voted: number;
  readonly verdict: string | null;
  readonly seat: "none" | "recused" | "voter";
  readonly hasVoted: boolean;
  readonly mayVoid: boolean;
  readonly mayClose: boolean;
  /** The server's clock when it said this. */
  readonly now: number;
}

export interface Spread {
  readonly median: string;
  readonly p30: string;
  readonly p70: string;
  readonly ipr: string;
  readonly ipras: string;
  readonly index: string;
  readonly iprasDisagreement: boolean;
  /** `null` where the classic table knows no panel of this size. */
  readonly classicDisagreement: boolean | null;
}

export interface RoundCounts {
  readonly cast: number;
  readonly abstained: number;
  /** Of ratings: how many of each, 1 first; empty for votes. */
  readonly histogram: readonly number[];
  readonly spread: Spread | null;
  readonly votes: {
    readonly approve: number;
    readonly object: number;
    readonly denominator: number;
    readonly percent: string | null;
  } | null;
}

const lateWords = ["no-ballot", "ballot-removed", "may-have-voted"] as const;
export type Late = (typeof lateWords)[number];

export interface CountedBallot {
  readonly slot: string;
  readonly choice: string;
}

export interface RoundResult {
  readonly verdict: string;
  readonly eligible: number;
  readonly recused: number;
  readonly voted: number;
  /** `null` where too few voted without names to show any. */
  readonly counts: RoundCounts | null;
  readonly ballots: readonly CountedBallot[];
  readonly said: readonly string[];
  /** How many ballots were taken out, because their voters were judged after the roll was fixed. */
  readonly removed: number;
  /** Without names: how many of those who were judged then may have voted. */
  readonly mayHaveVoted: number;
}

export interface RoundPage {
  readonly round: Round;
  readonly roll: readonly {
    readonly who: RoundPerson;
    readonly recusedBecause: string | null;
    /** Where they were judged while it was open: what became of their ballot. */
    readonly late: Late | null;
  }[];
  /** In a named round: one's own ballot. */
  readonly mine: { readonly choice: string; readonly said: string } | null;
  readonly result: RoundResult | null;
  /** Of a named round that has closed. */
  readonly ballots: readonly { readonly who: RoundPerson; readonly choice: string; readonly said: string }[];
}

export interface RoundWish {
  readonly document: DocumentName;
  readonly passage: { readonly first: number; readonly last: number } | null;
  readonly question: string;
  readonly rule: string;
  readonly anonymity: Anonymity;
  /** `null`: until it is closed by hand. */
  readonly openMinutes: number | null;
  readonly recused: readonly { readonly account: string; readonly reason: string }[];
}

export interface Ballot {
  readonly choice: string;
  readonly said: string;
  readonly text: string;
  /** Only in an anonymous round. */
  readonly secret: string | null;
}

export interface RoundsApi {
  of(community: CommunityId, signal?: AbortSignal): Promise<readonly Round[]>;
  open(community: CommunityId, wish: RoundWish): Promise<RoundPage>;
  one(id: RoundId, signal?: AbortSignal): Promise<RoundPage>;
  /** What was put to the vote, as an update of a document of its own. */
  text(id: RoundId, signal?: AbortSignal): Promise<Uint8Array>;
  /** The text of a document as the server has it, to choose a passage from. */
  present(document: DocumentName): Promise<Uint8Array>;
  /** Where the ballot lies, in an anonymous round. */
  vote(id: RoundId, ballot: Ballot): Promise<{ readonly slot: string | null }>;
  recuse(id: RoundId, reason: string): Promise<RoundPage>;
  close(id: RoundId): Promise<RoundPage>;
  void(id: RoundId, reason: string): Promise<RoundPage>;
}

export function roundsApi(rest: Rest): RoundsApi {
  const ofCommunity = (id: CommunityId): string => `${communityPath(id)}/rounds`;
  const path = (id: RoundId, act = ""): string => `/api/v1/rounds/${id}${act}`;
  return {
    of: async (community, signal) =>
      new Answer(await rest.get(ofCommunity(community), signal)).list("rounds", readRound),
    open: async (community, wish) => {
      const { passage, openMinutes, ...always } = wish;
      return readPage(
        await rest.send("POST", ofCommunity(community), {
          ...always,
          ...(passage === null ? {} : { passage }),
          ...(openMinutes === null ? {} : { openMinutes }),
        }),
      );
    },
    one: async (id, signal) => readPage(await rest.get(path(id), signal)),
    text: (id, signal) => rest.bytes(path(id, "/text"), signal),
    present: (document) => rest.bytes(`/api/v1/docs/${encodeURIComponent(document)}/update`),
    async vote(id, { choice, said, text, secret }) {
      // Whoever asks may know more of the ballot than the server takes.
      const body = { choice, said, text, ...(secret === null ? {} : { secret }) };
      const taken = await rest.send("PUT", path(id, "/ballot"), body);
      return { slot: new Answer(taken).maybeText("slot") };
    },
    recuse: async (id, reason) => readPage(await rest.send("POST", path(id, "/recusal"), { reason })),
    close: async (id) => readPage(await rest.send("POST", path(id, "/close"))),
    void: async (id, reason) => readPage(await rest.send("POST", path(id, "/void"), { reason })),
  };
}

export function readRound(answer: Answer): Round {
  return {
    id: answer.text("id"),
    community: answer.text("community"),
    document: answer.text("document"),
    documentTitle: answer.text("documentTitle").trim(),
    question: answer.text("question"),
    rule: answer.text("rule"),
    anonymity: answer.word("anonymity", anonymities, "named"),
    openedBy: readPerson(answer.part("openedBy")),
    openedAt: answer.number("openedAt"),
    closesAt: answer.number("closesAt"),
    byHand: answer.flag("byHand"),
    passage: answer.flag("passage"),
    heading: answer.maybeText("heading"),
    quote: answer.text("quote"),
    text: answer.text("text"),
    textChanged: answer.flag("textChanged"),
    state: answer.word("state", roundStates, "open"),
    endedAt: answer.maybeNumber("endedAt"),
    endedBy: answer.maybePart("endedBy")?.maybeText("name") ?? null,
    reason: answer.maybeText("reason"),
    eligible: answer.number("eligible"),
    recused: answer.number("recused"),
    voted: answer.number("voted"),
    verdict: answer.maybeText("verdict"),
    seat: answer.word("seat", ["none", "recused", "voter"], "none"),
    hasVoted: answer.flag("hasVoted"),
    mayVoid: answer.flag("mayVoid"),
    mayClose: answer.flag("mayClose"),
    now: answer.number("now"),
  };
}

function readPage(value: unknown): RoundPage {
  const answer = new Answer(value);
  const mine = answer.maybePart("mine");
  const result = answer.maybePart("result");
  return {
    round: readRound(answer),
    roll: answer.list("roll", (entry) => ({
      who: readPerson(entry.part("who")),
      recusedBecause: entry.maybeText("recusedBecause"),
      late: lateWords.find((word) => word === entry.maybeText("late")) ?? null,
    })),
    mine: mine === null ? null : { choice: mine.text("choice"), said: mine.text("said") },
    result: result === null ? null : readResult(result),
    ballots: answer.list("ballots", (entry) => ({
      who: readPerson(entry.part("who")),
      choice: entry.text("choice"),
      said: entry.text("said"),
    })),
  };
}

function readResult(answer: Answer): RoundResult {
  const counts = answer.maybePart("counts");
  const said = answer.raw("said");
  return {
    verdict: answer.text("verdict"),
    eligible: answer.number("eligible"),
    recused: answer.number("recused"),
    voted: answer.number("voted"),
    counts: counts === null ? null : readCounts(counts),
    ballots:
      answer.raw("ballots") === undefined
        ? []
        : answer.list("ballots", (entry) => ({ slot: entry.text("slot"), choice: entry.text("choice") })),
    said: Array.isArray(said) ? said.filter((words) => typeof words === "string") : [],
    removed: answer.maybePart("late")?.maybeNumber("removed") ?? 0,
    mayHaveVoted: answer.maybePart("late")?.maybeNumber("mayHaveVoted") ?? 0,
  };
}

export function readCounts(answer: Answer): RoundCounts {
  const histogram = answer.raw("histogram");
  const spread = answer.maybePart("spread");
  const votes = answer.maybePart("votes");
  return {
    cast: answer.number("cast"),
    abstained: answer.number("abstained"),
    histogram: Array.isArray(histogram) ? histogram.filter((count) => typeof count === "number") : [],
    spread:
      spread === null
        ? null
        : {
            median: spread.text("median"),
            p30: spread.text("p30"),
            p70: spread.text("p70"),
            ipr: spread.text("ipr"),
            ipras: spread.text("ipras"),
            index: spread.text("index"),
            iprasDisagreement: spread.flag("iprasDisagreement"),
            classicDisagreement:
              spread.raw("classicDisagreement") === undefined ? null : spread.flag("classicDisagreement"),
          },
    votes:
      votes === null
        ? null
        : {
            approve: votes.number("approve"),
            object: votes.number("object"),
            denominator: votes.number("denominator"),
            percent: votes.maybeText("percent"),
          },
  };
}

function readPerson(answer: Answer): RoundPerson {
  return { id: answer.text("id"), name: answer.text("name") };
}
