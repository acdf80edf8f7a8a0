/**
 * Two states of a document beside each other: which blocks are alike, which came and went, and within a block that was
 * changed, which words. Pure.
 */
import { type Alignable, align, wordsOf } from "./alignment.ts";
import { type Block, blocksOf } from "./blocks.ts";
import type { PastText } from "./read.ts";
import { shortestEdit } from "./shortest-edit.ts";

/** Words that are alike, or that came or went. */
export interface Words {
  readonly kind: "kept" | "added" | "removed";
  readonly text: string;
}

/** One block of the comparison. */
export type Compared =
  | { readonly kind: "kept"; readonly before: Block; readonly after: Block }
  | { readonly kind: "added"; readonly after: Block }
  | { readonly kind: "removed"; readonly before: Block }
  /** `words` are all alike where only the look or the place of the block was changed. */
  | { readonly kind: "changed"; readonly before: Block; readonly after: Block; readonly words: readonly Words[] };

/** Compares what a document said with what it said later. */
export function compare(before: PastText, after: PastText): readonly Compared[] {
  const old = blocksOf(before.title, before.body);
  const now = blocksOf(after.title, after.body);
  return align(old.map(alignable), now.map(alignable)).flatMap((each): readonly Compared[] => {
    const was = "before" in each ? old[each.before] : undefined;
    const is = "after" in each ? now[each.after] : undefined;
    if (was === undefined) {
      return is === undefined ? [] : [{ kind: "added", after: is }];
    }
    if (is === undefined) {
      return [{ kind: "removed", before: was }];
    }
    return each.is === "kept"
      ? [{ kind: "kept", before: was, after: is }]
      : [{ kind: "changed", before: was, after: is, words: compareWords(was.text, is.text) }];
  });
}

/** The title is never changed into a paragraph. */
function alignable({ key, look, text }: Block): Alignable {
  return { key, kind: look === "title" ? "title" : "block", text };
}

/** Whether nothing is different. */
export function isAlike(compared: readonly Compared[]): boolean {
  return compared.every(({ kind }) => kind === "kept");
}

/** The words of two texts in their places: in each place first what went, then what came. */
export function compareWords(before: string, after: string): readonly Words[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  return shortestEdit(old, now).flatMap((stretch): readonly Words[] => {
    const came = now.slice(...stretch.after).join("");
    if (stretch.alike) {
      return [{ kind: "kept", text: came }];
    }
    const went = old.slice(...stretch.before).join("");
    return [
      ...(went === "" ? [] : [{ kind: "removed", text: went } as const]),
      ...(came === "" ? [] : [{ kind: "added", text: came } as const]),
    ];
  });
}
