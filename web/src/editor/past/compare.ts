/**
 * Two states of a document beside each other: which blocks are alike, which came and went, and within a block that was
 * changed, which words. Pure.
 */
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

/** How much of their words two blocks have in common to count as one that was changed. */
const ALIKE_MIN = 0.4;

/** Pairs that are looked at in one place; beyond it, all of the old goes and all of the new comes. */
const PAIRS_MAX = 10_000;

/** Compares what a document said with what it said later. */
export function compare(before: PastText, after: PastText): readonly Compared[] {
  const old = blocksOf(before.title, before.body);
  const now = blocksOf(after.title, after.body);
  const keys = (blocks: readonly Block[]): readonly string[] => blocks.map(({ key }) => key);
  return shortestEdit(keys(old), keys(now)).flatMap((stretch): readonly Compared[] => {
    const gone = old.slice(...stretch.before);
    const come = now.slice(...stretch.after);
    if (!stretch.alike) {
      return matched(gone, come);
    }
    return come.flatMap((block, index): readonly Compared[] => {
      const was = gone[index];
      return was === undefined ? [] : [{ kind: "kept", before: was, after: block }];
    });
  });
}

/** Whether nothing is different. */
export function isAlike(compared: readonly Compared[]): boolean {
  return compared.every(({ kind }) => kind === "kept");
}

/** Blocks that went and blocks that came in one place: those that look like each other were changed. */
function matched(gone: readonly Block[], come: readonly Block[]): readonly Compared[] {
  const pairs = gone.length * come.length > PAIRS_MAX ? [] : bestPairs(gone, come);
  const result: Compared[] = [];
  let [g, c] = [0, 0];
  const until = (toG: number, toC: number): void => {
    result.push(...gone.slice(g, toG).map((block): Compared => ({ kind: "removed", before: block })));
    result.push(...come.slice(c, toC).map((block): Compared => ({ kind: "added", after: block })));
  };
  for (const [atG, atC] of pairs) {
    const [was, is] = [gone[atG], come[atC]];
    if (was !== undefined && is !== undefined) {
      until(atG, atC);
      result.push({ kind: "changed", before: was, after: is, words: compareWords(was.text, is.text) });
      [g, c] = [atG + 1, atC + 1];
    }
  }
  until(gone.length, come.length);
  return result;
}

/** The pairs, in order, that have most in common together. */
function bestPairs(gone: readonly Block[], come: readonly Block[]): readonly (readonly [number, number])[] {
  const [n, m] = [gone.length, come.length];
  const bags = come.map(({ text }) => bagOf(text));
  const likeness = gone.map((block) => {
    const bag = bagOf(block.text);
    return bags.map((other, at) => (canPair(block, come[at]) ? inCommon(bag, other) : 0));
  });
  const best = Array.from({ length: n + 1 }, () => new Float64Array(m + 1));
  const value = (i: number, j: number): number => best[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const alike = likeness[i]?.[j] ?? 0;
      const paired = alike >= ALIKE_MIN ? alike + value(i + 1, j + 1) : 0;
      const row = best[i];
      if (row !== undefined) {
        row[j] = Math.max(paired, value(i + 1, j), value(i, j + 1));
      }
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const alike = likeness[i]?.[j] ?? 0;
    if (alike >= ALIKE_MIN && value(i, j) === alike + value(i + 1, j + 1)) {
      pairs.push([i, j]);
      i++;
      j++;
    } else if (value(i, j) === value(i + 1, j)) {
      i++;
    } else {
      j++;
    }
  }
  return pairs;
}

/** The title is never changed into a paragraph. */
function canPair(one: Block, other: Block | undefined): boolean {
  return other !== undefined && (one.look === "title") === (other.look === "title");
}

function bagOf(text: string): ReadonlyMap<string, number> {
  const bag = new Map<string, number>();
  for (const word of wordsOf(text)) {
    if (word.trim() !== "") {
      bag.set(word, (bag.get(word) ?? 0) + 1);
    }
  }
  return bag;
}

/** The part of their words that two texts have in common, from 0 to 1. */
function inCommon(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const size = (bag: ReadonlyMap<string, number>): number => [...bag.values()].reduce((sum, count) => sum + count, 0);
  const [oneSize, otherSize] = [size(one), size(other)];
  if (oneSize === 0 || otherSize === 0) {
    return oneSize === otherSize ? 1 : 0;
  }
  let both = 0;
  for (const [word, count] of one) {
    both += Math.min(count, other.get(word) ?? 0);
  }
  return (2 * both) / (oneSize + otherSize);
}

/** Words, spaces and signs, in order: together they are the text. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
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
