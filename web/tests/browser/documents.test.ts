/** The documents list: create, rename, search, the bin and the way back, copies on the device. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;
let ada: Visitor;
let page: Page;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

beforeEach(async () => {
  ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  page = await ada.open("/");
});

afterEach(() => ada.leave());

const row = (title: string) => page.getByRole("listitem").filter({ hasText: title });

async function create(title: string): Promise<void> {
  await page.getByRole("button", { name: "New document" }).click();
  await page.getByRole("textbox", { name: "Document title" }).fill(title);
  await whenSaved(page, "safe");
  await page.getByRole("link", { name: "All documents" }).click();
  await row(title).waitFor();
}

test("an empty list says what to do, and a new document begins with its title", async () => {
  await page.getByRole("heading", { name: "Nothing here yet" }).waitFor();
  await page.getByRole("button", { name: "New document" }).click();
  const title = page.getByRole("textbox", { name: "Document title" });
  await eventually(() => title.evaluate((field) => field === document.activeElement), true);
  await page.keyboard.type("A charter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("First words.");
  await eventually(() => blocksOn(page), ["First words."]);
  await eventually(() => page.title(), "A charter – Consilium");
});

test("a document is renamed from the list, for everybody", async () => {
  await create("Old name");
  await row("Old name").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill("New name");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await row("New name").waitFor();
  const ben = await Visitor.arrive(browser, server, "Ben Okafor");
  onTestFinished(() => ben.leave());
  const bens = await ben.open("/");
  await bens.getByRole("listitem").filter({ hasText: "New name" }).waitFor();
});

test("renamed to blanks, a document keeps its title", async () => {
  await create("Kept name");
  await row("Kept name").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill("   ");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await row("Kept name").getByRole("link").click();
  await eventually(() => page.getByRole("textbox", { name: "Document title" }).inputValue(), "Kept name");
});

test("an address that no document can have is said to be wrong", async () => {
  for (const name of ["%01abc", "a".repeat(256), "a%0Ab"]) {
    await page.goto(`${ada.wire.url}/d/${name}`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await page.goto(`${ada.wire.url}/d/${name}/set-aside`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  }
});

test("a search of thousands of characters is a search that finds nothing", async () => {
  await page.getByRole("textbox", { name: "Search documents by title" }).fill("医".repeat(2000));
  await page.getByRole("heading", { name: "No title matches" }).waitFor();
  await eventually(() => page.getByText("That did not work").count(), 0);
});

test("search finds titles without regard to case, and says when there is none", async () => {
  await create("Ward rounds");
  await create("Sepsis in primary care");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sepsis IN");
  await row("Ward rounds").waitFor({ state: "detached" });
  await row("Sepsis in primary care").waitFor();
  await page.keyboard.type("xyz");
  await page.getByRole("heading", { name: "No title matches" }).waitFor();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await row("Ward rounds").waitFor();
});

test("a document goes to the bin, comes back by undo, and by restore", async () => {
  await create("To be binned");
  const bin = async (): Promise<void> => {
    await row("To be binned").getByRole("button").click();
    await page.getByRole("menuitem", { name: "Move to bin" }).click();
    await row("To be binned").waitFor({ state: "detached" });
  };
  await bin();
  await page.getByRole("button", { name: "Undo" }).click();
  await row("To be binned").waitFor();
  await bin();
  await page.getByRole("link", { name: "Bin" }).click();
  await page.getByRole("button", { name: "Restore: To be binned" }).click();
  await page.getByRole("heading", { name: "The bin is empty" }).waitFor();
  await page.getByRole("link", { name: "Documents", exact: true }).click();
  await row("To be binned").waitFor();
});

test("the copy on this device can be removed; the document stays on the server", async () => {
  await create("On a shared computer");
  await row("On a shared computer").getByText("Available offline").waitFor();
  await row("On a shared computer").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Remove the copy from this device" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await row("On a shared computer").getByText("Available offline").waitFor({ state: "detached" });
  await row("On a shared computer").getByRole("link").click();
  await textOf(page).waitFor();
});

test("a Markdown file becomes a document, and goes out as it came", async () => {
  const markdown = [
    "# Imported guideline",
    "",
    "Some **bold** and *italic* text with a [link](https://example.org/).",
    "",
    "- [x] done",
    "- [ ] open",
    "",
    "| Question | Certainty |",
    "| --- | --- |",
    "| One | low |",
    "",
    "```",
    "code",
    "```",
    "",
  ].join("\n");
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "guideline.md", mimeType: "text/markdown", buffer: Buffer.from(markdown) });
  await textOf(page).waitFor();
  await eventually(() => page.getByRole("textbox", { name: "Document title" }).inputValue(), "Imported guideline");
  await eventually(() => textOf(page).locator("table th").allInnerTexts(), ["Question", "Certainty"]);
  await eventually(() => textOf(page).getByRole("checkbox", { name: "Task: done" }).isChecked(), true);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "Download…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Markdown" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("imported-guideline.md");
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) {
    chunks.push(chunk as Buffer);
  }
  expect(Buffer.concat(chunks).toString()).toBe(markdown);
});

test("a file of no kind that is read is refused in words", async () => {
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "picture.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 78, 71]) });
  await page.getByText("“picture.png” could not be read").waitFor();
});

test("when the server cannot be reached the list says so and shows what is on the device", async () => {
  await create("Kept here");
  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  await ada.goOffline();
  await page.getByText("The server cannot be reached. These are the documents this device holds.").waitFor();
  await row("Kept here").waitFor();
  await row("Kept here").getByRole("button").click();
  const remove = page.getByRole("menuitem", { name: "Move to bin" });
  await remove.getByText("Needs a connection to the server").waitFor();
  await eventually(() => remove.isDisabled(), true);
  // What this device holds is renamed without anybody, and the others hear of it later.
  await remove.click({ force: true });
  await eventually(() => page.getByRole("menu").count(), 1);
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await row("Kept here").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill("Renamed offline");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await row("Renamed offline").getByText("Edits not yet on the server").waitFor();
  await inspectEverywhere(page, "documents-offline");
  await ada.comeBack();
  const ben = await Visitor.arrive(browser, server, "Ben Okafor");
  onTestFinished(() => ben.leave());
  const bens = await ben.open("/");
  await bens.getByRole("listitem").filter({ hasText: "Renamed offline" }).waitFor();
});

test("the bin is shown offline as it was, and says why nothing can be brought back", async () => {
  await create("Thrown away");
  await row("Thrown away").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Move to bin" }).click();
  await row("Thrown away").waitFor({ state: "detached" });
  await page.getByRole("link", { name: /^Bin/ }).click();
  const restore = page.getByRole("button", { name: "Restore: Thrown away" });
  await restore.waitFor();
  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  await ada.goOffline();
  await row("Thrown away").getByText("Needs a connection to the server").waitFor();
  await eventually(() => restore.isDisabled(), true);
  await inspectEverywhere(page, "bin-offline");
  await ada.comeBack();
  await eventually(() => restore.isDisabled(), false);
  await restore.click();
  await restore.waitFor({ state: "detached" });
});

test("who has a document open when it is moved to the bin is told, writes on, and can bring it back", async () => {
  await create("Pulled away");
  const ben = await Visitor.arrive(browser, server, "Ben Okafor");
  onTestFinished(() => ben.leave());
  const bens = await ben.open("/");
  await bens.getByRole("listitem").filter({ hasText: "Pulled away" }).getByRole("link").click();
  await textOf(bens).click();
  await bens.keyboard.type("Still writing.");
  await whenSaved(bens, "safe");

  await row("Pulled away").getByRole("button").click();
  await page.getByRole("menuitem", { name: "Move to bin" }).click();
  await row("Pulled away").waitFor({ state: "detached" });
  // He looks away, and back.
  await bens.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await bens.getByText("This document is in the bin").waitFor();
  await bens.keyboard.type(" And on.");
  await whenSaved(bens, "safe");
  await inspectEverywhere(bens, "binned");
  ben.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  await ben.goOffline();
  await bens.getByText("Bringing it back needs a connection to the server.").waitFor();
  await ben.comeBack();
  await bens.getByRole("button", { name: "Bring it back" }).click();
  await bens.getByText("This document is in the bin").waitFor({ state: "detached" });
  await row("Pulled away").waitFor();
});
