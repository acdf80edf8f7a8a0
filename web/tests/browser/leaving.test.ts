/** Leaving the page: asked about when words are nowhere durable, and only then. */
import type { Browser, Dialog, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;
let ada: Visitor;
let page: Page;
let questions: string[];

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

beforeEach(async () => {
  ada = await Visitor.arrive(browser, server, "Ada Lindqvist", { deviceMebibytes: 32 });
  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  questions = [];
  page = await ada.open("/");
  await page.getByRole("button", { name: "New document" }).click();
  await textOf(page).click();
  await page.keyboard.type("Safe. ");
  await whenSaved(page, "safe");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
});

afterEach(() => ada.leave());

/** Answers the question whether to leave, and remembers that it was asked. */
function answer(reply: "stay" | "leave"): void {
  page.removeAllListeners("dialog");
  page.on("dialog", (dialog: Dialog) => {
    questions.push(dialog.type());
    void (reply === "stay" ? dialog.dismiss() : dialog.accept());
  });
}

/** Loads the page again, as by the key for it, until it has been left or the question has been answered. */
async function reload(): Promise<void> {
  const left = page.waitForEvent("load", { timeout: 0 }).then(() => "left");
  left.catch(() => undefined);
  const asked = eventually(() => Promise.resolve(questions.length > 0), true);
  asked.catch(() => undefined);
  await page.evaluate(() => setTimeout(() => location.reload(), 0));
  await Promise.race([left, asked]);
}

test("words that are nowhere durable are asked about, and staying keeps them", async () => {
  await ada.fillDevice(page);
  await ada.goOffline();
  await page.keyboard.type("Nowhere.");
  await page.getByRole("button", { name: /^Not saved/ }).waitFor();
  answer("stay");
  await reload();
  expect(questions).toEqual(["beforeunload"]);
  await eventually(() => blocksOn(page), ["Safe. Nowhere."]);

  // Not only on the page of the document.
  questions = [];
  await page.getByRole("link", { name: "All documents" }).click();
  await page.getByRole("heading", { name: "Documents" }).waitFor();
  await reload();
  expect(questions).toEqual(["beforeunload"]);

  await page.goBack();
  await eventually(() => blocksOn(page), ["Safe. Nowhere."]);
  await ada.comeBack();
  await whenSaved(page, "safe");
  questions = [];
  await reload();
  expect(questions).toEqual([]);
  await eventually(() => blocksOn(page), ["Safe. Nowhere."]);
});

test("words that this device keeps are not asked about, without any server", async () => {
  answer("stay");
  await ada.goOffline();
  await page.keyboard.type("On the device.");
  await whenSaved(page, "device");
  await page.getByRole("button", { name: /^Saved on this device/ }).waitFor();
  await reload();
  expect(questions).toEqual([]);
  await eventually(() => blocksOn(page), ["Safe. On the device."]);
});

test("words that only the server keeps are not asked about", async () => {
  answer("stay");
  await ada.fillDevice(page);
  await page.keyboard.type("On the server.");
  await whenSaved(page, "safe");
  await page.getByText("This device has no room left").waitFor();
  await reload();
  expect(questions).toEqual([]);
  await eventually(() => blocksOn(page), ["Safe. On the server."]);
});
