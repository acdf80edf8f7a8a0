/**
 * What is left of a meeting that has ended: who attended, and what was dealt with and decided, in order.
 *
 * The server’s record names items, questions and votes by their numbers, as they were made; here each outcome comes with
 * what it is about, and the agenda with the times at which its items were dealt with. What nobody looks for in minutes,
 * like a timer that was stopped, is left out.
 */
import type { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
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
  | MinutesDecision;

/** What was decided, and what the room was asked. */
export type MinutesDecision =
  | { readonly what: "poll-closed"; readonly poll: PollQuestion; readonly counts: readonly number[] }
  | {
      readonly what: "round-closed";
      readonly rule: string;
      readonly options: readonly string[];
      readonly text: VotedText;
      readonly result: RoundResult;
      readonly named: ReadonlyMap<AccountId, Ballot>;
    }
  | { readonly what: "round-voided"; readonly rule: string; readonly why: VoidReason }
  | {
      readonly what: "motion-ended";
      readonly motion: string;
      readonly by: AccountId | null;
      /** Who supported it. */
      readonly seconds: readonly AccountId[];
      readonly end: MotionEnd;
      /** What the motion said from then on, where this was an amendment that was carried. */
      readonly becomes: string | null;
    };

/** What a vote was about: a text, as it was then. */
export interface VotedText {
  readonly document: DocumentName;
  /** By what it is known: 64 hexadecimal digits. */
  readonly hash: string;
}

export interface MinutesEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly deed: MinutesDeed;
}

export interface Attendee {
  readonly who: AccountId;
  readonly name: string;
  readonly kind: "member" | "guest";
  /** When they were present, in order. */
  readonly present: readonly Stay[];
}

/** A time, in milliseconds since the epoch. */
export interface Stay {
  readonly from: number;
  readonly until: number;
}

/** An item of the agenda, as it was at the end. */
export interface MinutesItem {
  readonly id: number;
  readonly title: string;
  /** When it was dealt with; none where it was never taken up. */
  readonly times: readonly Stay[];
  readonly end: "done" | "parked" | "untouched";
  /** Who was recused from it at any time, and how. */
  readonly recused: ReadonlyMap<AccountId, Recusal>;
}

export interface Minutes {
  readonly openedAt: number | null;
  readonly endedAt: number | null;
  /** What it was about, of what this member may read. */
  readonly documents: readonly { readonly name: DocumentName; readonly title: string }[];
  readonly attendance: readonly Attendee[];
  /** In its last order. */
  readonly agenda: readonly MinutesItem[];
  readonly entries: readonly MinutesEntry[];
  readonly names: ReadonlyMap<string, string>;
}

/** @throws ApiError when it is not understood */
export function readMinutes(answer: Answer): Minutes {
  const reader = new Reader();
  const entries = answer.list("entries", (entry) => reader.read(entry)).filter((entry) => entry !== null);
  return {
    openedAt: answer.maybeNumber("openedAt"),
    endedAt: answer.maybeNumber("endedAt"),
    attendance: answer.list("attendance", (entry) => ({
      who: entry.text("who"),
      name: entry.text("name"),
      kind: entry.word("kind", ["member", "guest"], "member"),
      present: entry.list("present", (stay) => ({ from: stay.number("from"), until: stay.number("until") })),
    })),
    documents: answer.list("documents", (entry) => ({ name: entry.text("name"), title: entry.text("title").trim() })),
    agenda: reader.agenda.items(),
    entries,
    names: new Map(
      Object.entries(answer.part("names").fields()).filter(
        (pair): pair is [string, string] => typeof pair[1] === "string",
      ),
    ),
  };
}

/** The agenda, as the entries make it. */
class Agenda {
  readonly #items = new Map<number, { -readonly [Key in keyof MinutesItem]: MinutesItem[Key] }>();
  /** The ids, in their order. */
  readonly #order: number[] = [];
  #current: { readonly id: number; readonly from: number } | null = null;

