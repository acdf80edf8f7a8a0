/**
 * The browser's store: IndexedDB, every batch one transaction with strict durability.
 *
 * The database opens at the first call and again after it was lost. Failures come out as {@link StoreError} with the
 * cause that a person can act on; nothing here retries, that is the writer's business (host/writer.ts).
 */
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import {
  FORMER_IDS_FROM,
  type MergeUpdates,
  type OutboxEntry,
  type SetAsideEdit,
  type Store,
  type StoreCause,
  type StoredDocument,
  type StoredReview,
  type StoredSummary,
  StoreError,
  type StoreWrite,
} from "./store.js";

/** 2: set-aside edits have ids, and a time. 3: reviews; entries of the outbox have a time. */
const SCHEMA_VERSION = 3;

/** How long an older tab may hold up our opening before we say "blocked". It normally lets go at once. */
const BLOCKED_AFTER_MS = 3_000;

interface DocumentRow {
  readonly name: string;
  readonly title: string;
  readonly lineage: string | null;
  readonly synced: boolean;
  readonly updatedAt: number;
  readonly nextId: number;
  /** Absent in rows of version 1. */
  readonly forkOf?: string | null;
}

interface OutboxRow {
  readonly doc: string;
  readonly id: number;
  readonly update: Uint8Array;
  /** Absent in rows of versions 1 and 2. */
  readonly at?: number;
}

interface Schema extends DBSchema {
  documents: { key: string; value: DocumentRow };
  updates: { key: number; value: { readonly doc: string; readonly update: Uint8Array }; indexes: { doc: string } };
  outbox: { key: [string, number]; value: OutboxRow };
  setAside: { key: [string, number]; value: SetAsideEdit & { readonly doc: string } };
  reviews: { key: string; value: { readonly doc: string; readonly reviews: readonly StoredReview[] } };
}

/** What version 1 had in place of `setAside`, with keys that counted up. */
interface RejectedRow {
  readonly doc: string;
  readonly reason: string;
  readonly update: Uint8Array;
}

type StoreName = "documents" | "updates" | "outbox" | "setAside" | "reviews";
const ALL: StoreName[] = ["documents", "updates", "outbox", "setAside", "reviews"];
type Database = IDBPDatabase<Schema>;
type Writing = IDBPTransaction<Schema, StoreName[], "readwrite">;

/** All keys `[doc, id]` of one document: ids are numbers, and an array sorts behind every number. */
function idsOf(doc: string): IDBKeyRange {
  return IDBKeyRange.bound([doc], [doc, []]);
}

