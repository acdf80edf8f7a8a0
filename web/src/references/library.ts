/**
 * The references of a document: one root map, `references`, in the document’s own CRDT.
 *
 * Under `<id>` is the item as it was added, under `<id>/<field>` what somebody set a field to since. So two people who edit
 * one item at once keep each other’s fields, and an item that is removed by one and mended by the other comes back mended:
 * removing is a mark, `<id>/removed`, that can be taken off. A branch and every version carry their own. What any other
 * program writes there is passed over. `model/src/references.rs` reads it too.
 */
import * as Y from "yjs";
import { fields, type Item, itemOf, valueFor } from "./item.ts";

const ROOT = "references";
const STYLE = "style";
const REMOVED = "removed";
const BETWEEN = "/";

/** The most references of one document. */
export const REFERENCES_MAX = 10_000;

/** Names a reference within its document. */
export type ReferenceId = string & { readonly __brand: "ReferenceId" };

export const citationStyles = ["numbered", "author-date"] as const;
export type CitationStyle = (typeof citationStyles)[number];

export interface Library {
  /** Those that can be cited, in the order in which they were added. */
  readonly items: ReadonlyMap<ReferenceId, Item>;
  /** Those that were removed. */
  readonly removed: ReadonlyMap<ReferenceId, Item>;
  readonly style: CitationStyle;
}

const ID = /^[0-9a-z]{16}$/;

/** Reads an id; `null` when it is none. */
export function parseReferenceId(text: string): ReferenceId | null {
  return ID.test(text) ? (text as ReferenceId) : null;
}

/**
 * A name that nobody else draws: the time first, so that names sort as they were made.
 *
 * @param place - among those that are made at once, below 36³
 */
export function newReferenceId(place = 0): ReferenceId {
  const time = Date.now().toString(36).padStart(9, "0").slice(-9);
  const order = place.toString(36).padStart(3, "0").slice(-3);
  const random = crypto.getRandomValues(new Uint8Array(4));
  return `${time}${order}${[...random].map((byte) => (byte % 36).toString(36)).join("")}` as ReferenceId;
}

/** The map, to be watched. */
export function referencesOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap(ROOT);
}

/** Reads all references of a document. Changes nothing, and reads anything. */
export function readLibrary(doc: Y.Doc): Library {
  return libraryOf(referencesOf(doc));
}

/** Reads the references of a map by its entries, wherever it was kept. */
export function libraryOf(entries: Iterable<readonly [string, unknown]>): Library {
  const map = new Map(entries);
  const said = new Map<ReferenceId, Record<string, unknown>>();
  for (const [key, value] of map) {
    const id = parseReferenceId(key);
    if (id !== null && isRecord(value)) {
      said.set(id, { ...value });
    }
  }
  const removed = new Set<ReferenceId>();
  for (const [key, value] of map) {
    const [start = "", field = ""] = key.split(BETWEEN, 2);
    const item = said.get(start as ReferenceId);
    if (item === undefined || field === "") {
      continue;
    }
    if (field === REMOVED) {
      if (value === true) {
        removed.add(start as ReferenceId);
      }
      continue;
    }
    const known = fields.find((each) => each === field);
    if (known !== undefined && (value === null || valueFor(known, value) !== null)) {
      item[known] = value;
    }
  }
  const all = [...said].sort(([one], [other]) => (one < other ? -1 : 1));
  const items = new Map<ReferenceId, Item>();
  const away = new Map<ReferenceId, Item>();
  for (const [id, fieldsOfIt] of all) {
    // One whose last name somebody took away is still there, and says so.
    const item = itemOf(fieldsOfIt) ?? itemOf({ ...fieldsOfIt, title: "–" });
    if (item !== null) {
      (removed.has(id) ? away : items).set(id, item);
    }
  }
  const style = map.get(STYLE);
  return { items, removed: away, style: citationStyles.find((known) => known === style) ?? "numbered" };
}

/** Adds items, in one step; gives back their ids in order. */
export function addReferences(doc: Y.Doc, items: readonly Item[]): readonly ReferenceId[] {
  const map = referencesOf(doc);
  const ids = items.map((_, place) => newReferenceId(place));
  doc.transact(() => {
    for (const [at, item] of items.entries()) {
      const id = ids[at];
      if (id !== undefined) {
        map.set(id, item);
      }
    }
  });
  return ids;
}

/** Makes an item say what `wanted` says; only fields that differ from what was `shown` are written. */
export function changeReference(doc: Y.Doc, id: ReferenceId, shown: Item, wanted: Item): void {
  const map = referencesOf(doc);
  doc.transact(() => {
    for (const field of fields) {
      if (JSON.stringify(shown[field]) !== JSON.stringify(wanted[field])) {
        map.set(`${id}${BETWEEN}${field}`, wanted[field] ?? null);
      }
    }
  });
}

/** Writes the fields that `now` lacks from `item`. */
export function fillReference(doc: Y.Doc, id: ReferenceId, now: Item, item: Item): void {
  changeReference(doc, id, now, { ...item, ...now });
}

export function removeReference(doc: Y.Doc, id: ReferenceId): void {
  referencesOf(doc).set(`${id}${BETWEEN}${REMOVED}`, true);
}

export function restoreReference(doc: Y.Doc, id: ReferenceId): void {
  referencesOf(doc).set(`${id}${BETWEEN}${REMOVED}`, false);
}

export function setCitationStyle(doc: Y.Doc, style: CitationStyle): void {
  referencesOf(doc).set(STYLE, style);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Y.AbstractType);
}