  add(id: number, title: string): void {
    this.#items.set(id, { id, title, times: [], end: "untouched", recused: new Map() });
    this.#order.push(id);
  }

  move(id: number, to: number): void {
    const from = this.#order.indexOf(id);
    if (from !== -1) {
      this.#order.splice(from, 1);
      this.#order.splice(to, 0, id);
    }
  }

  title(id: number): string {
    return this.#items.get(id)?.title ?? "";
  }

  begin(id: number, at: number): void {
    this.stop("done", at);
    this.#current = { id, from: at };
  }

  /** What is dealt with is no longer. */
  stop(end: "done" | "parked", at: number): void {
    const item = this.#current === null ? undefined : this.#items.get(this.#current.id);
    if (this.#current !== null && item !== undefined) {
      item.times = [...item.times, { from: this.#current.from, until: at }];
      item.end = end;
    }
    this.#current = null;
  }

  /** An item that may not be the current one is left for later. */
  park(id: number, at: number): void {
    const item = this.#items.get(id);
    if (this.#current?.id === id) {
      this.stop("parked", at);
    } else if (item !== undefined) {
      item.end = "parked";
    }
  }

  recuse(id: number, who: AccountId, how: Recusal): void {
    const item = this.#items.get(id);
    if (item !== undefined) {
      item.recused = new Map([...item.recused, [who, how]]);
    }
  }

  items(): readonly MinutesItem[] {
    return this.#order.flatMap((id) => this.#items.get(id) ?? []);
  }
}

interface Motion {
  readonly text: string;
  readonly by: AccountId;
  readonly seconds: AccountId[];
}

/** Reads the entries in their order, and knows what was made before. */
class Reader {
  readonly agenda = new Agenda();
  readonly #polls = new Map<number, PollQuestion>();
  readonly #rounds = new Map<
    number,
    { readonly rule: string; readonly options: readonly string[]; readonly text: VotedText }
  >();
  readonly #motions = new Map<number, Motion>();

  /** `null` for what is not told. */
  read(entry: Answer): MinutesEntry | null {
    const deed = this.#deed(entry);
    return deed === null ? null : { at: entry.number("at"), deed };
  }

  #deed(entry: Answer): MinutesDeed | null {
    const what = entry.text("what");
    const at = entry.number("at");
    const item = (): string => this.agenda.title(entry.number("item"));
    switch (what) {
      case "opened":
        return { what };
      case "ended":
        this.agenda.stop("done", at);
        return { what };
      case "chair-taken":
        return { what, who: entry.text("who") };
      case "removed":
        return { what, who: entry.text("who"), reason: entry.maybeText("reason") };
      case "item-added":
        this.agenda.add(entry.number("id"), entry.part("item").text("title"));
        return null;
      case "item-moved":
        this.agenda.move(entry.number("item"), entry.number("to"));
        return null;
      case "item-began":
        this.agenda.begin(entry.number("item"), at);
        return { what, item: item() };
      case "item-closed":
        this.agenda.stop("done", at);
        return { what, item: item() };
      case "item-parked":
        this.agenda.park(entry.number("item"), at);
        return { what, item: item() };
      case "recused": {
        const [who, how] = [entry.text<AccountId>("who"), entry.word("how", recusals, "read-only")];
        this.agenda.recuse(entry.number("item"), who, how);
        return { what, who, item: item(), how };
      }
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
          text: { document: round.text("document"), hash: round.text("text") },
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
        this.#motions.set(entry.number("id"), { text: entry.text("text"), by: entry.text("by"), seconds: [] });
        return null;
      case "seconded":
        this.#motions.get(entry.number("motion"))?.seconds.push(entry.text("by"));
        return null;
      case "motion-ended": {
        const motion = this.#motions.get(entry.number("motion"));
        return motion === undefined
          ? null
          : {
              what,
              motion: motion.text,
              by: motion.by,
              seconds: motion.seconds,
              end: entry.word("end", motionEnds, "withdrawn"),
              becomes: entry.maybeText("becomes"),
            };
      }
      default:
        return null;
    }
  }
}
