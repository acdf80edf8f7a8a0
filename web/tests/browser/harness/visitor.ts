/**
 * A person with a browser profile of their own and a cable to the server.
 *
 * Watches what must never happen: errors on the console, requests to anybody but the server, violations of the
 * content security policy. `leave` fails when something did.
 */
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { paths } from "./paths.ts";
import type { Server } from "./server.ts";
import { Wire } from "./wire.ts";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: paths.chromium,
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

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  /** How much the device has room for, in MiB. */
  readonly deviceMebibytes?: number;
}

/** How long a condition may take to come true, in milliseconds: longer than a machine that builds beside the browsers needs. */
export const PATIENCE_MS = 45_000;

export class Visitor {
  readonly name: string;
  readonly context: BrowserContext;
  readonly wire: Wire;
  readonly #device: Device | undefined;
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [
    // The collaboration binding says this once when a text begins with a quote or a list; the selection is sound after.
    /TextSelection endpoint not pointing into a node with inline content/,
    // The browser says this of its own look for a newer app, when the network or the server goes away in that moment.
    /^error: (An unknown error occurred|A bad HTTP response code \(503\) was received) when fetching the script\.$/,
  ];

  private constructor(name: string, context: BrowserContext, wire: Wire, device: Device | undefined) {
    this.name = name;
    this.context = context;
    this.wire = wire;
    this.#device = device;
    this.#watch();
  }

  static async arrive(browser: Browser, server: Server, name: string, options: VisitorOptions = {}): Promise<Visitor> {
    const wire = await Wire.lay(() => server.port);
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      colorScheme: options.scheme ?? "light",
      acceptDownloads: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    let device: Device | undefined;
    if (options.deviceMebibytes !== undefined) {
      // Before anything is stored: the browser remembers for a while how much room there was.
      device = await Device.of(context, new URL(wire.url).origin);
      await device.hasRoomFor(options.deviceMebibytes);
    }
    return new Visitor(name, context, wire, device);
  }

  /** Opens a page at `path` and gives the name, as every new tab is asked for it. */
  async open(path: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.wire.url}${path}`);
    await introduce(page, this.name);
    return page;
  }

  /** Without network: the browser knows, and the cable is pulled. */
  async goOffline(): Promise<void> {
    await this.wire.pull();
    await this.context.setOffline(true);
  }

  /**
   * Closes the only page of this visitor, and waits until the browser has ended the worker behind it as well: while
   * that lives on for a moment, a network that comes back would have it send what waits, with the old permission.
   */
  async shut(page: Page): Promise<void> {
    const session = await browserOf(this.context).newBrowserCDPSession();
    await page.close();
    await eventually(async () => {
      const { targetInfos } = await session.send("Target.getTargets");
      return targetInfos.filter(({ type, url }) => type === "shared_worker" && url.startsWith(this.wire.url)).length;
    }, 0);
    await session.detach();
  }

  async comeBack(): Promise<void> {
    await this.wire.plug();
    await this.context.setOffline(false);
  }

  /** Takes all room on this device that the profile may have. For visitors who arrived with a small device. */
  async fillDevice(page: Page): Promise<void> {
    await page.evaluate(fillOrigin);
  }

  /** Makes room. What deletes something does not: the browser keeps the files for as long as it likes. */
  async freeDevice(): Promise<void> {
    await this.#device?.hasRoomFor(1024);
  }

  /** Failed requests are expected from now on: without network the browser itself reports them. */
  expect(complaint: RegExp): void {
    this.#expected.push(complaint);
  }

  async leave(): Promise<void> {
    await this.context.close();
    await this.wire.pull();
    const unexpected = this.#complaints.filter((complaint) => !this.#expected.some((known) => known.test(complaint)));
    expect(unexpected, `${this.name}’s browser complained`).toEqual([]);
  }

  #watch(): void {
    this.context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.#complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    this.context.on("weberror", (error) => this.#complaints.push(`uncaught: ${error.error().message}`));
    this.context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.wire.url && !["data:", "blob:"].includes(url.protocol)) {
        this.#complaints.push(`third party: ${request.url()}`);
      }
    });
  }
}

/** How much a profile has room for, as the browser is told. */
class Device {
  readonly #session: CDPSession;
  readonly #origin: string;

  private constructor(session: CDPSession, origin: string) {
    this.#session = session;
    this.#origin = origin;
  }

  static async of(context: BrowserContext, origin: string): Promise<Device> {
    return new Device(await context.newCDPSession(await context.newPage()), origin);
  }

  async hasRoomFor(mebibytes: number): Promise<void> {
    const quotaSize = mebibytes * 1024 * 1024;
    await this.#session.send("Storage.overrideQuotaForOrigin", { origin: this.#origin, quotaSize });
  }
}

/** Runs in a page: stores noise of its origin until not even a small piece fits. */
async function fillOrigin(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("ballast", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("noise", { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const isStored = (bytes: number): Promise<boolean> =>
    new Promise((resolve) => {
      const noise = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at += 65_536) {
        crypto.getRandomValues(noise.subarray(at, at + 65_536));
      }
      const transaction = database.transaction("noise", "readwrite");
      transaction.objectStore("noise").add(noise);
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    });
  for (let bytes = 4 * 1024 * 1024; bytes >= 64; bytes /= 4) {
    while (await isStored(bytes)) {
      // On to the next piece.
    }
  }
  database.close();
}

/** Gives the name where the page asks for one. */
export async function introduce(page: Page, name: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Your name" });
  const inside = page.locator("header");
  await field.or(inside).first().waitFor();
  if (await field.isVisible()) {
    await field.fill(name);
    await page.getByRole("button", { name: "Continue" }).click();
    await inside.first().waitFor();
  }
}

/** The text field of an open document. */
export function textOf(page: Page) {
  return page.getByRole("textbox", { name: "Document text" });
}

/** The blocks of the text as they are on the screen, without the others’ cursors. */
export function blocksOn(page: Page): Promise<readonly string[]> {
  return textOf(page).evaluate((prose) =>
    [...prose.children].map((block) => {
      const copy = block.cloneNode(true) as Element;
      for (const extra of copy.querySelectorAll(".caret, .ProseMirror-separator, .ProseMirror-trailingBreak")) {
        extra.remove();
      }
      return copy.textContent.replaceAll("\u2060", "");
    }),
  );
}

function browserOf(context: BrowserContext): Browser {
  const browser = context.browser();
  if (browser === null) {
    throw new Error("the visitor has a browser of its own");
  }
  return browser;
}

/** Waits until the newest edit has reached `state`. */
export async function whenSaved(page: Page, state: "device" | "safe"): Promise<void> {
  const accepted =
    state === "safe" ? '[data-save="safe"]' : ':is([data-save="device"], [data-save="sent"], [data-save="safe"])';
  await page.locator(`.save${accepted}`).waitFor();
}

/** Waits until `read` gives `expected`; fails with what it gave last. */
export async function eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
  await expect.poll(read, { timeout: PATIENCE_MS, interval: 50 }).toEqual(expected);
}
