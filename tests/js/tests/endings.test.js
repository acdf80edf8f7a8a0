// How the tests themselves end: a stock client may be given up in any state.
import { once } from "node:events";
import { createServer } from "node:net";
import test from "node:test";
import { hocuspocusSocket, yWebsocket } from "../src/clients.js";
import { eventually } from "../src/server.js";

test("a client that is given up while it connects ends quietly", async (t) => {
  // Takes connections and never answers.
  const silent = createServer().listen(0, "127.0.0.1");
  t.after(() => silent.close());
  await once(silent, "listening");
  const address = `ws://127.0.0.1:${silent.address().port}`;
  const sockets = [];
  silent.on("connection", (socket) => sockets.push(socket));
  const ours = hocuspocusSocket(t, { syncUrl: `${address}/sync` });
  const theirs = yWebsocket(t, { yjsUrl: `${address}/yjs` }, "silent");
  await eventually("both connecting", () => sockets.length === 2);
  ours.destroy();
  theirs.destroy();
  const gone = sockets.map((socket) => once(socket.resume(), "close"));
  await Promise.all(gone);
});
