/**
 * The real server as a process of its own, and what the tests need around it: tokens, waiting, clean ends.
 *
 * A server listens before `startServer` returns; it can be killed and started again on the same port and data.
 */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SECRET = "interop-tests-0123456789-abcdefghijkl";
const PATIENCE_MS = 45_000;

/** The server's binary. */
export function binary() {
  const path = process.env.CONSILIUM_BIN ?? fileURLToPath(new URL("../../../target/debug/consilium", import.meta.url));
  if (!existsSync(path)) {
    throw new Error(`there is no server at ${path}: run "cargo build -p consilium-server" first`);
  }
  return path;
}

/** A port outside of the range of local ports, so that a reconnecting client can never be given it as its own. */
async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 8_000);
    const probe = createServer();
    const free = await new Promise((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (free) {
      return port;
    }
  }
}

/**
 * Starts a server; it ends with the test.
 * @param {import("node:test").TestContext} test
 * @param {{ door?: "open" | "tokens" }} [options]
 */
export async function startServer(test, { door = "open" } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "consilium-interop-"));
  const port = await freePort();
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let child;
  let log = "";

  async function start() {
    const environment = { ...process.env };
    delete environment.CONSILIUM_JWT_SECRET;
    if (door === "tokens") {
      environment.CONSILIUM_JWT_SECRET = SECRET;
    }
    const arguments_ = ["serve", "--listen", `127.0.0.1:${port}`, "--data-dir", join(directory, "data")];
    if (door === "open") {
      arguments_.push("--insecure-open");
    }
    const started = spawn(binary(), arguments_, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    started.stderr.on("data", (chunk) => {
      log = (log + chunk).slice(-8_000);
    });
    const lines = createInterface({ input: started.stdout });
    const [line] = await Promise.race([once(lines, "line"), once(started, "exit")]);
    if (line !== `listening on http://127.0.0.1:${port}`) {
      throw new Error(`the server did not start: ${line}\n${log}`);
    }
  }

  async function kill() {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    child = undefined;
  }

  test.after(async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  });
  await start();
  return {
    start,
    kill,
    syncUrl: `ws://127.0.0.1:${port}/sync`,
    yjsUrl: `ws://127.0.0.1:${port}/yjs`,
    httpUrl: `http://127.0.0.1:${port}`,
  };
}

/**
 * A token for these tests' server.
 * @param {string} sub
 * @param {Record<string, string>} docs
 * @param {number} [ttlSeconds]
 */
export function mint(sub, docs, ttlSeconds = 600) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + ttlSeconds;
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, name: sub, exp, docs })}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

/**
 * Waits until a condition holds.
 * @template T
 * @param {string} what
 * @param {() => T} condition
 * @returns {Promise<T>}
 */
export async function eventually(what, condition) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = condition();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited in vain: ${what}`);
    }
    await pause(15);
  }
}

/** For the few rules that are about time itself, such as "does not reconnect for 40 s". */
export function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
