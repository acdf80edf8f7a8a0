import { expect, test } from "vitest";
import { encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import type { EngineDocumentState } from "../../src/engine.js";
import type { DocumentState, ReplicaDocument } from "../../src/types.js";
import { Rig } from "../support/rig.js";
import { until } from "../support/until.js";

const text = (document: ReplicaDocument): string => document.doc.getText("body").toString();

function type(document: ReplicaDocument, words: string): void {
  const body = document.doc.getText("body");
  body.insert(body.length, words);
}

function saved(document: ReplicaDocument): DocumentState["save"] {
  return document.state.value.save;
}

/** A gate for the store, and its key. */
function gate(): { readonly closed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { closed, open: () => open() };
}

test("an edit is `saving` at once and `device` only when the store has it", async () => {
  const rig = new Rig();
  const document = rig.tab().replica.open("a");
  await document.whenReady;
  const { closed, open } = gate();
  rig.store.gate = closed;
  type(document, "x");
  expect(saved(document)).toBe("saving");
  await until("the host knows", () => rig.engine.events.some(({ type }) => type === "localUpdate"));
  expect(saved(document)).toBe("saving");
  expect(await rig.store.load("a")).toBeNull();
  open();
  await until("durable", () => saved(document) === "device");
  expect((await rig.store.load("a"))?.outbox).toHaveLength(1);
});

test("an edit made before the device's content is there is kept and sent", async () => {
  const rig = new Rig();
  const document = rig.tab().replica.open("a");
  type(document, "early");
  expect(saved(document)).toBe("saving");
  await until("durable", () => saved(document) === "device");
  expect((await rig.store.load("a"))?.outbox).toHaveLength(1);
});

test("a document disposed of right after an edit is stored all the same", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  type(document, "quick");
  document.dispose();
  await until("stored", async () => ((await rig.store.load("a"))?.outbox.length ?? 0) === 1);
});

test("what an editor adds while it is shown the content is kept too", async () => {
  const rig = new Rig();
  await rig.store.write([{ type: "journal", doc: "a", update: Y.encodeStateAsUpdate(withText("stored")), at: 1 }]);
  const document = rig.tab().replica.open("a");
  type(document, "early ");
  document.doc.getText("body").observe(({ transaction }) => {
    if (!transaction.local && !text(document).endsWith("!")) {
      type(document, "!");
    }
  });
  await until("durable", () => saved(document) === "device" && text(document).includes("stored"));
  const stored = await rig.store.load("a");
  const all = [...(stored?.journal ?? []), ...(stored?.outbox.map(({ update }) => update) ?? [])];
  expect(merged(all)).toBe(text(document));
  expect(text(document)).toContain("!");
});

test("edits of one turn travel as one", async () => {
  const rig = new Rig();
  const document = rig.tab().replica.open("a");
  await document.whenReady;
  for (let index = 0; index < 100; index += 1) {
    type(document, "x");
  }
  await until("durable", () => saved(document) === "device");
  expect(rig.engine.events.filter(({ type }) => type === "localUpdate")).toHaveLength(1);
});

test("tabs see each other's edits without waiting for the store", async () => {
  const rig = new Rig();
  const { closed, open } = gate();
  rig.store.gate = closed;
  const [left, right] = [rig.tab().replica.open("a"), rig.tab().replica.open("a")];
  await Promise.all([left.whenReady, right.whenReady]);
  type(left, "hello");
  await until("relayed", () => text(right) === "hello");
  expect(saved(left)).toBe("saving");
  open();
});

test("a tab that opens later has everything, stored or not", async () => {
  const rig = new Rig();
  const first = rig.tab().replica.open("a");
  await first.whenReady;
  rig.store.writeFault = "quota";
  type(first, "unsaved");
  await until("failed", () => first.state.value.problems.length > 0);
  const second = rig.tab().replica.open("a");
  await second.whenReady;
  expect(text(second)).toBe("unsaved");
});

test("presence crosses tabs, reaches a later tab, and ends with its tab's death", async () => {
  const rig = new Rig();
  const one = rig.tab();
  const left = one.replica.open("a");
  left.awareness.setLocalStateField("user", { name: "Ada", color: "#123456" });
  const right = rig.tab().replica.open("a");
  const seen = (): unknown => right.awareness.getStates().get(left.doc.clientID)?.["user"];
  await until("seen", () => seen() !== undefined);
  expect(seen()).toEqual({ name: "Ada", color: "#123456" });
  rig.locks.kill(one.lock);
  await until("gone", () => seen() === undefined);
  expect(rig.engine.events).toContainEqual({ type: "presenceGone", doc: "a", clients: [left.doc.clientID] });
});

