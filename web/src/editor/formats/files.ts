/**
 * Files in and out: a Word, Markdown or HTML file becomes a text with a title, a document becomes a Markdown file.
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
import { readWord, WordError, type WordFailure } from "../word/read.ts";
import { decodeText, EncodingError, encodingOfHtml } from "./encoding.ts";
import { countPictures, type ReaderWords, readHtml, titleOfHtml } from "./html.ts";
import { countMarkdownPictures, readMarkdown, splitFrontMatter } from "./markdown-read.ts";
import { writeMarkdown } from "./markdown-write.ts";

/** The largest file read, in bytes. Its text with its structure stays well inside one frame of the protocol. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The largest Word file, in bytes: most of it are pictures, which are not read. What is, is bounded where it is unpacked.
 */
export const WORD_BYTES_MAX = 20 * 1024 * 1024;

/** Deeper texts the server does not take, so they are not begun (`SHARED_TYPE_DEPTH_MAX` of the protocol, with room). */
const TEXT_DEPTH_MAX = 100;

/** What the file holds and the text does not, or not as it was, counted. */
export interface LeftOut {
  /** Remarks beside the text. */
  readonly comments: number;
  /** Stretches that were deleted under tracked changes. */
  readonly deletions: number;
  /** Formulas, of which only the letters are there. */
  readonly formulas: number;
}

const NOTHING: LeftOut = { comments: 0, deletions: 0, formulas: 0 };

export interface ImportedText {
  readonly title: string;
  /** The text under its title. */
  readonly body: Node;
  /** The text with its title in it, as the file has it: for where another title stands already. */
  readonly whole: Node;
  /** Pictures that the file holds and the text does not. */
  readonly picturesLeftOut: number;
  readonly leftOut: LeftOut;
}

export type FileFailure =
  | { readonly kind: "unreadable" }
  /** A Word file that could not be read, and why. */
  | { readonly kind: "word"; readonly why: WordFailure }
  | { readonly kind: "too-deep" }
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

/** Reads a Word, Markdown or HTML file. Throws a `FileError`. */
export async function readFile(file: File, words?: ReaderWords): Promise<ImportedText> {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  const stem = file.name.replace(/\.[^.]+$/, "");
  const most = extension === "docx" ? WORD_BYTES_MAX : FILE_BYTES_MAX;
  if (file.size > most) {
    throw new FileError({ kind: "too-large", megabytes: most / (1024 * 1024) });
  }
  const text = await textOf(file, extension ?? "", stem, words);
  if (isDeeper(text.whole, TEXT_DEPTH_MAX)) {
    throw new FileError({ kind: "too-deep" });
  }
  return text;
}

async function textOf(file: File, extension: string, stem: string, words?: ReaderWords): Promise<ImportedText> {
  switch (extension) {
    case "docx": {
      const { html, title, counted } = await wordIn(file);
      return {
        ...withTitle(readHtml(html, words, "kept"), title, stem),
        picturesLeftOut: countPictures(html),
        leftOut: counted,
      };
    }
    case "doc":
      throw new FileError({ kind: "word", why: "locked" });
    case "md":
    case "markdown": {
      const content = await contentOf(file, () => null);
      return {
        ...withTitle(readMarkdown(content, words), splitFrontMatter(content).title, stem),
        picturesLeftOut: countMarkdownPictures(content),
        leftOut: NOTHING,
      };
    }
    case "html":
    case "htm": {
      const content = await contentOf(file, encodingOfHtml);
      return {
        ...withTitle(readHtml(content, words), titleOfHtml(content), stem),
        picturesLeftOut: countPictures(content),
        leftOut: NOTHING,
      };
    }
    default:
      throw new FileError({ kind: "unreadable" });
  }
}

async function wordIn(file: File): ReturnType<typeof readWord> {
  try {
    return await readWord(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    throw error instanceof WordError ? new FileError({ kind: "word", why: error.failure }) : error;
  }
}

function isDeeper(node: Node, depth: number): boolean {
  return depth < 0 || node.children.some((child) => isDeeper(child, depth - 1));
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
function withTitle(whole: Node, given: string | null, stem: string): Omit<ImportedText, "picturesLeftOut" | "leftOut"> {
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
