/**
 * Who may come in: a guest for one document until a day, a sub-group, asking and joining, and readers without an
 * account. Real server, real browsers; pictures go to `.screenshots/`.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Pages that are each measured six times, in milliseconds. */
const TOUR_MS = 600_000;

/** How soon the end of a grant has to be felt where the document is open, in milliseconds. */
const FELT_MS = 3_000;

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

/** Opens the answer to who can see the document. */
async function openSharing(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Who can see this/ }).click();
  await page.getByRole("dialog").waitFor();
}

/** Opens the document to these, with a reason. */
async function widen(page: Page, to: string): Promise<void> {
  await openSharing(page);
  await page.getByRole("radio", { name: to, exact: true }).check();
  await page.getByRole("textbox", { name: "Why open it to more people?" }).fill("Agreed in the meeting of March.");
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Asks the server as the page would. */
function ask(page: Page, method: string, path: string, body?: object): Promise<unknown> {
  return page.evaluate(
    async ([verb, target, content]) => {
      const response = await fetch(`/api/v1${target}`, {
        method: verb,
        ...(content === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(content) }),
      });
      return response.status === 204 ? null : await response.json();
    },
    [method, path, body] as const,
  );
}

test("a guest sees the document that they are asked about, and loses it when that is over", async () => {
  const [ada, gus] = [await arrive("Ada Lindqvist"), await arrive("Gus Hallberg")];
  gus.expect(/status of (403|404)/);
  const page = await comeIn(server, ada, "ada-guests@example.org");
  const community = await found(page, "Regional sepsis panel");
  await typeAtEnd(page, "What Gus is asked about.");
  await whenSaved(page, "safe");
  const document = new URL(page.url()).pathname;
  const name = document.slice("/d/".length);
  const leads = await visit(ada, `${community}`);
  await leads.getByRole("button", { name: "New document" }).click();
  await textOf(leads).waitFor();
  await whenSaved(leads, "safe");

  // One invitation: as a guest, for one of the two documents, until a day.
  await leads.goto(`${ada.wire.url}${community}/members`);
  await leads.getByRole("button", { name: "Invite people" }).click();
  await leads.getByRole("radio", { name: "Guest", exact: true }).check();
  await leads.getByRole("checkbox", { name: /Guideline/ }).check();
  await leads.getByRole("combobox", { name: /^What guests may do in/ }).selectOption("Read and write");
  const soon = new Date(Date.now() + 3 * 86_400_000);
  await leads.getByLabel("Until").fill(soon.toISOString().slice(0, 10));
  await leads.getByRole("button", { name: "Make the link" }).click();
  const link = new URL(await leads.getByRole("textbox", { name: "Link" }).inputValue()).pathname;
  await leads.getByRole("button", { name: "Done" }).click();
  await leads.getByText(/· 1 document · until/).waitFor();

  const theirs = await signUp(gus, link, "gus@example.org");
  await theirs.getByText("You are a guest.").waitFor();
  // In three days it is over: the page says so, and whoever leads is told.
  const ends = theirs.getByText(/^Your guest access ends on /);
  await ends.waitFor();
  await leads.goto(`${ada.wire.url}${community}`);
  await leads
    .getByRole("link", { name: /^Gus Hallberg is a guest until .*: make it longer, or let it end$/ })
    .waitFor();
  const list = theirs.locator(".document-row");
  await eventually(() => list.count(), 1);
  await list.first().getByRole("link").click();
  await eventually(holds(theirs, "What Gus is asked about."), true);
  await ends.waitFor();
  await typeAtEnd(theirs, " And what Gus answers.");
  await whenSaved(theirs, "safe");
  await eventually(holds(page, "And what Gus answers."), true);

  // Whoever leads sees and changes it where they see who else may read.
  await openSharing(page);
  await page.getByText("Started by Ada Lindqvist.").waitFor();
  const may = page.getByRole("combobox", { name: "What Gus Hallberg may do" });
  await eventually(() => may.inputValue(), "write");
  await may.selectOption("Read");
  await eventually(() => textOf(theirs).getAttribute("contenteditable"), "false");

  // It ends by itself, where it is open, at the moment that was set.
  const { grants } = (await ask(page, "GET", `/documents/${name}/grants`)) as {
    readonly grants: readonly { readonly accountId: string }[];
  };
  const until = Date.now() + 4_000;
  await ask(page, "PUT", `/documents/${name}/grants/${grants[0]?.accountId}`, { access: "read", until });
  await theirs.getByRole("heading", { level: 1, name: /no longer see|ended on/ }).waitFor();
  const felt = Date.now() - until;
  console.log(`over, and felt after ${felt} ms`);
  expect(felt).toBeGreaterThan(-500);
  expect(felt).toBeLessThan(FELT_MS);
  // It says why: not that anything was narrowed.
  await theirs.getByRole("heading", { name: /^Your access to this document ended on / }).waitFor();
  await theirs.getByText("That is why you do not see this any more.", { exact: false }).waitFor();
  expect(await theirs.getByText("Who may see it was narrowed", { exact: false }).count()).toBe(0);
  await theirs.goto(`${gus.wire.url}${community}`);
  await theirs.getByText("No document is open to you here yet.").waitFor();
  await leads.goto(`${ada.wire.url}${community}/ledger`);
  await leads
    .getByText(/Ada Lindqvist decided that Gus Hallberg may read .*, until/)
    .first()
    .waitFor();
});

