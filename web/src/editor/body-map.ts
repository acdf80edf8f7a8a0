/**
 * Between places in the editor's text and places in its CRDT.
 *
 * The editor counts through a tree of nodes; the CRDT keeps each run of text as a type of its own, with items that say who
 * wrote them. The binding knows which node stands for which type. Only texts have places here: a passage begins at a
 * letter and ends behind one.
 */
import type { EditorState } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";

/** A run of text in the CRDT, and where its first letter stands in the editor. */
export interface PlacedText {
  readonly text: Y.XmlText;
  readonly at: number;
}

/** A stretch of the editor's text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Binding {
  readonly doc: Y.Doc;
  readonly type: Y.XmlFragment;
  readonly mapping: ReadonlyMap<unknown, { readonly nodeSize: number } | readonly unknown[]>;
}

/** What ties this editor to its document; `null` until it is tied. */
export function bindingOf(state: EditorState): Binding | null {
  const sync = ySyncPluginKey.getState(state) as { readonly binding?: Binding | null } | undefined;
  return sync?.binding ?? null;
}

/** Whether a transaction brings what the CRDT says, so that the two agree after it. */
export function comesFromDocument(transaction: { getMeta(key: unknown): unknown }): boolean {
  const sync = transaction.getMeta(ySyncPluginKey) as { readonly isChangeOrigin?: boolean } | undefined;
  return sync?.isChangeOrigin === true;
}

/** The runs of text in the order of the document. */
export function placedTexts({ type, mapping }: Binding): readonly PlacedText[] {
  const texts: PlacedText[] = [];
  const walk = (parent: Y.XmlFragment, start: number): void => {
    let at = start;
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        texts.push({ text: child, at });
        at += child.length;
      } else if (child instanceof Y.XmlElement) {
        const node = mapping.get(child);
        // What the editor does not show takes no place in it.
        const size = node !== undefined && "nodeSize" in node ? node.nodeSize : 0;
        if (size > 1) {
          walk(child, at + 1);
        }
        at += size;
      }
    }
  };
  walk(type, 0);
  return texts;
}

/** A passage as relative positions: of its first letter, and behind its last. `null` when there is no letter in it. */
export function anchorOf(
  binding: Binding,
  { from, to }: Range,
): { readonly start: unknown; readonly end: unknown } | null {
  const touched = placedTexts(binding).filter(({ text, at }) => at < to && at + text.length > from);
  const [first, last] = [touched[0], touched.at(-1)];
  if (first === undefined || last === undefined) {
    return null;
  }
  const start = Y.createRelativePositionFromTypeIndex(first.text, Math.max(0, from - first.at), 0);
  const end = Y.createRelativePositionFromTypeIndex(last.text, Math.min(last.text.length, to - last.at), -1);
  return { start: Y.relativePositionToJSON(start), end: Y.relativePositionToJSON(end) };
}

/** Whether the letter is still there that a relative position hangs on, be it deleted and brought back meanwhile. */
export function isThere(doc: Y.Doc, position: unknown): boolean {
  let id = Y.createRelativePositionFromJSON(position).item;
  while (id !== null && id.clock < Y.getState(doc.store, id.client)) {
    const item = Y.getItem(doc.store, id);
    if (!(item instanceof Y.Item)) {
      return false;
    }
    if (item.redone === null) {
      return !item.deleted;
    }
    id = Y.createID(item.redone.client, item.redone.clock + id.clock - item.id.clock);
  }
  // What hangs on no letter hangs on the end of a text.
  return id === null;
}

/** Where a relative position is in the editor, given the texts that are there; `null` when it is in none of them. */
export function placeOf(doc: Y.Doc, texts: ReadonlyMap<Y.XmlText, number>, position: unknown): number | null {
  const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), doc);
  const at = found !== null && found.type instanceof Y.XmlText ? texts.get(found.type) : undefined;
  return found === null || at === undefined ? null : at + found.index;
}
