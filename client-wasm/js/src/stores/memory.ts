/**
 * A store that lives as long as the process: for scripts that keep nothing, and for tests.
 *
 * It is the simplest reading of the store contract; the durable stores are held to the same tests.
 */
import type {
  MergeUpdates,
  OutboxEntry,
  SetAsideEdit,
  Store,
  StoredDocument,
  StoredReview,
  StoredSummary,
  StoreWrite,
} from "./store.js";

interface Entry {
  title: string;
  lineage: string | null;
  synced: boolean;
  updatedAt: number;
  nextId: number;
  journal: Uint8Array[];
  outbox: Map<number, OutboxEntry>;
  setAside: Map<number, SetAsideEdit>;
  forkOf: string | null;
  reviews: readonly StoredReview[];
}

/** The content of a memory store, and of one file of a file store: the meaning of every {@link StoreWrite}. */
export class StoreImage {
  readonly documents = new Map<string, Entry>();

  /** Puts a document in as a store gave it. */
  seed(doc: string, stored: StoredDocument): void {
    this.documents.set(doc, {
      ...stored,
      journal: [...stored.journal],
      outbox: new Map(stored.outbox.map((entry) => [entry.id, entry])),
      setAside: new Map(stored.setAside.map((edit) => [edit.id, edit])),
    });
  }

  apply(write: StoreWrite): void {
    switch (write.type) {
      case "outbox": {
        const entry = this.#entry(write.doc);
        const { id, update, at } = write;
        entry.outbox.set(id, { id, update, at });
        entry.nextId = Math.max(entry.nextId, write.id + 1);
        entry.updatedAt = Math.max(entry.updatedAt, write.at);
        return;
      }
      case "journal": {
        const entry = this.#entry(write.doc);
        entry.journal.push(write.update);
        entry.updatedAt = Math.max(entry.updatedAt, write.at);
        return;
      }
      case "confirm":
        this.#takeOut(write.doc, write.ids, (entry, update) => entry.journal.push(update));
        return;
      case "setAside": {
        const { reason, kept, at } = write;
        this.#takeOut(write.doc, write.ids, (entry, update, id) => {
          entry.setAside.set(id, { id, reason, kept, at, update });
        });
        return;
      }
      case "discard":
        this.#takeOut(write.doc, write.ids, () => undefined);
        for (const id of write.ids) {
          this.documents.get(write.doc)?.setAside.delete(id);
        }
        return;
      case "describe": {
        const entry = this.#entry(write.doc);
        entry.title = write.title ?? entry.title;
        entry.lineage = write.lineage === undefined ? entry.lineage : write.lineage;
        entry.synced = write.synced ?? entry.synced;
        entry.forkOf = write.forkOf === undefined ? entry.forkOf : write.forkOf;
        entry.updatedAt = Math.max(entry.updatedAt, write.at);
        return;
      }
      case "reviews":
        this.#entry(write.doc).reviews = write.reviews;
        return;
      case "restart": {
        const entry = this.documents.get(write.doc);
        if (entry !== undefined) {
          Object.assign(entry, { journal: [], outbox: new Map(), reviews: [], lineage: null, synced: false });
        }
        return;
      }
      case "forget":
        this.documents.delete(write.doc);
        return;
      default:
        write satisfies never;
    }
  }

  /** Adds a set-aside edit, as a compacted log holds it. */
  keep(doc: string, edit: SetAsideEdit): void {
    this.#entry(doc).setAside.set(edit.id, edit);
  }

  /** Replaces the journal of a document by one update. */
  replaceJournal(doc: string, merged: Uint8Array): void {
    const entry = this.documents.get(doc);
    if (entry !== undefined) {
      entry.journal = [merged];
    }
  }

  read(doc: string): StoredDocument | null {
    const entry = this.documents.get(doc);
    if (entry === undefined) {
      return null;
    }
    const outbox = [...entry.outbox.values()].sort((left, right) => left.id - right.id);
    return {
      title: entry.title,
      lineage: entry.lineage,
      synced: entry.synced,
      updatedAt: entry.updatedAt,
      nextId: entry.nextId,
      journal: [...entry.journal],
      outbox,
      setAside: [...entry.setAside.values()].sort((left, right) => left.id - right.id),
      forkOf: entry.forkOf,
      reviews: entry.reviews,
    };
  }

  summaries(): StoredSummary[] {
    return [...this.documents].map(([name, entry]) => ({
      name,
      title: entry.title,
      unconfirmed: entry.outbox.size,
      setAside: entry.setAside.size,
      forkOf: entry.forkOf,
      updatedAt: entry.updatedAt,
    }));
  }

  #entry(doc: string): Entry {
    let entry = this.documents.get(doc);
    if (entry === undefined) {
      entry = {
        title: "",
        lineage: null,
        synced: false,
        updatedAt: 0,
        nextId: 1,
        journal: [],
        outbox: new Map(),
        setAside: new Map(),
        forkOf: null,
        reviews: [],
      };
      this.documents.set(doc, entry);
    }
    return entry;
  }

  #takeOut(doc: string, ids: readonly number[], put: (entry: Entry, update: Uint8Array, id: number) => void): void {
    const entry = this.documents.get(doc);
    for (const id of ids) {
      const taken = entry?.outbox.get(id);
      if (entry !== undefined && taken !== undefined) {
        entry.outbox.delete(id);
        put(entry, taken.update, id);
      }
    }
  }
}

/** A store in memory. */
export class MemoryStore implements Store {
  readonly #image = new StoreImage();

  load(doc: string): Promise<StoredDocument | null> {
    return Promise.resolve(this.#image.read(doc));
  }

  write(batch: readonly StoreWrite[]): Promise<void> {
    for (const write of batch) {
      this.#image.apply(write);
    }
    return Promise.resolve();
  }

  compact(doc: string, merge: MergeUpdates): Promise<void> {
    return new Promise((done) => {
      const stored = this.#image.read(doc);
      if (stored !== null && stored.journal.length > 1) {
        this.#image.replaceJournal(doc, merge(stored.journal));
      }
      done();
    });
  }

  list(): Promise<readonly StoredSummary[]> {
    return Promise.resolve(this.#image.summaries());
  }

  onLost(): void {
    // Memory cannot be cleared from outside.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