test("a sub-group has a document of its own, and lays it before the community", async () => {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  ada.expect(/status of (403|404)/);
  const page = await comeIn(server, ada, "ada-groups@example.org");
  const community = await found(page, "Panel with sub-groups");
  const leads = await visit(ada, `${community}/members`);
  const bens = await signUp(ben, await invite(leads), "ben-groups@example.org");

  // Two clicks, a name, and who is in it.
  await goTo(bens, "Sub-groups");
  await bens.getByRole("button", { name: "Make a sub-group" }).click();
  await bens.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Dosage");
  await bens.getByRole("button", { name: "Make it" }).click();
  await bens.getByText("1 member · you are in it").waitFor();
  await goTo(bens, "Documents");
  await bens.getByRole("combobox", { name: "Seen by" }).selectOption("Sub-group: Dosage");
  await bens.getByRole("button", { name: "New document" }).click();
  await textOf(bens).waitFor();
  await typeAtEnd(bens, "Doses by weight.");
  await whenSaved(bens, "safe");
  const document = new URL(bens.url()).pathname;
  await bens.getByRole("button", { name: "Who can see this: Dosage" }).waitFor();

  // The leader sees that the sub-group is there, and not its document.
  await goTo(leads, "Sub-groups");
  await leads.getByRole("button", { name: "Who is in it? Dosage" }).click();
  await leads.getByRole("dialog").getByText("Ben Okafor").waitFor();
  await leads.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).last().click();
  const other = await visit(ada, document);
  await other.getByText("You may not see this document").first().waitFor();

  // Taken in, she does; and whoever started it lays it before all.
  const groups = await visit(ben, `${community}/groups`);
  await groups.getByRole("button", { name: "Who is in it? Dosage" }).click();
  await groups.getByRole("combobox", { name: "Take somebody in" }).selectOption("Ada Lindqvist");
  await groups.getByRole("dialog").getByRole("button", { name: "Take somebody in" }).click();
  await groups.getByText("Ada Lindqvist is in it now").waitFor();
  await other.goto(`${ada.wire.url}${document}`);
  await eventually(holds(other, "Doses by weight."), true);
  await widen(bens, "The community");
  await bens.getByRole("button", { name: "Who can see this: The community" }).waitFor();
  await leads.goto(`${ada.wire.url}${community}/ledger`);
  await leads.getByText("Ben Okafor made the sub-group “Dosage”").waitFor();
  await leads.getByText("Ben Okafor took Ada Lindqvist into the sub-group “Dosage”").waitFor();
});

