// Stock clients, unchanged, with tokens: read-only, denied, expired, refreshed.
import assert from "node:assert/strict";
import test from "node:test";
import { countingSocket, hocuspocus, hocuspocusSocket, textOf, yWebsocket } from "../src/clients.js";
import { eventually, mint, pause, startServer } from "../src/server.js";

const everything = { "*": "read-write" };

async function contentOf(server, name) {
  const headers = { authorization: `Bearer ${mint("reader", everything)}` };
  const response = await fetch(`${server.httpUrl}/api/v1/docs/${encodeURIComponent(name)}/update`, { headers });
  return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : Buffer.alloc(0);
}

test("a read-only member reads, is told so, and changes nothing for others", async (t) => {
  const server = await startServer(t, { door: "tokens" });
  const writer = hocuspocus(t, server, "text", { token: mint("ada", everything) });
  await eventually("synced", () => writer.synced);
  textOf(writer).insert(0, "for all. ");

  const ours = hocuspocus(t, server, "text", { token: mint("bob", { text: "readonly" }) });
  const theirs = yWebsocket(t, server, "text", { params: { token: mint("cy", { text: "readonly" }) } });
  await eventually("both read", () => [ours, theirs].every((reader) => textOf(reader).toString() === "for all. "));
  assert.equal(ours.authorizedScope, "readonly");
  // Reading alone leaves nothing to save.
  await eventually("nothing unsynced", () => !ours.hasUnsyncedChanges);

  textOf(ours).insert(0, "SMUGGLED1 ");
  textOf(theirs).insert(0, "SMUGGLED2 ");
  textOf(writer).insert(9, "still works. ");
  await eventually("the writer's edit", () => textOf(theirs).toString().includes("still works. "));
  const stored = await contentOf(server, "text");
  assert.ok(stored.includes("still works. "));
  assert.ok(!stored.includes("SMUGGLED"));
  assert.ok(!textOf(writer).toString().includes("SMUGGLED"));
  assert.equal(ours.hasUnsyncedChanges, true, "an edit that was not taken must not look saved");
});

test("read-only on one document leaks to no other document of the socket", async (t) => {
  const server = await startServer(t, { door: "tokens" });
  const websocketProvider = hocuspocusSocket(t, server);
  const writer = hocuspocus(t, server, "closed", { token: mint("grace", { closed: "read-write" }) });
  await eventually("there is something to read", () => writer.synced);
  const token = mint("ada", { closed: "readonly", open: "read-write" });
  const closed = hocuspocus(t, server, "closed", { websocketProvider, token });
  const open = hocuspocus(t, server, "open", { websocketProvider, token });
  const denied = [];
  hocuspocus(t, server, "hidden", {
    websocketProvider,
    token,
    onAuthenticationFailed: ({ reason }) => denied.push(reason),
  });
  await eventually("both synced", () => closed.synced && open.synced && denied.length > 0);
  textOf(closed).insert(0, "SMUGGLED");
  textOf(open).insert(0, "allowed");
  await eventually("acknowledged", () => !open.hasUnsyncedChanges);
  assert.ok((await contentOf(server, "open")).includes("allowed"));
  assert.ok(!(await contentOf(server, "closed")).includes("SMUGGLED"));
  assert.deepEqual(denied, ["forbidden"]);
});

test("denied clients do not reconnect in a loop", async (t) => {
  const server = await startServer(t, { door: "tokens" });
  const OurSocket = countingSocket();
  let refusals = 0;
  hocuspocus(t, server, "text", {
    token: "not a token",
    socketOptions: { WebSocketPolyfill: OurSocket },
    onAuthenticationFailed: () => {
      refusals += 1;
    },
  });
  const TheirSocket = countingSocket();
  const theirs = yWebsocket(t, server, "text", {
    params: { token: "not a token" },
    WebSocketPolyfill: TheirSocket,
  });
  await eventually("refused", () => refusals > 0);
  await pause(3_000);
  console.log(`connections in 3 s when denied: Hocuspocus ${OurSocket.opened}, y-websocket ${TheirSocket.opened}`);
  assert.equal(OurSocket.opened, 1);
  assert.equal(refusals, 1);
  // Its backoff is its own; refused at the upgrade it at least backs off (100 ms doubling to 2.5 s).
  assert.ok(TheirSocket.opened <= 8, `${TheirSocket.opened} attempts`);
  assert.equal(theirs.synced, false);
});

test("a token that runs out ends writing and reading on an open socket", async (t) => {
  const server = await startServer(t, { door: "tokens" });
  const writer = hocuspocus(t, server, "text", { token: mint("ada", everything) });
  // The server tolerates clocks that differ: begin in the past, so that the end is near.
  const short = mint("bob", everything, 4);
  const denied = [];
  const ours = hocuspocus(t, server, "text", {
    token: short,
    onAuthenticationFailed: ({ reason }) => denied.push(reason),
  });
  await eventually("synced", () => ours.synced && writer.synced);
  await eventually("told about the end", () => denied.length > 0);
  textOf(ours).insert(0, "TOO LATE");
  textOf(writer).insert(0, "in time");
  await eventually("acknowledged", () => !writer.hasUnsyncedChanges);
  const stored = await contentOf(server, "text");
  assert.ok(stored.includes("in time") && !stored.includes("TOO LATE"));
  assert.ok(!textOf(ours).toString().includes("in time"), "an ended token must not read on");
});

test("a token is refreshed in place, without a new connection", async (t) => {
  const server = await startServer(t, { door: "tokens" });
  const Socket = countingSocket();
  let asked = 0;
  const provider = hocuspocus(t, server, "text", {
    token: () => {
      asked += 1;
      return mint("ada", everything, asked === 1 ? 3 : 600);
    },
    socketOptions: { WebSocketPolyfill: Socket },
    onAuthenticationFailed: ({ reason }) => assert.fail(reason),
  });
  await eventually("asked again", () => asked >= 2);
  // Well past the end of the first token and the tolerance for clocks.
  await pause(12_000);
  textOf(provider).insert(0, "with the second token");
  await eventually("acknowledged", () => !provider.hasUnsyncedChanges);
  assert.equal(Socket.opened, 1);
  assert.ok((await contentOf(server, "text")).includes("with the second token"));
});
