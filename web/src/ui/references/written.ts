/** The citations of a text as a file carries them. */
import { citationsIn, type Editor } from "../../editor/index.ts";
import type { WrittenCitations } from "../../editor/written-out.ts";
import type { Library } from "../../references/index.ts";
import { formatted } from "./format.ts";

/** Writes them by the style of the library; `null` where there are none. Rejects when the formatter cannot be had. */
export async function writtenCitations(
  body: Editor["state"]["doc"],
  library: Library,
  language: "en" | "de",
  words: { readonly heading: string; readonly missing: (label: string) => string },
): Promise<WrittenCitations | null> {
  const citations = citationsIn(body);
  if (citations.length === 0) {
    return null;
  }
  const { citations: said, references } = await formatted(citations, library, language);
  return {
    heading: words.heading,
    references,
    citations: citations.map(({ refs, label }, index) => {
      const pieces = said[index] ?? [];
      const isMissing = refs.length === 0 || refs.some((id) => !library.items.has(id as never));
      return isMissing ? [...pieces, { text: `[${words.missing(label)}]` }] : pieces;
    }),
  };
}