test("who asks is let in by a leader; an open community is joined at once; an inviting one is not there", async () => {
  const [ada, cara] = [await arrive("Ada Lindqvist"), await arrive("Cara Nilsson")];
  cara.expect(/status of 404/);
  const page = await comeIn(server, ada, "ada-joining@example.org");
  const community = await found(page, "Panel that takes people in");
  const caras = await comeIn(server, cara, "cara@example.org");
  await caras.getByRole("link", { name: "Communities to join" }).click();
  await caras.getByRole("heading", { name: "Communities to join", level: 1 }).waitFor();
  expect(await caras.getByText("Panel that takes people in").count()).toBe(0);
  const outside = await visit(cara, community);
  await outside.getByRole("heading", { name: "There is no such community" }).first().waitFor();

  const leads = await visit(ada, `${community}/settings`);
  await leads.getByRole("radio", { name: "They ask, you decide" }).check();
  await leads.getByRole("button", { name: "Save", exact: true }).click();
  await leads.getByText("Saved", { exact: true }).waitFor();
  await caras.reload();
  await caras.getByRole("button", { name: "Ask to join Panel that takes people in" }).click();
  await caras.getByRole("button", { name: "Ask", exact: true }).click();
  await caras.getByText("Say it in 3 to 500 characters.").waitFor();
  await caras.getByRole("textbox", { name: "Why do you want to join?" }).fill("I treat sepsis every day.");
  await caras.getByRole("button", { name: "Ask", exact: true }).click();
  await caras.getByText("You have asked; a leader will answer.").waitFor();

  await leads.goto(`${ada.wire.url}${community}`);
  await leads.getByRole("link", { name: /Members.*1 person asks to join/ }).click();
  await leads.getByText("I treat sepsis every day.").waitFor();
  await leads.getByRole("button", { name: "Let in: Cara Nilsson" }).click();
  await leads.getByText("Cara Nilsson is a member now").waitFor();
  await caras.goto(`${cara.wire.url}${community}`);
  await caras.getByText("You are a member.").waitFor();

  // Open: somebody else joins by themselves.
  await goTo(leads, "Settings");
  await leads.getByRole("radio", { name: "Everybody may join" }).check();
  await leads.getByRole("button", { name: "Save", exact: true }).click();
  await leads.getByText("Saved", { exact: true }).waitFor();
  const dag = await arrive("Dag Solstad");
  const dags = await comeIn(server, dag, "dag@example.org");
  await dags.getByRole("link", { name: "Communities to join" }).click();
  await dags.getByRole("button", { name: "Join Panel that takes people in" }).click();
  await dags.getByText("You are a member.").waitFor();
});

