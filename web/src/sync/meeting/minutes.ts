/**
 * What is left of a meeting that has ended: who attended, and what was dealt with and decided, in order.
 *
 * The server’s record names items, questions and votes by their numbers, as they were made; here each outcome comes with
 * what it is about. What nobody looks for in minutes, like a timer that was stopped, is left out.
 */
import type { Answer } from "../answer.ts";
import type { AccountId } from "../portal/ids.ts";
import { readBallot, readQuestion, readResult, readVoid } from "./read-view.ts";
import {
  type Ballot,
  type MotionEnd,
  motionEnds,
  type PollQuestion,
  type Recusal,
  type RoundResult,
  recusals,
  type VoidReason,
} from "./view.ts";

export type MinutesDeed =
  | { readonly what: "opened" | "ended" }
  | { readonly what: "chair-taken"; readonly who: AccountId }
  | { readonly what: "removed"; readonly who: AccountId; readonly reason: string | null }
  | { readonly what: "item-began" | "item-closed" | "item-parked"; readonly item: string }
  | { readonly what: "recused"; readonly who: AccountId; readonly item: string; readonly how: Recusal }
  | { readonly what: "poll-closed"; readonly poll: PollQuestion; readonly counts: readonly number[] }
  | {
      readonly what: "round-closed";
      readonly rule: string;
      readonly options: readonly string[];
      readonly result: RoundResult;
      readonly named: ReadonlyMap<AccountId, Ballot>;
    }
  | { readonly what: "round-voided"; readonly rule: string; readonly why: VoidReason }
  | { readonly what: "motion-ended"; readonly motion: string; readonly by: AccountId | null; readonly end: MotionEnd };

export interface MinutesEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly deed: MinutesDeed;
}

export interface Attendee {
  readonly who: AccountId;
  readonly name: string;
  readonly kind: "member" | "guest";
}

export interface Minutes {
  readonly openedAt: number | null;
  readonly endedAt: number | null;
  readonly attendance: readonly Attendee[];
  readonly entries: readonly MinutesEntry[];
  readonly names: ReadonlyMap<string, string>;
}

/** @throws ApiError when it is not understood */
export function readMinutes(answer: Answer): Minutes {
  const reader = new Reader();
  return {
    openedAt: answer.maybeNumber("openedAt"),
    endedAt: answer.maybeNumber("endedAt"),
    attendance: answer.list("attendance", (entry) => ({
      who: entry.text("who"),
      name: entry.text("name"),
      kind: entry.word("kind", ["member", "guest"], "member"),
    })),
    entries: answer.list("entries", (entry) => reader.read(entry)).filter((entry) => entry !== null),
    names: new Map(
      Object.entries(answer.part("names").fields()).filter(
        (pair): pair is [string, string] => typeof pair[1] === "string",
      ),
    ),
  };
}

/** Reads the entries in their order, and knows what was made before. */
class Reader {
  readonly #items = new Map<number, string>();
  readonly #polls = new Map<number, PollQuestion>();
  readonly #rounds = new Map<number, { readonly rule: string; readonly options: readonly string[] }>();
  readonly #motions = new Map<number, { readonly text: string; readonly by: AccountId }>();

  /** `null` for what is not told. */
  read(entry: Answer): MinutesEntry | null {
    const deed = this.#deed(entry);
    return deed === null ? null : { at: entry.number("at"), deed };
  }

  #deed(entry: Answer): MinutesDeed | null {
    const what = entry.text("what");
    const item = (): string => this.#items.get(entry.number("item")) ?? "";
    switch (what) {
      case "opened":
      case "ended":
        return { what };
      case "chair-taken":
        return { what, who: entry.text("who") };
      case "removed":
        return { what, who: entry.text("who"), reason: entry.maybeText("reason") };
      case "item-added":
        this.#items.set(entry.number("id"), entry.part("item").text("title"));
        return null;
      case "item-began":
      case "item-closed":
      case "item-parked":
        return { what, item: item() };
      case "recused":
        return { what, who: entry.text("who"), item: item(), how: entry.word("how", recusals, "read-only") };
      case "poll-opened":
        this.#polls.set(entry.number("id"), readQuestion(entry.raw("poll")));
        return null;
      case "poll-closed": {
        const poll = this.#polls.get(entry.number("poll"));
        return poll === undefined ? null : { what, poll, counts: entry.numbers("counts") };
      }
      case "round-opened": {
        const round = entry.part("round");
        this.#rounds.set(entry.number("id"), {
          rule: round.part("rule").text("words"),
          options: round.texts("options"),
        });
        return null;
      }
      case "round-closed": {
        const round = this.#rounds.get(entry.number("round"));
        const named = Object.entries(entry.part("named").fields());
        return round === undefined
          ? null
          : {
              what,
              ...round,
              result: readResult(entry.raw("result")),
              named: new Map(named.map(([who, ballot]) => [who as AccountId, readBallot(ballot)])),
            };
      }
      case "round-voided": {
        const round = this.#rounds.get(entry.number("round"));
        return round === undefined ? null : { what, rule: round.rule, why: readVoid(entry.raw("why")) };
      }
      case "proposed":
        this.#motions.set(entry.number("id"), { text: entry.text("text"), by: entry.text("by") });
        return null;
      case "motion-ended": {
        const motion = this.#motions.get(entry.number("motion"));
        return motion === undefined
          ? null
          : { what, motion: motion.text, by: motion.by, end: entry.word("end", motionEnds, "withdrawn") };
      }
      default:
        return null;
    }
  }
}
