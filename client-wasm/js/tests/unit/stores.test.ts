import "fake-indexeddb/auto";
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as encoding from "lib0/encoding";
import { describe, expect, onTestFinished, test } from "vitest";
import { FileStore } from "../../src/stores/file.js";
import { IndexedDbStore, storeError } from "../../src/stores/indexeddb.js";
import { MemoryStore } from "../../src/stores/memory.js";
import { storeContract } from "./store-contract.js";

let places = 0;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "consilium-store-"));
  onTestFinished(async () => await rm(path, { recursive: true, force: true }));
  return path;
}

describe("memory store", () => {
  storeContract(() => Promise.resolve({ open: () => new MemoryStore(), durable: false }));
});

describe("IndexedDB store", () => {
  storeContract(() => {
    places += 1;
    const name = `contract-${places}`;
    return Promise.resolve({ open: () => new IndexedDbStore(name), durable: true });
  });

  test("deleting the database is reported, and the store begins anew", async () => {
    const store = new IndexedDbStore("deleted");
    let losses = 0;
    store.onLost(() => {
      losses += 1;
    });
    await store.write([{ type: "journal", doc: "a", update: Uint8Array.of(1), at: 1 }]);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase("deleted");
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    expect(losses).toBe(1);
    expect(await store.list()).toEqual([]);
    await store.write([{ type: "journal", doc: "b", update: Uint8Array.of(1), at: 1 }]);
    expect(await store.list()).toHaveLength(1);
    await store.close();
  });

  test("a newer build that upgrades the database is not held up, and we say `blocked`", async () => {
    const store = new IndexedDbStore("upgraded");
    await store.write([{ type: "journal", doc: "a", update: Uint8Array.of(1), at: 1 }]);
    const newer = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("upgraded", 99);
      request.onsuccess = () => resolve(request.result);
      request.onerror = reject;
    });
    await expect(store.load("a")).rejects.toMatchObject({ kind: "blocked" });
    newer.close();
  });

  test("what version 1 had set aside is brought over, and nothing else changes", async () => {
    const former = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("former", 1);
      request.onupgradeneeded = () => {
        const database = request.result;
        database.createObjectStore("documents", { keyPath: "name" });
        database.createObjectStore("updates", { autoIncrement: true }).createIndex("doc", "doc");
        database.createObjectStore("outbox", { keyPath: ["doc", "id"] });
        database.createObjectStore("rejected", { autoIncrement: true }).createIndex("doc", "doc");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = reject;
    });
    const writing = former.transaction(["documents", "updates", "outbox", "rejected"], "readwrite");
    const row = { name: "a", title: "Title", lineage: "l1", synced: true, updatedAt: 5, nextId: 9 };
    writing.objectStore("documents").add(row);
    writing.objectStore("updates").add({ doc: "a", update: Uint8Array.of(1) });
    writing.objectStore("outbox").add({ doc: "a", id: 8, update: Uint8Array.of(2) });
    writing.objectStore("rejected").add({ doc: "a", reason: "too-large", update: Uint8Array.of(3) });
    writing.objectStore("rejected").add({ doc: "a", reason: "malformed", update: Uint8Array.of(4) });
    await new Promise((done) => {
      writing.oncomplete = done;
    });
    former.close();
    const store = new IndexedDbStore("former");
    const stored = await store.load("a");
    expect(stored).toMatchObject({
      title: "Title",
      lineage: "l1",
      nextId: 9,
      journal: [Uint8Array.of(1)],
      outbox: [{ id: 8, update: Uint8Array.of(2) }],
      setAside: [
        { reason: "too-large", kept: "device", at: 0, update: Uint8Array.of(3) },
        { reason: "malformed", kept: "device", at: 0, update: Uint8Array.of(4) },
      ],
      forkOf: null,
    });
    await store.write([{ type: "discard", doc: "a", ids: stored?.setAside.map(({ id }) => id) ?? [] }]);
    expect((await store.load("a"))?.setAside).toEqual([]);
    await store.close();
  });

  test("the causes of failures are told apart", () => {
    expect(storeError(new DOMException("full", "QuotaExceededError")).kind).toBe("quota");
    expect(storeError(new DOMException("newer", "VersionError")).kind).toBe("blocked");
    expect(storeError(new DOMException("?", "UnknownError")).kind).toBe("unavailable");
  });
});