/** The store of one replica in this browser profile. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #opening: Promise<Database> | undefined;
  #lost: () => void = () => undefined;
  #closed = false;

  /** @param name - the database's name; one per server and member */
  constructor(name: string) {
    this.#name = name;
  }

  onLost(listener: () => void): void {
    this.#lost = listener;
  }

  async load(doc: string): Promise<StoredDocument | null> {
    return await this.#guard(async (database) => {
      const transaction = database.transaction(ALL, "readonly");
      const [row, updates, outbox, setAside, reviewed] = await Promise.all([
        transaction.objectStore("documents").get(doc),
        transaction.objectStore("updates").index("doc").getAll(doc),
        transaction.objectStore("outbox").getAll(idsOf(doc)),
        transaction.objectStore("setAside").getAll(idsOf(doc)),
        transaction.objectStore("reviews").get(doc),
        transaction.done,
      ]);
      if (row === undefined) {
        return null;
      }
      return {
        title: row.title,
        lineage: row.lineage,
        synced: row.synced,
        updatedAt: row.updatedAt,
        nextId: row.nextId,
        journal: updates.map(({ update }) => update),
        outbox: outbox.map(({ id, update, at = 0 }): OutboxEntry => ({ id, update, at })),
        setAside: setAside.map(({ doc: _doc, ...edit }): SetAsideEdit => edit),
        forkOf: row.forkOf ?? null,
        reviews: reviewed?.reviews ?? [],
      };
    });
  }

  async write(batch: readonly StoreWrite[]): Promise<void> {
    await this.#guard(async (database) => {
      const transaction = database.transaction(ALL, "readwrite", { durability: "strict" });
      await this.#settle(transaction, async () => {
        for (const write of batch) {
          await applyWrite(transaction, write);
        }
      });
    });
  }

  async compact(doc: string, merge: MergeUpdates): Promise<void> {
    await this.#guard(async (database) => {
      const transaction = database.transaction(["updates"], "readwrite", { durability: "strict" });
      await this.#settle(transaction, async () => {
        const updates = transaction.objectStore("updates");
        const [keys, rows] = await Promise.all([
          updates.index("doc").getAllKeys(doc),
          updates.index("doc").getAll(doc),
        ]);
        if (rows.length < 2) {
          return;
        }
        // Merging is synchronous, so the transaction stays open over it.
        const merged = merge(rows.map(({ update }) => update));
        await Promise.all([...keys.map((key) => updates.delete(key)), updates.add({ doc, update: merged })]);
      });
    });
  }

  async list(): Promise<readonly StoredSummary[]> {
    return await this.#guard(async (database) => {
      const transaction = database.transaction(["documents", "outbox", "setAside"], "readonly");
      const rows = await transaction.objectStore("documents").getAll();
      const outbox = transaction.objectStore("outbox");
      const setAside = transaction.objectStore("setAside");
      return await Promise.all(
        rows.map(async ({ name, title, updatedAt, forkOf }) => ({
          name,
          title,
          updatedAt,
          unconfirmed: await outbox.count(idsOf(name)),
          setAside: await setAside.count(idsOf(name)),
          forkOf: forkOf ?? null,
        })),
      );
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    const database = await opening?.catch(() => undefined);
    database?.close();
  }

  /** Runs `work` to the transaction's very end; whatever fails aborts all of it. */
  async #settle(
    transaction: { readonly done: Promise<void>; abort(): void },
    work: () => Promise<void>,
  ): Promise<void> {
    // A failed request also rejects `done`; it is observed below, and here so that it is never "unhandled".
    transaction.done.catch(() => undefined);
    try {
      await work();
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It was aborted by the failure already.
      }
      // The transaction's own error says why (quota); the request's says only that it was aborted.
      await transaction.done;
      throw error;
    }
    await transaction.done;
  }

  async #guard<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    try {
      return await work(await opening);
    } catch (error) {
      const failure = storeError(error);
      // A connection that is closing is of no more use; the next call opens another.
      if (this.#opening === opening && (failure.kind !== "quota" || isClosed(error))) {
        this.#opening = undefined;
        void opening.then(
          (database) => database.close(),
          () => undefined,
        );
      }
      throw failure;
    }
  }

  async #open(): Promise<Database> {
    if (this.#closed) {
      throw new StoreError("unavailable", "the store is closed");
    }
    if (typeof indexedDB === "undefined") {
      throw new StoreError("unavailable", "this browser has no IndexedDB here");
    }
    let blockedTimer: ReturnType<typeof setTimeout> | undefined;
    const blocked = new Promise<never>((_, reject) => {
      blockedTimer = setTimeout(
        () => reject(new StoreError("blocked", "an older tab holds the database")),
        BLOCKED_AFTER_MS,
      );
    });
    // Assigned below; the callbacks run later.
    let mine: Database | undefined;
    const gone = (): void => {
      this.#opening = undefined;
      this.#lost();
    };
    const opened = openDB<Schema>(this.#name, SCHEMA_VERSION, {
      upgrade: async (database, from, _to, transaction) => {
        if (from < 1) {
          database.createObjectStore("documents", { keyPath: "name" });
          database.createObjectStore("updates", { autoIncrement: true }).createIndex("doc", "doc");
          database.createObjectStore("outbox", { keyPath: ["doc", "id"] });
        }
        if (from < 2) {
          database.createObjectStore("setAside", { keyPath: ["doc", "id"] });
        }
        if (from < 3) {
          database.createObjectStore("reviews", { keyPath: "doc" });
        }
        if (from === 1) {
          await moveRejected(database, transaction);
        }
      },
      blocking: (_current, wanted) => {
        // Never hold up a newer tab or the person who deletes our data.
        mine?.close();
        if (wanted === null) {
          gone();
        } else {
          this.#opening = undefined;
        }
      },
      terminated: gone,
    });
    try {
      mine = await Promise.race([opened, blocked]);
      return mine;
    } catch (error) {
      // It may still open after we gave up waiting; nobody would ever close it then.
      void opened.then(
        (database) => database.close(),
        () => undefined,
      );
      throw error;
    } finally {
      clearTimeout(blockedTimer);
    }
  }
}

