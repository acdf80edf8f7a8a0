/** What must not be lost when access, a session or a suggestion ends under somebody’s hands; real server, real browsers. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { changeRole, comeIn, found, invite, signIn, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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

const holds = (page: Page, words: string) => async () => (await blocksOn(page)).join("\n").includes(words);

async function typeAtEnd(page: Page, words: string): Promise<void> {
  await textOf(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words);
}

/** Ends the session of the one other place, on the page of the account. */
async function endElsewhere(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Sign out there: / }).click();
  await page.getByText("Signed out there").waitFor();
}

test("a session that ends elsewhere takes no letter from whoever is typing, and no focus", async () => {
  const [here, there] = [await arrive("Finn Olsen"), await arrive("Finn Olsen")];
  here.expect(/status of 40[13]/);
  const page = await comeIn(server, here, "finn@example.org");
  await found(page, "Finn’s group");
  await typeAtEnd(page, "Before. ");
  await whenSaved(page, "safe");
  const path = new URL(page.url()).pathname;
  const other = await visit(there, "/account");
  await signIn(other, "finn@example.org");
  await other.getByRole("button", { name: /^Sign out there: / }).waitFor();

  const notice = page.getByRole("region", { name: "Your session has ended." });
  let isSaid = false;
  const ended = Promise.all([endElsewhere(other), notice.waitFor()]).then(() => {
    isSaid = true;
  });
  let typed = "";
  const typeOn = async (): Promise<void> => {
    const letter = "abcdefghij".charAt(typed.length % 10);
    typed += letter;
    await page.keyboard.type(letter, { delay: 40 });
  };
  // Before the end, through it, and after it.
  while (!isSaid) {
    await typeOn();
  }
  await ended;
  for (let more = 0; more < 40; more++) {
    await typeOn();
  }
  await eventually(holds(page, `Before. ${typed}`), true);
  expect(await textOf(page).evaluate((text) => text.contains(document.activeElement))).toBe(true);
  expect(new URL(page.url()).pathname).toBe(path);
  await whenSaved(page, "device");
  await inspectEverywhere(page, "session-ended");

  // In again, one is where one was, and what was written is sent.
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await signIn(page, "finn@example.org");
  await eventually(holds(page, `Before. ${typed}`), true);
  await whenSaved(page, "safe");
});

test("a page whose session ended goes on by itself when its person signs in in another tab", async () => {
  const [here, there] = [await arrive("Gunn Hald"), await arrive("Gunn Hald")];
  here.expect(/status of 40[13]/);
  const page = await comeIn(server, here, "gunn@example.org");
  await found(page, "Gunn’s group");
  await typeAtEnd(page, "Before. ");
  await whenSaved(page, "safe");
  const other = await visit(there, "/account");
  await signIn(other, "gunn@example.org");
  await other.getByRole("button", { name: /^Sign out there: / }).waitFor();
  await endElsewhere(other);
  const notice = page.getByRole("region", { name: "Your session has ended." });
  await notice.waitFor();
  await page.keyboard.type("Meanwhile.");
  await whenSaved(page, "device");
  const tab = await visit(here, "/");
  await signIn(tab, "gunn@example.org");
  await notice.waitFor({ state: "detached" });
  await eventually(holds(page, "Before. Meanwhile."), true);
  await whenSaved(page, "safe");
});

const panel = (page: Page) => page.getByRole("complementary", { name: "Comments" });
const field = (page: Page) => page.getByRole("textbox", { name: "Your comment" });

test("a comment that was begun outlives the panel, the page and the access, and is gone when it is sent", async () => {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  ben.expect(/status of 40[134]/);
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Panel of Ada");
  await typeAtEnd(adas, "Words to talk about.");
  await whenSaved(adas, "safe");
  const path = new URL(adas.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const bens = await signUp(ben, await invite(members), "ben@example.org");
  await bens.goto(`${ben.wire.url}${path}`);
  await eventually(holds(bens, "Words to talk about."), true);
  await bens.getByRole("button", { name: "Comments", exact: true }).click();
  await panel(bens).getByRole("button", { name: "Comment", exact: true }).click();
  await field(bens).fill("A thought that took an hour");

  // The panel.
  await panel(bens).getByRole("button", { name: "Close the comments" }).click();
  await bens.getByRole("button", { name: "Comments", exact: true }).click();
  expect(await field(bens).inputValue()).toBe("A thought that took an hour");
  // The page.
  await bens.reload();
  await eventually(() => field(bens).inputValue(), "A thought that took an hour");
  await inspectEverywhere(bens, "draft-back");
  // The access.
  await changeRole(members, "Ben Okafor", "Listener");
  await bens.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
  await bens.getByText("A thought that took an hour").waitFor();
  await expect(bens.getByText("Everything that you had written is in the document.").count()).resolves.toBe(0);
  await inspectEverywhere(bens, "draft-lost");
  await bens.getByRole("button", { name: "Copy text" }).click();
  expect(await bens.evaluate(() => navigator.clipboard.readText())).toBe("A thought that took an hour");

  // Access that is back needs no reload; a comment that is sent is no draft any more.
  await changeRole(members, "Ben Okafor", "Member");
  await eventually(() => field(bens).inputValue(), "A thought that took an hour");
  await panel(bens).getByText("Safe on the server").waitFor();
  await panel(bens).locator("form").getByRole("button", { name: "Comment", exact: true }).click();
  await panel(bens).getByRole("article", { name: "Comment by Ben Okafor" }).waitFor();
  await bens.getByRole("button", { name: "Reply" }).click();
  await bens.getByRole("textbox", { name: "Your reply" }).fill("And an afterthought");
  await bens.reload();
  await eventually(() => bens.getByRole("textbox", { name: "Your reply" }).inputValue(), "And an afterthought");
  await expect(field(bens).count()).resolves.toBe(0);
  await bens.getByRole("button", { name: "Cancel" }).click();
  await bens.reload();
  await textOf(bens).waitFor();
  await bens.getByRole("button", { name: /^Comments/ }).click();
  await panel(bens).getByRole("article", { name: "Comment by Ben Okafor" }).waitFor();
  await expect(bens.getByRole("textbox", { name: "Your reply" }).count()).resolves.toBe(0);
});

test("after the bin the comments of an open page come back by themselves", async () => {
  const ada = await arrive("Ida Berg");
  const page = await comeIn(server, ada, "ida@example.org");
  const community = await found(page, "Panel of Ida");
  await typeAtEnd(page, "Words to talk about.");
  await whenSaved(page, "safe");
  await page.getByRole("button", { name: "Comments", exact: true }).click();
  await panel(page).getByRole("button", { name: "Comment", exact: true }).click();
  await field(page).fill("Said before the bin");
  await panel(page).locator("form").getByRole("button", { name: "Comment", exact: true }).click();
  await panel(page).getByText("Said before the bin").waitFor();
  const list = await visit(ada, community);
  await list.getByRole("button", { name: /^More actions for/ }).click();
  await list.getByRole("menuitem", { name: "Move to bin" }).click();
  await panel(page).getByText("There are no comments to see").waitFor();
  await list.getByRole("button", { name: "Undo" }).click();
  await panel(page).getByText("There are no comments to see").waitFor({ state: "detached" });
  await panel(page).getByText("Said before the bin").waitFor();
  await panel(page).getByRole("button", { name: "Comment", exact: true }).waitFor();
});