describe("file store", () => {
  storeContract(async () => {
    const path = await folder();
    return { open: () => new FileStore(path), durable: true };
  });

  /** A store whose only document has three outbox entries, closed; and the path of its log. */
  async function threeEntries(): Promise<{ path: string; log: string }> {
    const path = await folder();
    const store = new FileStore(path);
    for (const id of [1, 2, 3]) {
      await store.write([{ type: "outbox", doc: "a", id, update: new Uint8Array(20).fill(id), at: id }]);
    }
    await store.close();
    const [log] = (await readdir(path)).filter((name) => name.endsWith(".log"));
    return { path, log: join(path, log ?? "") };
  }

  test("a log torn at any byte keeps every record that was whole, and can be written on", async () => {
    const { path, log } = await threeEntries();
    const whole = await readFile(log);
    let kept = 0;
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(log, whole.subarray(0, length));
      const store = new FileStore(path);
      const stored = await store.load("a");
      const ids = stored?.outbox.map(({ id }) => id) ?? [];
      expect(ids).toEqual([1, 2, 3].slice(0, ids.length));
      expect(ids.length).toBeGreaterThanOrEqual(kept);
      kept = ids.length;
      await store.write([{ type: "outbox", doc: "a", id: 9, update: Uint8Array.of(9), at: 9 }]);
      await store.close();
      const again = new FileStore(path);
      expect((await again.load("a"))?.outbox.map(({ id }) => id)).toEqual([...ids, 9]);
      await again.close();
    }
    expect(kept).toBe(2);
  });

  test("garbage behind the last record is cut off at the next write", async () => {
    const { path, log } = await threeEntries();
    await appendFile(log, Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    const store = new FileStore(path);
    await store.write([{ type: "outbox", doc: "a", id: 4, update: Uint8Array.of(4), at: 4 }]);
    await store.close();
    const again = new FileStore(path);
    expect((await again.load("a"))?.outbox.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    await again.close();
  });

  test("a flipped bit ends the log there instead of being believed", async () => {
    const { path, log } = await threeEntries();
    const whole = await readFile(log);
    const last = whole.length - 5;
    whole[last] = (whole[last] ?? 0) ^ 1;
    await writeFile(log, whole);
    const store = new FileStore(path);
    expect((await store.load("a"))?.outbox.map(({ id }) => id)).toEqual([1, 2]);
    await store.close();
  });

  test("records of the former kind of set-aside edits are read, and a log of another format is not written over", async () => {
    const { path, log } = await threeEntries();
    const former = encoding.createEncoder();
    encoding.writeVarUint(former, 3);
    encoding.writeVarString(former, "too-large");
    encoding.writeVarUint8Array(former, Uint8Array.of(2));
    const compacted = encoding.createEncoder();
    encoding.writeVarUint(compacted, 6);
    encoding.writeVarString(compacted, "malformed");
    encoding.writeVarUint8Array(compacted, Uint8Array.of(7));
    await appendFile(log, record(encoding.toUint8Array(former)));
    await appendFile(log, record(encoding.toUint8Array(compacted)));
    const store = new FileStore(path);
    const setAside = (await store.load("a"))?.setAside ?? [];
    expect(setAside).toMatchObject([
      { id: 2, reason: "too-large", kept: "device", at: 0, update: new Uint8Array(20).fill(2) },
      { reason: "malformed", kept: "device", at: 0, update: Uint8Array.of(7) },
    ]);
    await store.write([{ type: "discard", doc: "a", ids: setAside.map(({ id }) => id) }]);
    await store.close();
    const again = new FileStore(path);
    expect((await again.load("a"))?.setAside).toEqual([]);
    await again.close();

    const header = encoding.createEncoder();
    encoding.writeVarString(header, "consilium-replica-9");
    const foreign = record(encoding.toUint8Array(header));
    await writeFile(log, foreign);
    const older = new FileStore(path);
    await expect(older.write([{ type: "journal", doc: "a", update: Uint8Array.of(1), at: 1 }])).rejects.toThrow();
    expect(Buffer.compare(await readFile(log), foreign)).toBe(0);
    await older.close();
  });

  test("compaction makes the log smaller", async () => {
    const path = await folder();
    const store = new FileStore(path);
    for (let index = 0; index < 100; index += 1) {
      await store.write([{ type: "journal", doc: "a", update: new Uint8Array(10), at: 1 }]);
    }
    const [log] = (await readdir(path)).filter((name) => name.endsWith(".log"));
    const before = (await stat(join(path, log ?? ""))).size;
    await store.compact("a", () => new Uint8Array(10));
    expect((await stat(join(path, log ?? ""))).size).toBeLessThan(before / 5);
    await store.close();
  });

  test("a second user of the folder is refused, and a dead one's lock is taken over", async () => {
    const path = await folder();
    const first = new FileStore(path);
    await first.list();
    await expect(new FileStore(path).list()).rejects.toMatchObject({ code: "busy" });
    await first.close();
    // No process has this id: Linux ids end at 4,194,304.
    await writeFile(join(path, "lock"), "99999999");
    const next = new FileStore(path);
    expect(await next.list()).toEqual([]);
    await next.close();
  });

  test("a removed folder is reported, and the store begins anew", async () => {
    const path = await folder();
    const store = new FileStore(path);
    let losses = 0;
    store.onLost(() => {
      losses += 1;
    });
    await store.write([{ type: "journal", doc: "a", update: Uint8Array.of(1), at: 1 }]);
    await rm(path, { recursive: true });
    const write = { type: "journal", doc: "a", update: Uint8Array.of(2), at: 1 } as const;
    await expect(store.write([write])).rejects.toMatchObject({ kind: "deleted" });
    expect(losses).toBe(1);
    await store.write([write]);
    expect((await store.load("a"))?.journal).toEqual([Uint8Array.of(2)]);
    await store.close();
  });

  test("a log that is empty, as after a crash at its creation, is no document", async () => {
    const { path, log } = await threeEntries();
    await truncate(log, 0);
    const store = new FileStore(path);
    expect(await store.list()).toEqual([]);
    await store.close();
  });
});

/** One record of a log: length, checksum, payload. */
function record(payload: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([head, payload]);
}
