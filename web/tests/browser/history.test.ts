/**
 * The history of a document with real browsers and a real server: two people work, a version is named, compared and
 * brought back, and whoever has the document open sees it. How the page looks, at every width.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEnd, typeAtEnd, typeAtStart } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Several pages, each measured six times, in milliseconds. */
const LOOK_MS = 300_000;

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

async function saveAtEnd(page: Page, words: string): Promise<void> {
  await typeAtEnd(page, words);
  await whenSaved(page, "safe");
}

const wordsOn = async (page: Page): Promise<string> => (await blocksOn(page)).join("\n");

async function openHistory(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "History" }).click();
  await page.getByRole("heading", { name: "History", level: 1 }).waitFor();
}

async function nameThis(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Name this version" }).click();
  await page.getByRole("textbox", { name: "Name of the version" }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("checkbox", { name: `Compare: ${name}` }).waitFor();
}

test("two people work; a version is named, compared and restored, and the other sees it live", async () => {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  const page = await comeIn(server, ada, "ada@example.org");
  const community = await found(page, "Regional sepsis panel");
  await saveAtEnd(page, " Give antibiotics within one hour.");
  const document = new URL(page.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const bens = await signUp(ben, await invite(members), "ben@example.org");
  await members.close();
  await bens.goto(`${ben.wire.url}${document}`);
  await textOf(bens).waitFor();
  await saveAtEnd(bens, " Measure lactate.");
  await eventually(async () => (await wordsOn(page)).includes("Measure lactate."), true);

  // Who worked is there, and the present gets a name.
  await openHistory(page);
  const session = page.getByRole("listitem").filter({ hasText: "going on" });
  await session.getByText("Ada Lindqvist").waitFor();
  await session.getByText("Ben Okafor").waitFor();
  await nameThis(page, "First draft");
  await page.getByText("named by Ada Lindqvist").waitFor();
  await page.getByRole("button", { name: "Rename “First draft”" }).click();
  await page.getByRole("textbox", { name: "Name of the version" }).fill("Draft for the panel");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const draft = page.getByRole("checkbox", { name: "Compare: Draft for the panel" });
  await draft.waitFor();

  // Ben changes the text; the comparison says what.
  await saveAtEnd(bens, " And a sentence that nobody wants.");
  await draft.check();
  const changes = page.getByRole("region", { name: "What was changed" });
  await changes.locator("ins", { hasText: "And a sentence that nobody wants." }).waitFor();
  expect(await changes.locator("del").count()).toBe(0);
  await changes.getByText("Changed:").or(changes.getByText("Inserted:")).first().waitFor();

  // Back to the draft, as an edit that Ben sees where he is.
  await changes.getByRole("button", { name: "Restore this version" }).click();
  await page.getByRole("dialog").getByText("Nothing is lost").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByText("The version is restored.").waitFor();
  await eventually(async () => (await wordsOn(bens)).includes("nobody wants"), false);
  expect(await wordsOn(bens)).toContain("Measure lactate.");
  await eventually(async () => (await wordsOn(page)).includes("nobody wants"), false);

  // What was there before is kept, and the two are compared.
  await openHistory(page);
  await page.getByRole("checkbox", { name: "Compare: Draft for the panel" }).check();
  await page.getByText("Nothing is different.").waitFor();
  await page.getByRole("checkbox", { name: /^Compare: Before restoring/ }).check();
  await changes.locator("ins", { hasText: "And a sentence that nobody wants." }).waitFor();
  expect(await changes.getByRole("button", { name: "Restore this version" }).count()).toBe(0);
  await page.setViewportSize({ width: 1280, height: 900 });
  await changes.getByText("Side by side").click();
  await changes.locator(".comparison--side-by-side ins").first().waitFor();

  // By keyboard alone, and undone again: what was taken away comes back.
  const draftAgain = page.getByRole("checkbox", { name: "Compare: Draft for the panel" });
  await draftAgain.focus();
  await page.keyboard.press("Space");
  await changes.getByRole("button", { name: "Restore this version" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }).focus();
  await page.keyboard.press("Enter");
  await eventually(async () => (await wordsOn(bens)).includes("nobody wants"), true);
});

test("whoever is let in to read sees the history and can change nothing; whoever reads the library sees none", async () => {
  const [ada, eve, gus] = [await arrive("Ada Reader"), await arrive("Eve Stranger"), await arrive("Gus Guest")];
  eve.expect(/status of (403|404)/);
  const page = await comeIn(server, ada, "ada-reader@example.org");
  const community = await found(page, "Reading circle");
  await saveAtEnd(page, " Something.");
  await openHistory(page);
  await nameThis(page, "For readers");
  const path = new URL(page.url()).pathname;
  const eves = await comeIn(server, eve, "eve@example.org");
  const hidden = async (): Promise<void> => {
    await eves.goto(`${eve.wire.url}${path}`);
    await eves.getByText("There is no such document, or you may not see it.").first().waitFor();
    expect(await eves.getByText("For readers").count()).toBe(0);
  };
  await hidden();

  const members = await visit(ada, `${community}/members`);
  const guests = await signUp(gus, await inviteReaders(members, /Guideline/), "gus-reader@example.org");
  await guests.goto(`${gus.wire.url}${path}`);
  await guests.getByRole("checkbox", { name: "Compare: For readers" }).check();
  await guests.getByText("Nothing is different.").waitFor();
  expect(await guests.getByRole("button", { name: /Name|Rename|Restore/ }).count()).toBe(0);

  const document = await page.goto(`${ada.wire.url}${path.replace("/history", "")}`);
  expect(document?.ok()).toBe(true);
  await page.getByRole("button", { name: /^Who can see this/ }).click();
  await page.getByRole("radio", { name: "Everybody on this server" }).check();
  await page.getByRole("textbox", { name: "Why open it to more people?" }).fill("Agreed in the meeting of March.");
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await hidden();
});

test(
  "how it looks: the timeline of several days, the changes in one text and side by side, naming and restoring",
  async () => {
    const ada = await arrive("Ada Lindqvist");
    const page = await comeIn(server, ada, "ada-look@example.org");
    await found(page, "Regional panel for the early recognition of sepsis");
    await whenSaved(page, "safe");
    await openHistory(page);
    await nameThis(page, "Sent to the panel");
    await page.getByRole("link", { name: "Back to the document" }).click();
    await typeAtStart(page, "A new beginning. ");
    await caretAtEnd(page);
    await page.keyboard.press("Backspace");
    await page.keyboard.type(" and an end.");
    await whenSaved(page, "safe");
    // The server's days are all today; the page gets some more.
    await page.route("**/history*", async (route) => {
      const answer = await route.fetch();
      const body: { sessions: object[] } = await answer.json();
      await route.fulfill({ response: answer, json: { ...body, sessions: [...body.sessions, ...earlierSessions()] } });
    });
    await openHistory(page);
    await page.getByText("Yesterday").waitFor();
    await inspectEverywhere(page, "history-timeline");
    await page.getByRole("checkbox", { name: "Compare: Sent to the panel" }).check();
    await page.locator(".comparison ins").first().waitFor();
    await inspectEverywhere(page, "history-inline");
    await page.setViewportSize({ width: 1680, height: 900 });
    await page.getByText("Side by side").click();
    await page.locator(".comparison--side-by-side").waitFor();
    await inspectEverywhere(page, "history-side-by-side");
    await page.getByRole("button", { name: "Restore this version" }).click();
    await page.getByRole("dialog").waitFor();
    await inspectEverywhere(page, "history-restore");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Name this version" }).click();
    await page.getByRole("textbox", { name: "Name of the version" }).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Enter a name.").waitFor();
    await inspectEverywhere(page, "history-name");
  },
  LOOK_MS,
);

/** Sessions of earlier days, as the server tells of them. */
function earlierSessions(): readonly object[] {
  const day = 24 * 60 * 60 * 1000;
  const noon = new Date().setHours(12, 0, 0, 0);
  const people = [
    "Ada Lindqvist",
    "Ben Okafor",
    "Maximiliane Wolkenstein-Trostburg zu Hohenems",
    "Cem Aydın",
    "Dee Ng",
  ];
  return [1, 1, 3, 8].map((ago, index) => {
    const from = noon - ago * day - index * 4_000_000;
    return {
      from,
      until: from + 3_000_000,
      edits: 12 + index * 31,
      underWay: false,
      authors: people.slice(0, index + 2).map((name, at) => ({ id: `${at}`, name })),
      ...(ago === 8 ? {} : { version: `01900000-0000-7000-8000-00000000000${index}` }),
    };
  });
}
