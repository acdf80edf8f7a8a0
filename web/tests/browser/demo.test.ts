/** `consilium demo` as somebody meets it who is alone: one click in, colleagues at work, offline and back, again. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { bar, continueAs, openDocument, WHILE_AWAY } from "./harness/demo.ts";
import { glanceEverywhere, inspectEverywhere } from "./harness/inspect.ts";
import { visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, PATIENCE_MS, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

const GUIDELINE = /^Acute uncomplicated cystitis/;

/** Until a colleague has written a draft, and says something; in milliseconds. */
const TALK_MS = 180_000;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("demo")]);
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

/** The block that begins like this. */
async function noteOf(page: Page, mark: string): Promise<string> {
  return (await blocksOn(page)).find((block) => block.startsWith(mark)) ?? "";
}

/** Waits until the note has become longer, or another one, than it is. */
async function whenWritten(page: Page, mark: string): Promise<void> {
  const before = await noteOf(page, mark);
  await expect.poll(() => noteOf(page, mark), { timeout: PATIENCE_MS, interval: 50 }).not.toBe(before);
}

test("the guideline has its question where the text asks it, with what is to be decided", async () => {
  const page = await continueAs(await arrive("Ada"), "Dr Miriam Halloran");
  await openDocument(page, GUIDELINE);
  const block = page.locator(".question-block");
  await block.scrollIntoViewIfNeeded();
  const question = page.getByRole("region", { name: /^Clinical question: Which antibiotic first/ });
  await question.getByText("Women of 18 years and older", { exact: false }).waitFor();
  await question.getByText("to be decided (", { exact: false }).waitFor();
  await block.evaluate((each) => each.scrollIntoView({ block: "center" }));
  await inspectEverywhere(page, "demo-question");
});

test("one click in, and a colleague comes, types under their name, and leaves one’s own paragraph alone", async () => {
  const ada = await arrive("Ada");
  const page = await continueAs(ada, "Dr Miriam Halloran");
  await bar(page).getByText("You are Dr Miriam Halloran, a leader.").waitFor();
  await openDocument(page, GUIDELINE);
  await page.locator(".caret__flag", { hasText: "Dr Sana Ito" }).first().waitFor({ state: "attached" });
  await whenWritten(page, "Sana Ito: ");

  // Beside them, in a paragraph of one's own.
  await caretAtEndOf(page, textOf(page).locator("p", { hasText: "One paragraph each" }));
  await page.keyboard.press("Enter");
  await page.keyboard.type("Miriam: let us vote on recommendation 4 today.");
  await whenWritten(page, "Sana Ito: ");
  await whenWritten(page, "Jonas Brandt: ");
  expect(await noteOf(page, "Miriam: ")).toBe("Miriam: let us vote on recommendation 4 today.");
  await whenSaved(page, "safe");

  // At rest they are gone, and write no more.
  const colleagues = bar(page).getByRole("switch", { name: "Colleagues at work (simulated)" });
  await colleagues.click();
  await bar(page).getByRole("switch", { name: "Colleagues at work (simulated)", checked: false }).waitFor();
  await page.locator(".caret").first().waitFor({ state: "detached" });
  await page.getByRole("button", { name: "1 person here" }).waitFor();
  await colleagues.click();
  await page.locator(".caret").first().waitFor({ state: "attached" });
});

test("whoever comes in has something to catch up with: a colleague has spoken to them", async () => {
  const ada = await arrive("Ada");
  const page = await continueAs(ada, "Dr Miriam Halloran");
  await page.getByRole("region", { name: /^Since you were last here/ }).waitFor();
  await page.getByRole("button", { name: /^Notifications: \d+ unread$/ }).click();
  await page.getByRole("link", { name: /Dr Sana Ito mentioned you in a comment/ }).waitFor();
  await glanceEverywhere(page, "demo-catching-up");
  const mention = page.getByRole("link", { name: /Dr Sana Ito mentioned you in a comment/ });
  // Not what is on the screen: the panel may be on its way.
  const bell = page.getByRole("button", { name: /^Notifications/ });
  if ((await bell.getAttribute("aria-expanded")) === "false") {
    await bell.click();
  }
  await mention.click();
  const comments = page.getByRole("complementary", { name: "Comments" });
  await comments.getByText(/could you look at the table of options/).waitFor();
  expect(await comments.locator(".mention--me").textContent()).toBe("@Dr Miriam Halloran");
});