test("someone who was cleared and returns with the same clock is visible again", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  const remote = rig.tab();
  const other = new Y.Doc();
  const { Awareness } = await import("y-protocols/awareness");
  const awareness = new Awareness(other);
  awareness.setLocalStateField("user", { name: "Bo" });
  const payload = encodeAwarenessUpdate(awareness, [other.clientID]);
  const visible = (): boolean => document.awareness.getStates().has(other.clientID);
  rig.engine.inject({ type: "deliverPresence", doc: "a", payload });
  rig.tick(remote.replica);
  await until("visible", visible);
  rig.engine.inject({ type: "clearPresence", doc: "a" });
  rig.tick(remote.replica);
  await until("cleared", () => !visible());
  rig.engine.inject({ type: "deliverPresence", doc: "a", payload });
  rig.tick(remote.replica);
  await until("visible again", visible);
  awareness.destroy();
});

test("a failing store is said in words, retried, and healed without losing or reordering anything", async () => {
  const rig = new Rig();
  const document = rig.tab().replica.open("a");
  await document.whenReady;
  rig.store.writeFault = "quota";
  type(document, "1");
  await until("said", () => document.state.value.problems.some(({ code }) => code === "device-storage"));
  type(document, "2");
  expect(document.state.value.problems).toContainEqual({ code: "device-storage", cause: "quota" });
  expect(saved(document)).toBe("saving");
  rig.store.writeFault = null;
  await until("healed", () => saved(document) === "device");
  expect(document.state.value.problems).toEqual([]);
  expect((await rig.store.load("a"))?.outbox.map(({ id }) => id)).toEqual([1, 2]);
});

test("every tab knows that an edit is nowhere durable, also when no tab shows its document any more", async () => {
  const rig = new Rig();
  const [mine, other] = [rig.tab().replica, rig.tab().replica];
  const document = mine.open("a");
  await document.whenReady;
  expect([mine.unsaved.value, other.unsaved.value]).toEqual([false, false]);
  rig.store.writeFault = "quota";
  type(document, "1");
  expect(mine.unsaved.value).toBe(true);
  await until("said to the other", () => other.unsaved.value);
  document.dispose();
  await mine.localDocuments();
  expect(mine.unsaved.value).toBe(true);
  const later = rig.tab().replica;
  await until("said to a later one", () => later.unsaved.value);
  rig.store.writeFault = null;
  mine.reconnect();
  await until("stored", () => !mine.unsaved.value && !other.unsaved.value && !later.unsaved.value);
  expect((await rig.store.load("a"))?.outbox).toHaveLength(1);
});

test("an edit that the server has is not unsaved, whatever the store says", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.store.writeFault = "quota";
  type(document, "1");
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 1);
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  rig.tick(replica);
  await until("safe", () => !replica.unsaved.value);
});

test("a fork that the store has no room for is not called stored", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "mine");
  await until("durable", () => saved(document) === "device");
  rig.store.writeFault = "quota";
  rig.engine.inject({ type: "fork", doc: "a", reason: "lineage", updates: rig.engine.content("a") });
  rig.tick(replica);
  await document.whenOutdated;
  await until("greeted", () => text(document) === "mine" && rig.engine.channels.has("fork-1"));
  await until("said", () => document.state.value.problems.some(({ code }) => code === "device-storage"));
  expect(saved(document)).toBe("saving");
  expect(replica.unsaved.value).toBe(true);
  rig.store.writeFault = null;
  replica.reconnect();
  await until("stored", () => saved(document) === "device" && !replica.unsaved.value);
});

test("an edit that the server confirmed while the store fails counts as durable", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.store.writeFault = "unavailable";
  type(document, "1");
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 1);
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  rig.tick(replica);
  await until("safe", () => saved(document) === "safe");
  expect(document.state.value.problems).toContainEqual({ code: "device-storage", cause: "unavailable" });
  rig.store.writeFault = null;
  await until("stored late", async () => ((await rig.store.load("a"))?.journal.length ?? 0) === 1);
});

