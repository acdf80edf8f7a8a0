// Stock clients, unchanged, in open mode: both kinds on one document, and what they are promised.
import assert from "node:assert/strict";
import test from "node:test";
import * as Y from "yjs";
import { countingSocket, hocuspocus, hocuspocusSocket, textOf, yWebsocket } from "../src/clients.js";
import { eventually, pause, startServer } from "../src/server.js";

const states = (awareness) => [...awareness.getStates().values()];

test("both kinds of client edit one document together", async (t) => {
  const server = await startServer(t);
  const ours = hocuspocus(t, server, "team/guideline of 2026");
  const theirs = yWebsocket(t, server, "team/guideline of 2026");
  await eventually("both synced", () => ours.synced && theirs.synced);
  textOf(ours).insert(0, "from Hocuspocus. ");
  textOf(theirs).insert(textOf(theirs).length, "from y-websocket. ");
  const both = (provider) => {
    const text = textOf(provider).toString();
    return text.includes("from Hocuspocus. ") && text.includes("from y-websocket. ");
  };
  await eventually("both edits on both sides", () => both(ours) && both(theirs));
  assert.equal(textOf(ours).toString(), textOf(theirs).toString());
});

test("what was written before connecting arrives, both ways", async (t) => {
  const server = await startServer(t);
  for (const [number, open] of [hocuspocus, yWebsocket].entries()) {
    const document = new Y.Doc();
    document.getText("text").insert(0, `written offline ${number}. `);
    open(t, server, "offline", { document });
    const reader = hocuspocus(t, server, "offline");
    await eventually("the offline text", () => textOf(reader).toString().includes(`written offline ${number}. `));
  }
});

test("many documents share one socket and do not mix", async (t) => {
  const server = await startServer(t);
  const Socket = countingSocket();
  const websocketProvider = hocuspocusSocket(t, server, { WebSocketPolyfill: Socket });
  const names = Array.from({ length: 20 }, (_, number) => `question/${number}`);
  const writers = names.map((name) => hocuspocus(t, server, name, { websocketProvider }));
  await eventually("all synced", () => writers.every((writer) => writer.synced));
  for (const [number, writer] of writers.entries()) {
    textOf(writer).insert(0, `only ${number}`);
  }
  for (const [number, name] of names.entries()) {
    const reader = yWebsocket(t, server, name);
    await eventually(`document ${name}`, () => textOf(reader).toString() === `only ${number}`);
  }
  assert.equal(Socket.opened, 1);
});

test("one socket may open a document twice with session-aware addresses", async (t) => {
  const server = await startServer(t);
  const websocketProvider = hocuspocusSocket(t, server);
  const [left, right] = [0, 1].map(() => hocuspocus(t, server, "twice", { websocketProvider, sessionAwareness: true }));
  await eventually("both synced", () => left.synced && right.synced);
  textOf(left).insert(0, "left ");
  textOf(right).insert(0, "right ");
  await eventually("one text", () => textOf(left).length === 11 && textOf(right).length === 11);
  assert.equal(textOf(left).toString(), textOf(right).toString());
  await eventually("both acknowledged", () => !left.hasUnsyncedChanges && !right.hasUnsyncedChanges);
});

test("unsynced changes return to zero only when a killed server still has them", async (t) => {
  const server = await startServer(t);
  for (let round = 0; round < 5; round += 1) {
    const writer = hocuspocus(t, server, "promise");
    await eventually("synced", () => writer.synced && !writer.hasUnsyncedChanges);
    textOf(writer).insert(0, `[${round}]`);
    assert.equal(writer.hasUnsyncedChanges, true);
    await eventually("acknowledged", () => !writer.hasUnsyncedChanges);
    await server.kill();
    // The author is gone: only the server can have it now.
    writer.configuration.websocketProvider.destroy();
    writer.destroy();
    await server.start();
    const reader = hocuspocus(t, server, "promise");
    await eventually("synced", () => reader.synced);
    assert.ok(textOf(reader).toString().includes(`[${round}]`));
  }
});

test("a forced synchronisation ends acknowledged", async (t) => {
  const server = await startServer(t);
  const writer = hocuspocus(t, server, "forced");
  await eventually("synced", () => writer.synced && !writer.hasUnsyncedChanges);
  writer.forceSync();
  textOf(writer).insert(0, "a");
  await eventually("acknowledged", () => !writer.hasUnsyncedChanges);
});

