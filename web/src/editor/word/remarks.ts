/** What is said about a text, as Word keeps it: where each thread hangs, and what was said in it, in order. */
import type { Node } from "@tiptap/pm/model";
import type { Range } from "../body-map.ts";
import { NAMESPACES } from "./vocabulary.ts";
import { element, escaped, xmlDocument } from "./xml.ts";

export interface WordRemark {
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

export interface WordThread {
  /** Where it hangs in the text; `null` for the document as a whole. */
  readonly range: Range | null;
  /** At least one; what follows the first answers it. */
  readonly remarks: readonly WordRemark[];
  readonly isResolved: boolean;
}

/** The remarks of one file, and which of them begin and end where. */
export class Remarks {
  readonly #numbered: readonly { readonly thread: WordThread; readonly range: Range | null; readonly first: number }[];

  /** @param body - the text that the threads are about */
  constructor(threads: readonly WordThread[], body: Node) {
    let next = 0;
    this.#numbered = threads
      .filter(({ remarks }) => remarks.length > 0)
      .map((thread) => {
        const first = next;
        next += thread.remarks.length;
        return { thread, range: lettersIn(thread.range, body), first };
      });
  }

  get isEmpty(): boolean {
    return this.#numbered.length === 0;
  }

  /** Where a run of text has to be cut, because something is said about one side of it. */
  get cuts(): readonly number[] {
    return this.#numbered.flatMap(({ range }) => (range === null ? [] : [range.from, range.to]));
  }

  /** What begins at a letter. */
  begin(at: number): string {
    return this.#marks(({ range }) => range?.from === at, beginning);
  }

  /** What ends behind a letter. */
  end(at: number): string {
    return this.#marks(({ range }) => range?.to === at, ending);
  }

  /** `content`, with what is said about the document as a whole hung on it. */
  aboutAll(content: string): string {
    const isAboutAll = ({ range }: { readonly range: Range | null }): boolean => range === null;
    return this.#marks(isAboutAll, beginning) + content + this.#marks(isAboutAll, ending);
  }

  #marks(is: (each: { readonly range: Range | null }) => boolean, mark: (id: number) => string): string {
    return this.#numbered
      .filter(is)
      .flatMap(({ thread, first }) => thread.remarks.map((_, index) => mark(first + index)))
      .join("");
  }

  /** What was said. */
  xml(): string {
    return xmlDocument(
      element(
        "w:comments",
        NAMESPACES,
        ...this.#numbered.flatMap(({ thread, first }) =>
          thread.remarks.map((remark, index) => remarkOf(remark, first + index)),
        ),
      ),
    );
  }

  /** What answers what, and what is settled. */
  threadsXml(): string {
    return xmlDocument(
      element(
        "w15:commentsEx",
        NAMESPACES,
        ...this.#numbered.flatMap(({ thread, first }) =>
          thread.remarks.map((_, index) =>
            element("w15:commentEx", {
              "w15:paraId": paragraphId(first + index),
              ...(index === 0 ? {} : { "w15:paraIdParent": paragraphId(first) }),
              "w15:done": thread.isResolved ? 1 : 0,
            }),
          ),
        ),
      ),
    );
  }
}

/** A range, drawn together to the letters in it; `null` when there are none. */
function lettersIn(range: Range | null, body: Node): Range | null {
  if (range === null || range.from < 0 || range.to > body.content.size || range.from >= range.to) {
    return null;
  }
  let found: Range | null = null;
  body.nodesBetween(range.from, range.to, (node, at) => {
    if (node.isInline) {
      const [from, to] = [Math.max(at, range.from), Math.min(at + node.nodeSize, range.to)];
      found = from < to ? { from: found?.from ?? from, to } : found;
    }
  });
  return found;
}

function beginning(id: number): string {
  return element("w:commentRangeStart", { "w:id": id });
}

function ending(id: number): string {
  return (
    element("w:commentRangeEnd", { "w:id": id }) +
    element(
      "w:r",
      {},
      element("w:rPr", {}, element("w:rStyle", { "w:val": "CommentReference" })),
      element("w:commentReference", { "w:id": id }),
    )
  );
}

function remarkOf({ author, at, text }: WordRemark, id: number): string {
  const lines = text.split("\n");
  return element(
    "w:comment",
    { "w:id": id, "w:author": author, "w:date": wordTime(at), "w:initials": initialsOf(author) },
    ...lines.map((line, index) =>
      element(
        "w:p",
        // The last paragraph stands for the whole.
        index === lines.length - 1 ? { "w14:paraId": paragraphId(id) } : {},
        element("w:pPr", {}, element("w:pStyle", { "w:val": "CommentText" })),
        index > 0
          ? ""
          : element(
              "w:r",
              {},
              element("w:rPr", {}, element("w:rStyle", { "w:val": "CommentReference" })),
              element("w:annotationRef"),
            ),
        element("w:r", {}, `<w:t xml:space="preserve">${escaped(line)}</w:t>`),
      ),
    ),
  );
}

/** Word wants eight digits, and a number below 2³¹. */
function paragraphId(id: number): string {
  return (0x10000000 + id).toString(16).toUpperCase().padStart(8, "0");
}

/** A time as Word writes it: without fractions. */
export function wordTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function initialsOf(author: string): string {
  return [...author.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(([letter]) => letter.toUpperCase()).join("");
}
