/**
 * How the pages of a portal look and what they let be seen: accessible at three widths, in light and in dark, nothing
 * inline, nothing wider than the screen; by keyboard alone; in German too.
 *
 * Pictures go to `.screenshots/`: look at them after a change of the interface.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { glanceEverywhere, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, createAccount, found, goTo, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Thirty pages, each measured six times, in milliseconds. */
const TOUR_MS = 900_000;

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

test("every page before one is in", async () => {
  const ada = await arrive("Ada Lindqvist");
  ada.expect(/status of (401|404)/);
  const page = await visit(ada, "/c/01900000-0000-7000-8000-000000000001");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await inspectEverywhere(page, "portal-sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Enter your password.").waitFor();
  await inspectEverywhere(page, "portal-sign-in-refused");
  await page.goto(`${ada.wire.url}${createAccount(server, ada.name, "ada-look@example.org")}`);
  await page.getByRole("textbox", { name: "New password" }).waitFor();
  await inspectEverywhere(page, "portal-set-password");
  await page.goto(`${ada.wire.url}/set-password/none`);
  await page.getByRole("heading", { name: "This link can no longer be used" }).waitFor();
  await inspectEverywhere(page, "portal-link-gone");
});

test(
  "every page inside",
  async () => {
    const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Maximiliane Wolkenstein-Trostburg zu Hohenems")];
    ben.expect(/status of (403|404)/);
    const page = await comeIn(server, ada, "ada-inside@example.org");
    await page.getByRole("heading", { name: "You belong to no community yet" }).waitFor();
    await inspectEverywhere(page, "portal-home-empty");
    await page.getByRole("link", { name: "Found a community" }).click();
    await page.getByRole("textbox", { name: "Name" }).waitFor();
    await inspectEverywhere(page, "portal-found");
    await page.getByRole("link", { name: "Not now" }).click();
    const community = await found(page, "Regional panel for the early recognition of sepsis in adults");
    await whenSaved(page, "safe");
    const address = page.url();
    await inspectEverywhere(page, "portal-editor");
    await page.getByRole("button", { name: /^Who can see this/ }).click();
    await page.getByRole("radio", { name: "Everybody on this server" }).check();
    await page.getByRole("textbox", { name: "Why open it to more people?" }).waitFor();
    await inspectEverywhere(page, "portal-sharing");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.goto(`${ada.wire.url}${community}`);
    await page.locator(".document-row").first().waitFor();
    await inspectEverywhere(page, "portal-community");
    await goTo(page, "Bin");
    await page.getByRole("heading", { name: "The bin is empty" }).waitFor();
    await inspectEverywhere(page, "portal-bin");
    await goTo(page, "Members");
    const link = await invite(page);
    const bens = await visit(ben, link);
    await bens.getByRole("heading", { name: /^Join Regional panel/ }).waitFor();
    await inspectEverywhere(bens, "portal-join");
    await bens.close();
    const inside = await signUp(ben, link, "ben-inside@example.org");
    await inspectEverywhere(inside, "portal-community-member");
    await invite(page, "Guest");
    await page.getByText(ben.name).first().waitFor();
    await inspectEverywhere(page, "portal-members");
    await page.getByRole("button", { name: "Invite people" }).click();
    await page.getByRole("dialog").waitFor();
    await inspectEverywhere(page, "portal-invite");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("textbox", { name: "Link" }).waitFor();
    await inspectEverywhere(page, "portal-invited");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: `More actions for ${ben.name}` }).click();
    await page.getByRole("menuitem", { name: "Change role" }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.getByRole("dialog").waitFor();
    await inspectEverywhere(page, "portal-role");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: `More actions for ${ben.name}` }).click();
    await page.getByRole("menuitem", { name: "Remove from the community" }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.getByRole("dialog").waitFor();
    await inspectEverywhere(page, "portal-remove");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await goTo(page, "Settings");
    await page
      .getByRole("textbox", { name: "What this community is about" })
      .fill("Agrees on how sepsis is recognised.");
    await page.getByRole("radio", { name: "Violet" }).check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await inspectEverywhere(page, "portal-settings");
    await goTo(page, "Ledger");
    await page.getByText("Ada Lindqvist founded the community").waitFor();
    await inspectEverywhere(page, "portal-ledger");
    await page.goto(`${ada.wire.url}/`);
    await page.getByRole("link", { name: /^Regional panel/ }).waitFor();
    await inspectEverywhere(page, "portal-home");
    await page.goto(`${ada.wire.url}/account`);
    await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
    await page.getByText("This browser").waitFor();
    await inspectEverywhere(page, "portal-account");
    await page.getByRole("button", { name: /^You are/ }).click();
    await page.getByRole("menu").waitFor();
    await inspectEverywhere(page, "portal-menu");
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.getByRole("dialog").waitFor();
    await inspectEverywhere(page, "portal-sign-out");
    await page.getByRole("button", { name: "Stay signed in" }).click();

    // What one may not see, and what one can no longer see.
    await inside.goto(`${ben.wire.url}${new URL(address).pathname}`);
    await textOf(inside).waitFor();
    await page.goto(`${ada.wire.url}${community}/members`);
    await page.getByRole("button", { name: `More actions for ${ben.name}` }).click();
    await page.getByRole("menuitem", { name: "Remove from the community" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await inside.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
    await inspectEverywhere(inside, "portal-lost");
    await inside.goto(`${ben.wire.url}${community}`);
    await inside.getByRole("heading", { name: "There is no such community" }).first().waitFor();
    await inspectEverywhere(inside, "portal-no-community");

    // In German: longer words, the same room.
    await page.goto(`${ada.wire.url}${community}`);
    await page.getByRole("button", { name: /^You are/ }).click();
    await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
    await page.getByRole("link", { name: "Mitglieder" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
    await inspectEverywhere(page, "portal-german-community");
    await page.goto(address);
    await page.getByRole("textbox", { name: "Text des Dokuments" }).waitFor();
    await glanceEverywhere(page, "portal-german-editor");
    await page.goto(`${ada.wire.url}${community}/members`);
    await page.getByText("Offene Einladungen").waitFor();
    await inspectEverywhere(page, "portal-german-members");
  },
  TOUR_MS,
);

test("a German browser gets German, and keeps the choice of another language", async () => {
  const context = await browser.newContext({ locale: "de-AT" });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.url}/`);
  await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("a community is founded, and somebody invited, by keyboard alone", async () => {
  const ada = await arrive("Ada Lindqvist");
  const page = await comeIn(server, ada, "ada-keys@example.org");
  await tabTo(page, page.getByRole("link", { name: "Found a community" }));
  await page.keyboard.press("Enter");
  const radio = page.getByRole("radio", { name: "Guideline panel" });
  await tabTo(page, radio);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await eventually(() => page.getByRole("radio", { name: "Working group" }).isChecked(), true);
  await page.keyboard.press("Tab");
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await textOf(page).waitFor();
  const home = page.locator('a.editor-bar__back[href^="/c/"]');
  await home.waitFor();
  await page.goto(`${ada.wire.url}${await home.getAttribute("href")}/members`);
  const button = page.getByRole("button", { name: "Invite people" });
  await button.waitFor();
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, page.getByRole("button", { name: "Make the link" }));
  await page.keyboard.press("Enter");
  const link = page.getByRole("textbox", { name: "Link" });
  await link.waitFor();
  await eventually(() => link.evaluate((field) => field === document.activeElement), true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // Back where one came from.
  await eventually(() => button.evaluate((element) => element === document.activeElement), true);
});

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: ReturnType<Page["getByRole"]>): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard does not get there");
}
