/** Edits that the document cannot take: said in words, kept on the device, readable, and never lost (I3, D11, D15). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { caretAtEnd, caretAtStart } from "./harness/caret.ts";
import { spy, usurp } from "./harness/impostor.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { Server, type ServerKind } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

async function start(kind: ServerKind): Promise<Server> {
  const server = await Server.start(kind);
  onTestFinished(() => server.dispose());
  return server;
}

async function visit(server: Server, name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  // Servers are killed here, and networks cut.
  visitor.expect(/net::ERR_|WebSocket|40[134]|50[0-9]/);
  return visitor;
}

const ada = { sub: "ada", name: "Ada Lindqvist" };
const ben = { sub: "ben", name: "Ben Okafor" };

const card = (page: Page) => page.getByRole("article").first();
const added = (page: Page) => page.locator(".passages ins").allTextContents();

/** What a download from the card holds. */
async function download(page: Page, item: string): Promise<string> {
  const downloading = page.waitForEvent("download");
  await card(page).getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: item }).click();
  return readFileSync(await (await downloading).path(), "utf8");
}

describe("access taken away while a member writes offline", () => {
  test("the words wait, are said to wait, can be read and taken away, and are sent when access returns", async () => {
    const server = await start("token");
    const me = await visit(server, ada.name);
    const link = (grant: string) => `/d/plan#token=${server.token(ada, [`plan=${grant}`])}`;
    let page = await me.open(link("read-write"));
    await page.getByRole("textbox", { name: "Document title" }).fill("Discharge plan");
    await textOf(page).click();
    await page.keyboard.insertText("Agreed by all. ");
    await whenSaved(page, "safe");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await me.goOffline();
    await page.keyboard.insertText("My words from the ward.");
    await whenSaved(page, "device");
    await me.shut(page);

    await me.comeBack();
    page = await me.open(link("readonly"));
    await page.getByText("You may read this document, but no longer change it").waitFor();
    await page.getByText("Edits of yours wait on this device.").waitFor();
    await eventually(() => blocksOn(page), ["Agreed by all. My words from the ward."]);
    await eventually(() => textOf(page).getAttribute("contenteditable"), "false");
    expect(await server.text("plan", server.token(ada, ["plan=readonly"]))).toBe("Agreed by all. ");
    await inspectEverywhere(page, "withdrawn");

    await page.getByRole("link", { name: "Read what waits" }).click();
    await page.getByRole("heading", { name: "1 edit not sent yet" }).waitFor();
    await eventually(() => added(page), ["My words from the ward."]);
    await inspectEverywhere(page, "withdrawn-aside");
    await card(page).getByRole("button", { name: "Copy text" }).click();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText()), "My words from the ward.");
    expect(await download(page, "The whole text with them, as Markdown")).toBe(
      "# Discharge plan\n\nAgreed by all. My words from the ward.\n",
    );

    await page.close();
    page = await me.open(link("read-write"));
    await whenSaved(page, "safe");
    await eventually(() => page.locator(".notice").count(), 0);
    expect(await server.text("plan", server.token(ada, ["plan=read-write"]))).toBe(
      "Agreed by all. My words from the ward.",
    );
  });

  test("without any access left, what the device holds is shown, and what waits is said", async () => {
    const server = await start("token");
    const me = await visit(server, ada.name);
    let page = await me.open(`/d/plan#token=${server.token(ada, ["plan=read-write"])}`);
    await textOf(page).click();
    await page.keyboard.insertText("Agreed. ");
    await whenSaved(page, "safe");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await me.goOffline();
    await page.keyboard.insertText("Mine.");
    await whenSaved(page, "device");
    await me.shut(page);
    await me.comeBack();
    page = await me.open(`/d/plan#token=${server.token(ada, ["other=read-write"])}`);
    await page.getByText("You have no access to this document").waitFor();
    await page.getByText("Edits of yours wait on this device.").waitFor();
    await eventually(() => blocksOn(page), ["Agreed. Mine."]);
    await inspectEverywhere(page, "no-access");
    await page.getByRole("link", { name: "Read what waits" }).click();
    await eventually(() => added(page), ["Mine."]);
  });
});

