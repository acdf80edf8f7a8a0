/** Several tabs of one browser, without any server: SharedWorker and the fallback behave alike. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
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

describe.each<Mode>(["shared", "elected"])("tabs with a %s worker", (mode) => {
  let profile: Profile;

  beforeEach(async () => {
    profile = await Profile.open(browser, mode);
    return async () => {
      await profile.close();
      expect(profile.errors).toEqual([]);
    };
  });

  test("an edit is durable on the device, and there again after the page was closed and opened", async () => {
    const tab = await profile.tab();
    await tab.open("a");
    await tab.type("a", "kept");
    await tab.isSaved("a", "device");
    await tab.page.close();
    const again = await profile.tab();
    await again.open("a");
    expect(await again.text("a")).toBe("kept");
    expect(await again.state("a")).toMatchObject({ save: "device", unconfirmed: 1 });
  });

  test("a crash right after `device` loses nothing", async () => {
    const tab = await profile.tab();
    await tab.open("a");
    await tab.type("a", "kept");
    await tab.isSaved("a", "device");
    await tab.crash();
    const again = await profile.tab();
    await again.open("a");
    expect(await again.text("a")).toBe("kept");
  });

  test("tabs see each other's edits and presence without a network", async () => {
    const [left, right] = [await profile.tab(), await profile.tab()];
    await left.open("a");
    await right.open("a");
    await left.type("a", "hello");
    await right.hasText("a", "hello");
    await right.type("a", " there");
    await left.hasText("a", "hello there");
    await left.page.evaluate(() => {
      laboratory.document("a").awareness.setLocalStateField("user", { name: "Ada", color: "#112233" });
    });
    const names = (): Promise<unknown[]> =>
      right.page.evaluate(() =>
        Array.from(laboratory.document("a").awareness.getStates().values(), (state) => state["user"]),
      );
    await until("Ada is seen", async () => JSON.stringify(await names()).includes("Ada"));
    await left.page.close();
    await until("Ada is gone", async () => !JSON.stringify(await names()).includes("Ada"));
  });

  test("a tab that dies takes no other tab's work along, whoever ran the engine", async () => {
    const [first, second, third] = [await profile.tab(), await profile.tab(), await profile.tab()];
    for (const tab of [first, second, third]) {
      await tab.open("a");
    }
    await first.type("a", "1");
    await second.hasText("a", "1");
    // In the fallback the first tab leads.
    await first.crash();
    await second.type("a", "2");
    await third.hasText("a", "12");
    await third.type("a", "3");
    await second.hasText("a", "123");
    await second.isSaved("a", "device");
    await second.crash();
    await third.type("a", "4");
    await third.isSaved("a", "device");
    await third.page.close();
    const fresh = await profile.tab();
    await fresh.open("a");
    expect(await fresh.text("a")).toBe("1234");
  });

  test("edits in the very turn in which the leader dies are not lost", async () => {
    const leader = await profile.tab();
    await leader.open("a");
    const follower = await profile.tab();
    await follower.open("a");
    const typing = follower.page.evaluate(async () => {
      for (let index = 0; index < 200; index += 1) {
        laboratory.type("a", "x");
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    await leader.crash();
    await typing;
    await follower.isSaved("a", "device");
    await follower.page.close();
    const fresh = await profile.tab();
    await fresh.open("a");
    expect(await fresh.text("a")).toBe("x".repeat(200));
  });

  test("the device's documents are listed in every tab", async () => {
    const [left, right] = [await profile.tab(), await profile.tab()];
    await left.open("a");
    await left.page.evaluate(() => {
      laboratory.document("a").doc.getMap("meta").set("title", "Guideline");
    });
    await left.isSaved("a", "device");
    expect(await right.localDocuments()).toMatchObject([{ name: "a", title: "Guideline", unconfirmed: 1 }]);
  });

  test("a full disk is said in words, and what was typed meanwhile is stored when there is room", async () => {
    // Before anything is written: Chromium remembers for a while how much room there was.
    const devtools = await profile.context.newCDPSession(await profile.context.newPage());
    const { origin } = new URL(inject("page"));
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    const tab = await profile.tab();
    await tab.open("a");
    await tab.type("a", "while full ");
    await tab.hasProblem("a", "device-storage");
    expect(await tab.state("a")).toMatchObject({
      save: "saving",
      problems: [{ code: "device-storage", cause: "quota" }],
    });
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await tab.isSaved("a", "device");
    expect((await tab.state("a")).problems).toEqual([]);
    await tab.page.close();
    const fresh = await profile.tab();
    await fresh.open("a");
    expect(await fresh.text("a")).toBe("while full ");
  });

  test("a database that is deleted while in use is said in words, and what is open is stored again", async () => {
    const tab = await profile.tab();
    await tab.open("a");
    await tab.type("a", "kept");
    await tab.isSaved("a", "device");
    await tab.page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) {
        await new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name ?? "");
          request.onsuccess = resolve;
          request.onerror = reject;
        });
      }
    });
    await tab.hasProblem("a", "device-storage");
    expect((await tab.state("a")).problems).toContainEqual({ code: "device-storage", cause: "deleted" });
    await tab.isSaved("a", "device");
    await tab.type("a", " on");
    await tab.isSaved("a", "device");
    await tab.page.close();
    const fresh = await profile.tab();
    await fresh.open("a");
    expect(await fresh.text("a")).toBe("kept on");
  });

  test("cleared site data is the same", async () => {
    const tab = await profile.tab();
    await tab.open("a");
    await tab.type("a", "kept");
    await tab.isSaved("a", "device");
    const { origin } = new URL(inject("page"));
    await (await tab.devtools()).send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    await tab.hasProblem("a", "device-storage");
    await tab.type("a", " on");
    await tab.isSaved("a", "device");
    await tab.page.close();
    const fresh = await profile.tab();
    await fresh.open("a");
    expect(await fresh.text("a")).toBe("kept on");
  });
});

test("a shared worker that is killed is replaced, and nothing typed meanwhile is lost", async () => {
  const profile = await Profile.open(browser, "shared");
  const [left, right] = [await profile.tab(), await profile.tab()];
  await left.open("a");
  await right.open("a");
  await left.type("a", "before ");
  await right.hasText("a", "before ");
  const devtools = await browser.newBrowserCDPSession();
  const { targetInfos } = await devtools.send("Target.getTargets");
  const worker = targetInfos.find(({ type }) => type === "shared_worker");
  expect(worker).toBeDefined();
  await devtools.send("Target.closeTarget", { targetId: worker?.targetId ?? "" });
  await left.type("a", "after");
  await right.hasText("a", "before after");
  await left.isSaved("a", "device");
  await profile.close();
});

test("a shared worker and tabs with workers of their own share one engine", async () => {
  const profile = await Profile.open(browser, "shared");
  const shared = await profile.tab();
  await shared.open("a");
  await profile.context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "SharedWorker");
  });
  const elected = await profile.tab();
  await elected.open("a");
  await shared.type("a", "one");
  await elected.hasText("a", "one");
  await elected.type("a", " engine");
  await shared.hasText("a", "one engine");
  await shared.page.close();
  await elected.type("a", "!");
  await elected.isSaved("a", "device");
  await profile.close();
});
