/** Chromium, and pages in it whose replica a test steers. */
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import type { DocumentState, LocalDocument } from "../../src/types.js";
import { until } from "../support/until.js";
import type { Laboratory } from "./page/main.js";

/** How the tabs of a browser reach their host. */
export type Mode = "shared" | "elected";

/** A port that nobody listens on: for what must work without a server. */
export const NO_SERVER = "http://127.0.0.1:9";

declare const laboratory: Laboratory;

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** One browser profile, as a person has it: tabs share workers, locks and stores. */
export class Profile {
  readonly context: BrowserContext;
  readonly #url: string;
  /** What went wrong in pages. */
  readonly errors: string[] = [];

  private constructor(context: BrowserContext, url: string) {
    this.context = context;
    this.#url = url;
  }

  static async open(browser: Browser, mode: Mode, url: string = NO_SERVER): Promise<Profile> {
    const context = await browser.newContext();
    if (mode === "elected") {
      await context.addInitScript(() => {
        Reflect.deleteProperty(globalThis, "SharedWorker");
      });
    }
    return new Profile(context, url);
  }

  async tab(): Promise<Tab> {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.errors.push(error.message));
    await page.goto(inject("page"));
    await page.evaluate((url) => laboratory.connect(url), this.#url);
    return new Tab(page);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** One tab with a replica. */
export class Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(name: string): Promise<void> {
    await this.page.evaluate(async (doc) => await laboratory.open(doc), name);
  }

  async type(name: string, words: string): Promise<void> {
    await this.page.evaluate(([doc, text]) => laboratory.type(doc ?? "", text ?? ""), [name, words]);
  }

  async text(name: string): Promise<string> {
    return await this.page.evaluate((doc) => laboratory.text(doc), name);
  }

  async state(name: string): Promise<DocumentState> {
    return await this.page.evaluate((doc) => laboratory.document(doc).state.value, name);
  }

  async localDocuments(): Promise<readonly LocalDocument[]> {
    return await this.page.evaluate(async () => await laboratory.replica().localDocuments());
  }

  async hasText(name: string, words: string): Promise<void> {
    await until(`${name} says "${words}"`, async () => (await this.text(name)) === words);
  }

  async isSaved(name: string, save: DocumentState["save"]): Promise<void> {
    await until(`${name} is ${save}`, async () => (await this.state(name)).save === save);
  }

  /** Settles when the document shows this problem. */
  async hasProblem(name: string, code: string): Promise<void> {
    await until(`${name} shows ${code}`, async () => (await this.state(name)).problems.some((it) => it.code === code));
  }

  /** The renderer dies without a word, as when memory runs out. */
  async crash(): Promise<void> {
    const session = await this.devtools();
    const crashed = new Promise((resolve) => this.page.once("crash", resolve));
    // The command never answers: its answerer is dead.
    session.send("Page.crash").catch(() => undefined);
    await crashed;
    await this.page.close();
  }

  async devtools(): Promise<CDPSession> {
    return await this.page.context().newCDPSession(this.page);
  }
}
