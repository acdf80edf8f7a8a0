/**
 * A session of two people who wrote at the same time, in the concurrent format of the editing-traces collection.
 *
 * Each transaction names its parents; its positions count characters of the text as its author saw it there. As
 * authors see all their own work, a version is two counts: how many transactions of each author it holds.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { seeded } from "./random.js";

/** The CRDT client ids of the two authors: they decide ties. */
export const AUTHORS = [1001, 2002] as const;

/** Transactions of a generated session: as many as in the recorded one. */
const GENERATED_TRANSACTIONS = 26_000;

export type Author = 0 | 1;

/** Position, characters removed, text inserted. */
export type Patch = readonly [number, number, string];

export interface Transaction {
  /** How many transactions of the other author this one's author had seen. */
  readonly seen: number;
  /** One after the other. */
  readonly patches: readonly Patch[];
}

export interface Trace {
  readonly origin: "recorded" | "generated";
  /** The transactions of each author, in their order. */
  readonly authors: readonly [readonly Transaction[], readonly Transaction[]];
  readonly endContent: string;
}

interface Recorded {
  readonly kind: string;
  readonly numAgents: number;
  readonly endContent: string;
  readonly txns: readonly {
    readonly parents: readonly number[];
    readonly agent: Author;
    readonly patches: readonly Patch[];
  }[];
}

/** The recorded session where the recordings lie beside the checkout, else a generated one of its shape and size. */
export function friendsforever(): Trace {
  const folder =
    process.env["CONSILIUM_TRACES"] ?? fileURLToPath(new URL("../../../../../../shared/data/traces", import.meta.url));
  const path = `${folder}/friendsforever.json.gz`;
  return existsSync(path) ? parse(gunzipSync(readFileSync(path)).toString("utf8")) : generated();
}

/** Applies a transaction to the text that its author saw. */
export function write(doc: Y.Doc, { patches }: Transaction): void {
  const text = doc.getText("text");
  doc.transact(() => {
    for (const [at, removed, inserted] of patches) {
      text.delete(at, removed);
      text.insert(at, inserted);
    }
  });
}

function parse(json: string): Trace {
  const recorded = JSON.parse(json) as Recorded;
  if (recorded.kind !== "concurrent" || recorded.numAgents !== 2) {
    throw new Error("not a concurrent session of two authors");
  }
  const authors: [Transaction[], Transaction[]] = [[], []];
  const versions: [number, number][] = [];
  for (const { parents, agent, patches } of recorded.txns) {
    const seen: [number, number] = [0, 0];
    for (const parent of parents) {
      const version = versions[parent];
      if (version === undefined) {
        throw new Error("a parent that comes later");
      }
      seen[0] = Math.max(seen[0], version[0]);
      seen[1] = Math.max(seen[1], version[1]);
    }
    if (seen[agent] !== authors[agent].length) {
      throw new Error("an author who does not see their own work");
    }
    authors[agent].push({ seen: seen[1 - agent] as number, patches });
    seen[agent] += 1;
    versions.push(seen);
  }
  return { origin: "recorded", authors, endContent: recorded.endContent };
}

/** Two authors who write, delete, and see each other's work from time to time. */
function generated(): Trace {
  const random = seeded(2);
  const docs = AUTHORS.map((id) => Object.assign(new Y.Doc(), { clientID: id })) as [Y.Doc, Y.Doc];
  const authors: [Transaction[], Transaction[]] = [[], []];
  const seen = [0, 0] as [number, number];
  const merge = (from: Y.Doc, into: Y.Doc): void =>
    Y.applyUpdate(into, Y.encodeStateAsUpdate(from, Y.encodeStateVector(into)));
  let me: Author = 0;
  for (let count = 0; count < GENERATED_TRANSACTIONS; count += 1) {
    if (random(0, 20) === 0) {
      me = me === 0 ? 1 : 0;
    }
    const other: Author = me === 0 ? 1 : 0;
    if (random(0, 40) === 0) {
      merge(docs[other], docs[me]);
      seen[me] = authors[other].length;
    }
    const { length } = docs[me].getText("text");
    const at = random(0, length + 1);
    const removed = random(0, 4) === 0 ? Math.min(3, length - at) : 0;
    const transaction = { seen: seen[me], patches: [[at, removed, String.fromCharCode(random(97, 123))]] as const };
    write(docs[me], transaction);
    authors[me].push(transaction);
  }
  merge(docs[1], docs[0]);
  return { origin: "generated", authors, endContent: docs[0].getText("text").toString() };
}