test("a copy that cannot be read at first is read later, and edits made meanwhile hit none of its ids", async () => {
  const rig = new Rig();
  await rig.store.write([
    { type: "outbox", doc: "a", id: 1, update: Y.encodeStateAsUpdate(withText("stored ")), at: 1 },
  ]);
  rig.store.readFault = "unavailable";
  const document = rig.tab().replica.open("a");
  await document.whenReady;
  expect(text(document)).toBe("");
  expect(document.state.value.problems).toContainEqual({ code: "device-storage", cause: "unavailable" });
  type(document, "new");
  expect(saved(document)).toBe("saving");
  rig.store.readFault = null;
  await until("read and durable", () => saved(document) === "device");
  expect(text(document)).toContain("stored");
  expect(text(document)).toContain("new");
  const stored = await rig.store.load("a");
  expect(merged(stored?.outbox.map(({ update }) => update) ?? [])).toBe(text(document));
  expect(stored?.outbox.length).toBeGreaterThanOrEqual(2);
});

test("an unsent outbox of an earlier visit is opened although no tab looks at it, and closed when it is sent", async () => {
  const rig = new Rig();
  await rig.store.write([
    { type: "outbox", doc: "old", id: 4, update: Y.encodeStateAsUpdate(withText("x")), at: 1 },
    { type: "journal", doc: "done", update: Y.encodeStateAsUpdate(withText("y")), at: 1 },
  ]);
  rig.crashHost();
  await until("opened", () => rig.engine.events.some((event) => event.type === "loaded" && event.doc === "old"));
  expect(rig.engine.channels.has("done")).toBe(false);
  const { replica } = rig.tab();
  await replica.localDocuments();
  rig.engine.inject({ type: "confirmOutbox", doc: "old", ids: [4] });
  rig.tick(replica);
  await until("closed", () => rig.engine.events.some((event) => event.type === "close" && event.doc === "old"));
  expect(await rig.store.load("old")).toMatchObject({ outbox: [], nextId: 5 });
});

test("when a host dies with an edit that it had not stored, the next one gets it from the tab", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "stored ");
  await until("durable", () => saved(document) === "device");
  const { closed } = gate();
  rig.store.gate = closed;
  type(document, "in memory");
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 2);
  rig.store.gate = null;
  rig.crashHost();
  rig.connect(replica);
  expect(saved(document)).toBe("saving");
  await until("durable again", () => saved(document) === "device");
  const stored = await rig.store.load("a");
  expect(merged([...(stored?.journal ?? []), ...(stored?.outbox.map(({ update }) => update) ?? [])])).toBe(
    "stored in memory",
  );
});

test("a deletion that a dead host took along is sent again", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "abc");
  await until("durable", () => saved(document) === "device");
  rig.store.gate = gate().closed;
  document.doc.getText("body").delete(1, 1);
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 2);
  rig.store.gate = null;
  rig.crashHost();
  rig.connect(replica);
  await until("durable again", () => saved(document) === "device");
  const other = rig.tab().replica.open("a");
  await other.whenReady;
  expect(text(other)).toBe("ac");
});

test("flush settles when the server has confirmed everything made so far, and not before", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "1");
  let flushed = false;
  const flushing = document.flush().then(() => {
    flushed = true;
  });
  await until("durable", () => saved(document) === "device");
  type(document, "2");
  await until("both known", () => rig.engine.channels.get("a")?.outbox.size === 2);
  expect(flushed).toBe(false);
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  rig.tick(replica);
  await flushing;
});

test("flush survives the death of the host", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "1");
  const flushing = document.flush();
  await until("durable", () => saved(document) === "device");
  rig.crashHost();
  rig.connect(replica);
  await until("loaded", () => rig.engine.channels.get("a")?.outbox.size === 1);
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  rig.tick(replica);
  await flushing;
});

test("flush rejects when an edit was refused; the edit is set aside and remembered as a problem", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "1");
  const flushing = document.flush();
  await until("durable", () => saved(document) === "device");
  rig.engine.inject(
    { type: "dropOutbox", doc: "a", ids: [1], kept: "device" },
    {
      type: "documentState",
      doc: "a",
      state: {
        save: "safe",
        access: "write",
        synced: true,
        unconfirmed: 0,
        problems: [{ code: "rejected", reason: "too-large", kept: "device" }],
      },
    },
  );
  rig.tick(replica);
  await expect(flushing).rejects.toMatchObject({ code: "refused" });
  await until("set aside", async () => (await rig.store.load("a"))?.setAside.length === 1);
  expect((await rig.store.load("a"))?.setAside[0]?.reason).toBe("too-large");
  rig.crashHost();
  rig.connect(replica);
  await until("remembered", () =>
    document.state.value.problems.some((problem) => problem.code === "rejected" && problem.reason === "too-large"),
  );
});

