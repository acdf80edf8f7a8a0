/** Whether two references are of the same publication: by DOI, else by PubMed’s number, else by title and year. */
import { type Item, yearOf } from "./item.ts";
import type { ReferenceId } from "./library.ts";

/** By what two references were found to be the same. */
export type SameBy = "doi" | "pmid" | "title";

export interface Duplicate {
  /** Of the one that is there. */
  readonly id: ReferenceId;
  readonly by: SameBy;
}

type Key = readonly [by: SameBy, text: string];

/** What a reference is known by, the surest first. */
export function keysOf(item: Item): readonly Key[] {
  const keys: Key[] = [];
  if (item.DOI !== undefined) {
    keys.push(["doi", item.DOI.toLowerCase()]);
  }
  if (item.PMID !== undefined) {
    keys.push(["pmid", item.PMID.replace(/^0+/, "")]);
  }
  const title = wordsOf(item.title ?? "");
  const year = yearOf(item);
  if (title !== "" && year !== null) {
    keys.push(["title", `${year} ${title}`]);
  }
  return keys;
}

function wordsOf(text: string): string {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  );
}

/** Finds references among those that are there. */
export class Known {
  readonly #ids = new Map<string, ReferenceId>();
  readonly #dois = new Map<ReferenceId, string>();

  constructor(items: ReadonlyMap<ReferenceId, Item>) {
    for (const [id, item] of items) {
      this.add(id, item);
    }
  }

  add(id: ReferenceId, item: Item): void {
    if (item.DOI !== undefined) {
      this.#dois.set(id, item.DOI.toLowerCase());
    }
    for (const [by, text] of keysOf(item)) {
      const key = `${by} ${text}`;
      if (!this.#ids.has(key)) {
        this.#ids.set(key, id);
      }
    }
  }

  /** The reference that `item` is the same as; `null` when there is none. */
  find(item: Item): Duplicate | null {
    const doi = item.DOI?.toLowerCase();
    for (const [by, text] of keysOf(item)) {
      const id = this.#ids.get(`${by} ${text}`);
      const other = id === undefined ? undefined : this.#dois.get(id);
      // Two DOIs are two publications, however alike their titles are: an erratum, a second part.
      const isAnother = by === "title" && doi !== undefined && other !== undefined && other !== doi;
      if (id !== undefined && !isAnother) {
        return { id, by };
      }
    }
    return null;
  }
}
