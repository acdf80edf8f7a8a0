/**
 * What was changed since an earlier state, for each block of the text in order: the same comparison as the history shows.
 *
 * Word keeps changes as insertions and deletions. What only looks otherwise than before, with the same words, is no
 * change there.
 */
import { type Block, compare, type PastText, type Words } from "../past/index.ts";
import { wordTime } from "./remarks.ts";
import { element } from "./xml.ts";

/** What happened to a block of the present text. */
export type BlockChange =
  | { readonly kind: "kept" }
  | { readonly kind: "added" }
  | { readonly kind: "changed"; readonly words: readonly Words[] };

export interface Since {
  readonly text: PastText;
  /** Whose the changes are, in the list of changes that Word shows. */
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const KEPT: BlockChange = { kind: "kept" };

/** The changes of one file. Its blocks are asked for in the order in which `blocksOf` lists them. */
export class Changes {
  readonly #blocks: BlockChange[] = [];
  readonly #goneBefore = new Map<number, Block[]>();
  readonly #by: { readonly "w:author": string; readonly "w:date": string };
  #next = 0;
  #marks = 0;

  constructor(since: Since | null, now: PastText) {
    this.#by = { "w:author": since?.author ?? "", "w:date": wordTime(since?.at ?? 0) };
    for (const each of since === null ? [] : compare(since.text, now)) {
      if (each.kind === "removed") {
        const gone = this.#goneBefore.get(this.#blocks.length) ?? [];
        this.#goneBefore.set(this.#blocks.length, [...gone, each.before]);
      } else {
        this.#blocks.push(each.kind === "changed" ? { kind: each.kind, words: each.words } : { kind: each.kind });
      }
    }
  }

  /** The next block of the text, with those that stood before it and are gone. */
  next(): { readonly change: BlockChange; readonly gone: readonly Block[] } {
    const change = this.#blocks[this.#next] ?? KEPT;
    const gone = this.#goneBefore.get(this.#next) ?? [];
    this.#next += 1;
    return { change, gone };
  }

  /** Those that stood behind the last block. */
  rest(): readonly Block[] {
    return this.#goneBefore.get(this.#next) ?? [];
  }

  /** Whether all of the next `count` blocks are new. */
  areNew(count: number): boolean {
    const blocks = this.#blocks.slice(this.#next, this.#next + count);
    return count > 0 && blocks.length === count && blocks.every(({ kind }) => kind === "added");
  }

  /** An element that says of `content`, or of what it stands in, that it came or went. */
  mark(kind: "w:ins" | "w:del", content = ""): string {
    this.#marks += 1;
    return element(kind, { "w:id": this.#marks, ...this.#by }, content);
  }
}
