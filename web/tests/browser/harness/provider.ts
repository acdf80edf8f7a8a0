/** An OpenID Connect provider on this machine, to which people are sent, and where they say who they are. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const PROGRAM = fileURLToPath(new URL("provider-process.mjs", import.meta.url));
const SECRET = "a secret of the client, for tests only";

/** What the button says. */
export const PROVIDER_NAME = "Example ID";

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

export class Provider {
  readonly port: number;
  readonly #callback: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, callback: string) {
    this.port = port;
    this.#callback = callback;
  }

  /** For the portal at `portal` (an origin). */
  static async start(portal: string): Promise<Provider> {
    const provider = new Provider(await freePort(), `${portal}/api/v1/openid/callback`);
    await provider.start();
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the portal has to be told. */
  get options(): readonly string[] {
    return [
      "--openid-issuer",
      this.url,
      "--openid-client-id",
      "consilium",
      "--openid-client-secret",
      SECRET,
      "--openid-name",
      PROVIDER_NAME,
    ];
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, String(this.port), this.#callback, SECRET], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the provider ended with ${code}:\n${log}`)));
      createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
        if (line === "ready") {
          resolve();
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
}

/** Says at the provider who one is. */
export async function identify(page: Page, login: string): Promise<void> {
  await page.getByRole("textbox", { name: "Who are you?" }).fill(login);
  await page.getByRole("button", { name: "Sign in at the provider" }).click();
}

/** The end of a way to the provider, before it is gone: where the provider sends back to, and the portal’s cookie. */
export interface WayBack {
  readonly address: string;
  readonly cookie: { readonly name: string; readonly value: string };
}

/** Goes to the provider and signs in there as `login`, without a browser, up to the last step. */
export async function walk(portal: string, login: string): Promise<WayBack> {
  const begun = await fetch(`${portal}/api/v1/openid`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ purpose: "sign-in" }),
  });
  const [name = "", value = ""] = (begun.headers.get("set-cookie") ?? "").split(";")[0]?.split("=") ?? [];
  let { location: address } = (await begun.json()) as { readonly location: string };
  const jar = new Map<string, string>();
  for (let steps = 0; steps < 10 && !address.startsWith(portal); steps++) {
    const isQuestion = new URL(address).pathname.startsWith("/interaction/");
    const response = await fetch(address, {
      redirect: "manual",
      headers: { cookie: [...jar].map((pair) => pair.join("=")).join("; ") },
      ...(isQuestion ? { method: "POST", body: new URLSearchParams({ login, answer: "yes" }) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [key = "", content = ""] = cookie.split(";")[0]?.split("=") ?? [];
      jar.set(key, content);
    }
    address = new URL(response.headers.get("location") ?? "", address).href;
  }
  return { address, cookie: { name, value } };
}
