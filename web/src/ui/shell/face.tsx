/** A member as a round sign: their initials on their colour. */
import type { ReactNode } from "react";
import { textOn } from "../../sync/index.ts";

/** The first letters of the first and the last word of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

function firstLetter(word: string): string {
  return [...word][0] ?? "";
}

/** Decorative: the name stands beside it or in a label. */
export function Face(props: { readonly name: string; readonly color: string; readonly size?: number }): ReactNode {
  const size = props.size ?? 30;
  return (
    <span
      className="face"
      aria-hidden="true"
      // As an attribute, so that it is a sign and no text: labels that leave it out still match what is seen.
      data-initials={initialsOf(props.name)}
      style={{ width: size, height: size, fontSize: size * 0.38, background: props.color, color: textOn(props.color) }}
    />
  );
}
