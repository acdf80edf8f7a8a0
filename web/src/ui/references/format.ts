/** Formatting the citations of a text by the style of its document: for the page, and for files. */
import type { StandingCitation } from "../../editor/index.ts";
import type { Library, ReferenceId } from "../../references/index.ts";
import { type CitedPiece, type FormattedCitations, formatCitations } from "../../sync/index.ts";

/** What stands before a page. */
const PAGE = { en: "p.", de: "S." } as const;

/** Formats `citations` in their order. Rejects when that cannot be had. */
export async function formatted(
  citations: readonly StandingCitation[],
  { items, style }: Library,
  language: "en" | "de",
): Promise<FormattedCitations> {
  const ids = new Set(citations.flatMap(({ refs }) => refs));
  const answer = await formatCitations({
    style,
    language,
    references: [...ids].flatMap((id) => {
      const item = items.get(id as ReferenceId);
      return item === undefined ? [] : [{ ...item, id }];
    }),
    // A place in a reference is said of one; among several nobody could tell of which.
    citations: citations.map(({ refs, locator }) => refs.map((id) => (refs.length === 1 ? { id, locator } : { id }))),
  });
  return {
    citations: answer.citations.map((pieces, index) =>
      style === "numbered" ? withPlace(pieces, citations[index]?.locator ?? "", language) : pieces,
    ),
    references: answer.references.map((reference) => ({ ...reference, text: tidied(reference.text) })),
  };
}

/** “(1)” as “(1, p. 12)”: the numbered style leaves out where in a reference something is. */
export function withPlace(
  pieces: readonly CitedPiece[],
  locator: string,
  language: "en" | "de",
): readonly CitedPiece[] {
  const said = locator.trim();
  const last = pieces.at(-1);
  if (said === "" || last === undefined || !last.text.endsWith(")")) {
    return pieces;
  }
  const place = /^[\d\s,–-]+$/.test(said) ? `${PAGE[language]} ${said.replaceAll("-", "–")}` : said;
  return [...pieces.slice(0, -1), { ...last, text: `${last.text.slice(0, -1)}, ${place})` }];
}

/** Without the spaces that the library leaves before a semicolon, where a date has no day, and at the end. */
function tidied(pieces: readonly CitedPiece[]): readonly CitedPiece[] {
  return pieces.map((piece, index) => {
    const text = piece.text.replaceAll(" ;", ";");
    return { ...piece, text: index === pieces.length - 1 ? text.trimEnd() : text };
  });
}

/** The words of formatted text. */
export function wordsOf(pieces: readonly CitedPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}