test("a public page is read without an account, and is gone when that is taken back; the library holds it", async () => {
  const [ada, reader] = [await arrive("Ada Lindqvist"), await arrive("Nobody")];
  reader.expect(/status of (401|404)/);
  const page = await comeIn(server, ada, "ada-public@example.org");
  const community = await found(page, "Panel that publishes");
  await typeAtEnd(page, "For everybody to read.");
  await whenSaved(page, "safe");
  const name = new URL(page.url()).pathname.slice("/d/".length);
  const address = `/public/${name}`;
  const outside = await visit(reader, address);
  await outside.getByRole("heading", { name: "There is no such page" }).waitFor();
  await widen(page, "Everybody, without an account");
  await openSharing(page);
  expect(await page.getByRole("link", { name: new RegExp(address) }).getAttribute("href")).toBe(address);
  await page.keyboard.press("Escape");

  const sockets: string[] = [];
  outside.on("websocket", (socket) => sockets.push(socket.url()));
  await outside.goto(`${reader.wire.url}${address}`);
  await outside.getByText("Published by Panel that publishes").waitFor();
  await outside.locator(".prose p", { hasText: "For everybody to read." }).waitFor();
  expect(await outside.locator(".prose").getAttribute("contenteditable")).toBe("false");
  const [download] = await Promise.all([
    outside.waitForEvent("download"),
    outside.getByRole("button", { name: "Download as Markdown" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.md$/);
  expect(sockets).toEqual([]);
  expect(await outside.getByText("Ada Lindqvist").count()).toBe(0);
  const response = await outside.request.get(`${reader.wire.url}${address}`);
  expect(response.headers()["x-robots-tag"]).toBe("noindex, nofollow");

  const other = await arrive("Eva Berg");
  // Comments are asked for once, before the page knows that she is no more than a reader.
  other.expect(/status of (403|404)/);
  const evas = await comeIn(server, other, "eva-library@example.org");
  await evas.getByRole("link", { name: "Library" }).click();
  await evas.getByText("Panel that publishes").waitFor();
  await evas.getByRole("listitem").filter({ hasText: "Panel that publishes" }).getByRole("link").click();
  await eventually(holds(evas, "For everybody to read."), true);

  await openSharing(page);
  await page.getByRole("radio", { name: "The community", exact: true }).check();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await outside.reload();
  await outside.getByRole("heading", { name: "There is no such page" }).waitFor();
  await evas.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
  expect(community).not.toBe("");
});

test(
  "every new page is accessible at three widths, in light and in dark",
  async () => {
    const [ada, gus] = [await arrive("Ada Lindqvist"), await arrive("Gus Hallberg")];
    gus.expect(/status of (403|404)/);
    const page = await comeIn(server, ada, "ada-look-joining@example.org");
    await page.getByRole("link", { name: "Communities to join" }).click();
    await page.getByRole("heading", { name: "Communities to join", level: 1 }).waitFor();
    await inspectEverywhere(page, "joining-communities");
    await page.goto(`${ada.wire.url}/`);
    const community = await found(page, "Panel to be looked at");
    const document = page.url();
    const leads = await visit(ada, `${community}/settings`);
    await leads.getByRole("radio", { name: "They ask, you decide" }).check();
    await leads.getByRole("button", { name: "Save", exact: true }).click();
    await leads.getByText("Saved", { exact: true }).waitFor();
    const guests = await comeIn(server, gus, "gus-look@example.org");
    await guests.getByRole("link", { name: "Communities to join" }).click();
    await guests.getByRole("button", { name: "Ask to join Panel to be looked at" }).click();
    await guests.getByRole("textbox", { name: "Why do you want to join?" }).fill("I treat sepsis every day.");
    await inspectEverywhere(guests, "joining-ask");
    await guests.getByRole("button", { name: "Ask", exact: true }).click();
    await guests.getByText("You have asked; a leader will answer.").waitFor();
    await leads.goto(`${ada.wire.url}${community}/members`);
    await leads.getByRole("button", { name: "Let in: Gus Hallberg" }).waitFor();
    await inspectEverywhere(leads, "joining-requests");
    await leads.getByRole("button", { name: "Let in: Gus Hallberg" }).click();
    await leads.getByText("Gus Hallberg is a member now").waitFor();
    await leads.getByRole("button", { name: "Invite people" }).click();
    await leads.getByRole("radio", { name: "Guest", exact: true }).check();
    await leads.getByRole("checkbox", { name: /Guideline/ }).check();
    await inspectEverywhere(leads, "joining-invite-guest");
    await leads.keyboard.press("Escape");
    await goTo(leads, "Sub-groups");
    await leads.getByRole("button", { name: "Make a sub-group" }).click();
    await leads.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Dosage");
    await leads.getByRole("checkbox", { name: "Gus Hallberg" }).check();
    await inspectEverywhere(leads, "joining-make-group");
    await leads.getByRole("button", { name: "Make it" }).click();
    await leads.getByText("2 members · you are in it").waitFor();
    await inspectEverywhere(leads, "joining-groups");
    await page.goto(document);
    await widen(page, "Everybody, without an account");
    await openSharing(page);
    await inspectEverywhere(page, "joining-sharing");
    await page.keyboard.press("Escape");
    await page.goto(`${ada.wire.url}/public/${new URL(document).pathname.slice("/d/".length)}`);
    await page.getByText("Published by Panel to be looked at").waitFor();
    await inspectEverywhere(page, "joining-public");
    await page.goto(`${ada.wire.url}/library`);
    await page.getByText("Panel to be looked at").first().waitFor();
    await inspectEverywhere(page, "joining-library");
  },
  TOUR_MS,
);