/** What the engine says when the server refuses an entry. */
function refusal(id: number, reason: string, kept: "server" | "device", before: EngineDocumentState["problems"] = []) {
  const problems = [...before, { code: "rejected", reason, kept } as const];
  const state: EngineDocumentState = { save: "safe", access: "write", synced: true, unconfirmed: 0, problems };
  return [
    { type: "dropOutbox", doc: "a", ids: [id], kept },
    { type: "documentState", doc: "a", state },
  ] as const;
}

test("set-aside edits can be listed, read and discarded, whoever keeps them, in this visit and in a later one", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  document.doc.getMap("meta").set("title", "Charter");
  type(document, "ground ");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  type(document, "mine");
  await until("durable", () => saved(document) === "device");
  type(document, "!");
  await until("durable", () => rig.engine.channels.get("a")?.outbox.size === 2);
  rig.engine.inject(...refusal(2, "too-large", "device"));
  rig.tick(replica);
  rig.engine.inject(
    ...refusal(3, "foreign-identity", "server", [{ code: "rejected", reason: "too-large", kept: "device" }]),
  );
  rig.tick(replica);
  const list = async () => await replica.setAside("a");
  await until("listed", async () => (await list()).length === 2);
  expect(await list()).toMatchObject([
    { kind: "edit", document: "a", title: "Charter", id: 3, reason: "foreign-identity", kept: "server" },
    { kind: "edit", document: "a", title: "Charter", id: 2, reason: "too-large", kept: "device" },
  ]);
  expect(document.state.value.problems).toEqual([
    { code: "rejected", reason: "too-large", kept: "device" },
    { code: "rejected", reason: "foreign-identity", kept: "server" },
  ]);

  // The view that holds the refused edits goes, as the engine asks it to.
  document.dispose();
  rig.crashHost();
  rig.connect(replica);
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(text(fresh)).toBe("ground ");
  expect(await replica.setAside()).toMatchObject([{ id: 3 }, { id: 2 }]);
  expect(await replica.localDocuments()).toMatchObject([{ name: "a", setAside: 2 }]);
  const content = await replica.readSetAside("a", [2, 3]);
  expect(content.updates).toHaveLength(2);
  expect(content.passages).toEqual([
    [
      { kind: "kept", text: "ground " },
      { kind: "added", text: "mine!" },
    ],
  ]);
  // The later one builds on the earlier one, which is not in the document either.
  expect((await replica.readSetAside("a", [3])).passages).toEqual([
    [
      { kind: "kept", text: "ground mine" },
      { kind: "added", text: "!" },
    ],
  ]);
  await expect(replica.readSetAside("a", [99])).rejects.toMatchObject({ code: "unknown" });
  await expect(replica.forget("a")).rejects.toMatchObject({ code: "open" });

  await replica.discardSetAside("a", [2, 99]);
  expect(await list()).toMatchObject([{ id: 3 }]);
  await until("said", () => fresh.state.value.problems.length === 1);
  await replica.discardSetAside("a", [3]);
  await until("calm", () => fresh.state.value.problems.length === 0);
  rig.crashHost();
  rig.connect(replica);
  expect(await list()).toEqual([]);
});

test("discarding touches nothing that waits for the server", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "waits");
  await until("durable", () => saved(document) === "device");
  await replica.discardSetAside("a", [1]);
  expect((await rig.store.load("a"))?.outbox).toHaveLength(1);
});

test("what is unsent can be read as it is", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  expect(await replica.readUnsent("a")).toBeNull();
  type(document, "sent ");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  type(document, "unsent");
  await until("durable", () => saved(document) === "device");
  expect((await replica.readUnsent("a"))?.passages).toEqual([
    [
      { kind: "kept", text: "sent " },
      { kind: "added", text: "unsent" },
    ],
  ]);
});

