/**
 * A community's look: chosen with a preview in light and dark, worn by every open page of its members a few seconds after
 * it is saved, readable whatever the colour, and never on another community's page.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { contrast } from "../../src/sync/index.ts";
import { glanceEverywhere, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { launch, textOf, Visitor } from "./harness/visitor.ts";

/** Some pages, each measured six times, in milliseconds. */
const TOUR_MS = 400_000;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  return visitor;
}

/** A picture of one colour, as a browser draws it. */
async function drawn(page: Page, type: string, side: number, noise = false): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([kind, size, isNoise]) => {
      const canvas = document.createElement("canvas");
      canvas.width = size;
      canvas.height = size;
      const context = canvas.getContext("2d");
      if (context === null) {
        throw new Error("no canvas");
      }
      context.fillStyle = "#b3261e";
      context.fillRect(0, 0, size, size);
      if (isNoise) {
        // What no encoder makes smaller.
        const noise = context.createImageData(size, size);
        let state = 7;
        for (let at = 0; at < noise.data.length; at += 1) {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          noise.data[at] = at % 4 === 3 ? 255 : state >>> 24;
        }
        context.putImageData(noise, 0, 0);
      }
      return canvas.toDataURL(kind).split(",")[1] ?? "";
    },
    [type, side, noise] as const,
  );
  return Buffer.from(base64, "base64");
}

/** A custom property of the page as it is worn now. */
function worn(page: Page, property: string): Promise<string> {
  return page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(), property);
}

/** Chooses a colour as somebody does with the browser's own chooser. */
async function choose(page: Page, colour: string): Promise<void> {
  await page.getByLabel("Another colour").fill(colour);
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).last().waitFor();
}

test(
  "a leader changes the look, and every open page of its members wears it within seconds, and no other community's",
  async () => {
    const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
    const page = await comeIn(server, ada, "ada-wears@example.org");
    const community = await found(page, "Sepsis panel of the north");
    const text = new URL(page.url()).pathname;
    await page.goto(`${ada.wire.url}${community}`);
    await goTo(page, "Members");
    const bens = await signUp(ben, await invite(page), "ben-wears@example.org");
    const bensText = await ben.context.newPage();
    await bensText.goto(`${ben.wire.url}${text}`);
    await textOf(bensText).waitFor();
    const before = await worn(bens, "--accent");

    await goTo(page, "Settings");
    await choose(page, "#ffe14d");
    await page.getByTestId("logo-file").setInputFiles({
      name: "logo.webp",
      mimeType: "image/webp",
      buffer: await drawn(page, "image/webp", 300),
    });
    await page.getByRole("button", { name: "Take the picture away" }).waitFor();
    expect(await worn(page, "--accent"), "nothing is worn before it is saved").toBe(before);
    await inspectEverywhere(page, "look-settings-unsaved");
    // Both pages are marked: whoever loads anew loses the mark.
    for (const each of [bens, bensText]) {
      await each.evaluate(() => document.documentElement.setAttribute("data-not-reloaded", "true"));
    }
    await save(page);
    const saved = performance.now();
    for (const each of [bens, bensText]) {
      await each.bringToFront();
      await each.locator('html[data-look="#ffe14d"][data-not-reloaded]').waitFor();
    }
    const waited = performance.now() - saved;
    console.log(`two open pages of another member wore the look ${Math.round(waited)} ms after it was saved`);
    expect(waited).toBeLessThan(10_000);
    await bensText.locator('a.editor-bar__back img[alt="Sepsis panel of the north"]').waitFor();
    await bens.locator('.community-head img[alt="Sepsis panel of the north"]').waitFor();
    const isDrawn = await bens
      .locator(".community-head img")
      .evaluate((image) => (image as HTMLImageElement).naturalWidth);
    expect(isDrawn).toBe(256);

    // A yellow that nobody could read as it is.
    for (const scheme of ["light", "dark"] as const) {
      await bens.emulateMedia({ colorScheme: scheme });
      await bens.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
      const [accent, ink, soft, ground] = await Promise.all(
        ["--accent", "--accent-ink", "--accent-soft", "--ground"].map((property) => worn(bens, property)),
      );
      expect(contrast(accent ?? "", ground ?? "")).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink ?? "", soft ?? "")).toBeGreaterThanOrEqual(4.5);
    }
    await inspectEverywhere(bens, "look-community");
    await glanceEverywhere(bensText, "look-editor");
    await page.goto(`${ada.wire.url}${text}/history`);
    await page.locator('html[data-look="#ffe14d"]').waitFor();

    // The first page is everybody's, another community's is its own.
    await page.goto(ada.wire.url);
    await page.locator('img[alt="Sepsis panel of the north"]').first().waitFor();
    expect(await page.locator("html[data-look]").count()).toBe(0);
    await inspectEverywhere(page, "look-home");
    const other = await found(page, "Ward of the south", "Working group");
    await page.goto(`${ada.wire.url}${other}`);
    await page.getByRole("heading", { name: "Ward of the south" }).waitFor();
    expect(await page.locator('html[data-look="#ffe14d"]').count()).toBe(0);
    expect(await page.locator(".community-head img").count()).toBe(0);

    await page.goto(`${ada.wire.url}${community}/ledger`);
    await page.getByText(/Ada Lindqvist changed the picture/).waitFor();
    await page.goto(`${ada.wire.url}${community}/settings`);
    await page.getByRole("button", { name: "Take the picture away" }).click();
    await page.getByRole("radio", { name: "Petrol" }).check();
    await save(page);
    await bens.locator("html:not([data-look])").waitFor();
    await bens.locator(".community-head img").waitFor({ state: "detached" });
    expect(await bens.getAttribute("html", "data-not-reloaded")).toBe("true");
  },
  TOUR_MS,
);

test("a picture that is too large, or no picture, is refused in words, and nothing is sent or changed", async () => {
  const ada = await arrive("Ada Lindqvist");
  const page = await comeIn(server, ada, "ada-refused@example.org");
  const community = await found(page, "Panel of pictures");
  await page.goto(`${ada.wire.url}${community}/settings`);
  const chooser = page.getByTestId("logo-file");
  const refused = async (name: string, mimeType: string, buffer: Buffer, words: RegExp): Promise<void> => {
    await chooser.setInputFiles({ name, mimeType, buffer });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText(words).waitFor();
    expect(await page.getByText("Saved", { exact: true }).count()).toBe(0);
  };
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  await refused("logo.svg", "image/svg+xml", svg, /no picture that can be used/);
  const large = await drawn(page, "image/png", 700, true);
  expect(large.length).toBeGreaterThan(256 * 1024);
  await refused("logo.png", "image/png", large, /larger than 256 KB/);
  // Called a PNG, and none: the server looks inside.
  ada.expect(/status of 422/);
  await refused("logo.png", "image/png", svg, /no picture that can be used/);
  await page.getByTestId("logo-file").setInputFiles({
    name: "logo.png",
    mimeType: "image/png",
    buffer: await drawn(page, "image/png", 60),
  });
  await save(page);
  await page.locator('.community-head img[alt="Panel of pictures"]').waitFor();
});