test(
  "colleagues talk beside the text while one watches, and somebody has stepped back",
  async () => {
    const ada = await arrive("Ada");
    const page = await continueAs(ada, "Dr Miriam Halloran");
    await openDocument(page, GUIDELINE);
    await page.getByRole("button", { name: /^Comments/ }).click();
    const comments = page.getByRole("complementary", { name: "Comments" });
    await comments.getByText(/could you look at the table of options/).waitFor();
    // In the thread in which they were asked, after a draft of their own.
    const answer = comments.getByText(/the footnote belongs to the third/);
    await answer.waitFor({ timeout: TALK_MS });
    await comments.getByText(/Could the duration stand in a column of its own/).waitFor({ timeout: TALK_MS });
    expect(await answer.count()).toBe(1);
    await comments.getByText("Jonas Brandt", { exact: true }).first().waitFor();
    await glanceEverywhere(page, "demo-talk");

    await page.goto(ada.wire.url);
    await page.getByRole("link", { name: "Northwater Guideline Panel" }).first().click();
    await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
    await page.getByRole("link", { name: "Members", exact: true }).click();
    await page.getByText("Dr Edda Vestergaard").waitFor();
    await page.getByText(/stepped back since/).waitFor();
    await page.getByRole("link", { name: "Ledger", exact: true }).click();
    await page.getByText(/Dr Edda Vestergaard was away, did not answer, and stepped back/).waitFor();
  },
  2 * TALK_MS + 120_000,
);

test("the server loses its plug and comes back: what was written meanwhile is there", async () => {
  const ada = await arrive("Ada");
  ada.expect(WHILE_AWAY);
  const page = await continueAs(ada, "Dr Chidi Okafor");
  await openDocument(page, GUIDELINE);
  await whenSaved(page, "safe");
  await bar(page).getByRole("button", { name: "What to try" }).click();
  await page.getByRole("button", { name: "Pull the plug for 20 seconds" }).click();
  await page
    .getByText(/^Connection lost|^Offline$|^Connecting/)
    .first()
    .waitFor();
  await caretAtEndOf(page, textOf(page).locator("p", { hasText: "One paragraph each" }));
  await page.keyboard.press("Enter");
  await page.keyboard.type("Chidi: written without the server.");
  await whenSaved(page, "device");
  await page.locator('.save[data-save="safe"]').waitFor({ timeout: 60_000 });
  // As the server gives it to somebody else.
  const ben = await arrive("Ben");
  ben.expect(WHILE_AWAY);
  const theirs = await continueAs(ben, "Jonas Brandt");
  await openDocument(theirs, GUIDELINE);
  await expect
    .poll(() => noteOf(theirs, "Chidi: "), { timeout: PATIENCE_MS })
    .toBe("Chidi: written without the server.");
});

test("one becomes somebody else from the bar and from the menu, on the same page, with their access", async () => {
  const ada = await arrive("Ada");
  const page = await continueAs(ada, "Dr Miriam Halloran");
  await page
    .getByText(/Charter of the Northwater/)
    .first()
    .waitFor();
  await bar(page).getByRole("button", { name: "Be somebody else" }).click();
  await page.getByRole("menuitem", { name: "Dr Petra Thorne, Guest" }).click();
  await bar(page).getByText("You are Dr Petra Thorne, a guest.").waitFor();
  await page.getByRole("link", { name: GUIDELINE }).first().waitFor();
  await eventually(() => page.getByText(/Charter of the Northwater/).count(), 0);
  await page.getByRole("button", { name: /^You are Dr Petra Thorne/ }).click();
  await page.getByRole("menuitem", { name: "Jonas Brandt, Member" }).click();
  await bar(page).getByText("You are Jonas Brandt, a member.").waitFor();
  await page
    .getByText(/Charter of the Northwater/)
    .first()
    .waitFor();
});

