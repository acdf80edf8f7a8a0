/**
 * Which entry of one list is which of another: alike, changed, new or gone. Pure.
 *
 * What is alike is found first; of the rest in one place, those count as changed that have most of their words in common.
 * By place alone nothing is what stood there before: a comment would move to another sentence.
 */
import { shortestEdit } from "./shortest-edit.ts";

/** What is compared. */
export interface Alignable {
  /** Everything that makes it different from another. */
  readonly key: string;
  /** Only what is of one kind can have been changed into each other. */
  readonly kind: string;
  readonly text: string;
}

/** One entry of both lists, by its places there. */
export type Aligned =
  | { readonly is: "kept" | "changed"; readonly before: number; readonly after: number }
  | { readonly is: "removed"; readonly before: number }
  | { readonly is: "added"; readonly after: number };

/** How much of their words two entries have in common to count as one that was changed. */
const ALIKE_MIN = 0.4;

/** Pairs that are looked at in one place; beyond it, all of the old goes and all of the new comes. */
const PAIRS_MAX = 10_000;

/** Both lists in one order; where something was replaced, first what went. */
export function align(before: readonly Alignable[], after: readonly Alignable[]): readonly Aligned[] {
  const keys = (list: readonly Alignable[]): readonly string[] => list.map(({ key }) => key);
  return shortestEdit(keys(before), keys(after)).flatMap((stretch): readonly Aligned[] => {
    const [fromB, toB] = stretch.before;
    const [fromA, toA] = stretch.after;
    if (stretch.alike) {
      return Array.from({ length: toA - fromA }, (_, at) => ({ is: "kept", before: fromB + at, after: fromA + at }));
    }
    const gone = before.slice(fromB, toB);
    const come = after.slice(fromA, toA);
    return matched(gone, come).map((each) => shifted(each, fromB, fromA));
  });
}

function shifted(each: Aligned, before: number, after: number): Aligned {
  switch (each.is) {
    case "removed":
      return { ...each, before: each.before + before };
    case "added":
      return { ...each, after: each.after + after };
    default:
      return { ...each, before: each.before + before, after: each.after + after };
  }
}

/** What went and what came in one place: those that look like each other were changed. */
function matched(gone: readonly Alignable[], come: readonly Alignable[]): readonly Aligned[] {
  const pairs = gone.length * come.length > PAIRS_MAX ? [] : bestPairs(gone, come);
  const result: Aligned[] = [];
  let [g, c] = [0, 0];
  const until = (toG: number, toC: number): void => {
    for (; g < toG; g++) {
      result.push({ is: "removed", before: g });
    }
    for (; c < toC; c++) {
      result.push({ is: "added", after: c });
    }
  };
  for (const [atG, atC] of pairs) {
    until(atG, atC);
    result.push({ is: "changed", before: atG, after: atC });
    [g, c] = [atG + 1, atC + 1];
  }
  until(gone.length, come.length);
  return result;
}

/** The pairs, in order, that have most in common together. */
function bestPairs(gone: readonly Alignable[], come: readonly Alignable[]): readonly (readonly [number, number])[] {
  const [n, m] = [gone.length, come.length];
  const bags = come.map(({ text }) => bagOf(text));
  const likeness = gone.map((block) => {
    const bag = bagOf(block.text);
    return bags.map((other, at) => (block.kind === come[at]?.kind ? inCommon(bag, other) : 0));
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
export function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}
