/** A leader takes an abusive comment away: nobody is shown it any more, its author is told, and the ledger says why. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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

test("a leader takes a comment away, open pages show it no more, and its author learns of it", async () => {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  const page = await comeIn(server, ada, "ada-takes@example.org");
  const community = await found(page, "Panel of words");
  await whenSaved(page, "safe");
  const text = new URL(page.url()).pathname;
  await page.goto(`${ada.wire.url}${community}`);
  await goTo(page, "Members");
  const bens = await signUp(ben, await invite(page), "ben-takes@example.org");
  await bens.goto(`${ben.wire.url}${text}`);
  await textOf(bens).waitFor();
  await bens.getByRole("button", { name: /^Comments/ }).click();
  await bens.getByRole("complementary", { name: "Comments" }).getByRole("button", { name: "Comment" }).first().click();
  await bens.getByRole("textbox", { name: "Your comment" }).fill("Whoever wrote this is a fool.");
  await bens.keyboard.press("Control+Enter");
  await bens.getByText("Whoever wrote this is a fool.").waitFor();

  await page.goto(`${ada.wire.url}${text}`);
  await textOf(page).waitFor();
  await page.getByRole("button", { name: /^Comments/ }).click();
  await page.getByText("Whoever wrote this is a fool.").waitFor();
  await page.getByRole("button", { name: "Take this comment away" }).click();
  await page.getByRole("dialog", { name: "Take a comment away" }).waitFor();
  await inspectEverywhere(page, "take-away");
  await page.getByRole("textbox", { name: "Why?" }).fill("An insult.");
  await page.getByRole("button", { name: "Take it away" }).click();
  await page.getByText("This comment was taken away by those who look after the community.").waitFor();
  await page.getByText("Whoever wrote this is a fool.").waitFor({ state: "detached" });

  await bens.bringToFront();
  await bens.getByText(/^This comment of yours was taken away/).waitFor({ timeout: 30_000 });
  await bens.getByText("Whoever wrote this is a fool.").waitFor({ state: "detached" });
  await bens.getByRole("button", { name: /^Notifications/ }).click();
  // In the list; the same words are said to screen readers when they come.
  const told = bens.getByRole("link", { name: /Ada Lindqvist took a comment of yours away/ });
  await told.waitFor({ timeout: 30_000 });
  await bens.goto(`${ben.wire.url}${community}/ledger`);
  await bens.getByText(/Ada Lindqvist took a comment of Ben Okafor away/).waitFor();
  await bens.getByText("An insult.").waitFor();
}, 240_000);
