/**
 * The words of a block in one line without style, for titles and the outline.
 *
 * A raised or lowered number keeps its meaning: Unicode has characters of their own for it, and 109 is not 10⁹.
 */
import type { Node } from "@tiptap/pm/model";
import { CITATION } from "./citation.ts";

const CHARACTERS = "0123456789+-=()";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";

export function plainLine(block: Node): string {
  return block.children
    .map((child) => (child.isText ? plainText(child) : child.type.name === CITATION ? "" : " "))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

function plainText(node: Node): string {
  const text = node.text ?? "";
  const marks = new Set(node.marks.map(({ type }) => type.name));
  if (marks.has("superscript")) {
    return inCharacters(text, RAISED);
  }
  return marks.has("subscript") ? inCharacters(text, LOWERED) : text;
}

/** `text` in other `characters`; as it is, when there is not one for each of its own. */
function inCharacters(text: string, characters: string): string {
  // A minus is written as a hyphen by those who have no key for it.
  const plain = [...text.replaceAll("\u2212", "-")];
  return plain.every((sign) => CHARACTERS.includes(sign))
    ? plain.map((sign) => characters[CHARACTERS.indexOf(sign)]).join("")
    : text;
}