test("a set-aside edit that is offered again is a new edit, and is set aside no more once that is durable", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "The dose ");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "confirmOutbox", doc: "a", ids: [1] });
  type(document, "is 5 mg.");
  await until("durable", () => saved(document) === "device");
  rig.engine.channels.get("a")?.content.splice(1);
  rig.engine.inject(...refusal(2, "read-only", "server"), { type: "reset", doc: "a" });
  rig.tick(replica);
  await document.whenOutdated;
  document.dispose();
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(text(fresh)).toBe("The dose ");
  const [entry] = await replica.setAside("a");
  const id = entry?.kind === "edit" ? entry.id : -1;
  const { closed, open } = gate();
  rig.store.gate = closed;
  const offering = fresh.offerAgain([id]);
  await until("in the text", () => text(fresh) === "The dose is 5 mg.");
  expect((await rig.store.inner.load("a"))?.setAside).toHaveLength(1);
  rig.store.gate = null;
  open();
  expect(await offering).toBe(true);
  expect(await replica.setAside("a")).toEqual([]);
  const stored = await rig.store.load("a");
  expect(merged([...(stored?.journal ?? []), ...(stored?.outbox.map(({ update }) => update) ?? [])])).toBe(
    "The dose is 5 mg.",
  );
});

test("an edit that builds on another one that is set aside cannot be offered alone", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "one ");
  await until("durable", () => saved(document) === "device");
  type(document, "two");
  await until("durable", () => rig.engine.channels.get("a")?.outbox.size === 2);
  rig.engine.channels.get("a")?.content.splice(0);
  rig.engine.inject(...refusal(1, "read-only", "server"), ...refusal(2, "read-only", "server"), {
    type: "reset",
    doc: "a",
  });
  rig.tick(replica);
  await document.whenOutdated;
  document.dispose();
  const fresh = replica.open("a");
  await fresh.whenReady;
  await expect(fresh.offerAgain([2])).rejects.toMatchObject({ code: "incomplete" });
  // Nothing can be put into a root that nobody has said the type of.
  await expect(fresh.offerAgain([1, 2])).rejects.toMatchObject({ code: "incomplete" });
  expect(await replica.setAside("a")).toHaveLength(2);
  expect(text(fresh)).toBe("");
  expect(await fresh.offerAgain([1, 2])).toBe(true);
  expect(text(fresh)).toBe("one two");
});

test("a fork is remembered in later visits, by both documents, until it is kept or forgotten", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "mine");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "fork", doc: "a", reason: "lineage", updates: rig.engine.content("a") });
  rig.tick(replica);
  await document.whenOutdated;
  document.dispose();
  await replica.localDocuments();
  rig.crashHost();
  rig.connect(replica);
  const forked = { code: "forked", fork: "fork-1", original: "a" };
  const [original, fork] = [replica.open("a"), replica.open("fork-1")];
  await until("both say so", () =>
    [original, fork].every(({ state }) => state.value.problems.some(({ code }) => code === "forked")),
  );
  expect(original.state.value.problems).toContainEqual(forked);
  expect(fork.state.value.problems).toContainEqual(forked);
  expect(await replica.setAside("a")).toMatchObject([{ kind: "fork", document: "a", fork: "fork-1", unconfirmed: 1 }]);
  expect(await replica.localDocuments()).toMatchObject([
    { name: "fork-1", forkOf: "a" },
    { name: "a", forkOf: null },
  ]);

  await replica.keepFork("fork-1");
  await until("neither says so", () =>
    [original, fork].every(({ state }) => !state.value.problems.some(({ code }) => code === "forked")),
  );
  expect(await replica.setAside()).toEqual([]);
  expect(text(fork)).toBe("mine");
  await expect(replica.keepFork("fork-1")).rejects.toMatchObject({ code: "unknown" });
  await expect(replica.keepFork("never heard of")).rejects.toMatchObject({ code: "unknown" });
});

test("a fork that is forgotten is gone, and its original says nothing of it any more", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "mine");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "fork", doc: "a", reason: "lineage", updates: rig.engine.content("a") });
  rig.tick(replica);
  await document.whenOutdated;
  document.dispose();
  const original = replica.open("a");
  await until("said", () => original.state.value.problems.some(({ code }) => code === "forked"));
  await replica.forget("fork-1", { discardUnconfirmed: true });
  await until("unsaid", () => original.state.value.problems.length === 0);
  expect(await replica.setAside()).toEqual([]);
  expect(await rig.store.load("fork-1")).toBeNull();
});