describe("edits that the server refuses", () => {
  /** Ada writes while somebody has taken the ids of her blocks: the server keeps what she writes for review. */
  async function refused(): Promise<{ server: Server; me: Visitor; page: Page }> {
    const server = await start("token");
    const me = await visit(server, ada.name);
    const bens = await visit(server, ben.name);
    const writing = await bens.open(`/d/plan#token=${server.token(ben, ["plan=read-write"])}`);
    await writing.getByRole("textbox", { name: "Document title" }).fill("Discharge plan");
    await textOf(writing).click();
    await writing.keyboard.insertText("The dose is 5 mg.");
    await whenSaved(writing, "safe");
    await writing.getByRole("link", { name: "All documents" }).click();
    const page = await me.open(`/d/plan#token=${server.token(ada, ["plan=read-write"])}`);
    await eventually(() => blocksOn(page), ["The dose is 5 mg."]);
    await caretAtStart(page);
    const clients = await spy(writing, "plan", server.token(ben, ["plan=read-write"]));
    await me.goOffline();
    await page.keyboard.insertText("After a meal: ");
    await whenSaved(page, "device");
    // A server that runs on remembers whose presence the ids were.
    await server.stop("SIGKILL");
    await server.start();
    await usurp(server, "plan", clients, server.token(ben, ["plan=read-write"]));
    await me.comeBack();
    await page.getByText("Edits of yours were set aside").waitFor();
    await eventually(() => blocksOn(page), ["The dose is 5 mg."]);
    return { server, me, page };
  }

  test("are kept through closing and reopening, read in their place, taken away, and put back", async () => {
    const { server, me, page: first } = await refused();
    await inspectEverywhere(first, "rejected");
    const path = new URL(first.url()).pathname;
    await first.close();
    const page = await me.open(`${path}#token=${server.token(ada, ["plan=read-write"])}`);
    await page.getByText("Edits of yours were set aside").waitFor();
    await page.getByRole("button", { name: "Document actions" }).click();
    await page.getByRole("menuitem", { name: "Edits set aside" }).click();
    await page.getByRole("heading", { name: "1 edit not accepted" }).waitFor();
    await eventually(() => added(page), ["After a meal: "]);
    await eventually(() => page.locator(".passages__one").allTextContents(), ["After a meal: The dose is 5 mg."]);
    await inspectEverywhere(page, "aside");
    await card(page).getByRole("button", { name: "Copy text" }).click();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText()), "After a meal: ");
    expect(await download(page, "The words, as a text file")).toContain("[added: After a meal: ]The dose is 5 mg.");

    await page.getByRole("link", { name: "Everything set aside" }).click();
    await page.getByRole("heading", { name: "Discharge plan" }).waitFor();
    await inspectEverywhere(page, "aside-all");
    await card(page).getByRole("button", { name: "Put it back into the document" }).click();
    await page.getByText("It is in the document again").waitFor();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
    await inspectEverywhere(page, "aside-empty");
    await page.goto(`${me.wire.url}${path}`);
    await eventually(() => blocksOn(page), ["After a meal: The dose is 5 mg."]);
    await whenSaved(page, "safe");
    await eventually(() => page.locator(".notice").count(), 0);
    expect(await server.text("plan", server.token(ada, ["plan=readonly"]))).toBe("After a meal: The dose is 5 mg.");
  });

  test("are deleted only after asking, and then for good", async () => {
    const { me, page } = await refused();
    await page.getByRole("link", { name: "See what was set aside" }).click();
    await card(page).getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete this for good?" }).waitFor();
    await inspectEverywhere(page, "aside-delete");
    await page.getByRole("button", { name: "Cancel" }).click();
    await eventually(() => added(page), ["After a meal: "]);
    await card(page).getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
    await page.goto(`${me.wire.url}/d/plan`);
    await eventually(() => blocksOn(page), ["The dose is 5 mg."]);
    await eventually(() => page.locator(".notice").count(), 0);
  });
});

describe("a document that was replaced, by restoring a backup", () => {
  /** Ada has written after the backup that the server was restored from. */
  async function replaced(): Promise<{ server: Server; me: Visitor; page: Page; path: string }> {
    const server = await start("open");
    const folder = mkdtempSync(join(tmpdir(), "consilium-backup-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const me = await visit(server, ada.name);
    const page = await me.open("/");
    await page.getByRole("button", { name: "New document" }).click();
    await page.getByRole("textbox", { name: "Document title" }).fill("Charter");
    await textOf(page).click();
    await page.keyboard.insertText("Before the backup. ");
    await whenSaved(page, "safe");
    server.backup(join(folder, "backup"));
    await page.keyboard.insertText("After the backup.");
    await whenSaved(page, "safe");
    const path = new URL(page.url()).pathname;
    await server.stop();
    server.restore(join(folder, "backup"));
    await server.start();
    await page.getByText("This document was replaced on the server").waitFor();
    await eventually(() => blocksOn(page), ["Before the backup. "]);
    return { server, me, page, path };
  }

  test("goes on as it is, and the text of this device is kept whole, through closing and reopening", async () => {
    const { me, page: first, path } = await replaced();
    await inspectEverywhere(first, "forked");
    await caretAtEnd(first);
    await first.keyboard.insertText("In the new one.");
    await whenSaved(first, "safe");
    await first.close();

    const page = await me.open(path);
    await page.getByText("This document was replaced on the server").waitFor();
    await eventually(() => blocksOn(page), ["Before the backup. In the new one."]);
    await page.getByRole("link", { name: "Open the text you had" }).click();
    await page.getByText("This is the text you had").waitFor();
    await eventually(() => blocksOn(page), ["Before the backup. After the backup."]);
    await inspectEverywhere(page, "fork");

    await page.getByRole("link", { name: "All documents" }).click();
    const row = page.getByRole("listitem").filter({ hasText: "The text you had before it was replaced" });
    await row.waitFor();
    await inspectEverywhere(page, "fork-list");
    await page.getByRole("link", { name: /^Set aside/ }).click();
    await page.getByRole("heading", { name: "The text you had, as a whole" }).waitFor();
    await inspectEverywhere(page, "fork-aside");
    await card(page).getByRole("button", { name: "Keep this as a document of its own" }).click();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
    await page.goto(`${me.wire.url}${path}`);
    await eventually(() => blocksOn(page), ["Before the backup. In the new one."]);
    await eventually(() => page.locator(".notice").count(), 0);
    await page.getByRole("link", { name: "All documents" }).click();
    await eventually(() => page.getByRole("listitem").filter({ hasText: "Charter" }).count(), 2);
  });

  test("can be had without the copy, after asking", async () => {
    const { page } = await replaced();
    await page.getByRole("link", { name: "See what was set aside" }).click();
    await card(page).getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete this for good?" }).waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
  });
});
