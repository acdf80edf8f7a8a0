/**
 * Where blocks of the CRDT stand in the editor, what they say there, and showing them.
 *
 * A block is named by the CRDT client that made it and when by that client's count; one that undo has brought back stands
 * for the one that was removed.
 */
import type { Node } from "@tiptap/pm/model";
import { type EditorState, Selection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import * as Y from "yjs";
import { bindingOf, type Range } from "./body-map.ts";
import { plainLeaf } from "./citation.ts";

/** Names a block. */
export interface BlockName {
  readonly client: number;
  readonly clock: number;
}

/** A block that stands in the text. */
export interface StandingBlock extends Range {
  /** What it says, line by line. */
  readonly text: string;
}

/** How long a block that is shown stands out, in milliseconds. */
const SHOWN_MS = 2_000;

/** The blocks among `names` that stand in the text, by their place in the list. */
export function standingBlocks(
  state: EditorState,
  names: readonly (BlockName | null)[],
): ReadonlyMap<number, StandingBlock> {
  const found = new Map<number, StandingBlock>();
  const binding = bindingOf(state);
  if (binding === null) {
    return found;
  }
  const wanted = new Map<Y.Item, number>();
  names.forEach((name, index) => {
    const item = name === null ? null : itemOf(binding.doc, name);
    if (item !== null) {
      wanted.set(item, index);
    }
  });
  const walk = (parent: Y.XmlFragment, start: number): void => {
    let at = start;
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        at += child.length;
      } else if (child instanceof Y.XmlElement) {
        const node = binding.mapping.get(child);
        const size = node !== undefined && "nodeSize" in node ? node.nodeSize : 0;
        const index = child._item === null ? undefined : wanted.get(child._item);
        if (index !== undefined && size > 0) {
          found.set(index, { from: at, to: at + size, text: textOf(state.doc.nodeAt(at)) });
        }
        if (size > 1) {
          walk(child, at + 1);
        }
        at += size;
      }
    }
  };
  walk(binding.type, 0);
  return found;
}

/** The block whose place in the editor this is; `null` where none begins. */
export function blockNameAt(state: EditorState, position: number): BlockName | null {
  const binding = bindingOf(state);
  let parent: Y.XmlFragment | null = binding?.type ?? null;
  let start = 0;
  while (binding !== null && parent !== null) {
    let at = start;
    let around: Y.XmlElement | null = null;
    for (const child of parent.toArray()) {
      const node = child instanceof Y.XmlElement ? binding.mapping.get(child) : undefined;
      const size =
        child instanceof Y.XmlText ? child.length : node !== undefined && "nodeSize" in node ? node.nodeSize : 0;
      if (child instanceof Y.XmlElement && size > 0 && position < at + size) {
        const id = child._item?.id;
        if (position === at) {
          return id === undefined ? null : { client: id.client, clock: id.clock };
        }
        around = child;
        break;
      }
      at += size;
    }
    parent = around;
    start = at + 1;
  }
  return null;
}

function itemOf(doc: Y.Doc, { client, clock }: BlockName): Y.Item | null {
  let id = Y.createID(client, clock);
  while (id.clock < Y.getState(doc.store, id.client)) {
    const item = Y.getItem(doc.store, id);
    if (!(item instanceof Y.Item)) {
      return null;
    }
    if (item.redone === null) {
      return item.deleted ? null : item;
    }
    id = item.redone;
  }
  return null;
}

function textOf(node: Node | null): string {
  if (node === null) {
    return "";
  }
  return node.isLeaf ? plainLeaf(node) : node.textBetween(0, node.content.size, "\n", plainLeaf);
}

/** Brings a block into sight and lets it stand out for a moment; `top`: where something covers the lower part. */
export function revealBlock(view: EditorView, { from }: Range, at: "top" | "centre"): void {
  const block = view.nodeDOM(from);
  if (block instanceof HTMLElement) {
    block.scrollIntoView({ block: at === "top" ? "start" : "center" });
    block.animate([{ backgroundColor: "var(--mark)" }, { backgroundColor: "transparent" }], { duration: SHOWN_MS });
  }
}

/** Puts the caret at the end of a block. */
export function editBlock(view: EditorView, { to }: Range): void {
  const end = Selection.near(view.state.doc.resolve(Math.min(to - 1, view.state.doc.content.size)), -1);
  view.dispatch(view.state.tr.setSelection(end).scrollIntoView());
  view.focus();
}
