/** The real server, in a directory of its own, on a port of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as Y from "yjs";
import { paths } from "./paths.ts";

export type ServerKind =
  /** A portal with a demonstration community. */
  | "demo"
  /** Anybody writes; the store outlives the process. */
  | "open"
  /** Tokens, signed with `SECRET`. */
  | "token"
  /** Accounts and communities. */
  | "portal";

/** What is different about the machine that the server runs on, for its eyes only. */
export interface Machine {
  /** The data directory is a disk of this size, in MiB, which a test can fill. It lasts as long as the process. */
  readonly diskMebibytes?: number;
  /** The server finds this folder where the built app is. */
  readonly app?: string;
  /** The server listens here; on any free port otherwise. */
  readonly port?: number;
  /** More words for its command line. */
  readonly options?: readonly string[];
}

/** Signs the tokens of `token` servers: 32 bytes or more, as the server asks for. */
const SECRET = "a secret for tests only, long enough for HS256";

export class Server {
  readonly #kind: ServerKind;
  readonly #machine: Machine;
  readonly #data = mkdtempSync(join(tmpdir(), "consilium-web-"));
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(kind: ServerKind, machine: Machine) {
    this.#kind = kind;
    this.#machine = machine;
    this.#port = machine.port ?? 0;
  }

  static async start(kind: ServerKind, machine: Machine = {}): Promise<Server> {
    const server = new Server(kind, machine);
    await server.start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts on the port of last time, so that pages find it again. */
  async start(): Promise<void> {
    const listen = ["--listen", `127.0.0.1:${this.#port}`];
    const data = ["--data-dir", this.#data];
    const commands: Readonly<Record<ServerKind, readonly string[]>> = {
      demo: ["demo", ...listen, ...data],
      open: ["serve", "--insecure-open", ...listen, ...data],
      token: ["serve", ...listen, ...data],
      portal: ["serve", ...listen, ...data],
    };
    const [command, ...args] = inMachine(this.#machine, this.#data, [
      paths.server,
      ...commands[this.#kind],
      ...(this.#machine.options ?? []),
    ]);
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CONSILIUM_LOG: "warn", CONSILIUM_JWT_SECRET: this.#kind === "token" ? SECRET : "" },
    });
    this.#process = child;
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
      createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
        const port = /listening on http:\/\/[^:]+:(\d+)/.exec(line)?.[1];
        if (port !== undefined) {
          resolve(Number(port));
        }
      });
    });
  }

  /** Ends the process; `SIGKILL` gives it no time for anything. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    }
  }

  /** Takes all space that is left on the server's disk. */
  fillDisk(): void {
    const ballast = openSync(this.#ballast, "a");
    // Pages first, then what is left of the last one.
    for (const piece of [64 * 1024, 4096]) {
      while (isWritten(ballast, piece)) {
        // On to the next piece.
      }
    }
    closeSync(ballast);
  }

  /** Gives the space back. */
  freeDisk(): void {
    rmSync(this.#ballast);
  }

  /** A file on the server's disk, as seen from outside. */
  get #ballast(): string {
    return `/proc/${this.#process?.pid}/root${this.#data}/ballast`;
  }

  /** Copies everything into one file, while the server runs. */
  backup(file: string): void {
    execFileSync(paths.server, ["backup", "--to", file, "--data-dir", this.#data]);
  }

  /** Puts a backup in the place of the data; the server must not run. */
  restore(file: string): void {
    rmSync(this.#data, { recursive: true });
    execFileSync(paths.server, ["restore", "--from", file, "--data-dir", this.#data]);
  }

  /** Ends the process and deletes its data. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** A token for `member` with `grants`, for example `*=read-write`. */
  token(member: { readonly sub: string; readonly name: string }, grants: readonly string[], ttl = "15m"): string {
    const options = grants.flatMap((grant) => ["--doc", grant]);
    return execFileSync(paths.server, ["token", "--sub", member.sub, "--name", member.name, ...options, "--ttl", ttl], {
      env: { ...process.env, CONSILIUM_JWT_SECRET: SECRET },
      encoding: "utf8",
    }).trim();
  }

  /** Runs `consilium admin` on the data, beside the running server; gives what it prints. */
  admin(...args: readonly string[]): string {
    return execFileSync(paths.server, ["admin", ...args, "--data-dir", this.#data], { encoding: "utf8" });
  }

  /** The document as the server has committed it. */
  async document(name: string, token?: string): Promise<Y.Doc> {
    const response = await fetch(`${this.url}/api/v1/docs/${encodeURIComponent(name)}/update`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (!response.ok) {
      throw new Error(`reading ${name} answered ${response.status}`);
    }
    const doc = new Y.Doc();
    Y.applyUpdate(doc, new Uint8Array(await response.arrayBuffer()));
    return doc;
  }

  /** The text of a document as the server has committed it, its blocks one a line. */
  async text(name: string, token?: string): Promise<string> {
    return blocksOf(await this.document(name, token)).join("\n");
  }
}

/**
 * The command line that runs `command` on such a machine: in a mount namespace of its own, which ends with it. Needs
 * root, or a system that lets anybody have namespaces; otherwise it fails with what `unshare` has to say.
 */
function inMachine(machine: Machine, data: string, command: readonly string[]): [string, ...string[]] {
  const { diskMebibytes, app } = machine;
  const mounts = [
    ...(diskMebibytes === undefined ? [] : [`mount -t tmpfs -o size=${diskMebibytes}m tmpfs '${data}'`]),
    ...(app === undefined ? [] : [`mount --bind '${app}' '${paths.app}'`]),
  ];
  if (mounts.length === 0) {
    const [program = "", ...args] = command;
    return [program, ...args];
  }
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  return ["unshare", ...user, "--mount", "sh", "-c", `${mounts.join(" && ")} && exec "$@"`, "sh", ...command];
}

/** Whether so many bytes still fit. */
function isWritten(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) === bytes;
  } catch {
    return false;
  }
}

/** The text of each block of the body. */
export function blocksOf(doc: Y.Doc): readonly string[] {
  return doc
    .getXmlFragment("body")
    .toArray()
    .map((node) => plain(node));
}

function plain(node: unknown): string {
  if (node instanceof Y.XmlText) {
    return node
      .toDelta()
      .map((part: { readonly insert: unknown }) => (typeof part.insert === "string" ? part.insert : ""))
      .join("");
  }
  return node instanceof Y.XmlElement ? node.toArray().map(plain).join("") : "";
}
