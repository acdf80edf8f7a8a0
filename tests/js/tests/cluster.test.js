// Stock clients, unchanged, on different nodes of a cluster.
import assert from "node:assert/strict";
import test from "node:test";
import { hocuspocus, textOf, yWebsocket } from "../src/clients.js";
import { startCluster } from "../src/cluster.js";
import { eventually } from "../src/server.js";

const names = (awareness) => [...awareness.getStates().values()].map((state) => state.user?.name);

test("both stock clients on different nodes co-edit, whatever happens to a node and to the bus", async (t) => {
  const cluster = await startCluster(t, 2);
  const [left, right] = cluster.nodes;
  const ours = hocuspocus(t, left, "guideline");
  const theirs = yWebsocket(t, right, "guideline", { maxBackoffTime: 300 });
  await eventually("both synced", () => ours.synced && theirs.synced);
  let length = 0;
  async function agree() {
    await eventually(
      `${length} characters on both sides`,
      () => textOf(ours).length === length && textOf(theirs).length === length,
    );
    assert.equal(textOf(ours).toString(), textOf(theirs).toString());
  }
  function write(word) {
    textOf(ours).insert(0, `${word} left. `);
    textOf(theirs).insert(textOf(theirs).length, `${word} right. `);
    length += 2 * word.length + " left.  right. ".length;
  }

  for (let round = 0; round < 20; round += 1) {
    write(String(round));
  }
  await agree();
  await eventually("all acknowledged", () => !ours.hasUnsyncedChanges);

  ours.setAwarenessField("user", { name: "Ada" });
  theirs.awareness.setLocalStateField("user", { name: "Grace" });
  await eventually(
    "each sees the other",
    () => names(ours.awareness).includes("Grace") && names(theirs.awareness).includes("Ada"),
  );

  await cluster.order("kill 0");
  await eventually("the left one is offline", () => !ours.isSynced);
  write("offline");
  await eventually("Ada is gone", () => !names(theirs.awareness).includes("Ada"));
  await cluster.order("start 0");
  await agree();
  await eventually("all acknowledged", () => !ours.hasUnsyncedChanges);
  await eventually("Ada is back", () => names(theirs.awareness).includes("Ada"));

  await cluster.order("kill redis");
  write("without the bus");
  await agree();
  await cluster.order("start redis");
  write("with the bus again");
  await agree();

  for (const [place, open] of [
    [left, yWebsocket],
    [right, hocuspocus],
  ]) {
    const fresh = open(t, place, "guideline");
    await eventually("a fresh client", () => textOf(fresh).toString() === textOf(ours).toString());
  }
});
