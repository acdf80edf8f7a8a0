/** Storage that fails, on the server and on the device: said in words, typing goes on, recovery is seen (D2). */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { paths } from "./harness/paths.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, type VisitorOptions, whenSaved } from "./harness/visitor.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

async function visit(server: Server, options: VisitorOptions = {}): Promise<Visitor> {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist", options);
  onTestFinished(() => ada.leave());
  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket|50[0-9]/);
  return ada;
}

async function begin(ada: Visitor): Promise<Page> {
  const page = await ada.open("/");
  await page.getByRole("button", { name: "New document" }).click();
  await page.getByRole("textbox", { name: "Document title" }).fill("Antibiotic prophylaxis");
  await textOf(page).click();
  await page.keyboard.type("Before. ");
  return page;
}

const nameOf = (page: Page): string => decodeURIComponent(new URL(page.url()).pathname.replace("/d/", ""));

test("a server whose disk is full: said in words, edits wait on the device, and are sent when there is room", async () => {
  const server = await Server.start("open", { diskMebibytes: 8 });
  onTestFinished(() => server.dispose());
  const ada = await visit(server);
  const page = await begin(ada);
  await whenSaved(page, "safe");

  server.fillDisk();
  const notice = page.getByText("The server cannot store edits at the moment");
  // The journal may hold room of its own for a while.
  while (!(await notice.isVisible())) {
    await page.keyboard.type("words ");
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  }
  await page.keyboard.type("While it is full.");
  await page.getByRole("button", { name: /^Saved on this device/ }).waitFor();
  const [written = ""] = await blocksOn(page);
  expect(written).toMatch(/^Before\. (words )*While it is full\.$/);
  await inspectEverywhere(page, "server-storage");
  await page.getByRole("button", { name: /Show what this means/ }).click();
  await page.getByRole("heading", { name: "Where your words are" }).waitFor();
  await inspectEverywhere(page, "server-storage-detail");
  await page.keyboard.press("Escape");

  server.freeDisk();
  await whenSaved(page, "safe");
  await notice.waitFor({ state: "detached" });
  expect(await server.text(nameOf(page))).toBe(written);
});

describe("on the device", () => {
  let server: Server;

  beforeAll(async () => {
    server = await Server.start("open");
  });

  afterAll(async () => {
    await server?.dispose();
  });

  test("no room left: said in words, the server keeps what is typed, and it is stored when there is room", async () => {
    const ada = await visit(server, { deviceMebibytes: 32 });
    let page = await begin(ada);
    await whenSaved(page, "safe");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await ada.fillDevice(page);
    await page.keyboard.type("While it is full. ");
    await page.getByText("This device has no room left").waitFor();
    await whenSaved(page, "safe");
    await inspectEverywhere(page, "device-full");

    await ada.goOffline();
    await page.keyboard.type("And offline.");
    await page.getByRole("button", { name: /^Not saved/ }).waitFor();
    await inspectEverywhere(page, "device-full-offline");
    await ada.freeDevice();
    await whenSaved(page, "device");
    await page.getByText("This device has no room left").waitFor({ state: "detached" });

    const path = new URL(page.url()).pathname;
    await page.close();
    page = await ada.open(path);
    await eventually(() => blocksOn(page), ["Before. While it is full. And offline."]);
    await ada.comeBack();
    await whenSaved(page, "safe");
  });

  test("its store held by another tab: said in words, the server keeps what is typed, and it recovers", async () => {
    const ada = await visit(server);
    // Something that opened the store long ago and does not let go of it.
    const holder = await ada.context.newPage();
    await holder.route("**/holder", (route) =>
      route.fulfill({ contentType: "text/html", body: '<link rel="icon" href="data:,">' }),
    );
    await holder.goto(`${ada.wire.url}/holder`);
    const database = `consilium:${ada.wire.url.replace("http", "ws")}/sync`;
    await holder.evaluate(holdDatabase, database);
    const page = await begin(ada);
    await page.getByText("This device’s storage is held by another tab").waitFor();
    await page.keyboard.type("While it is held.");
    await page.getByRole("button", { name: /^On the server/ }).waitFor();
    await inspectEverywhere(page, "device-blocked");
    await eventually(async () => (await server.text(nameOf(page))) === "Before. While it is held.", true);
    await holder.close();
    await page.getByText("This device’s storage is held by another tab").waitFor({ state: "detached" });
    await whenSaved(page, "safe");
    await page.reload();
    await eventually(() => blocksOn(page), ["Before. While it is held."]);
  });

  test("its data deleted by somebody: said in words, and what is open is stored again", async () => {
    const ada = await visit(server);
    let page = await begin(ada);
    await whenSaved(page, "safe");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const path = new URL(page.url()).pathname;
    await page.evaluate(deleteDatabases);
    await page.getByText("This device’s storage was deleted").waitFor();
    await ada.goOffline();
    await page.keyboard.type("After it was deleted.");
    await whenSaved(page, "device");
    await inspectEverywhere(page, "device-deleted");
    await page.close();
    page = await ada.open(path);
    await eventually(() => blocksOn(page), ["Before. After it was deleted."]);
    await ada.comeBack();
    await whenSaved(page, "safe");
    await eventually(() => page.getByText("This device’s storage was deleted").count(), 0);
  });

  test("none at all, as some private windows: said in words, and the server keeps what is typed", async () => {
    const crippled = await Server.start("open", { app: appWithoutDatabase() });
    onTestFinished(() => crippled.dispose());
    const ada = await visit(crippled);
    const page = await begin(ada);
    await page.getByText("This browser does not allow storage").waitFor();
    await whenSaved(page, "safe");
    await inspectEverywhere(page, "device-none");
    await page.reload();
    await eventually(() => blocksOn(page), ["Before. "]);
  });
});

/** The app for a browser whose workers have no database. */
function appWithoutDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), "consilium-app-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(paths.app, folder, { recursive: true });
  const assets = join(folder, "assets");
  const worker = readdirSync(assets).find((name) => /^shared-.*\.js$/.test(name)) ?? "no worker";
  const script = readFileSync(join(assets, worker), "utf8");
  writeFileSync(
    join(assets, worker),
    `Object.defineProperty(globalThis, "indexedDB", { value: undefined });\n${script}`,
  );
  return folder;
}

/** Runs in a page: makes the database as an earlier version did, and ignores every plea to close it. */
async function holdDatabase(name: string): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const { result } = request;
      result.createObjectStore("documents", { keyPath: "name" });
      result.createObjectStore("updates", { autoIncrement: true }).createIndex("doc", "doc");
      result.createObjectStore("outbox", { keyPath: ["doc", "id"] });
      result.createObjectStore("rejected", { autoIncrement: true }).createIndex("doc", "doc");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  Object.assign(globalThis, { database });
}

/** Runs in a page: what "clear site data" does to databases. */
async function deleteDatabases(): Promise<void> {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name ?? "");
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }
}
