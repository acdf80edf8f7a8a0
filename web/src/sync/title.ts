/**
 * The title of a document: the key `title` of its Y.Map `meta`.
 *
 * It is part of the CRDT, so renaming works offline and travels with the text; the server reads it for its list.
 */
import type * as Y from "yjs";

const META = "meta";
const TITLE = "title";

/** The longest title that is kept, in characters. */
export const TITLE_LENGTH_MAX = 200;

export function readTitle(doc: Y.Doc): string {
  const title: unknown = doc.getMap(META).get(TITLE);
  return typeof title === "string" ? title : "";
}

/** Whether anybody has given the document a title, an empty one included: true for every document made by the app. */
export function hasTitle(doc: Y.Doc): boolean {
  return doc.getMap(META).has(TITLE);
}

/** Sets the title: one line, trimmed to its greatest length. Writes nothing when it stays the same. */
export function writeTitle(doc: Y.Doc, title: string): void {
  const line = title.replace(/\s+/g, " ").slice(0, TITLE_LENGTH_MAX);
  if (!hasTitle(doc) || readTitle(doc) !== line) {
    doc.getMap(META).set(TITLE, line);
  }
}

/** Calls `listener` after every change of the title; returns the function that stops it. */
export function watchTitle(doc: Y.Doc, listener: () => void): () => void {
  const meta = doc.getMap(META);
  const observer = (event: Y.YMapEvent<unknown>): void => {
    if (event.keysChanged.has(TITLE)) {
      listener();
    }
  };
  meta.observe(observer);
  return () => meta.unobserve(observer);
}
