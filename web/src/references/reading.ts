/** What readers of reference files have in common: what they find, and what they could not read, by line. */
import type { Item } from "./item.ts";

export type FileFormat = "bibtex" | "ris" | "csl-json";

/** Why something in a file was not read, or not as it stands. */
export type ReadingProblem =
  /** It is not in the form of its format. */
  | "malformed"
  /** It ends before it is complete. */
  | "unfinished"
  /** Braces lie deeper within each other than anybody writes. */
  | "too-deep"
  /** It has neither title nor author nor journal. */
  | "nothing-to-cite"
  /** Read, but an abbreviation in it is nowhere explained. */
  | "unknown-abbreviation";

export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly why: ReadingProblem;
  /** What it was about, such as the key of an entry; may be empty. */
  readonly about: string;
}

/** Whatever has more of them than this is no file of references, or none that anybody could mend by a list. */
export const PROBLEMS_MAX = 1_000;

export interface Found {
  readonly line: number;
  readonly item: Item;
}

export interface Reading {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
}

/** Tells the line of a place in a text. */
export function linesOf(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + 1;
  };
}
