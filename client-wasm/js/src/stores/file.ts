/**
 * A store in a folder, for scripts: one append-only log per document, named by the hash of the document's name.
 *
 * A write is durable when the log is synced to disk; a new or replaced file also when its folder is. A torn tail is
 * cut off when the log is next written, and compaction replaces a log by renaming, so a crash at any instant leaves
 * every document as it was before or after. One process at a time: a lock file says which.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ReplicaError } from "../errors.js";
import { StoreImage } from "./memory.js";
import { decodeFile, encodeHeader, encodeRecord, type FileRecord } from "./record.js";
import {
  type MergeUpdates,
  type Store,
  type StoreCause,
  type StoredDocument,
  type StoredSummary,
  StoreError,
  type StoreWrite,
} from "./store.js";

const LOG = ".log";
const SCRATCH = ".tmp";
const LOCK = "lock";

const NO_BYTES = new Uint8Array();

/** What is remembered of a log, so that it need not be read again to be listed or appended to. */
interface Log {
  /** Where its last whole record ends. */
  goodBytes: number;
  /** Its content without the updates' bytes. */
  readonly outline: StoreImage;
}

/** A store in a folder. */
export class FileStore implements Store {
  readonly #folder: string;
  /** By document name; filled when the folder is first read. */
  #logs: Map<string, Log> | undefined;
  #locked = false;
  #lost: () => void = () => undefined;
  /** Calls run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param folder - made if it does not exist */
  constructor(folder: string) {
    this.#folder = folder;
  }

