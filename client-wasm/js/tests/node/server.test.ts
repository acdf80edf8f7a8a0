/** Scripts against the real server, over real sockets. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { connectReplica, file, type NodeReplica, type NodeReplicaOptions, uuidV7 } from "../../src/node.js";
import type { ReplicaDocument } from "../../src/types.js";
import { consilium, type Mode, mint, Server, scratchFolder } from "../support/server.js";
import { until } from "../support/until.js";

async function server(mode: Mode = "open"): Promise<Server> {
  const started = await Server.start(mode);
  onTestFinished(async () => await started.dispose());
  return started;
}

async function folder(): Promise<string> {
  const path = await scratchFolder();
  onTestFinished(async () => await rm(path, { recursive: true, force: true }));
  return path;
}

function connect(options: NodeReplicaOptions): NodeReplica {
  const replica = connectReplica(options);
  onTestFinished(async () => await replica.close());
  return replica;
}

function body(document: ReplicaDocument): string {
  return document.doc.getText("body").toString();
}

function type(document: ReplicaDocument, words: string): void {
  const text = document.doc.getText("body");
  text.insert(text.length, words);
}

function textOf(update: Uint8Array): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText("body").toString();
}

test("what one script flushed another reads, and so does REST", async () => {
  const hub = await server();
  const [writer, reader] = [connect({ url: hub.url }).open("a/b c"), connect({ url: hub.url }).open("a/b c")];
  type(writer, "hello");
  await writer.flush();
  expect(writer.state.value).toMatchObject({ save: "safe", access: "write", synced: true, unconfirmed: 0 });
  await reader.whenSynced;
  await until("read", () => body(reader) === "hello");
  type(reader, " there");
  await until("heard", () => body(writer) === "hello there");
  await reader.flush();
  expect(textOf(await hub.update("a/b c"))).toBe("hello there");
});

test("a file store keeps unsent edits over the end of the process, and the next visit sends them unasked", async () => {
  const hub = await server();
  const path = await folder();
  const name = uuidV7();
  await hub.kill();
  const offline = connectReplica({ url: hub.url, store: file(path) });
  const draft = offline.open(name);
  draft.doc.getMap("meta").set("title", "Draft");
  type(draft, "written offline");
  await until("on the device", () => draft.state.value.save === "device");
  await offline.close();
  await hub.start();
  const again = connect({ url: hub.url, store: file(path) });
  expect(await again.localDocuments()).toMatchObject([{ name, title: "Draft" }]);
  await until("sent without being opened", async () => (await again.localDocuments())[0]?.unconfirmed === 0);
  expect(textOf(await hub.update(name))).toBe("written offline");
});

test("two who wrote offline in the same paragraph converge, on both sides, on the server, and after its restart", async () => {
  const hub = await server();
  const [left, right] = [connect({ url: hub.url }), connect({ url: hub.url })];
  const [mine, yours] = [left.open("a"), right.open("a")];
  type(mine, "The dose is high.");
  await mine.flush();
  await until("shared", () => body(yours) === body(mine));
  await hub.kill();
  mine.doc.getText("body").insert(12, "very ");
  yours.doc.getText("body").insert(12, "too ");
  yours.doc.getText("body").delete(0, 3);
  await until("both on their devices", () => [mine, yours].every(({ state }) => state.value.save === "device"));
  await hub.start();
  left.reconnect();
  right.reconnect();
  await Promise.all([mine.flush(), yours.flush()]);
  await until("converged", () => body(mine) === body(yours));
  expect(body(mine)).toMatch(/very /);
  expect(body(mine)).toMatch(/too /);
  await hub.kill();
  await hub.start();
  expect(textOf(await hub.update("a"))).toBe(body(mine));
});

test("nothing that was called safe is lost when the server is killed while somebody types", async () => {
  const hub = await server();
  const replica = connect({ url: hub.url });
  const document = replica.open("a");
  await document.whenSynced;
  let safe = 0;
  for (let round = 0; round < 5; round += 1) {
    const typing = new AbortController();
    const typist = (async (): Promise<void> => {
      while (!typing.signal.aborted) {
        type(document, "x");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const stop = document.state.subscribe(({ save }) => {
      if (save === "safe") {
        safe = body(document).length;
      }
    });
    await until("something is safe", () => safe > 0);
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 13));
    await hub.kill();
    stop();
    await hub.start();
    const update = await hub.update("a");
    expect(textOf(update).length).toBeGreaterThanOrEqual(safe);
    typing.abort();
    await typist;
    replica.reconnect();
    await document.flush();
    expect(textOf(await hub.update("a"))).toBe(body(document));
  }
});

test("presence of scripts crosses the server and ends with them", async () => {
  const hub = await server();
  const ada = connect({ url: hub.url, member: { name: "Ada", color: "#102030" } }).open("a");
  const bo = connect({ url: hub.url, member: { name: "Bo", color: "#405060" } }).open("a");
  const names = (document: ReplicaDocument): unknown[] =>
    Array.from(document.awareness.getStates().values(), (state) => (state["user"] as { name?: string })?.name);
  await until("both see both", () => [ada, bo].every((document) => names(document).sort().join() === "Ada,Bo"));
  ada.dispose();
  await until("Ada is gone", () => names(bo).join() === "Bo");
});

test("presence is there again after the server was killed", async () => {
  const hub = await server();
  const [first, second] = [
    connect({ url: hub.url, member: { name: "Ada", color: "#102030" } }),
    connect({ url: hub.url, member: { name: "Bo", color: "#405060" } }),
  ];
  const [ada, bo] = [first.open("a"), second.open("a")];
  await until("seen", () => bo.awareness.getStates().has(ada.doc.clientID));
  await hub.kill();
  await until("nobody while there is no server", () => !bo.awareness.getStates().has(ada.doc.clientID));
  await hub.start();
  first.reconnect();
  second.reconnect();
  await until("seen again", () => bo.awareness.getStates().has(ada.doc.clientID));
});

test("a document of several megabytes arrives whole", async () => {
  const hub = await server();
  const writer = connect({ url: hub.url }).open("a");
  for (let index = 0; index < 40; index += 1) {
    type(writer, String.fromCharCode(97 + (index % 26)).repeat(100_000));
    await writer.flush();
  }
  const reader = connect({ url: hub.url }).open("a");
  await reader.whenSynced;
  expect(body(reader)).toBe(body(writer));
});

test("a member who may only read sees everything; what they type is refused in words and never lost", async () => {
  const hub = await server("token");
  const write = await mint("15m", "a=read-write");
  const read = await mint("15m", "a=readonly");
  const writer = connect({ url: hub.url, token: async () => await Promise.resolve(write) }).open("a");
  type(writer, "text");
  await writer.flush();
  const reader = connect({ url: hub.url, token: async () => await Promise.resolve(read) }).open("a");
  await reader.whenSynced;
  expect(body(reader)).toBe("text");
  expect(reader.state.value.access).toBe("read");
  type(reader, " mine");
  await expect(reader.flush()).rejects.toMatchObject({ code: "refused" });
  await until("kept", () => reader.state.value.save !== "saving");
  expect(reader.state.value.unconfirmed).toBe(1);
  expect(textOf(await hub.update("a", write))).toBe("text");
});

test("without a token, or with one for another document, access is denied in words and edits stay on the device", async () => {
  const hub = await server("token");
  const other = await mint("15m", "other=read-write");
  for (const token of [undefined, async () => await Promise.resolve(other)]) {
    const document = connect({ url: hub.url, ...(token === undefined ? {} : { token }) }).open("a");
    type(document, "mine");
    await until("said", () =>
      document.state.value.problems.some(({ code }) => code === "denied" || code === "expired"),
    );
    await until("kept", () => document.state.value.save === "device");
  }
});

test("`whenSynced` waits for the server of this visit, `whenReady` does not", async () => {
  const hub = await server();
  const path = await folder();
  const first = connectReplica({ url: hub.url, store: file(path) });
  const seen = first.open("a");
  type(seen, "old");
  await seen.flush();
  await first.close();
  const other = connect({ url: hub.url }).open("a");
  await other.whenSynced;
  type(other, " and new");
  await other.flush();
  await hub.kill();
  const second = connect({ url: hub.url, store: file(path) });
  const again = second.open("a");
  let synced = false;
  const syncing = again.whenSynced.then(() => {
    synced = true;
  });
  await again.whenReady;
  expect(again.state.value.synced).toBe(true);
  await until("a failed attempt", () => second.status.value.kind === "waiting");
  expect(body(again)).toBe("old");
  expect(synced).toBe(false);
  await hub.start();
  second.reconnect();
  await syncing;
  expect(body(again)).toBe("old and new");
});

test("a token that runs out is renewed without a person noticing", async () => {
  const hub = await server("token");
  let asked = 0;
  const replica = connect({
    url: hub.url,
    token: async () => {
      asked += 1;
      return await mint("3s", "a=read-write");
    },
  });
  const document = replica.open("a");
  await document.whenSynced;
  await until("asked again", () => asked >= 2);
  type(document, "still writing");
  await document.flush();
  expect(document.state.value.problems).toEqual([]);
});

test("after the server was restored from a backup, local work lives on in a fork and nothing is doubled (D15)", async () => {
  const hub = await server();
  const replica = connect({ url: hub.url });
  const document = replica.open("a");
  document.doc.getMap("meta").set("title", "Charter");
  type(document, "before the backup");
  await document.flush();
  const backup = join(hub.folder, "backup");
  await consilium("backup", "--data-dir", hub.folder, "--to", backup);
  type(document, ", after it");
  await document.flush();
  await hub.kill();
  const restored = join(hub.folder, "restored");
  await consilium("restore", "--from", backup, "--data-dir", restored);
  await hub.start(restored);
  replica.reconnect();
  expect(await document.whenOutdated).toBe("forked");
  await document.flush();
  expect(textOf(await hub.update(document.name))).toBe("before the backup, after it");
  const fresh = replica.open("a");
  await fresh.whenSynced;
  expect(body(fresh)).toBe("before the backup");
  expect(fresh.state.value.problems).toContainEqual({
    code: "forked",
    fork: document.name,
    original: "a",
  });
  expect(textOf(await hub.update("a"))).toBe("before the backup");
});

test("an edit that is too large is set aside, can be read and be brought in again in parts, and is never lost", async () => {
  const hub = await server();
  const path = await folder();
  const first = connect({ url: hub.url, store: file(path) });
  const document = first.open("a");
  type(document, "Small. ");
  await document.flush();
  const words = "A guideline. ".repeat(1_400_000);
  type(document, words);
  expect(await document.whenOutdated).toBe("reset");
  document.dispose();
  await first.close();

  const replica = connect({ url: hub.url, store: file(path) });
  const fresh = replica.open("a");
  await fresh.whenReady;
  expect(body(fresh)).toBe("Small. ");
  expect(fresh.state.value.problems).toEqual([{ code: "rejected", reason: "too-large", kept: "device" }]);
  const entries = await replica.setAside("a");
  const ids = entries.map((entry) => (entry.kind === "edit" ? entry.id : -1));
  const { passages } = await replica.readSetAside("a", ids);
  const added = passages.flat().filter(({ kind }) => kind === "added");
  expect(added.map(({ text }) => text).join("") === words).toBe(true);

  const half = words.length / 2;
  for (const part of [words.slice(0, half), words.slice(half)]) {
    type(fresh, part);
    await fresh.flush();
  }
  await replica.discardSetAside("a", ids);
  await until("calm", () => fresh.state.value.problems.length === 0);
  expect(textOf(await hub.update("a")) === `Small. ${words}`).toBe(true);
  expect(await replica.setAside()).toEqual([]);
});

test("flush of a script that is offline settles when the server comes back", async () => {
  const hub = await server();
  await hub.kill();
  const replica = connect({ url: hub.url });
  const document = replica.open("a");
  type(document, "patience");
  const flushing = document.flush();
  await until("waiting", () => replica.status.value.kind === "waiting");
  await hub.start();
  await flushing;
  expect(textOf(await hub.update("a"))).toBe("patience");
});

test("a folder in use by another replica is refused in words", async () => {
  const hub = await server();
  const path = await folder();
  const first = connect({ url: hub.url, store: file(path) });
  await first.localDocuments();
  // Same process, so the lock names a living one.
  const second = connect({ url: hub.url, store: file(path) });
  await expect(second.open("a").whenReady).rejects.toMatchObject({ code: "busy" });
});