test("y-websocket is synced again after a restart, with the offline edits of everybody", async (t) => {
  const server = await startServer(t);
  const ours = hocuspocus(t, server, "restart");
  const theirs = yWebsocket(t, server, "restart", { maxBackoffTime: 300 });
  await eventually("both synced", () => ours.synced && theirs.synced);
  textOf(ours).insert(0, "before. ");
  await eventually("seen", () => textOf(theirs).toString() === "before. ");
  await server.kill();
  await eventually("both offline", () => !theirs.wsconnected && !ours.isSynced);
  textOf(ours).insert(8, "offline with Hocuspocus. ");
  textOf(theirs).insert(8, "offline with y-websocket. ");
  await server.start();
  const length = "before. offline with Hocuspocus. offline with y-websocket. ".length;
  await eventually("merged", () => textOf(ours).length === length && textOf(theirs).length === length);
  assert.equal(textOf(ours).toString(), textOf(theirs).toString());
  await eventually("acknowledged", () => !ours.hasUnsyncedChanges);
  const reader = yWebsocket(t, server, "restart");
  await eventually("a fresh reader", () => textOf(reader).toString() === textOf(ours).toString());
});

test("both kinds of client see each other, and a returning member at once", async (t) => {
  const server = await startServer(t);
  const ours = hocuspocus(t, server, "presence");
  const theirs = yWebsocket(t, server, "presence");
  ours.setAwarenessField("user", { name: "Ada" });
  theirs.awareness.setLocalStateField("user", { name: "Grace" });
  const sees = (awareness, name) => states(awareness).some((state) => state.user?.name === name);
  await eventually("each sees the other", () => sees(ours.awareness, "Grace") && sees(theirs.awareness, "Ada"));

  theirs.disconnect();
  await eventually("Grace is gone", () => !sees(ours.awareness, "Grace"));
  const returned = Date.now();
  theirs.connect();
  await eventually("Grace is back", () => sees(ours.awareness, "Grace"));
  console.log(`returning member visible after ${Date.now() - returned} ms`);
  await eventually("Grace sees Ada", () => sees(theirs.awareness, "Ada"));
  console.log(`others visible to a returning member after ${Date.now() - returned} ms`);

  const left = Date.now();
  ours.configuration.websocketProvider.destroy();
  await eventually("Ada is gone", () => !sees(theirs.awareness, "Ada"));
  console.log(`lost member hidden after ${Date.now() - left} ms`);
  assert.ok(Date.now() - left < 10_000, "presence of a lost connection is gone within 10 s");
});

test("a stock client that says again what it was told of itself is not told of it for ever", async (t) => {
  const server = await startServer(t);
  const people = [1, 2, 3].map(() => yWebsocket(t, server, "echo"));
  await eventually("each sees all", () => people.every(({ awareness }) => states(awareness).length === 3));
  let updates = 0;
  for (const { awareness } of people) {
    awareness.on("update", () => {
      updates += 1;
    });
  }
  // Whatever their arrival had in its train has been said by then; clients renew themselves every fifteen seconds.
  await pause(1_000);
  updates = 0;
  await pause(2_000);
  const quiet = updates;
  people[0].awareness.setLocalStateField("cursor", { at: 1 });
  await pause(2_000);
  console.log(
    `three stock clients: ${quiet} words of presence in two quiet seconds, ${updates - quiet} after one move`,
  );
  assert.ok(quiet <= 9, `${quiet}`);
  assert.ok(updates - quiet <= 18, `${updates - quiet}`);
  assert.ok(people.every(({ awareness }) => states(awareness).some((state) => state.cursor?.at === 1)));
});

test("idle readers of both kinds stay connected for 40 s", async (t) => {
  const server = await startServer(t);
  const [OurSocket, TheirSocket] = [countingSocket(), countingSocket()];
  // Alone on their documents: nothing but the server's own signs of life.
  const ours = hocuspocus(t, server, "idle/1", { socketOptions: { WebSocketPolyfill: OurSocket }, awareness: null });
  const theirs = yWebsocket(t, server, "idle/2", { WebSocketPolyfill: TheirSocket });
  await eventually("both synced", () => ours.synced && theirs.synced);
  await pause(40_000);
  assert.deepEqual([OurSocket.opened, TheirSocket.opened], [1, 1]);
  assert.ok(ours.synced && theirs.wsconnected);
});
