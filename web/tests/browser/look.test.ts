/**
 * How the app looks and what it lets be seen: accessibility (WCAG 2.2 AA by axe) on every page in light and dark,
 * pictures at three widths, no inline styles or scripts, nothing wider than the screen, no request to others.
 *
 * Pictures go to `.screenshots/`: look at them after a change of the interface.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { longGuideline } from "./harness/guideline.ts";
import { inspect, schemes, widths } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { introduce, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
  const eva = await Visitor.arrive(browser, server, "Eva Brandt");
  const page = await eva.open("/");
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "guideline.md", mimeType: "text/markdown", buffer: Buffer.from(longGuideline(3)) });
  await textOf(page).waitFor();
  await whenSaved(page, "safe");
  await eva.leave();
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

describe.each(schemes)("in %s", (scheme) => {
  test.each(widths)("every page at %i px is accessible and sound", async (width) => {
    const ada = await Visitor.arrive(browser, server, "Ada Lindqvist", {
      scheme,
      width,
      height: width < 500 ? 844 : 900,
    });
    onTestFinished(() => ada.leave());
    const ben = await Visitor.arrive(browser, server, "Ben Okafor");
    onTestFinished(() => ben.leave());

    const page = await ada.context.newPage();
    await page.goto(ada.wire.url);
    await page.getByRole("textbox", { name: "Your name" }).waitFor();
    await inspect(page, "name");
    await introduce(page, ada.name);

    const sample = page.locator(".document-row").first().getByRole("link");
    await sample.waitFor();
    await inspect(page, "documents");
    await page.locator(".document-row").first().getByRole("button").click();
    await page.getByRole("menu").waitFor();
    await inspect(page, "document-menu");
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("dialog").waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await inspect(page, "rename");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Bin" }).click();
    await page.getByRole("heading", { name: "The bin is empty" }).waitFor();
    await inspect(page, "bin-empty");
    await page.goBack();

    await sample.click();
    await textOf(page).waitFor();
    await whenSaved(page, "safe");
    const bens = await ben.open(new URL(page.url()).pathname);
    await textOf(bens).locator("p").first().click();
    await page.locator(".caret").waitFor();
    await inspect(page, "editor");
    await page.getByRole("button", { name: /Show what this means/ }).click();
    await page.getByRole("heading", { name: "Where your words are" }).waitFor();
    await inspect(page, "save");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "2 people here" }).click();
    await page.getByRole("heading", { name: "Who is here" }).waitFor();
    await inspect(page, "people");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menu").waitFor();
    await inspect(page, "editor-menu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("the");
    await page.getByText(/^1 of/).waitFor();
    await inspect(page, "find");
    await page.keyboard.press("Escape");
    await textOf(page).locator("p").first().click();
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Address" }).waitFor();
    await inspect(page, "link");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+/");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await inspect(page, "shortcuts");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
    await ada.goOffline();
    await page
      .getByText("Offline", { exact: true })
      .or(page.getByText(/^Connection lost/))
      .first()
      .waitFor();
    await inspect(page, "editor-offline");
    await page.goto(`${ada.wire.url}/no/such/page`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await inspect(page, "not-found");
  });
});

test("motion is taken away from those who asked for that", async () => {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await ada.open("/");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.locator(".document-row").first().getByRole("button").click();
  await page.getByRole("menu").waitFor();
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("*")].map((element) =>
        Math.max(
          ...getComputedStyle(element)
            .transitionDuration.split(",")
            .map((part) => Number.parseFloat(part)),
        ),
      ),
    ),
  );
  expect(longest).toBeLessThan(0.01);
});

test("the first page is small: what is needed to see the list, without the editor", async () => {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await ada.context.newPage();
  let bytes = 0;
  page.on("response", async (response) => {
    if (new URL(response.url()).pathname.startsWith("/assets/") && response.url().endsWith(".js")) {
      const sizes = await response.request().sizes();
      bytes += sizes.responseBodySize;
    }
  });
  await page.goto(ada.wire.url, { waitUntil: "load" });
  await page.getByRole("textbox", { name: "Your name" }).waitFor();
  console.log(`scripts before the first page: ${(bytes / 1024).toFixed(0)} KiB compressed`);
  expect(bytes).toBeGreaterThan(0);
  // The words of all pages in one language are a third of it.
  expect(bytes).toBeLessThan(256 * 1024);
});
