/**
 * Reading Markdown (CommonMark with GitHub's tables, tasks and strikethrough), front matter included.
 *
 * Goes by way of HTML, so that a text means the same whether it comes as Markdown or as a web page.
 */

import type { Node, Schema, Slice } from "@tiptap/pm/model";
import { Marked } from "marked";
import { countPictures, type ReaderWords, readHtml, readHtmlSlice } from "./html.ts";

const marked = new Marked({ gfm: true, breaks: false, async: false });

marked.use({
  tokenizer: {
    // Two tildes strike. One may mean struck (GitHub), lowered as in H~2~O (Pandoc), or “about”: it stays a tilde, so
    // that nothing says what its author did not.
    del: (source) => (source.startsWith("~~") ? false : undefined),
  },
});

/** The text of `markdown` as a document. */
export function readMarkdown(markdown: string, words?: ReaderWords): Node {
  return readHtml(toHtml(markdown), words);
}

/** The text of `markdown` as a slice in the `schema` of the editor it is pasted into. */
export function readMarkdownSlice(markdown: string, schema: Schema, words?: ReaderWords): Slice {
  return readHtmlSlice(toHtml(markdown), schema, words);
}

/** How many pictures `markdown` holds. */
export function countMarkdownPictures(markdown: string): number {
  return countPictures(toHtml(markdown));
}

function toHtml(markdown: string): string {
  return marked.parse(splitFrontMatter(markdown).body, { async: false });
}

/** Separates YAML front matter from the text. Of the front matter only `title` is understood. */
export function splitFrontMatter(markdown: string): { readonly title: string | null; readonly body: string } {
  const text = markdown.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const found = /^---\n([\s\S]*?)\n(?:---|\.\.\.)(?:\n|$)/.exec(text);
  if (found === null || !/^[\w-]+\s*:/m.test(found[1] ?? "")) {
    return { title: null, body: text };
  }
  const title = /^title\s*:\s*(.+)$/m
    .exec(found[1] ?? "")?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, "$2");
  return { title: title === undefined || title === "" ? null : title, body: text.slice(found[0].length) };
}

/** Signs that plain text was meant as Markdown: structure at the start of a line, or a link or bold text. */
const SIGNS = [
  /^#{1,6}\s+\S/m,
  /^\s*[-*+]\s+\S.*\n\s*[-*+]\s+\S/m,
  /^\s*[-*+]\s+\[[ xX]\]\s/m,
  /^\s*1[.)]\s+\S.*\n\s*2[.)]\s+\S/m,
  /^>\s+\S/m,
  /^(?:```|~~~)/m,
  /^\s*\|?[\s:]*-{3,}[\s:]*\|[\s|:-]*$/m,
  /\[[^\]\n]+\]\((?:https?:|mailto:|\/|#)[^)\s]*\)/,
  /(?:^|\s)\*\*\S(?:[^*\n]*\S)?\*\*(?:\s|[.,;:!?)]|$)/m,
];

/** Whether pasted plain text should be read as Markdown. */
export function looksLikeMarkdown(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}
