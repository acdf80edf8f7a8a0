/** A member as a round sign: their initials on their colour. */
import type { CSSProperties, ReactNode } from "react";
import { memberProperties } from "../../sync/index.ts";

/** What stands before a name and is no part of it, or behind it; with or without a full stop. */
const TITLES = new Set(
  ["dr", "prof", "pd", "priv-doz", "privdoz", "doz", "med", "rer", "nat", "phil", "habil", "hc", "dent", "vet", "pharm"]
    .concat([
      "mr",
      "mrs",
      "ms",
      "mx",
      "sir",
      "dame",
      "frau",
      "herr",
      "dipl-psych",
      "dipl-ing",
      "mag",
      "ing",
      "univ-prof",
    ])
    .concat(["md", "phd", "msc", "bsc", "mph", "mba", "jr", "sr"]),
);

/** The first letters of the first and the last word of a name, without titles. */
export function initialsOf(name: string): string {
  const all = name
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean);
  const named = all.filter((word) => !TITLES.has(word.toLowerCase().replaceAll(".", "")));
  // Somebody may be called like a title.
  const words = named.length > 0 ? named : all;
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

function firstLetter(word: string): string {
  return [...word][0] ?? "";
}

/** Decorative: the name stands beside it or in a label. */
export function Face(props: {
  readonly name: string;
  readonly color: string;
  /** Tells members of one colour apart. */
  readonly mark?: number;
  readonly size?: number;
}): ReactNode {
  const size = props.size ?? 30;
  const style = { width: size, height: size, fontSize: size * 0.38, ...memberProperties(props.color) };
  return (
    <span
      className="face member"
      aria-hidden="true"
      // As attributes, so that they are signs and no text: labels that leave them out still match what is seen.
      data-initials={initialsOf(props.name)}
      data-mark={props.mark ?? 0}
      style={style as CSSProperties}
    />
  );
}
