/** What cannot be taken back: deleting for good, handing over, stepping back, one’s own data, giving up an account. */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, PASSWORD, signIn, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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
  // A page whose document or account is gone asks once more before it knows.
  visitor.expect(/status of (401|403|404|409)|ERR_|WebSocket/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

/** A community of Ada’s, and Ben in it. */
async function adaAndBen(community: string, role = "Member") {
  const address = community.toLowerCase().replaceAll(" ", "-");
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, `ada.${address}@example.org`);
  const path = await found(adas, community);
  const document = new URL(adas.url()).pathname;
  await whenSaved(adas, "safe");
  await adas.goto(`${ada.wire.url}${path}/members`);
  const ben = await arrive("Ben Okafor");
  const bens = await signUp(ben, await invite(adas, role), `ben.${address}@example.org`);
  return { ada, adas, ben, bens, path, document };
}

/** Moves the only document of the list into the bin. */
async function bin(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `More actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: "Move to bin" }).click();
}

test("a leader deletes for good, a device without network is told by whom, and keeps what it had not sent", async () => {
  const { ada, adas, ben, bens, path, document } = await adaAndBen("Deleting panel", "Deputy leader");
  await bens.goto(`${ben.wire.url}${document}`);
  await textOf(bens).waitFor();
  const title = await bens.getByRole("textbox", { name: "Document title" }).inputValue();
  await textOf(bens).click();
  await ben.goOffline();
  await bens.keyboard.type("Written on the ward without network. ");
  await whenSaved(bens, "device");

  await adas.goto(`${ada.wire.url}${path}`);
  await bin(adas, title);
  await goTo(adas, "Bin");
  const button = adas.getByRole("button", { name: `Delete for good: ${title}` });
  await button.waitFor();
  await inspectEverywhere(adas, "for-good-bin");
  // By the keyboard alone.
  await button.focus();
  await adas.keyboard.press("Enter");
  const dialog = adas.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Why?" }).fill("Names of patients in it");
  await dialog.getByRole("textbox", { name: /^Type the title/ }).fill("Another title");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByText("This is not the title.").waitFor();
  await inspectEverywhere(adas, "for-good-dialog");
  await dialog.getByRole("textbox", { name: /^Type the title/ }).fill(title);
  await adas.keyboard.press("Enter");
  await adas.getByText(`“${title}” is deleted for good`).waitFor();
  await button.waitFor({ state: "detached" });
  await goTo(adas, "Ledger");
  await adas.getByText("Ada Lindqvist deleted a document for good").waitFor();
  await adas.getByText("Reason: Names of patients in it").waitFor();

  await ben.comeBack();
  await bens.getByRole("heading", { name: "This document was deleted for good" }).waitFor();
  await bens.getByText(/^Ada Lindqvist deleted it on /).waitFor();
  await inspectEverywhere(bens, "for-good-lost");
  await bens.getByRole("link", { name: "Read what is kept" }).click();
  await bens.getByText("Written on the ward without network.").waitFor();
  await bens.getByText(/deleted for good by Ada Lindqvist/).waitFor();
  await inspect(bens, "for-good-kept");
  // Opening the address again makes nothing anew.
  await bens.goto(`${ben.wire.url}${document}`);
  await bens.getByRole("heading", { name: "This document was deleted for good" }).waitFor();
});

test("a deputy puts into the bin and is not offered what cannot be taken back", async () => {
  const { ben, bens, path } = await adaAndBen("Binning panel", "Deputy leader");
  await bens.goto(`${ben.wire.url}${path}`);
  await bin(bens, "Guideline (draft)");
  await goTo(bens, "Bin");
  await bens.getByRole("button", { name: "Restore: Guideline (draft)" }).waitFor();
  expect(await bens.getByRole("button", { name: /^Delete for good/ }).count()).toBe(0);
});

test("the only leader leaves by handing over, and the community is led at every moment", async () => {
  const { adas, ben, bens, path } = await adaAndBen("Handing panel", "Deputy leader");
  await adas.reload();
  await adas.getByRole("button", { name: "More actions for Ada Lindqvist" }).click();
  await adas.getByRole("menuitem", { name: "Hand over leadership" }).waitFor();
  await adas.getByRole("menuitem", { name: "Leave the community" }).click();
  const dialog = adas.getByRole("dialog");
  await dialog.getByText("You are the only leader here").waitFor();
  await eventually(() => dialog.getByRole("radio", { name: "I leave the community" }).isChecked(), true);
  await inspectEverywhere(adas, "for-good-hand-over");
  await dialog.getByRole("button", { name: "Hand over" }).click();
  await adas.getByRole("heading", { name: "Your communities" }).waitFor();
  await adas.getByText("Ben Okafor leads now").waitFor();
  await adas.getByText("You belong to no community yet").waitFor();

  await bens.goto(`${ben.wire.url}${path}/ledger`);
  await bens.getByText("Ada Lindqvist handed leadership over to Ben Okafor, and left the community").waitFor();
  await bens.getByText("You are a leader.", { exact: false }).waitFor();
});

test("leaders decide what is done about members who are away, who are asked and come back with a click", async () => {
  const { ada, adas, ben, bens, path } = await adaAndBen("Absent panel");
  await adas.goto(`${ada.wire.url}${path}/settings`);
  const section = adas.getByRole("region", { name: "Members who are away" });
  await section.getByRole("radio", { name: "Ask, then let them step back" }).check();
  await section.getByRole("textbox", { name: /^Ask after/ }).fill("3");
  await section.getByRole("button", { name: "Save the rule" }).click();
  await section.getByText("A number from 14 to 1095.").waitFor();
  await section.getByRole("textbox", { name: /^Ask after/ }).fill("90");
  await section.getByRole("button", { name: "Save the rule" }).click();
  await adas.getByText("Saved", { exact: true }).waitFor();
  await section.scrollIntoViewIfNeeded();
  await inspectEverywhere(adas, "for-good-away-settings");
  await goTo(adas, "Ledger");
  await adas.getByText(/^Ada Lindqvist decided: members who are away for 90 days are asked/).waitFor();

  // Months pass in what the server says.
  const asked = Date.now() - 86_400_000;
  let said: object = { askedAt: asked };
  await bens.route(`**/api/v1${path.replace("/c/", "/communities/")}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...((await answer.json()) as object), ...said } });
  });
  await bens.goto(`${ben.wire.url}${path}`);
  await bens.getByText("Are you still with Absent panel?").waitFor();
  await inspectEverywhere(bens, "for-good-away-asked");
  said = { steppedBackAt: asked };
  await bens.reload();
  await bens.getByText("You have stepped back from Absent panel").waitFor();
  await inspectEverywhere(bens, "for-good-away-back");
  said = {};
  const [answer] = await Promise.all([
    bens.waitForResponse((each) => each.url().endsWith("/presence")),
    bens.getByRole("button", { name: "I am back" }).click(),
  ]);
  expect(answer.status()).toBe(204);
  await bens.getByText("Good to have you with Absent panel").waitFor();
  await bens.getByText("You have stepped back from Absent panel").waitFor({ state: "detached" });

  await adas.route("**/members", async (route) => {
    const listed = await route.fetch();
    const { members } = (await listed.json()) as { readonly members: readonly { readonly name: string }[] };
    const away = members.map((each) => (each.name === "Ben Okafor" ? { ...each, steppedBackAt: asked } : each));
    await route.fulfill({ json: { members: away } });
  });
  await goTo(adas, "Members");
  await adas.getByText(/stepped back since/).waitFor();
  await inspectEverywhere(adas, "for-good-away-members");
});

