/** Coming in by a personal link: read and write, read only, refused, expired, without a link. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;
let ada: Visitor;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("token")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

beforeEach(async () => {
  ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
});

afterEach(() => ada.leave());

const person = { sub: "ada", name: "Ada Lindqvist" };

test("the token leaves the address bar at once, and its name is the member’s", async () => {
  const page = await ada.open(`/d/doc-a#token=${server.token(person, ["*=read-write"])}`);
  expect(page.url()).toBe(`${ada.wire.url}/d/doc-a`);
  await textOf(page).click();
  await page.keyboard.type("With a token.");
  await whenSaved(page, "safe");
  await page.getByRole("button", { name: "1 person here" }).click();
  await page.getByText("Ada Lindqvist (you)").waitFor();
  await page.reload();
  await eventually(() => blocksOn(page), ["With a token."]);
});

test("who may only read reads, and is told so", async () => {
  const ben = await Visitor.arrive(browser, server, "Ben Okafor");
  onTestFinished(() => ben.leave());
  const bens = await ben.open(`/d/doc-read#token=${server.token({ sub: "ben", name: "Ben" }, ["*=read-write"])}`);
  await textOf(bens).click();
  await bens.keyboard.type("Written by Ben.");
  await whenSaved(bens, "safe");
  const page = await ada.open(`/d/doc-read#token=${server.token(person, ["doc-read=readonly"])}`);
  await eventually(() => blocksOn(page), ["Written by Ben."]);
  await page.getByText("You may read this document, not change it.").waitFor();
  await eventually(() => page.getByRole("toolbar").count(), 0);
  await eventually(() => textOf(page).getAttribute("contenteditable"), "false");
  await textOf(page).click();
  await page.keyboard.type("no");
  await bens.keyboard.type(" More.");
  await eventually(() => blocksOn(page), ["Written by Ben. More."]);
});

test("who has no access is told, and shown nothing", async () => {
  const page = await ada.open(`/d/doc-other#token=${server.token(person, ["doc-mine=read-write"])}`);
  await page.getByText("You have no access to this document").waitFor();
  await eventually(() => textOf(page).count(), 0);
});

test("without a link the list says how to come in", async () => {
  ada.expect(/401/);
  const page = await ada.open("/");
  await page.getByText("You have not been let in yet").waitFor();
});

test("an expired link is said to be expired", async () => {
  ada.expect(/401/);
  const token = server.token(person, ["*=read-write"], "1s");
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { readonly exp: number };
  const page = await ada.open("/");
  await eventually(() => Promise.resolve(Date.now() / 1000 > claims.exp), true);
  await page.goto(`${ada.wire.url}/#token=${token}`);
  await page.reload();
  await page.getByText("Your link has expired").waitFor();
});

test("a new link opened in the tab whose link expired is used at once, and leaves the address bar", async () => {
  const short = server.token(person, ["*=read-write"], "4s");
  const page = await ada.open(`/d/doc-renewed#token=${short}`);
  await textOf(page).click();
  await page.keyboard.type("Before.");
  await page.getByText("Your access has run out").waitFor();
  await page.keyboard.type(" Meanwhile.");
  await whenSaved(page, "device");
  await page.evaluate(
    (token) => {
      Object.assign(globalThis, { isSamePage: true });
      location.hash = `token=${token}`;
    },
    server.token(person, ["*=read-write"]),
  );
  await eventually(() => Promise.resolve(page.url()), `${ada.wire.url}/d/doc-renewed`);
  await eventually(() => page.getByText("Your access has run out").count(), 0);
  await whenSaved(page, "safe");
  await typeAtEnd(page, " After.");
  await whenSaved(page, "safe");
  await eventually(() => blocksOn(page), ["Before. Meanwhile. After."]);
  expect(await page.evaluate(() => "isSamePage" in globalThis)).toBe(true);
});

test("a new link opened in another tab is good for the tab whose link expired, too", async () => {
  const page = await ada.open(`/d/doc-tabs#token=${server.token(person, ["*=read-write"], "4s")}`);
  await textOf(page).click();
  await page.keyboard.type("Before.");
  await page.getByText("Your access has run out").waitFor();
  await page.keyboard.type(" Meanwhile.");
  await whenSaved(page, "device");
  const other = await ada.open(`/d/doc-tabs#token=${server.token(person, ["*=read-write"])}`);
  await eventually(() => blocksOn(other), ["Before. Meanwhile."]);
  for (const tab of [page, other]) {
    await whenSaved(tab, "safe");
    await eventually(() => tab.getByText("Your access has run out").count(), 0);
  }
});

test("a link of somebody else opened in the same tab makes the tab theirs", async () => {
  const page = await ada.open(`/#token=${server.token(person, ["list-mine=read-write"])}`);
  await page.getByRole("button", { name: /^You are Ada Lindqvist/ }).waitFor();
  const bens = server.token({ sub: "ben", name: "Ben Okafor" }, ["*=read-write"]);
  await page.evaluate((token) => {
    location.hash = `token=${token}`;
  }, bens);
  await page.getByRole("button", { name: /^You are Ben Okafor/ }).waitFor();
  await page.getByText(/^Your personal link opens every document/).waitFor();
  expect(page.url()).toBe(`${ada.wire.url}/`);
});

test("a link of which a part is missing is said to be unreadable, and nothing speaks against it", async () => {
  ada.expect(/401/);
  const page = await ada.open("/#token=garbage");
  await page.getByText("Your link cannot be read").waitFor();
  await eventually(() => page.getByText(/Your personal link opens|never given/).count(), 0);
});

test("what a link says of itself is not repeated where the server does not accept it", async () => {
  ada.expect(/401/);
  const [head, claims] = server.token(person, ["*=read-write"]).split(".");
  const page = await ada.open(`/#token=${head}.${claims}.${"A".repeat(43)}`);
  await page.getByText("Your personal link was not accepted").waitFor();
  await eventually(() => page.getByText(/Your personal link opens/).count(), 0);
  const opened = await ada.open("/d/doc-forged");
  await opened.evaluate(
    (token) => sessionStorage.setItem("consilium.token", token),
    `${head}.${claims}.${"A".repeat(43)}`,
  );
  await opened.reload();
  await opened.getByText("your link is damaged, or was not made for this server").waitFor();
});

test("the list says what the link is good for, and offers what it allows", async () => {
  const owner = await Visitor.arrive(browser, server, "Ben Okafor");
  onTestFinished(() => owner.leave());
  const bens = await owner.open(`/#token=${server.token({ sub: "ben", name: "Ben" }, ["*=read-write"])}`);
  await bens.getByText(/^Your personal link opens every document\. It is valid until /).waitFor();
  for (const [name, title] of [
    ["list-mine", "May be changed"],
    ["list-read", "May be read"],
    ["list-other", "Not covered"],
  ]) {
    await bens.goto(`${owner.wire.url}/d/${name}`);
    await bens.getByRole("textbox", { name: "Document title" }).fill(title ?? "");
    await whenSaved(bens, "safe");
  }

  const page = await ada.open(`/#token=${server.token(person, ["list-mine=read-write", "list-read=readonly"])}`);
  await page
    .getByText(/^Your personal link opens the documents listed here\. It does not let you start others\./)
    .waitFor();
  const titles = () => page.getByRole("listitem").locator(".document-row__title").allInnerTexts();
  await eventually(async () => (await titles()).toSorted(), ["May be changed", "May be read"]);
  await eventually(() => page.getByRole("button", { name: "New document" }).count(), 0);
  const item = async (title: string, name: string) => {
    await page.getByRole("button", { name: `More actions for ${title}` }).click();
    return page.getByRole("menuitem", { name });
  };
  const reader = await item("May be read", "Move to bin");
  await reader.getByText("Your link lets you read this document only").waitFor();
  await inspectEverywhere(page, "link-list");
  await page.keyboard.press("Escape");
  await (await item("May be changed", "Move to bin")).click();
  await eventually(titles, ["May be read"]);
  await page.getByRole("link", { name: /^Bin/ }).click();
  await page.getByRole("button", { name: "Restore: May be changed" }).click();
  await page.getByRole("heading", { name: "The bin is empty" }).waitFor();
});

test("a link that covers names with a common beginning starts documents with such names", async () => {
  const page = await ada.open(`/#token=${server.token(person, ["team-*=read-write"])}`);
  await page.getByRole("button", { name: "New document" }).click();
  await textOf(page).click();
  await page.keyboard.type("Ours.");
  await whenSaved(page, "safe");
  expect(new URL(page.url()).pathname).toMatch(/^\/d\/team-/);
  await page.reload();
  await eventually(() => blocksOn(page), ["Ours."]);
});
