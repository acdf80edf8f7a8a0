/**
 * The outline of a text: its headings in order, and how long the text is.
 *
 * Both are asked for at every keystroke. A text is a list of blocks of which a keystroke changes one, so what is known
 * of a block is remembered for as long as the block is.
 */
import type { Node } from "@tiptap/pm/model";
import { plainLine } from "./plain-line.ts";

export interface OutlineEntry {
  readonly level: number;
  readonly text: string;
}

interface Heading extends OutlineEntry {
  /** Where it stands in its block; 0 for the block itself. */
  readonly offset: number;
}

const headings = new WeakMap<Node, readonly Heading[]>();
const words = new WeakMap<Node, number>();

/** The headings of `doc` that have a text. */
export function outlineOf(doc: Node): readonly OutlineEntry[] {
  return doc.children.flatMap((block) => headingsOf(block).map(({ level, text }) => ({ level, text })));
}

/** Where the heading with this place in the outline begins; -1 when there is none. */
export function headingPosition(doc: Node, place: number): number {
  let before = 0;
  let position = -1;
  doc.forEach((block, offset) => {
    const own = headingsOf(block);
    const heading = own[place - before];
    if (position === -1 && heading !== undefined) {
      position = offset + heading.offset;
    }
    before += own.length;
  });
  return position;
}

/** The place in the outline of the heading that `position` stands under; -1 before the first. */
export function headingAt(doc: Node, position: number): number {
  let place = -1;
  doc.forEach((block, offset) => {
    place += headingsOf(block).filter((heading) => offset + heading.offset <= position).length;
  });
  return place;
}

/** Number of words: runs of letters and digits of any script. */
export function countWords(doc: Node): number {
  return doc.children.reduce((sum, block) => sum + wordsOf(block), 0);
}

function headingsOf(block: Node): readonly Heading[] {
  const known = headings.get(block);
  if (known !== undefined) {
    return known;
  }
  const found: Heading[] = [];
  const look = (node: Node, offset: number): boolean => {
    const text = node.type.name === "heading" ? plainLine(node) : "";
    if (text !== "") {
      found.push({ offset, level: Number(node.attrs["level"]), text });
    }
    return !node.isTextblock;
  };
  if (look(block, 0)) {
    // Positions within a block count from behind its opening.
    block.descendants((node, offset) => look(node, offset + 1));
  }
  headings.set(block, found);
  return found;
}

function wordsOf(block: Node): number {
  const known = words.get(block);
  if (known !== undefined) {
    return known;
  }
  const text = block.textBetween(0, block.content.size, " ", " ");
  const count = text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
  words.set(block, count);
  return count;
}