test("one takes one’s data, and gives the account up when one leads nothing alone", async () => {
  const { ada, adas, ben, bens, path, document } = await adaAndBen("Leaving panel", "Deputy leader");
  await bens.goto(`${ben.wire.url}${document}`);
  await textOf(bens).click();
  await bens.keyboard.type("By Ben. ");
  await whenSaved(bens, "safe");
  await bens.goto(`${ben.wire.url}/account`);
  await bens.getByRole("heading", { name: "Take your data" }).waitFor();
  await inspectEverywhere(bens, "for-good-account");
  const [download] = await Promise.all([
    bens.waitForEvent("download"),
    bens.getByRole("button", { name: "Download my data" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d{2}-\d{2}\.zip$/);
  const archive = readFileSync(await download.path());
  expect(archive.subarray(0, 2).toString()).toBe("PK");
  expect(archive.includes("index.html") && archive.includes("account.json")).toBe(true);

  // Ada leads alone: not yet.
  await adas.goto(`${ada.wire.url}/account`);
  await adas.getByRole("button", { name: "Give up my account" }).click();
  const refusal = adas.getByRole("dialog");
  await refusal.getByLabel("Current password", { exact: true }).fill(PASSWORD);
  await refusal.getByRole("button", { name: "Give up my account" }).click();
  await refusal.getByText("You lead a community alone.", { exact: false }).waitFor();

  await bens.getByRole("button", { name: "Give up my account" }).click();
  const dialog = bens.getByRole("dialog");
  await dialog.getByRole("radio", { name: "“A former member”" }).check();
  await dialog.getByLabel("Current password", { exact: true }).fill("not this one at all");
  await dialog.getByRole("button", { name: "Give up my account" }).click();
  await dialog.getByText("This is not your current password.").waitFor();
  await inspectEverywhere(bens, "for-good-farewell");
  await dialog.getByLabel("Current password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Give up my account" }).click();
  await bens.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await signIn(bens, "ben.leaving-panel@example.org");
  await bens.getByText("The e-mail address or the password is not right.").waitFor();

  await adas.goto(`${ada.wire.url}${path}/ledger`);
  await adas.getByText("A former member left the community").waitFor();
  const page = await visit(ada, document);
  await page.getByText("By Ben.", { exact: false }).waitFor();
});
