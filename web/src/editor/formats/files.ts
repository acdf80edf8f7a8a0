/**
 * Files in and out: a Markdown or HTML file becomes a text with a title, a document becomes a Markdown file.
 *
 * A first heading of level 1 is the title, on the way in and on the way out, so that a file that went round is the
 * same document. Nothing of a file is lost without a word.
 */
import type { Node } from "@tiptap/pm/model";
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { readTitle, TITLE_LENGTH_MAX, writeTitle } from "../../sync/index.ts";
import { BODY_FIELD } from "../body.ts";
import { takeOut } from "../foreign.ts";
import { plainLine } from "../plain-line.ts";
import { proseSchema } from "../schema.ts";
import { decodeText, EncodingError, encodingOfHtml } from "./encoding.ts";
import { countPictures, type ReaderWords, readHtml, titleOfHtml } from "./html.ts";
import { countMarkdownPictures, readMarkdown, splitFrontMatter } from "./markdown-read.ts";
import { writeMarkdown } from "./markdown-write.ts";

/** The largest file read, in bytes. Its text with its structure stays well inside one frame of the protocol. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024;

export interface ImportedText {
  readonly title: string;
  /** The text under its title. */
  readonly body: Node;
  /** The text with its title in it, as the file has it: for where another title stands already. */
  readonly whole: Node;
  /** Pictures that the file holds and the text does not. */
  readonly picturesLeftOut: number;
}

export type FileFailure =
  | { readonly kind: "unreadable" }
  | { readonly kind: "too-large"; readonly megabytes: number }
  /** The bytes are not in the encoding that the file says it is in. */
  | { readonly kind: "undecodable"; readonly encoding: string };

export class FileError extends Error {
  readonly failure: FileFailure;

  constructor(failure: FileFailure) {
    super(`file not imported: ${failure.kind}`);
    this.name = "FileError";
    this.failure = failure;
  }
}

/** Reads a Markdown or HTML file. Throws a `FileError`. */
export async function readFile(file: File, words?: ReaderWords): Promise<ImportedText> {
  if (file.size > FILE_BYTES_MAX) {
    throw new FileError({ kind: "too-large", megabytes: FILE_BYTES_MAX / (1024 * 1024) });
  }
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  const stem = file.name.replace(/\.[^.]+$/, "");
  switch (extension) {
    case "md":
    case "markdown": {
      const content = await contentOf(file, () => null);
      return {
        ...withTitle(readMarkdown(content, words), splitFrontMatter(content).title, stem),
        picturesLeftOut: countMarkdownPictures(content),
      };
    }
    case "html":
    case "htm": {
      const content = await contentOf(file, encodingOfHtml);
      return {
        ...withTitle(readHtml(content, words), titleOfHtml(content), stem),
        picturesLeftOut: countPictures(content),
      };
    }
    default:
      throw new FileError({ kind: "unreadable" });
  }
}

/** The text in `file`, in the encoding that the file has by itself or `declared` finds in it. */
async function contentOf(file: File, declared: (bytes: Uint8Array) => string | null): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let content: string;
  try {
    content = decodeText(bytes, declared(bytes));
  } catch (error) {
    throw error instanceof EncodingError ? new FileError({ kind: "undecodable", encoding: error.encoding }) : error;
  }
  if (content.includes("\0")) {
    throw new FileError({ kind: "unreadable" });
  }
  return content;
}

/**
 * Takes the title from the first heading, else from what the file says of itself, else from its name.
 *
 * A title is a short line without style. A heading that is more than that stays in the text as well, whole.
 */
function withTitle(whole: Node, given: string | null, stem: string): Omit<ImportedText, "picturesLeftOut"> {
  const first = whole.firstChild;
  const heading = first?.type.name === "heading" && first.attrs["level"] === 1 ? plainLine(first) : "";
  if (first === null || heading === "") {
    return { title: shortTitle(given ?? stem), body: whole, whole };
  }
  const title = shortTitle(heading);
  if (title !== heading || first.children.some((child) => !child.isText || child.marks.length > 0)) {
    return { title, body: whole, whole };
  }
  const rest = whole.content.cut(first.nodeSize);
  const kept = rest.size === 0 ? whole.type.createAndFill() : whole.copy(rest);
  return { title, body: kept ?? whole, whole };
}

const ELLIPSIS = "…";

/** `line`, cut to the length of a title: behind a word, or within one that is longer than half of that. */
function shortTitle(line: string): string {
  if (line.length <= TITLE_LENGTH_MAX) {
    return line;
  }
  const room = TITLE_LENGTH_MAX - ELLIPSIS.length;
  // One more than there is room for, to see whether a word ends right there; never half of a surrogate pair.
  const space = line.slice(0, room + 1).search(/\s\S*$/u);
  const cut = space > room / 2 ? line.slice(0, space) : line.slice(0, room).replace(/[\ud800-\udbff]$/, "");
  return `${cut.trimEnd()}${ELLIPSIS}`;
}

/** Writes `text` into a new document. */
export function writeImported(doc: Y.Doc, text: ImportedText): void {
  writeTitle(doc, text.title);
  prosemirrorToYXmlFragment(text.body, doc.getXmlFragment(BODY_FIELD));
}

/** The document that `updates` give, as Markdown under its title. */
export function markdownOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) {
    Y.applyUpdate(doc, update);
  }
  // This copy is nobody else’s.
  takeOut(doc);
  const body = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(BODY_FIELD), proseSchema());
  const markdown = writeMarkdown(body, readTitle(doc));
  doc.destroy();
  return markdown;
}

/** A file name for `title`: letters and digits of any script, words joined by hyphens. */
export function fileNameOf(title: string, fallback: string): string {
  const words = title
    .normalize("NFKC")
    .toLocaleLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return `${(words ?? [fallback]).join("-").slice(0, 80)}.md`;
}
