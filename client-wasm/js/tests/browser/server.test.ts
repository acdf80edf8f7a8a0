/** Browsers against the real server: the network and the server come and go, pages close and open. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { Server } from "../support/server.js";
import { until } from "../support/until.js";
import { launch, type Mode, Profile } from "./browser.js";
import type { Laboratory } from "./page/main.js";

declare const laboratory: Laboratory;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

async function server(): Promise<Server> {
  const hub = await Server.start("open", "--allow-origin", new URL(inject("page")).origin);
  onTestFinished(async () => await hub.dispose());
  return hub;
}

async function profile(mode: Mode, url: string): Promise<Profile> {
  const opened = await Profile.open(browser, mode, url);
  onTestFinished(async () => {
    await opened.close();
    expect(opened.errors).toEqual([]);
  });
  return opened;
}

describe.each<Mode>(["shared", "elected"])("a browser with a %s worker", (mode) => {
  test("what one types another sees within a second, and it is safe", async () => {
    const hub = await server();
    const [left, right] = [await (await profile(mode, hub.url)).tab(), await (await profile(mode, hub.url)).tab()];
    await left.open("a");
    await right.open("a");
    await left.type("a", "warm up ");
    await right.hasText("a", "warm up ");
    const typed = Date.now();
    await left.type("a", "hello");
    await right.hasText("a", "warm up hello");
    expect(Date.now() - typed).toBeLessThan(1_000);
    await left.isSaved("a", "safe");
  });

  test("work done without a server survives a closed page and merges when the server is back", async () => {
    const hub = await server();
    const mine = await profile(mode, hub.url);
    const first = await mine.tab();
    await first.open("a");
    await first.type("a", "The dose.");
    await first.isSaved("a", "safe");
    const yours = await (await profile(mode, hub.url)).tab();
    await yours.open("a");
    await yours.hasText("a", "The dose.");
    await hub.kill();
    await first.type("a", " Mine, offline.");
    await first.isSaved("a", "device");
    await first.page.close();
    const second = await mine.tab();
    await second.open("a");
    expect(await second.text("a")).toBe("The dose. Mine, offline.");
    await second.type("a", " After reopening.");
    await yours.type("a", " Yours.");
    await second.isSaved("a", "device");
    await yours.isSaved("a", "device");
    await hub.start();
    await second.isSaved("a", "safe");
    await yours.isSaved("a", "safe");
    await until("converged", async () => (await second.text("a")) === (await yours.text("a")));
    const text = await second.text("a");
    expect(text).toContain("Mine, offline. After reopening.");
    expect(text).toContain("Yours.");
    await hub.kill();
    await hub.start();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, await hub.update("a"));
    expect(doc.getText("body").toString()).toBe(text);
  });

  test("a document that no tab shows any more is sent all the same", async () => {
    const hub = await server();
    await hub.kill();
    const tab = await (await profile(mode, hub.url)).tab();
    await tab.open("draft");
    await tab.type("draft", "unsent");
    await tab.isSaved("draft", "device");
    await tab.page.evaluate(() => laboratory.document("draft").dispose());
    await hub.start();
    await tab.page.evaluate(() => laboratory.replica().reconnect());
    await until("sent", async () => (await tab.localDocuments()).every(({ unconfirmed }) => unconfirmed === 0));
    const doc = new Y.Doc();
    Y.applyUpdate(doc, await hub.update("draft"));
    expect(doc.getText("body").toString()).toBe("unsent");
  });

  test("when the tab with the engine dies, the others stay online", async () => {
    const hub = await server();
    const mine = await profile(mode, hub.url);
    const [leader, follower] = [await mine.tab(), await mine.tab()];
    await leader.open("a");
    await follower.open("a");
    await leader.type("a", "one");
    await follower.hasText("a", "one");
    await leader.crash();
    await follower.type("a", " two");
    await follower.isSaved("a", "safe");
    const doc = new Y.Doc();
    Y.applyUpdate(doc, await hub.update("a"));
    expect(doc.getText("body").toString()).toBe("one two");
  });
});