async function applyWrite(transaction: Writing, write: StoreWrite): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  switch (write.type) {
    case "outbox":
      await Promise.all([
        outbox.put({ doc: write.doc, id: write.id, update: write.update, at: write.at }),
        describe(transaction, write.doc, write.at, { nextId: write.id + 1 }),
      ]);
      return;
    case "journal":
      await Promise.all([
        transaction.objectStore("updates").add({ doc: write.doc, update: write.update }),
        describe(transaction, write.doc, write.at, {}),
      ]);
      return;
    case "confirm":
      await takeOut(transaction, write.doc, write.ids, async (update) => {
        await transaction.objectStore("updates").add({ doc: write.doc, update });
      });
      return;
    case "setAside":
      await takeOut(transaction, write.doc, write.ids, async (update, id) => {
        const { doc, reason, kept, at } = write;
        await transaction.objectStore("setAside").put({ doc, id, reason, kept, at, update });
      });
      return;
    case "discard":
      for (const id of write.ids) {
        const key: [string, number] = [write.doc, id];
        await Promise.all([outbox.delete(key), transaction.objectStore("setAside").delete(key)]);
      }
      return;
    case "describe":
      await describe(transaction, write.doc, write.at, {
        ...(write.title === undefined ? {} : { title: write.title }),
        ...(write.lineage === undefined ? {} : { lineage: write.lineage }),
        ...(write.synced === undefined ? {} : { synced: write.synced }),
        ...(write.forkOf === undefined ? {} : { forkOf: write.forkOf }),
      });
      return;
    case "reviews":
      await transaction.objectStore("reviews").put({ doc: write.doc, reviews: write.reviews });
      return;
    case "restart": {
      const documents = transaction.objectStore("documents");
      const row = await documents.get(write.doc);
      await Promise.all([
        row === undefined ? undefined : documents.put({ ...row, lineage: null, synced: false }),
        outbox.delete(idsOf(write.doc)),
        deleteAll(transaction.objectStore("updates"), write.doc),
        transaction.objectStore("reviews").delete(write.doc),
      ]);
      return;
    }
    case "forget":
      await Promise.all([
        transaction.objectStore("documents").delete(write.doc),
        outbox.delete(idsOf(write.doc)),
        deleteAll(transaction.objectStore("updates"), write.doc),
        transaction.objectStore("setAside").delete(idsOf(write.doc)),
        transaction.objectStore("reviews").delete(write.doc),
      ]);
      return;
    default:
      write satisfies never;
  }
}

/** Brings set-aside edits over from version 1, which had neither ids nor times for them. */
async function moveRejected(
  database: Database,
  transaction: IDBPTransaction<Schema, StoreName[], "versionchange">,
): Promise<void> {
  // A store that the schema does not know any more.
  const old = "rejected" as StoreName;
  const setAside = transaction.objectStore("setAside");
  let cursor = await transaction.objectStore(old).openCursor();
  while (cursor !== null) {
    const { doc, reason, update } = cursor.value as unknown as RejectedRow;
    const id = FORMER_IDS_FROM + (cursor.primaryKey as unknown as number);
    await setAside.add({ doc, id, reason, kept: "device", at: 0, update });
    cursor = await cursor.continue();
  }
  database.deleteObjectStore(old);
}

const UNKNOWN = { title: "", lineage: null, synced: false, updatedAt: 0, nextId: 1 } as const;

async function describe(transaction: Writing, doc: string, at: number, change: Partial<DocumentRow>): Promise<void> {
  const documents = transaction.objectStore("documents");
  const row = (await documents.get(doc)) ?? UNKNOWN;
  await documents.put({
    ...row,
    ...change,
    name: doc,
    updatedAt: Math.max(row.updatedAt, at),
    nextId: Math.max(row.nextId, change.nextId ?? 0),
  });
}

async function takeOut(
  transaction: Writing,
  doc: string,
  ids: readonly number[],
  put: (update: Uint8Array, id: number) => Promise<void>,
): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  for (const id of ids) {
    const entry = await outbox.get([doc, id]);
    if (entry !== undefined) {
      await Promise.all([put(entry.update, id), outbox.delete([doc, id])]);
    }
  }
}

async function deleteAll(
  store: {
    delete(key: number): Promise<void>;
    index(name: "doc"): { getAllKeys(query: string): Promise<number[]> };
  },
  doc: string,
): Promise<void> {
  const keys = await store.index("doc").getAllKeys(doc);
  await Promise.all(keys.map((key) => store.delete(key)));
}

function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === "InvalidStateError";
}

/** What a failure of IndexedDB means to a person. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  const name = error instanceof Error ? error.name : "";
  const causes: Readonly<Record<string, StoreCause>> = {
    QuotaExceededError: "quota",
    // A newer version of this app upgraded the database; this tab is the old one.
    VersionError: "blocked",
  };
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(causes[name] ?? "unavailable", `IndexedDB: ${name} ${message}`, { cause: error });
}
