/** A term with an end, in words. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import type { Role, Term } from "../../../sync/index.ts";
import { dayOf } from "../../words/time.ts";

/** How long before its end a term is told of, in milliseconds: the server tells it as early. */
export const ENDS_SOON_MS = 7 * 86_400_000;

export type TermOf = Pick<Term, "role" | "of">;

/** What has the end. */
export function whatEnds({ role, of }: TermOf, { terms }: Catalogue): string {
  return of === "grant" ? terms.what.grant : terms.what[role];
}

/** Whether it is time to say that it ends. */
export function endsSoon(term: Term, now: number): boolean {
  return !term.isOver && term.until - now <= ENDS_SOON_MS;
}

/** What is said in place of what cannot be seen any more; `null` where no end is the reason. */
export function overWords(
  term: Term | null,
  language: string,
  text: Catalogue,
): { readonly title: string; readonly body: string } | null {
  return term?.isOver === true
    ? { title: text.terms.endedTitle(whatEnds(term, text), dayOf(term.until, language)), body: text.terms.ended }
    : null;
}

/** What a notification says of an end. */
export function toldOfEnd(role: Role, isOfDocument: boolean, until: number, language: string, text: Catalogue): string {
  const what = whatEnds({ role, of: isOfDocument ? "grant" : "membership" }, text);
  return text.terms.told(what, dayOf(until, language));
}
