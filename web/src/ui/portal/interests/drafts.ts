/** A declaration while it is filled in: what is answered, what is wrong with it, and what is sent. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import {
  type Amount,
  amounts,
  type Declaration,
  type Interest,
  type InterestItem,
  interestItems,
} from "../../../sync/index.ts";

/** As the server has them. */
const ORGANISATION_LENGTH_MAX = 200;
const PURPOSE_LENGTH_MAX = 500;
const ENTRIES_MAX = 100;

export interface EntryDraft {
  /** Tells entries apart while they are on the page. */
  readonly key: number;
  readonly organisation: string;
  readonly purpose: string;
  readonly amount: string;
  readonly from: string;
  readonly until: string;
  readonly ongoing: boolean;
}

/** What was answered to an item: `null` nothing yet, an empty list "none". */
export type Answers = Readonly<Record<InterestItem, readonly EntryDraft[] | null>>;

export type EntryErrors = Readonly<Partial<Record<"organisation" | "purpose" | "from" | "until", string>>>;

/** One more than the last. */
let last = 0;

export function emptyEntry(): EntryDraft {
  last += 1;
  return { key: last, organisation: "", purpose: "", amount: "", from: "", until: "", ongoing: false };
}

/** What is begun with: the last declaration, so that only what has changed has to be said; nothing without one. */
export function answersOf(declaration: Declaration | null): Answers {
  const of = (item: InterestItem): readonly EntryDraft[] | null =>
    declaration === null
      ? null
      : declaration.entries
          .filter((entry) => entry.item === item)
          .map((entry) => ({
            ...emptyEntry(),
            organisation: entry.organisation,
            purpose: entry.purpose,
            amount: entry.amount ?? "",
            from: entry.from ?? "",
            until: entry.until ?? "",
            ongoing: entry.ongoing,
          }));
  return Object.fromEntries(interestItems.map((item) => [item, of(item)])) as Record<
    InterestItem,
    readonly EntryDraft[] | null
  >;
}

/** What is wrong with an entry. */
export function errorsOf(entry: EntryDraft, text: Catalogue): EntryErrors {
  const words = text.interests.form;
  const { from, until } = { from: entry.from.trim(), until: entry.until.trim() };
  const found: { organisation?: string; purpose?: string; from?: string; until?: string } = {};
  if (!isLine(entry.organisation, ORGANISATION_LENGTH_MAX)) {
    found.organisation = words.organisationNeeded;
  }
  if (!isLine(entry.purpose, PURPOSE_LENGTH_MAX)) {
    found.purpose = words.purposeNeeded;
  }
  if (from !== "" && !isMonth(from)) {
    found.from = words.monthWrong;
  }
  if (until !== "" && !isMonth(until)) {
    found.until = words.monthWrong;
  } else if (until !== "" && entry.ongoing) {
    found.until = words.endless;
  } else if (until !== "" && isMonth(from) && until < from) {
    found.until = words.backwards;
  }
  return found;
}

/** What is sent; `null` while something is missing or wrong. */
export function interestsOf(answers: Answers, text: Catalogue): readonly Interest[] | null {
  const all: Interest[] = [];
  for (const item of interestItems) {
    const entries = answers[item];
    if (entries === null || entries.some((entry) => Object.keys(errorsOf(entry, text)).length > 0)) {
      return null;
    }
    all.push(...entries.map((entry) => interestOf(item, entry)));
  }
  return all;
}

/** Whether there are more entries than a declaration has room for. */
export function isTooMany(answers: Answers): boolean {
  return interestItems.reduce((count, item) => count + (answers[item]?.length ?? 0), 0) > ENTRIES_MAX;
}

function interestOf(item: InterestItem, entry: EntryDraft): Interest {
  const orNull = (value: string): string | null => (value.trim() === "" ? null : value.trim());
  return {
    item,
    organisation: entry.organisation.trim(),
    purpose: entry.purpose.trim(),
    amount: amounts.find((amount): amount is Amount => amount === entry.amount) ?? null,
    from: orNull(entry.from),
    until: orNull(entry.until),
    ongoing: entry.ongoing,
  };
}

function isLine(value: string, most: number): boolean {
  const { length } = [...value.trim()];
  return length > 0 && length <= most;
}

function isMonth(value: string): boolean {
  return /^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/.test(value);
}