  load(doc: string): Promise<StoredDocument | null> {
    return this.#exclusive(async (logs) => {
      return logs.has(doc) ? await this.#read(doc) : null;
    });
  }

  write(batch: readonly StoreWrite[]): Promise<void> {
    return this.#exclusive(async (logs) => {
      const docs = new Map<string, StoreWrite[]>();
      for (const write of batch) {
        docs.set(write.doc, [...(docs.get(write.doc) ?? []), write]);
      }
      for (const [doc, writes] of docs) {
        await this.#writeDocument(logs, doc, writes);
      }
    });
  }

  compact(doc: string, merge: MergeUpdates): Promise<void> {
    return this.#exclusive(async (logs) => {
      const log = logs.get(doc);
      const stored = log === undefined ? null : await this.#read(doc);
      if (log === undefined || stored === null) {
        return;
      }
      const [first] = stored.journal;
      const merged = stored.journal.length > 1 ? merge(stored.journal) : first;
      const { title, lineage, synced, forkOf, updatedAt: at, nextId, reviews } = stored;
      const records: FileRecord[] = [
        { type: "describe", doc, title, lineage, synced, forkOf, at },
        ...(merged === undefined ? [] : [{ type: "journal", doc, update: merged, at } as const]),
        // An entry that came and went keeps the count of ids.
        { type: "outbox", doc, id: nextId - 1, update: new Uint8Array(), at },
        { type: "discard", doc, ids: [nextId - 1] },
        ...stored.outbox.map((entry) => ({ type: "outbox", doc, ...entry }) as const),
        ...(reviews.length === 0 ? [] : [{ type: "reviews", doc, reviews } as const]),
        ...stored.setAside.map((edit) => ({ type: "kept", doc, ...edit }) as const),
      ];
      const bytes = Buffer.concat([encodeHeader(doc), ...records.map(encodeRecord)]);
      const path = this.#path(doc);
      await withFile(path + SCRATCH, "w", async (file) => {
        await file.writeFile(bytes);
        await file.sync();
      });
      await rename(path + SCRATCH, path);
      await this.#syncFolder();
      log.goodBytes = bytes.length;
    });
  }

  list(): Promise<readonly StoredSummary[]> {
    return this.#exclusive((logs) => Promise.resolve([...logs.values()].flatMap(({ outline }) => outline.summaries())));
  }

  onLost(listener: () => void): void {
    this.#lost = listener;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    if (this.#locked) {
      this.#locked = false;
      await unlink(join(this.#folder, LOCK)).catch(() => undefined);
    }
  }

  async #writeDocument(logs: Map<string, Log>, doc: string, writes: readonly StoreWrite[]): Promise<void> {
    // What precedes a `forget` need not be written at all.
    const forget = writes.findLastIndex(({ type }) => type === "forget");
    if (forget >= 0) {
      await unlink(this.#path(doc)).catch(ignoreMissing);
      await this.#syncFolder();
      logs.delete(doc);
    }
    const records = writes.slice(forget + 1).filter((write) => write.type !== "forget");
    // Moving entries of a document that is not there says nothing.
    const known = logs.get(doc);
    if (
      known === undefined &&
      !records.some(({ type }) => type === "outbox" || type === "journal" || type === "describe")
    ) {
      return;
    }
    const start = known?.goodBytes ?? 0;
    const bytes = Buffer.concat([...(start === 0 ? [encodeHeader(doc)] : []), ...records.map(encodeRecord)]);
    await withFile(this.#path(doc), start === 0 ? "w" : "r+", async (file) => {
      if (start > 0) {
        // A write that failed half-way may have left bytes behind.
        await file.truncate(start);
      }
      await file.write(bytes, 0, bytes.length, start);
      await file.datasync();
    });
    if (start === 0) {
      await this.#syncFolder();
    }
    const log = known ?? { goodBytes: 0, outline: new StoreImage() };
    log.goodBytes = start + bytes.length;
    outline(log.outline, doc, records);
    logs.set(doc, log);
  }

  async #read(doc: string): Promise<StoredDocument | null> {
    const content = decodeFile(await readFile(this.#path(doc)));
    const image = new StoreImage();
    applyRecords(image, content?.records ?? []);
    return image.read(doc);
  }

  async #open(): Promise<Map<string, Log>> {
    await mkdir(this.#folder, { recursive: true });
    this.#lock();
    const logs = new Map<string, Log>();
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(LOG)) {
        const content = decodeFile(await readFile(join(this.#folder, name)));
        if (content !== null) {
          const log: Log = { goodBytes: content.goodBytes, outline: new StoreImage() };
          outline(log.outline, content.doc, content.records);
          logs.set(content.doc, log);
        }
      }
    }
    return logs;
  }

  /** Takes the folder for this process; a lock of a process that has died is taken over. */
  #lock(): void {
    if (this.#locked) {
      return;
    }
    const path = join(this.#folder, LOCK);
    try {
      const file = openSync(path, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") {
        throw error;
      }
      if (isAlive(Number(readFileSync(path, "utf8")))) {
        throw new ReplicaError("busy", `another process uses the store in ${this.#folder}`);
      }
      unlinkSync(path);
      this.#lock();
    }
    this.#locked = true;
  }

  #path(doc: string): string {
    return join(this.#folder, createHash("sha256").update(doc).digest("hex") + LOG);
  }

  async #syncFolder(): Promise<void> {
    await withFile(this.#folder, "r", async (folder) => await folder.sync());
  }

  #exclusive<T>(work: (logs: Map<string, Log>) => Promise<T>): Promise<T> {
    const run = this.#last.then(async () => {
      try {
        this.#logs ??= await this.#open();
        return await work(this.#logs);
      } catch (error) {
        const failure = fileError(error);
        if (failure instanceof StoreError && failure.kind === "deleted") {
          // Somebody removed the folder or a log; go on with what is there at the next call.
          this.#logs = undefined;
          this.#locked = false;
          this.#lost();
        }
        throw failure;
      }
    });
    this.#last = run.catch(() => undefined);
    return run;
  }
}

function applyRecords(image: StoreImage, records: readonly FileRecord[]): void {
  for (const record of records) {
    if (record.type === "kept") {
      const { doc, type: _type, ...edit } = record;
      image.keep(doc, edit);
    } else {
      image.apply(record);
    }
  }
}

/** Applies records without their bytes. */
function outline(image: StoreImage, doc: string, records: readonly FileRecord[]): void {
  applyRecords(
    image,
    records
      .filter(({ type }) => type !== "reviews")
      .map((record) => ("update" in record ? { ...record, update: NO_BYTES } : record)),
  );
  image.replaceJournal(doc, NO_BYTES);
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== "ENOENT") {
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is alive too.
    return codeOf(error) === "EPERM";
  }
}

/** What a failure of the file system means to a person. */
function fileError(error: unknown): Error {
  if (error instanceof StoreError || error instanceof ReplicaError) {
    return error;
  }
  const causes: Readonly<Record<string, StoreCause>> = { ENOSPC: "quota", EDQUOT: "quota", ENOENT: "deleted" };
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(causes[codeOf(error)] ?? "unavailable", message, { cause: error });
}