test("flush rejects while the member may not write", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "1");
  const flushing = document.flush();
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 1);
  const state: EngineDocumentState = { save: "device", access: "read", synced: true, unconfirmed: 1, problems: [] };
  rig.engine.inject({ type: "documentState", doc: "a", state });
  rig.tick(replica);
  await expect(flushing).rejects.toMatchObject({ code: "refused" });
});

test("a document with a new history is forked: views and edits go on in the fork, the original begins anew (D15)", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  document.doc.getMap("meta").set("title", "Charter");
  type(document, "mine ");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "fork", doc: "a", reason: "lineage", updates: rig.engine.content("a") });
  rig.tick(replica);
  expect(await document.whenOutdated).toBe("forked");
  expect(document.name).toBe("fork-1");
  expect(document.state.value.problems).toContainEqual({ code: "forked", fork: "fork-1", original: "a" });
  type(document, "and more");
  await until("durable in the fork", () => saved(document) === "device");
  const stored = await rig.store.load("fork-1");
  expect(merged(stored?.outbox.map(({ update }) => update) ?? [])).toBe("mine and more");
  expect(stored).toMatchObject({ title: "Charter", lineage: null });
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(text(fresh)).toBe("");
  expect(fresh.state.value.problems).toContainEqual({ code: "forked", fork: "fork-1", original: "a" });
});

test("a tab that slept through a change of history forks what it holds instead of mixing it in", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.engine.inject({ type: "persistLineage", doc: "a", lineage: "old" });
  rig.tick(replica);
  type(document, "old words");
  await until("durable", () => saved(document) === "device");
  await rig.store.write([
    { type: "forget", doc: "a" },
    { type: "describe", doc: "a", lineage: "new", at: 2 },
  ]);
  rig.crashHost();
  rig.connect(replica);
  expect(await document.whenOutdated).toBe("forked");
  await until("durable in the fork", () => saved(document) === "device");
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(text(fresh)).toBe("");
  const stored = await rig.store.load(document.name);
  expect(merged(stored?.outbox.map(({ update }) => update) ?? [])).toBe("old words");
});

test("a view with edits that the server refused is told to begin again, and a fresh one is without them", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "refused");
  await until("durable", () => saved(document) === "device");
  rig.engine.channels.get("a")?.content.splice(0);
  rig.engine.inject({ type: "dropOutbox", doc: "a", ids: [1], kept: "server" }, { type: "reset", doc: "a" });
  rig.tick(replica);
  expect(await document.whenOutdated).toBe("reset");
  document.dispose();
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(text(fresh)).toBe("");
});

test("an edit that repeats an unstored one is not durable before that is", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  const { closed, open } = gate();
  rig.store.gate = closed;
  type(document, "x");
  await until("known", () => rig.engine.channels.get("a")?.outbox.size === 1);
  // The tab is told of a new host on the same port and says everything again, to the same host.
  rig.connect(replica);
  await until("said again", () => rig.engine.events.filter((event) => event.type === "localUpdate").length === 2);
  expect(saved(document)).toBe("saving");
  open();
  await until("durable", () => saved(document) === "device");
});

test("edits that only this device keeps survive the document's new history", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "refused");
  await until("durable", () => saved(document) === "device");
  rig.engine.inject({ type: "dropOutbox", doc: "a", ids: [1], kept: "device" });
  rig.tick(replica);
  rig.engine.inject({ type: "fork", doc: "a", reason: "lineage", updates: rig.engine.content("a") });
  rig.tick(replica);
  await document.whenOutdated;
  await until("forked", async () => (await rig.store.load(document.name)) !== null);
  await until("anew", async () => (await rig.store.load("a"))?.outbox.length === 0);
  expect((await rig.store.load("a"))?.setAside).toHaveLength(1);
});

test("the local documents are listed with their titles, newest first, without a server", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const first = replica.open("first");
  first.doc.getMap("meta").set("title", "One");
  await until("durable", () => saved(first) === "device");
  const second = replica.open("second");
  await second.whenReady;
  await new Promise((resolve) => setTimeout(resolve, 2));
  second.doc.getMap("meta").set("title", "Two");
  await until("durable", () => saved(second) === "device");
  replica.open("only looked at");
  const list = await replica.localDocuments();
  expect(list.map(({ name, title, unconfirmed }) => ({ name, title, unconfirmed }))).toEqual([
    { name: "second", title: "Two", unconfirmed: 1 },
    { name: "first", title: "One", unconfirmed: 1 },
  ]);
});

