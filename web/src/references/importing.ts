/** Reading a file of references, and what becomes of each that is there already. Whole or not at all. */
import type * as Y from "yjs";
import { readBibtex } from "./bibtex.ts";
import { readCslJson } from "./csl-json.ts";
import { type Duplicate, Known } from "./duplicates.ts";
import type { Item } from "./item.ts";
import { addReferences, fillReference, REFERENCES_MAX, type ReferenceId, readLibrary } from "./library.ts";
import { type FileFormat, type Found, PROBLEMS_MAX, type Problem } from "./reading.ts";
import { readRis } from "./ris.ts";

/** The largest file of references, in bytes. */
export const REFERENCES_BYTES_MAX = 5 * 1024 * 1024;

/** The most references that come in at once. */
export const IMPORTED_MAX = 5_000;

export type ImportRefusal =
  | "too-large"
  | "too-many"
  | "too-broken"
  | "unknown-format"
  | "nothing-found"
  | "library-full";

/** Why a file is not read at all. */
export class ImportError extends Error {
  readonly why: ImportRefusal;

  constructor(why: ImportRefusal) {
    super(`references not imported: ${why}`);
    this.name = "ImportError";
    this.why = why;
  }
}

/** A reference that is the same as one that is there, or as one before it in the file. */
export interface Same extends Found {
  readonly sameAs: Duplicate | { readonly line: number; readonly by: Duplicate["by"] };
}

export interface Plan {
  readonly format: FileFormat;
  readonly fresh: readonly Found[];
  readonly same: readonly Same[];
  readonly problems: readonly Problem[];
}

/** What becomes of one that is there already. */
export const choices = ["fill", "keep", "skip"] as const;
/** Fill: its fields go where the one that is there has none. Keep: both stand. Skip: it stays out. */
export type Choice = (typeof choices)[number];

/** The format of `text`; `null` when nobody here knows it. */
export function formatOf(text: string, fileName: string): FileFormat | null {
  const extension = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  const start = text.slice(0, 200_000).replace(/^\ufeff/, "");
  if (/^\s*[[{]/.test(start)) {
    return "csl-json";
  }
  if (/^\s{0,3}TY\s{1,2}-/m.test(start)) {
    return "ris";
  }
  if (/@\s{0,20}[A-Za-z]{1,40}\s{0,20}[{(]/.test(start)) {
    return "bibtex";
  }
  return extension === "bib" ? "bibtex" : extension === "ris" ? "ris" : null;
}

/** Reads a file beside the references that are there. @throws ImportError */
export function planImport(text: string, fileName: string, items: ReadonlyMap<ReferenceId, Item>): Plan {
  if (new TextEncoder().encode(text).length > REFERENCES_BYTES_MAX) {
    throw new ImportError("too-large");
  }
  const format = formatOf(text, fileName);
  if (format === null) {
    throw new ImportError("unknown-format");
  }
  const { found, problems } = READERS[format](text);
  if (problems.length > PROBLEMS_MAX) {
    throw new ImportError("too-broken");
  }
  if (found.length > IMPORTED_MAX) {
    throw new ImportError("too-many");
  }
  if (found.length === 0 && problems.length === 0) {
    throw new ImportError("nothing-found");
  }
  const known = new Known(items);
  const inFile = new Known(new Map());
  const lines = new Map<ReferenceId, number>();
  const fresh: Found[] = [];
  const same: Same[] = [];
  for (const [index, each] of found.entries()) {
    const there = known.find(each.item);
    const before = there === null ? inFile.find(each.item) : null;
    if (there !== null) {
      same.push({ ...each, sameAs: there });
    } else if (before !== null) {
      same.push({ ...each, sameAs: { line: lines.get(before.id) ?? 0, by: before.by } });
    } else {
      fresh.push(each);
      const id = String(index) as ReferenceId;
      inFile.add(id, each.item);
      lines.set(id, each.line);
    }
  }
  return { format, fresh, same, problems };
}

const READERS = { bibtex: readBibtex, ris: readRis, "csl-json": readCslJson } as const;

/**
 * Brings a plan in, as one step.
 *
 * @param chosen - for each of `plan.same`; those that repeat something of the file itself can only be kept or skipped
 * @returns how many came in anew
 * @throws ImportError when there is no room for them
 */
export function bringIn(doc: Y.Doc, plan: Plan, chosen: (same: Same, index: number) => Choice): number {
  const { items, removed } = readLibrary(doc);
  const added: Item[] = plan.fresh.map(({ item }) => item);
  const fills: (readonly [ReferenceId, Item, Item])[] = [];
  for (const [index, same] of plan.same.entries()) {
    const choice = chosen(same, index);
    const there = "id" in same.sameAs ? items.get(same.sameAs.id) : undefined;
    if (choice === "keep") {
      added.push(same.item);
    } else if (choice === "fill" && "id" in same.sameAs && there !== undefined) {
      fills.push([same.sameAs.id, there, same.item]);
    }
  }
  if (items.size + removed.size + added.length > REFERENCES_MAX) {
    throw new ImportError("library-full");
  }
  doc.transact(() => {
    addReferences(doc, added);
    for (const [id, there, item] of fills) {
      fillReference(doc, id, there, item);
    }
  });
  return added.length;
}