test("everything begins again in one click, and an open page of somebody else is told and goes on", async () => {
  const [ada, ben] = [await arrive("Ada"), await arrive("Ben")];
  for (const visitor of [ada, ben]) {
    visitor.expect(WHILE_AWAY);
  }
  const page = await continueAs(ada, "Dr Miriam Halloran");
  const theirs = await continueAs(ben, "Dr Petra Thorne");
  await openDocument(theirs, GUIDELINE);
  await openDocument(page, GUIDELINE);
  await caretAtEndOf(page, textOf(page).locator("p", { hasText: "One paragraph each" }));
  await page.keyboard.type(" To be forgotten.");
  await whenSaved(page, "safe");
  await theirs.getByText("To be forgotten.").waitFor();

  await bar(page).getByRole("button", { name: "Start again" }).click();
  await page.getByRole("button", { name: "Delete and start again" }).click();
  for (const [each, who] of [
    [page, "You are Dr Miriam Halloran, a leader."],
    [theirs, "You are Dr Petra Thorne, a guest."],
  ] as const) {
    await bar(each).getByText("The demonstration has begun again").waitFor({ timeout: 60_000 });
    await each.getByRole("heading", { name: "Your communities" }).waitFor();
    await bar(each).getByText(who).waitFor();
    await bar(each).getByRole("button", { name: "Understood" }).click();
    await openDocument(each, GUIDELINE);
    await each.getByText("One paragraph each, please.").waitFor();
    expect((await blocksOn(each)).join(" ")).not.toContain("To be forgotten.");
  }
});

test("whoever is signed out elsewhere is told that, not that the document was taken from them", async () => {
  const ada = await arrive("Ada");
  ada.expect(WHILE_AWAY);
  const page = await continueAs(ada, "Dr Sana Ito");
  await openDocument(page, GUIDELINE);
  const other = await ada.context.newPage();
  await other.goto(ada.wire.url);
  await other.evaluate(() => fetch("/api/v1/session", { method: "DELETE" }));
  await page.getByText(/^Your session has ended/).waitFor();
  await page.getByRole("button", { name: "Continue as Dr Sana Ito" }).waitFor();
});

test("the entrance, the bar and its dialogs at every width, in light and in dark", async () => {
  const ada = await arrive("Ada");
  const page = await visit(ada, "/");
  await page.getByRole("button", { name: "Continue as Dr Miriam Halloran" }).waitFor();
  await inspectEverywhere(page, "demo-entrance");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
  await page.getByRole("link", { name: GUIDELINE }).first().waitFor();
  await inspectEverywhere(page, "demo-home");
  await bar(page).getByRole("button", { name: "Be somebody else" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await inspectEverywhere(page, "demo-switch");
  await page.keyboard.press("Escape");
  await bar(page).getByRole("button", { name: "What to try" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "What to try" }).waitFor();
  await inspectEverywhere(page, "demo-tries");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await bar(page).getByRole("button", { name: "Start again" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Start again" }).waitFor();
  await inspectEverywhere(page, "demo-again");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await openDocument(page, GUIDELINE);
  await page.locator(".caret").first().waitFor({ state: "attached" });
  await inspectEverywhere(page, "demo-editor");

  // Out, and an account made here can come in beside the five.
  await page.getByRole("button", { name: /^You are Dr Miriam Halloran/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("Choose whom to be next.").waitFor();
  await page.getByRole("button", { name: "Sign in with an account made here" }).click();
  await page.getByRole("textbox", { name: "E-mail" }).waitFor();
  await page.getByRole("button", { name: "Choose one of the five" }).click();
  await page.getByRole("button", { name: "Continue as Jonas Brandt" }).click();
  await bar(page).getByText("You are Jonas Brandt, a member.").waitFor();
  // Whoever left does not lead the next person to where they were.
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
}, 600_000);
