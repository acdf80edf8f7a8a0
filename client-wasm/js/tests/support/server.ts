/** The real server, as its own process on a free port of this machine. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BINARY =
  process.env["CONSILIUM_BIN"] ?? fileURLToPath(new URL("../../../../target/debug/consilium", import.meta.url));

/** 32 bytes, as the server demands; signs nothing that matters. */
const SECRET = "a secret for tests and only tests";

const withSecret = { ...process.env, CONSILIUM_JWT_SECRET: SECRET, CONSILIUM_LOG: "error" };
const withoutSecret = { ...process.env, CONSILIUM_LOG: "error" };

/** Runs a command of the binary to its end; answers with what it printed. */
export async function consilium(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(BINARY, args, { env: withSecret });
  return stdout.trim();
}

/** A token for documents, as `NAME=read-write` or `NAME=readonly`. */
export async function mint(ttl: string, ...grants: string[]): Promise<string> {
  const docs = grants.flatMap((grant) => ["--doc", grant]);
  return await consilium("token", "--sub", "u1", "--name", "Dr. Test", "--ttl", ttl, ...docs);
}

/** A folder that is removed at {@link Server.dispose} or by the test. */
export async function scratchFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "consilium-test-"));
}

/** How the server knows its members. */
export type Mode = "open" | "token";

export class Server {
  readonly folder: string;
  readonly #mode: Mode;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;
  #port = 0;

  private constructor(folder: string, mode: Mode, options: readonly string[]) {
    this.folder = folder;
    this.#mode = mode;
    this.#options = options;
  }

  /** @param options - further options of `consilium serve` */
  static async start(mode: Mode = "open", ...options: string[]): Promise<Server> {
    const server = new Server(await scratchFolder(), mode, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the process (again), on the same port. */
  async start(dataFolder: string = this.folder): Promise<void> {
    const args = ["serve", "--listen", `127.0.0.1:${this.#port}`, "--data-dir", dataFolder, ...this.#options];
    const child = spawn(BINARY, [...args, ...(this.#mode === "open" ? ["--insecure-open"] : [])], {
      env: this.#mode === "open" ? withoutSecret : withSecret,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) {
        this.#port = Number(port);
        // Nobody reads the rest; a full pipe would stop the server.
        child.stdout.resume();
        return;
      }
    }
    throw new Error("the server ended before it listened");
  }

  /** Ends the process at once, as a power cut would. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    }
  }

  /** The whole document as the server has committed it, as one update. */
  async update(name: string, token?: string): Promise<Uint8Array> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${this.url}/api/v1/docs/${encodeURIComponent(name)}/update`, { headers });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    return new Uint8Array(await response.arrayBuffer());
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
