/** The contract of every store: one test for every sentence of src/stores/store.ts. */
import { beforeEach, expect, test } from "vitest";
import type { Store, StoredReview, StoreWrite } from "../../src/stores/store.js";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const concat = (updates: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(updates.flatMap((update) => [...update]));
const outbox = (doc: string, id: number, at = id): StoreWrite => ({ type: "outbox", doc, id, update: bytes(id), at });
const setAside = (doc: string, ids: number[], reason = "why"): StoreWrite => {
  return { type: "setAside", doc, ids, reason, kept: "device", at: 4 };
};
const journal = (doc: string, value: number): StoreWrite => ({ type: "journal", doc, update: bytes(value), at: 1 });

/** What a durable store must survive: the process ends, another one opens the same place. */
export interface StorePlace {
  open(): Store;
  /** False for a store that keeps nothing. */
  readonly durable: boolean;
}

/** Runs the contract on the stores of fresh places. */
export function storeContract(newPlace: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let store: Store;

  beforeEach(async () => {
    place = await newPlace();
    store = place.open();
    return async () => await store.close();
  });

  /** Ends this process's use of the store and begins another's, where the store is durable. */
  async function reopen(): Promise<void> {
    if (place.durable) {
      await store.close();
      store = place.open();
    }
  }

  test("an unknown document loads as null", async () => {
    expect(await store.load("nothing")).toBeNull();
    expect(await store.list()).toEqual([]);
  });

  test("what was written is there after reopening, in order", async () => {
    await store.write([
      { type: "describe", doc: "a", title: "Title", lineage: "l1", synced: true, at: 5 },
      journal("a", 1),
      journal("a", 2),
      outbox("a", 1),
      outbox("a", 2, 9),
      journal("b", 3),
    ]);
    await reopen();
    expect(await store.load("a")).toEqual({
      title: "Title",
      lineage: "l1",
      synced: true,
      updatedAt: 9,
      nextId: 3,
      journal: [bytes(1), bytes(2)],
      outbox: [
        { id: 1, update: bytes(1), at: 1 },
        { id: 2, update: bytes(2), at: 9 },
      ],
      setAside: [],
      forkOf: null,
      reviews: [],
    });
  });

  test("outbox entries come back by ascending id, whatever the order of writing", async () => {
    await store.write([outbox("a", 10), outbox("a", 9), outbox("a", 100)]);
    await reopen();
    expect((await store.load("a"))?.outbox.map(({ id }) => id)).toEqual([9, 10, 100]);
  });

  test("confirmed entries move to the journal, and only they", async () => {
    await store.write([outbox("a", 1), outbox("a", 2), outbox("b", 1)]);
    await store.write([{ type: "confirm", doc: "a", ids: [1, 77] }]);
    await reopen();
    const stored = await store.load("a");
    expect(stored?.journal).toEqual([bytes(1)]);
    expect(stored?.outbox.map(({ id }) => id)).toEqual([2]);
    expect((await store.load("b"))?.outbox).toHaveLength(1);
  });

  test("refused entries are set aside with what is known of the refusal, apart from the journal", async () => {
    await store.write([outbox("a", 1), outbox("a", 2), outbox("a", 3)]);
    await store.write([
      { type: "setAside", doc: "a", ids: [3], reason: "too-large", kept: "device", at: 7 },
      { type: "setAside", doc: "a", ids: [2, 99], reason: "read-only", kept: "server", at: 8 },
    ]);
    await reopen();
    const stored = await store.load("a");
    expect(stored?.setAside).toEqual([
      { id: 2, reason: "read-only", kept: "server", at: 8, update: bytes(2) },
      { id: 3, reason: "too-large", kept: "device", at: 7, update: bytes(3) },
    ]);
    expect(stored?.journal).toEqual([]);
    expect(stored?.outbox.map(({ id }) => id)).toEqual([1]);
    expect(await store.list()).toMatchObject([{ name: "a", unconfirmed: 1, setAside: 2 }]);
  });

  test("set-aside edits stay until they are discarded, one by one", async () => {
    await store.write([outbox("a", 1), outbox("a", 2), setAside("a", [1, 2])]);
    await store.write([{ type: "discard", doc: "a", ids: [1] }]);
    await reopen();
    expect((await store.load("a"))?.setAside.map(({ id }) => id)).toEqual([2]);
    await store.write([{ type: "discard", doc: "a", ids: [1, 2] }]);
    await reopen();
    expect(await store.load("a")).toMatchObject({ setAside: [], nextId: 3 });
  });

  test("repeating a batch sets nothing aside twice", async () => {
    const batch = [outbox("a", 1), setAside("a", [1])];
    await store.write(batch);
    await store.write(batch);
    await reopen();
    expect((await store.load("a"))?.setAside).toHaveLength(1);
  });

  test("a fork remembers what it was forked from, until it is a document of its own", async () => {
    await store.write([{ type: "describe", doc: "fork", title: "Mine", forkOf: "a", at: 1 }, outbox("fork", 1)]);
    await store.compact("fork", concat);
    await reopen();
    expect(await store.load("fork")).toMatchObject({ title: "Mine", forkOf: "a" });
    expect(await store.list()).toMatchObject([{ name: "fork", forkOf: "a" }]);
    await store.write([{ type: "describe", doc: "fork", forkOf: null, at: 2 }]);
    await reopen();
    expect(await store.load("fork")).toMatchObject({ title: "Mine", forkOf: null });
  });

  test("discarded entries are gone", async () => {
    await store.write([outbox("a", 1), { type: "discard", doc: "a", ids: [1] }]);
    await reopen();
    expect(await store.load("a")).toMatchObject({ outbox: [], journal: [], setAside: [] });
  });

  test("an id is never given twice: nextId stays above every id that ever was", async () => {
    await store.write([outbox("a", 7), { type: "confirm", doc: "a", ids: [7] }]);
    await store.compact("a", concat);
    await reopen();
    expect((await store.load("a"))?.nextId).toBe(8);
  });

  test("describe changes only the fields it names", async () => {
    await store.write([{ type: "describe", doc: "a", title: "One", lineage: "l1", at: 1 }]);
    await store.write([{ type: "describe", doc: "a", synced: true, at: 2 }]);
    await store.write([{ type: "describe", doc: "a", lineage: null, at: 3 }]);
    await reopen();
    expect(await store.load("a")).toMatchObject({ title: "One", lineage: null, synced: true, updatedAt: 3 });
  });

  test("compaction merges the journal and leaves everything else", async () => {
    await store.write([
      { type: "describe", doc: "a", title: "Title", lineage: "l1", synced: true, at: 4 },
      journal("a", 1),
      journal("a", 2),
      journal("b", 9),
      outbox("a", 1),
      outbox("a", 2),
      setAside("a", [2]),
    ]);
    await store.compact("a", concat);
    await store.write([journal("a", 3)]);
    await reopen();
    expect(await store.load("a")).toMatchObject({
      title: "Title",
      lineage: "l1",
      synced: true,
      journal: [bytes(1, 2), bytes(3)],
      outbox: [{ id: 1, update: bytes(1) }],
      setAside: [{ id: 2, reason: "why", kept: "device", at: 4, update: bytes(2) }],
    });
    expect((await store.load("b"))?.journal).toEqual([bytes(9)]);
  });

  test("compaction whose merge fails leaves the journal as it was", async () => {
    await store.write([journal("a", 1), journal("a", 2)]);
    const refuse = (): Uint8Array => {
      throw new Error("cannot be merged");
    };
    await expect(store.compact("a", refuse)).rejects.toThrow();
    await store.write([journal("a", 3)]);
    await reopen();
    expect((await store.load("a"))?.journal).toEqual([bytes(1), bytes(2), bytes(3)]);
  });

  test("a forgotten document leaves nothing, and may begin anew in the same batch", async () => {
    await store.write([journal("a", 1), outbox("a", 5), outbox("a", 6), journal("b", 2)]);
    await store.write([setAside("a", [6])]);
    await store.write([{ type: "forget", doc: "a" }]);
    await reopen();
    expect(await store.load("a")).toBeNull();
    await store.write([journal("a", 1), { type: "forget", doc: "a" }, journal("a", 3)]);
    await reopen();
    expect(await store.load("a")).toMatchObject({ journal: [bytes(3)], outbox: [], setAside: [], title: "" });
    expect((await store.load("b"))?.journal).toEqual([bytes(2)]);
  });

  test("a document that begins anew keeps its title, its set-aside edits and its count of ids", async () => {
    await store.write([
      { type: "describe", doc: "a", title: "Title", lineage: "l1", synced: true, at: 3 },
      journal("a", 1),
      outbox("a", 5),
      outbox("a", 6),
      setAside("a", [6]),
      { type: "restart", doc: "a" },
      outbox("a", 7, 9),
    ]);
    await reopen();
    expect(await store.load("a")).toEqual({
      title: "Title",
      lineage: null,
      synced: false,
      updatedAt: 9,
      nextId: 8,
      journal: [],
      outbox: [{ id: 7, update: bytes(7), at: 9 }],
      reviews: [],
      setAside: [{ id: 6, reason: "why", kept: "device", at: 4, update: bytes(6) }],
      forkOf: null,
    });
    await store.write([{ type: "restart", doc: "unknown" }]);
    expect(await store.list()).toHaveLength(1);
  });

  test("reviews are kept with their bytes, as they were written last, until the document is forgotten or begins anew", async () => {
    const review = (id: number, update: Uint8Array): StoredReview => ({
      id,
      at: 9,
      awayMs: 3,
      isClosed: false,
      report: { places: [], counts: { mine: 1, theirs: 2, both: 0 }, copies: update },
      states: { base: [bytes(1), bytes(2)], mine: [], theirs: [update] },
    });
    const last = [review(2, bytes(7, 8)), { ...review(1, bytes()), report: null, states: null, isClosed: true }];
    await store.write([journal("a", 1), { type: "reviews", doc: "a", reviews: [review(1, bytes(9))] }]);
    await store.write([{ type: "reviews", doc: "a", reviews: last }]);
    await store.compact("a", concat);
    await reopen();
    expect((await store.load("a"))?.reviews).toEqual(last);
    await store.write([{ type: "restart", doc: "a" }]);
    await reopen();
    expect((await store.load("a"))?.reviews).toEqual([]);
    await store.write([{ type: "reviews", doc: "a", reviews: last }, { type: "forget", doc: "a" }, journal("a", 1)]);
    await reopen();
    expect((await store.load("a"))?.reviews).toEqual([]);
  });

  test("moving entries of an unknown document makes no document", async () => {
    await store.write([
      { type: "confirm", doc: "a", ids: [1] },
      { type: "discard", doc: "a", ids: [1] },
      { type: "forget", doc: "a" },
    ]);
    await reopen();
    expect(await store.list()).toEqual([]);
  });

  test("repeating a batch does no harm to the outbox", async () => {
    const batch = [outbox("a", 1), outbox("a", 2)];
    await store.write(batch);
    await store.write(batch);
    await reopen();
    expect((await store.load("a"))?.outbox).toHaveLength(2);
  });

  test("the list names every document with its title, its unconfirmed entries and its time", async () => {
    await store.write([
      { type: "describe", doc: "a", title: "First", at: 3 },
      outbox("a", 1, 7),
      outbox("a", 2, 8),
      { type: "confirm", doc: "a", ids: [1] },
      journal("Δ/ä b", 1),
    ]);
    await reopen();
    const list = [...(await store.list())].sort((left, right) => (left.name < right.name ? -1 : 1));
    expect(list).toEqual([
      { name: "a", title: "First", unconfirmed: 1, setAside: 0, forkOf: null, updatedAt: 8 },
      { name: "Δ/ä b", title: "", unconfirmed: 0, setAside: 0, forkOf: null, updatedAt: 1 },
    ]);
  });

  test("a document whose name begins with another's is another document", async () => {
    await store.write([outbox("a", 1), outbox("ab", 1), outbox("a/b", 2)]);
    expect((await store.load("a"))?.outbox).toHaveLength(1);
    await store.write([{ type: "forget", doc: "a" }]);
    expect((await store.load("ab"))?.outbox).toHaveLength(1);
    expect((await store.load("a/b"))?.outbox).toHaveLength(1);
  });

  test("concurrent writes are all there", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.write([outbox("a", index + 1)])));
    await reopen();
    expect((await store.load("a"))?.outbox).toHaveLength(50);
  });

  test("a large update survives", async () => {
    const large = new Uint8Array(3_000_000).map((_, index) => index % 251);
    await store.write([{ type: "outbox", doc: "a", id: 1, update: large, at: 1 }]);
    await reopen();
    const stored = (await store.load("a"))?.outbox[0]?.update;
    expect(Buffer.compare(large, stored ?? bytes())).toBe(0);
  });
}