test("forget refuses unconfirmed edits and open documents, and otherwise leaves nothing", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  type(document, "1");
  await until("durable", () => saved(document) === "device");
  await expect(replica.forget("a", { discardUnconfirmed: true })).rejects.toMatchObject({ code: "open" });
  document.dispose();
  await expect(replica.forget("a")).rejects.toMatchObject({ code: "unconfirmed" });
  await replica.forget("a", { discardUnconfirmed: true });
  expect(await rig.store.load("a")).toBeNull();
  await replica.forget("never heard of");
});

test("a deleted database is said in words, and what is open is stored again", async () => {
  const rig = new Rig();
  const document = rig.tab().replica.open("a");
  await document.whenReady;
  type(document, "kept");
  await until("durable", () => saved(document) === "device");
  await rig.store.write([{ type: "forget", doc: "a" }]);
  rig.store.lose();
  await until("said", () =>
    document.state.value.problems.some((problem) => problem.code === "device-storage" && problem.cause === "deleted"),
  );
  await until("stored again", async () => ((await rig.store.load("a"))?.outbox.length ?? 0) === 1);
  await until("durable again", () => saved(document) === "device");
});

test("a long journal is compacted to the same content", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  const source = new Y.Doc();
  const updates: Uint8Array[] = [];
  source.on("update", (update: Uint8Array) => updates.push(update));
  for (let index = 0; index < 250; index += 1) {
    source.getText("body").insert(index, "x");
  }
  for (const update of updates) {
    rig.engine.inject({ type: "persistRemote", doc: "a", update }, { type: "deliver", doc: "a", update });
    rig.tick(replica);
  }
  await until("compacted", async () => ((await rig.store.load("a"))?.journal.length ?? 0) < 60);
  await until("all there", async () => merged((await rig.store.load("a"))?.journal ?? []) === text(document));
  expect(text(document)).toHaveLength(250);
});

test("a token is asked of a living tab that has one, and of another when that one dies", async () => {
  const rig = new Rig();
  const first = rig.tab({ token: async () => await Promise.resolve("first") });
  const never = rig.tab({ token: () => new Promise(() => undefined) });
  const plain = rig.tab();
  await plain.replica.localDocuments();
  rig.engine.inject({ type: "requestToken" });
  rig.tick(plain.replica);
  await plain.replica.localDocuments();
  expect(rig.engine.events.filter(({ type }) => type === "token")).toEqual([]);
  rig.locks.kill(never.lock);
  await until("answered", () => rig.engine.events.some(({ type }) => type === "token"));
  expect(rig.engine.events).toContainEqual({ type: "token", token: "first" });
  first.replica.dispose();
  await until("left", async () => {
    await plain.replica.localDocuments();
    return true;
  });
  rig.engine.inject({ type: "requestToken" });
  rig.tick(plain.replica);
  await until("nobody has one", () =>
    rig.engine.events.some((event) => event.type === "token" && event.token === null),
  );
});

test("a page of another build is told to reload instead of being misunderstood", () => {
  const rig = new Rig();
  const posted: unknown[] = [];
  rig.host.accept({
    post: (message) => posted.push(message),
    receive: (listener) => listener({ type: "attach", version: 999, tab: "t", lock: null, hasToken: false }),
    close: () => undefined,
  });
  expect(posted).toContainEqual({ type: "status", status: { kind: "refused", reason: "outdated-page" } });
});

test("an engine that throws ends the host, which then accepts nothing as stored", async () => {
  const rig = new Rig();
  const { replica } = rig.tab();
  const document = replica.open("a");
  await document.whenReady;
  rig.engine.handle = () => {
    throw new Error("unreachable");
  };
  type(document, "x");
  await until("fatal", () => rig.fatal.length === 1);
  expect(saved(document)).toBe("saving");
});

test("document names that the protocol refuses are refused here", () => {
  const { replica } = new Rig().tab();
  for (const name of ["", "a\u0000b", "x".repeat(256), "ä".repeat(128)]) {
    expect(() => replica.open(name)).toThrow(expect.objectContaining({ code: "invalid" }));
  }
});

function withText(words: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText("body").insert(0, words);
  return doc;
}

function merged(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) {
    Y.applyUpdate(doc, update);
  }
  return doc.getText("body").toString();
}
