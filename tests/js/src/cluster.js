/**
 * Several real nodes over one PostgreSQL and one Redis, as `consilium-test-cluster` starts them.
 *
 * They end with the test, and also when this process ends in any other way: their leader reads our end of a pipe.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { binary } from "./server.js";

function leader() {
  const path = fileURLToPath(new URL("../../../target/debug/consilium-test-cluster", import.meta.url));
  if (!existsSync(path)) {
    throw new Error(`there is no ${path}: run "cargo build -p consilium-tests" first`);
  }
  return path;
}

/**
 * @param {import("node:test").TestContext} test
 * @param {number} count
 */
export async function startCluster(test, count) {
  const child = spawn(leader(), [String(count)], {
    env: { ...process.env, CONSILIUM_BIN: binary() },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-8_000);
  });
  test.after(async () => {
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function answer() {
    const { value, done } = await lines.next();
    if (done) {
      throw new Error(`the cluster has ended:\n${log}`);
    }
    return value;
  }
  const nodes = [];
  for (let line = await answer(); line !== "ready"; line = await answer()) {
    const address = line.replace("node ", "");
    nodes.push({ syncUrl: `ws://${address}/sync`, yjsUrl: `ws://${address}/yjs` });
  }
  return {
    nodes,
    /** @param {string} order as the leader takes them */
    async order(order) {
      child.stdin.write(`${order}\n`);
      await answer();
    },
  };
}
