/** A server for mail on this machine, and what it was given. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "./provider.ts";
import { eventually } from "./visitor.ts";

const PROGRAM = fileURLToPath(new URL("mail-process.mjs", import.meta.url));

export interface Mail {
  readonly to: readonly string[];
  /** Headers and parts, as they were sent. */
  readonly raw: string;
}

export class MailServer {
  readonly port: number;
  readonly mails: Mail[] = [];
  #process: ChildProcess | null = null;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<MailServer> {
    const server = new MailServer(await freePort());
    await server.start();
    return server;
  }

  /** What the portal has to be told. */
  get options(): readonly string[] {
    const address = `127.0.0.1:${this.port}`;
    return ["--smtp-address", address, "--smtp-encryption", "none", "--smtp-from", "Panel <panel@c.example>"];
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, String(this.port)], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server for mail ended with ${code}:\n${log}`)));
      createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
        if (line === "ready") {
          resolve();
        } else {
          this.mails.push(JSON.parse(line) as Mail);
        }
      });
    });
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
  }

  /** The mail to somebody, once there is one of which `is` is true. */
  async mailTo(address: string, is: (mail: Mail) => boolean = () => true): Promise<Mail> {
    const found = (): Mail | undefined => this.mails.find((mail) => mail.to.includes(address) && is(mail));
    await eventually(() => Promise.resolve(found() !== undefined), true);
    return found() ?? { to: [], raw: "" };
  }
}

/** The words of a mail, whatever was done to send them by short lines of ASCII. */
export function wordsOf({ raw }: Mail): string {
  const bytes = raw
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The path of the link in a mail that begins like this. */
export function pathIn(mail: Mail, start: string): string {
  return new RegExp(`${start}[\\w-]+`).exec(wordsOf(mail))?.[0] ?? "";
}
