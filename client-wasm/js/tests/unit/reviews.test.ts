/** What came together after offline spells, as tabs of one browser see it. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { MergePlace, MergeReport } from "../../src/engine.js";
import { REVIEWS_MAX } from "../../src/host/reviews.js";
import type { ReplicaDocument } from "../../src/types.js";
import { Rig } from "../support/rig.js";
import { until } from "../support/until.js";

const MERGED = {
  type: "merged",
  doc: "a",
  base: [Uint8Array.of(1)],
  mine: [Uint8Array.of(2)],
  theirs: [Uint8Array.of(3)],
  awayMs: 60_000,
} as const;

function place(client: number, clock: number): MergePlace {
  return {
    who: "both",
    path: [{ client, clock, name: "paragraph" }],
    after: [],
    under: "",
    mine: [{ is: "inserted", text: "mine" }],
    theirs: [{ is: "inserted", text: "theirs" }],
    merged: null,
    isLooksOnly: false,
    isMoved: false,
    isFrame: false,
    mineCopy: 0,
    theirsCopy: 0,
  };
}

function reportOf(...places: readonly MergePlace[]): MergeReport {
  return { places, counts: { mine: 0, theirs: 0, both: places.length }, copies: Uint8Array.of(0, 0) };
}

/** A document in a tab, after an offline spell. */
async function afterSpell(rig: Rig): Promise<ReplicaDocument> {
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.engine.inject(MERGED);
  rig.tick(replica);
  return document;
}

const ids = (document: ReplicaDocument): number[] => document.reviews.value.map(({ id }) => id);

test("a review is told to every tab, and closed in one it is closed in all", async () => {
  const rig = new Rig();
  rig.reviewer.report = reportOf(place(1, 2));
  const other = rig.tab().replica.open("a");
  const document = await afterSpell(rig);
  await until("both are told", () => document.reviews.value.length === 1 && other.reviews.value.length === 1);
  expect(document.reviews.value[0]).toMatchObject({
    id: 1,
    awayMs: 60_000,
    isClosed: false,
    report: rig.reviewer.report,
  });
  expect(document.reviews.value[0]).not.toHaveProperty("states");
  other.closeReview(1);
  await until("closed in the other", () => document.reviews.value[0]?.isClosed === true);
  const late = rig.tab().replica.open("a");
  await until("a later tab sees it too", () => late.reviews.value[0]?.isClosed === true);
});

test("what is not worth a word is neither told nor kept", async () => {
  const rig = new Rig();
  const document = await afterSpell(rig);
  await until("the reviewer was asked and the store knows", async () => {
    const stored = await rig.store.load("a");
    return stored !== null && stored.reviews.length === 0;
  });
  expect(document.reviews.value).toEqual([]);
});

test("what cannot be compared is told as that", async () => {
  const rig = new Rig();
  rig.reviewer.report = "not-comparable";
  const document = await afterSpell(rig);
  await until("told", () => document.reviews.value.length === 1);
  expect(document.reviews.value[0]).toMatchObject({ report: null });
  expect((await rig.store.load("a"))?.reviews[0]?.states).toBeNull();
});

test("a host that dies before it has compared leaves that to the next", async () => {
  const rig = new Rig();
  rig.reviewer.isThere = false;
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.engine.inject(MERGED);
  rig.tick(replica);
  await until("stored", async () => (await rig.store.load("a"))?.reviews[0]?.states?.theirs.length === 1);
  expect(document.reviews.value).toEqual([]);
  rig.crashHost();
  rig.reviewer.isThere = true;
  rig.reviewer.report = reportOf(place(1, 2));
  rig.connect(replica);
  await until("told by the next host", () => document.reviews.value.length === 1);
});

test("few reviews are kept, and those that were looked at go first", async () => {
  const rig = new Rig();
  rig.reviewer.report = reportOf(place(1, 2));
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  for (let spell = 1; spell <= REVIEWS_MAX; spell += 1) {
    rig.engine.inject(MERGED);
    rig.tick(replica);
    await until("told", () => ids(document)[0] === spell);
  }
  document.closeReview(3);
  for (const spell of [REVIEWS_MAX + 1, REVIEWS_MAX + 2]) {
    rig.engine.inject(MERGED);
    rig.tick(replica);
    await until("told", () => ids(document)[0] === spell);
  }
  expect(ids(document)).toEqual([7, 6, 5, 4, 2]);
});

test("deciding is one edit of the view, and what was put back stands for the place from then on", async () => {
  const rig = new Rig();
  rig.reviewer.report = reportOf(place(1, 2));
  const document = await afterSpell(rig);
  await until("told", () => document.reviews.value.length === 1);
  const written = new Y.Doc();
  written.getText("body").insert(0, "theirs");
  rig.reviewer.kept = { update: Y.encodeStateAsUpdate(written), block: [7, 8] };
  const origins: unknown[] = [];
  document.doc.on("afterTransaction", ({ origin }) => origins.push(origin));
  const act = await document.decide(1, 0, "theirs");
  expect(document.doc.getText("body").toString()).toBe("");
  const origin = {};
  expect(act(origin)).toBe(true);
  expect(act(origin)).toBe(false);
  expect(origins).toContain(origin);
  expect(document.doc.getText("body").toString()).toBe("theirs");
  await until("durable", () => document.state.value.save === "device");
  await until("remembered", () => document.reviews.value[0]?.report?.places[0]?.path[0]?.client === 7);
  await document.decide(1, 0, "mine");
  expect(rig.reviewer.decided.map(({ side, place: { path } }) => [side, path[0]?.client, path[0]?.clock])).toEqual([
    ["theirs", 1, 2],
    ["mine", 7, 8],
  ]);
});

test("a block that undo brought back stands for the one that was removed", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  const body = document.doc.getXmlFragment("body");
  const undo = new Y.UndoManager(body, { captureTimeout: 0 });
  const paragraph = new Y.XmlElement("paragraph");
  body.insert(0, [paragraph]);
  const id = paragraph._item?.id ?? { client: 0, clock: 0 };
  rig.reviewer.report = reportOf(place(id.client, id.clock));
  rig.engine.inject(MERGED);
  rig.tick(replica);
  await until("told", () => document.reviews.value.length === 1);
  body.delete(0);
  undo.undo();
  const [back] = body.toArray();
  await document.decide(1, 0, "mine");
  const asked = rig.reviewer.decided[0]?.place.path[0];
  expect(asked).toMatchObject(back?._item?.id ?? {});
  expect(asked?.clock).not.toBe(id.clock);
});

test("a place that is not there is refused", async () => {
  const rig = new Rig();
  rig.reviewer.report = reportOf(place(1, 2));
  const document = await afterSpell(rig);
  await until("told", () => document.reviews.value.length === 1);
  for (const [id, at] of [
    [9, 0],
    [1, 5],
  ] as const) {
    await expect(document.decide(id, at, "mine")).rejects.toMatchObject({ code: "unknown" });
  }
});
