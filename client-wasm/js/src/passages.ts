/**
 * Reads edits as text: which words they add to a document, which they take out, and where.
 *
 * The edits are applied to a copy of the document that forgets nothing; then every stretch of every text is told apart
 * by who brought it and who removed it. Exact, because blocks have ids: nothing is guessed from comparing words; edits
 * whose ids the document uses for something else must have been disentangled. Edits that cannot be applied, because
 * what they build on is gone, are read by themselves. Knows no store and no server.
 */
import * as Y from "yjs";
import type { Stretch } from "./types.js";

type Passage = readonly Stretch[];

type Removals = ReturnType<typeof Y.createDeleteSetFromStructStore>;

/** What every shared type is made of: its sequence, and its latest values by key. */
interface Items {
  readonly _start: Y.Item | null;
  readonly _map: ReadonlyMap<string, Y.Item>;
}

/** Unchanged text around a change that is worth showing, in characters on either side. */
const CONTEXT_CHARS = 120;

/** Whether `updates` say what they say on top of `base` alone, without something else that is missing. */
export function standsOn(base: readonly Uint8Array[], updates: readonly Uint8Array[]): boolean {
  const doc = documentOf(base);
  applyAll(doc, updates);
  const complete = doc.store.pendingStructs === null;
  doc.destroy();
  return complete;
}

/** What `updates` add to and take from the document that `base` gives. */
export function passagesOf(base: readonly Uint8Array[], updates: readonly Uint8Array[]): readonly Passage[] {
  const doc = documentOf(base);
  const before: Moment = {
    known: Y.decodeStateVector(Y.encodeStateVector(doc)),
    removed: Y.createDeleteSetFromStructStore(doc.store),
  };
  applyAll(doc, updates);
  const passages: Passage[] = [];
  const removals = ownRemovals(updates);
  for (const root of doc.share.values()) {
    collect(root, before, removals, passages);
  }
  doc.destroy();
  return passages.length > 0 ? passages : wordsOf(updates);
}

/** The document before the edits. */
interface Moment {
  readonly known: ReadonlyMap<number, number>;
  readonly removed: Removals;
}

/** A document that keeps what is removed from it. */
function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc({ gc: false });
  applyAll(doc, updates);
  return doc;
}

/** Bytes that are no update are left out: there is nothing in them to read. */
function applyAll(doc: Y.Doc, updates: readonly Uint8Array[]): void {
  for (const update of updates) {
    try {
      Y.applyUpdate(doc, update);
    } catch {
      // Refused as malformed, rightly.
    }
  }
}

function ownRemovals(updates: readonly Uint8Array[]): readonly Removals[] {
  return updates.flatMap((update) => {
    try {
      return [Y.decodeUpdate(update).ds];
    } catch {
      return [];
    }
  });
}

/** Adds the passages of `type` and of everything in it. */
function collect(type: Items, before: Moment, removals: readonly Removals[], passages: Passage[]): void {
  for (const item of type._map.values()) {
    if (isNew(item, before) && !item.deleted && item.content instanceof Y.ContentAny) {
      const text = item.content.arr.filter((value) => typeof value === "string").join("");
      passages.push([{ kind: "added", text }]);
    } else if (item.content instanceof Y.ContentType) {
      collect(item.content.type, before, removals, passages);
    }
  }
  const stretches: Stretch[] = [];
  const close = (): void => {
    if (stretches.some(({ kind }) => kind !== "kept")) {
      passages.push(stretches.map(shortened));
    }
    stretches.length = 0;
  };
  for (let item = type._start; item !== null; item = item.right) {
    const { content } = item;
    if (content instanceof Y.ContentType) {
      close();
      collect(content.type, before, removals, passages);
    } else if (content instanceof Y.ContentString) {
      for (const stretch of stretchesOf(item, content.str, before, removals)) {
        const last = stretches.at(-1);
        if (last?.kind === stretch.kind) {
          stretches[stretches.length - 1] = { kind: last.kind, text: last.text + stretch.text };
        } else {
          stretches.push(stretch);
        }
      }
    }
  }
  close();
}

/** What became of a block of text. Blocks of one author grow together, so one may be of the edits only in part. */
function stretchesOf(item: Y.Item, text: string, before: Moment, removals: readonly Removals[]): Stretch[] {
  const { client, clock } = item.id;
  const newFrom = Math.min(Math.max((before.known.get(client) ?? 0) - clock, 0), text.length);
  if (!item.deleted) {
    return [
      { kind: "kept" as const, text: text.slice(0, newFrom) },
      { kind: "added" as const, text: text.slice(newFrom) },
    ].filter((stretch) => stretch.text !== "");
  }
  const stretches: Stretch[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const id = Y.createID(client, clock + at);
    const isOurs = removals.some((removed) => Y.isDeleted(removed, id));
    // What the author took out again was never meant; what others removed around it was.
    const isAdded = at >= newFrom && !isOurs;
    if (isAdded || (at < newFrom && !Y.isDeleted(before.removed, id))) {
      stretches.push({ kind: isAdded ? "added" : "removed", text: text.charAt(at) });
    }
  }
  return stretches;
}

function isNew({ id }: Y.Item, { known }: Moment): boolean {
  return id.clock >= (known.get(id.client) ?? 0);
}

/** Unchanged text, cut down to what shows the place. */
function shortened(stretch: Stretch, index: number, all: readonly Stretch[]): Stretch {
  const { kind, text } = stretch;
  const isFirst = index === 0;
  const isLast = index === all.length - 1;
  if (kind !== "kept" || text.length <= 2 * CONTEXT_CHARS) {
    return stretch;
  }
  const head = isFirst ? "" : text.slice(0, CONTEXT_CHARS);
  const tail = isLast ? "" : text.slice(-CONTEXT_CHARS);
  return { kind, text: `${head}…${tail}` };
}

/** The words in the edits themselves, in the order in which they were written. */
function wordsOf(updates: readonly Uint8Array[]): readonly Passage[] {
  const passages: Passage[] = [];
  for (const update of updates) {
    let text = "";
    let end: Y.ID | null = null;
    for (const struct of structsOf(update)) {
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) {
        const goesOn = end !== null && Y.compareIDs(struct.origin, end);
        if (!goesOn && text !== "") {
          passages.push([{ kind: "added", text }]);
          text = "";
        }
        text += struct.content.str;
        end = struct.lastId;
      }
    }
    if (text !== "") {
      passages.push([{ kind: "added", text }]);
    }
  }
  return passages;
}

function structsOf(update: Uint8Array): readonly (Y.Item | Y.GC | Y.Skip)[] {
  try {
    return Y.decodeUpdate(update).structs;
  } catch {
    return [];
  }
}
