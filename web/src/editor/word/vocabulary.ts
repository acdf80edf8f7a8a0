/**
 * The names that writing and reading Word files share: namespaces, and the styles that carry what Word itself has no
 * structure for.
 *
 * Word has no quotes that hold a list, and no table inside a list: it has paragraphs with styles. So the style says in
 * whose midst a block stands: “heading 2, quote 1” is a heading within a quote, and looks and behaves like a heading 2.
 * Styles are known by their names, which a word processor keeps, and not by their ids, which it may change.
 */

const W14 = "http://schemas.microsoft.com/office/word/2010/wordml";

/** Of every part with words in it. */
export const NAMESPACES = {
  "xmlns:mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
  "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
  "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
  "xmlns:w14": W14,
  "xmlns:w15": "http://schemas.microsoft.com/office/word/2012/wordml",
  "mc:Ignorable": "w14 w15",
} as const;

export const RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships";
export const RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The same names as Pandoc and LibreOffice use, so that they understand each other. */
export const STYLE_NAMES = {
  title: "Title",
  quote: "Quote",
  code: "Source Code",
  codeWords: "Verbatim Char",
  rule: "Horizontal Line",
  tableHeading: "Table Heading",
  /** A paragraph that keeps two tables apart, because Word joins those that touch. */
  separator: "Table Separator",
  grid: "Table Grid",
} as const;

/** In whose midst a block stands, in a style's name. */
export function withPlace(name: string, quotes: number, lists = 0): string {
  return `${name}${lists > 0 ? `, list ${lists}` : ""}${quotes > 0 ? `, quote ${quotes}` : ""}`;
}

/** The name without its place, in small letters, and the place. */
export function placeIn(name: string): { readonly base: string; readonly quotes: number; readonly lists: number } {
  const found = /^(.*?)(?:, list (\d+))?(?:, quote (\d+))?$/is.exec(name);
  return {
    base: (found?.[1] ?? name).trim().toLowerCase(),
    lists: Number(found?.[2] ?? 0),
    quotes: Number(found?.[3] ?? 0),
  };
}

/** What this app says that it is, in the files that it writes: in them, a blank paragraph is meant. */
export const OWN_APPLICATION = "Consilium";
