/** Formatting the citations of a text by the style of its document: for the page, and for files. */
import type { StandingCitation } from "../../editor/index.ts";
import type { Library, ReferenceId } from "../../references/index.ts";
import { type CitedPiece, type FormattedCitations, loadCitations } from "../../sync/index.ts";
import { piece } from "../pieces.ts";

/** Fetches the module; loaded when the first citation is to be shown. */
export const loadFormatter = piece(() => loadCitations());

/** Formats `citations` in their order. Rejects when the module cannot be had. */
export async function formatted(
  citations: readonly StandingCitation[],
  { items, style }: Library,
  language: "en" | "de",
): Promise<FormattedCitations> {
  const format = await loadFormatter();
  const ids = new Set(citations.flatMap(({ refs }) => refs));
  return format({
    style,
    language,
    references: [...ids].flatMap((id) => {
      const item = items.get(id as ReferenceId);
      return item === undefined ? [] : [{ ...item, id }];
    }),
    // A place in a reference is said of one; among several nobody could tell of which.
    citations: citations.map(({ refs, locator }) => refs.map((id) => (refs.length === 1 ? { id, locator } : { id }))),
  });
}

/** The words of formatted text. */
export function wordsOf(pieces: readonly CitedPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}
