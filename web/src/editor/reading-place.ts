/**
 * Where somebody reads: the block at a line of their window, and how much of it is above that line.
 *
 * Screens differ in width, so that the same words stand at other heights: a place in the text is the same everywhere.
 */
import type { Node } from "@tiptap/pm/model";
import type { EditorView } from "@tiptap/pm/view";
import { type BlockName, blockNameAt, standingBlocks } from "./block-places.ts";

export interface ReadingPlace {
  /** `null` before the text begins. */
  readonly block: BlockName | null;
  /** How much of the block is above the line, from 0 to 1. */
  readonly fraction: number;
}

/** The beginning of the page, with the title. */
export const BEGINNING: ReadingPlace = { block: null, fraction: 0 };

/** A part of the text, and where it is drawn. */
interface DrawnNode {
  readonly node: Node;
  readonly at: number;
  readonly rect: DOMRect;
}

/**
 * What is read at the height `line` of the window, in pixels from its top.
 *
 * It is the smallest block there that has a name; `null` where none has.
 */
export function readingPlace(view: EditorView, line: number): ReadingPlace | null {
  if (view.state.doc.childCount === 0 || line <= view.dom.getBoundingClientRect().top) {
    return BEGINNING;
  }
  let place: ReadingPlace | null = null;
  let inside: { readonly node: Node; readonly start: number } | null = { node: view.state.doc, start: 0 };
  while (inside !== null) {
    const drawn = firstBelow(view, inside.node, inside.start, line);
    const name = drawn === null ? null : blockNameAt(view.state, drawn.at);
    if (drawn === null || name === null) {
      break;
    }
    place = { block: name, fraction: fractionOf(drawn.rect, line) };
    inside = drawn.node.isTextblock || drawn.node.childCount === 0 ? null : { node: drawn.node, start: drawn.at + 1 };
  }
  return place;
}

/** At which height of the window a place is drawn, in pixels from its top; `null` where its block is gone. */
export function heightOf(view: EditorView, place: ReadingPlace): number | null {
  const standing = standingBlocks(view.state, [place.block]).get(0);
  const drawn = standing === undefined ? null : view.nodeDOM(standing.from);
  if (!(drawn instanceof HTMLElement)) {
    return null;
  }
  const { top, height } = drawn.getBoundingClientRect();
  return top + place.fraction * height;
}

function fractionOf({ top, height }: DOMRect, line: number): number {
  return height <= 0 ? 0 : Math.min(1, Math.max(0, (line - top) / height));
}

/** The first child that ends below the line, or the last of all; found in few looks, for a text has thousands. */
function firstBelow(view: EditorView, parent: Node, start: number, line: number): DrawnNode | null {
  const children: { readonly node: Node; readonly at: number }[] = [];
  parent.forEach((node, offset) => {
    children.push({ node, at: start + offset });
  });
  let [from, to] = [0, children.length - 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const rect = rectOf(view, children[middle]?.at ?? 0);
    if (rect !== null && rect.bottom <= line) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  const child = children[from];
  const rect = child === undefined ? null : rectOf(view, child.at);
  return child === undefined || rect === null ? null : { ...child, rect };
}

function rectOf(view: EditorView, at: number): DOMRect | null {
  const drawn = view.nodeDOM(at);
  return drawn instanceof HTMLElement ? drawn.getBoundingClientRect() : null;
}
