/**
 * Makes edits anew: the same changes, as edits of whoever does it now.
 *
 * The edits are applied to a copy of the document, and what that changes there is done to the document itself. So they
 * carry new ids, whatever was wrong with the old ones. Knows no server and no rights.
 */
import * as Y from "yjs";
import { disentangle } from "./disentangle.js";
import { ReplicaError } from "./errors.js";

/** A root whose type is known, as this document uses it. */
type Root = Y.Text | Y.XmlFragment | Y.Map<unknown> | Y.Array<unknown>;

/**
 * Does to `doc` what `updates` would do to it, as new edits in one transaction.
 *
 * @returns whether that changed anything
 * @throws ReplicaError `incomplete` for changes outside of the roots that `doc` uses; nothing is changed then
 */
export function reauthor(doc: Y.Doc, updates: readonly Uint8Array[], origin: unknown): boolean {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const replays: (() => void)[] = [];
  const twins = new Set<unknown>();
  for (const [name, root] of rootsOf(doc)) {
    const twin = copy.get(name, root.constructor as new () => Root);
    twins.add(twin);
    twin.observeDeep((events) => {
      // Outer types come first: where they have been changed, the paths of the inner ones are right.
      replays.push(...events.map((event) => replayOf(root, event)));
    });
  }
  let isComplete = true;
  copy.on("afterTransaction", ({ changed }: Y.Transaction) => {
    isComplete = [...changed.keys()].every((type) => twins.has(rootOf(type)));
  });
  const edits = disentangle(copy, updates);
  copy.transact(() => {
    for (const update of edits) {
      Y.applyUpdate(copy, update);
    }
  });
  copy.destroy();
  if (!isComplete) {
    throw new ReplicaError("incomplete", "the edits change something that this document does not use");
  }
  if (replays.length > 0) {
    doc.transact(() => {
      for (const replay of replays) {
        replay();
      }
    }, origin);
  }
  return replays.length > 0;
}

function rootOf(type: unknown): unknown {
  let parent = type;
  while (parent instanceof Y.AbstractType && parent._item !== null) {
    parent = parent._item.parent;
  }
  return parent;
}

function rootsOf(doc: Y.Doc): readonly (readonly [string, Root])[] {
  return [...doc.share].flatMap(([name, root]) => (isRoot(root) ? [[name, root] as const] : []));
}

function isRoot(type: unknown): type is Root {
  return type instanceof Y.Text || type instanceof Y.XmlFragment || type instanceof Y.Map || type instanceof Y.Array;
}

/** What an event says, read while it lasts, as something to do to the same place under `root`. */
function replayOf(root: Root, event: Y.YEvent<Y.AbstractType<unknown>>): () => void {
  const path = event.path;
  const keys = [...event.changes.keys].map(([key, { action }]) => [key, action] as const);
  const { target } = event;
  const values = keys.map(([key, action]) => [key, action === "delete" ? undefined : valueAt(target, key)] as const);
  const delta = event.delta.map((part) => ({
    ...part,
    // Types belong to one document; their copies are free.
    ...(Array.isArray(part.insert) ? { insert: part.insert.map(freed) } : {}),
  }));
  return () => {
    const place = follow(root, path);
    if (place === null) {
      return;
    }
    for (const [key, value] of values) {
      setAt(place, key, value);
    }
    if (place instanceof Y.Text) {
      place.applyDelta(delta, { sanitize: false });
    } else if (place instanceof Y.XmlFragment || place instanceof Y.Array) {
      splice(place, delta);
    }
  };
}

function follow(root: Root, path: readonly (string | number)[]): unknown {
  let place: unknown = root;
  for (const step of path) {
    if (place instanceof Y.Map && typeof step === "string") {
      place = place.get(step);
    } else if ((place instanceof Y.XmlFragment || place instanceof Y.Array) && typeof step === "number") {
      place = place.get(step);
    } else {
      return null;
    }
  }
  return place;
}

function splice(place: Y.XmlFragment | Y.Array<unknown>, delta: Y.YEvent<Y.AbstractType<unknown>>["delta"]): void {
  let index = 0;
  for (const { retain, insert, delete: removed } of delta) {
    if (retain !== undefined) {
      index += retain;
    } else if (removed !== undefined) {
      place.delete(index, removed);
    } else if (Array.isArray(insert)) {
      place.insert(index, insert as (Y.XmlElement | Y.XmlText)[]);
      index += insert.length;
    }
  }
}

function valueAt(target: Y.AbstractType<unknown>, key: string): unknown {
  if (target instanceof Y.Map) {
    return freed(target.get(key));
  }
  return target instanceof Y.XmlElement || target instanceof Y.XmlText ? target.getAttribute(key) : undefined;
}

function setAt(place: unknown, key: string, value: unknown): void {
  if (place instanceof Y.Map) {
    if (value === undefined) {
      place.delete(key);
    } else {
      place.set(key, value);
    }
  } else if (place instanceof Y.XmlElement || place instanceof Y.XmlText) {
    if (value === undefined) {
      place.removeAttribute(key);
    } else {
      // Attributes hold any JSON value in practice; the declared type knows text alone.
      place.setAttribute(key, value as string);
    }
  }
}

function freed(value: unknown): unknown {
  return value instanceof Y.AbstractType ? value.clone() : value;
}
