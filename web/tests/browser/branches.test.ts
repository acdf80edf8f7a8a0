/** Suggestions: somebody who may not write proposes, somebody who may decides; real server, real browsers (D11). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd, typeAtStart } from "./harness/caret.ts";
import { glanceEverywhere, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, signUp, visit } from "./harness/portal.ts";
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

const banner = (page: Page) => page.getByRole("region", { name: "About this suggestion" });
const holds = (page: Page, words: string) => async () => (await blocksOn(page)).join("\n").includes(words);

interface Panel {
  readonly ada: Visitor;
  /** The document, as its leader has it open. */
  readonly adas: Page;
  readonly document: string;
  readonly community: string;
}

/** A community whose first document everybody on the server may read. */
async function panelOf(name: string, email: string): Promise<Panel> {
  const ada = await arrive(name);
  const adas = await comeIn(server, ada, email);
  const community = await found(adas, `Panel of ${name}`);
  await typeAtEnd(adas, "Last words of the document.");
  await whenSaved(adas, "safe");
  await adas.getByRole("button", { name: /^Who can see this/ }).click();
  await adas.getByRole("radio", { name: "Everybody on this server" }).check();
  await adas.getByRole("textbox", { name: "Why open it to more people?" }).fill("For the library.");
  await adas.getByRole("button", { name: "Change" }).click();
  await adas.getByRole("dialog").waitFor({ state: "detached" });
  return { ada, adas, document: new URL(adas.url()).pathname, community };
}

/** Somebody with a role there, who has the document open. */
async function readerOf({ ada, document, community }: Panel, name: string, email: string, role: string) {
  const reader = await arrive(name);
  reader.expect(/status of (401|403|404)/);
  const members = await visit(ada, `${community}/members`);
  const page = await signUp(reader, await invite(members, role), email);
  await members.close();
  await page.goto(`${reader.wire.url}${document}`);
  await textOf(page).waitFor();
  return { reader, page };
}

test("a reader suggests, a writer reviews, takes one passage, then all of it", async () => {
  const panel = await panelOf("Ada Lindqvist", "ada@example.org");
  const { adas, document } = panel;
  const { page: lias } = await readerOf(panel, "Lia Sørensen", "lia@example.org", "Listener");
  await eventually(() => textOf(lias).getAttribute("contenteditable"), "false");

  // Lia may not write, and is told how to propose; her copy says what it is and who reads it.
  await lias.getByText("You can suggest changes").waitFor();
  await lias.getByRole("button", { name: "Suggest changes" }).click();
  await banner(lias)
    .getByRole("heading", { name: /^Your draft for/ })
    .waitFor();
  await banner(lias).getByText("Only you can read it").waitFor();
  await eventually(holds(lias, "Last words of the document."), true);
  await eventually(() => textOf(lias).getAttribute("contenteditable"), "true");
  await typeAtStart(lias, "Also for children: ");
  await typeAtEnd(lias, " And a last word of Lia.");
  await whenSaved(lias, "safe");
  await adas.reload();
  await eventually(holds(adas, "Last words of the document."), true);
  expect(await adas.getByRole("link", { name: /^Suggestions:/ }).count(), "a draft is its author’s").toBe(0);

  await banner(lias).getByRole("button", { name: "Hand in" }).click();
  await lias.getByRole("textbox", { name: /^What do you suggest/ }).fill("Children are missing.");
  await lias.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await banner(lias)
    .getByRole("heading", { name: /^Your suggestion for/ })
    .waitFor();

  // Ada finds it at her document, which has nothing of it.
  await adas.reload();
  await adas.getByRole("link", { name: "Suggestions: 1 open" }).click();
  await adas.getByRole("heading", { name: "By Lia Sørensen" }).waitFor();
  await adas.getByText("Children are missing.").waitFor();
  await adas.getByText(/ · 2 passages are changed$/).waitFor();
  await adas.getByRole("link", { name: "See the changes" }).click();
  await adas.getByText("2 passages are changed").waitFor();
  const inserted = await adas.locator(".compared ins").allTextContents();
  expect(inserted.join("|")).toContain("Also for children:");
  expect(inserted.join("|")).toContain("And a last word of Lia.");
  const beside = await visit(panel.ada, document);
  await eventually(holds(beside, "Last words of the document."), true);
  expect(await holds(beside, "Also for children:")()).toBe(false);

  // One passage, by the keyboard; whoever has the document open sees it, and nothing else of the suggestion.
  const first = adas.getByRole("checkbox", { name: /^Passage 1/ });
  await first.focus();
  await adas.keyboard.press("Space");
  const take = adas.getByRole("button", { name: "Take 1 passage" });
  await take.focus();
  await adas.keyboard.press("Enter");
  await adas.getByText("1 passage is in the document").waitFor();
  await adas.getByText("1 passage is changed", { exact: true }).waitFor();
  await eventually(holds(beside, "Also for children:"), true);
  expect(await holds(beside, "And a last word of Lia.")()).toBe(false);

  // All that is left, once each.
  await adas.getByRole("button", { name: "Take all" }).click();
  await adas.waitForURL(`**${document}`);
  await eventually(holds(beside, "And a last word of Lia."), true);
  const text = (await blocksOn(beside)).join("\n");
  expect(text.split("Also for children:").length, "once").toBe(2);
  // The label of a task repeats its text; what was merged a second time would stand beside itself.
  expect(text).not.toContain("And a last word of Lia. And a last word of Lia.");

  // Lia is told; her copy is only read now, and the ledger has both acts.
  await lias.reload();
  await banner(lias)
    .getByText(/^Ada Lindqvist took this suggestion into the document/)
    .waitFor();
  await eventually(() => textOf(lias).getAttribute("contenteditable"), "false");
  const ledger = await visit(panel.ada, `${panel.community}/ledger`);
  await ledger.getByText(/^Ada Lindqvist took the suggestion of Lia Sørensen into/).waitFor();
  await ledger.getByText(/^Ada Lindqvist took a part of the suggestion of Lia Sørensen into/).waitFor();
});

test("a whole suggestion is taken at once, and one that is discarded can be opened again; two work in one live", async () => {
  const panel = await panelOf("Mia Brandt", "mia@example.org");
  const { adas: mias, document } = panel;
  const { page: bens } = await readerOf(panel, "Ben Okafor", "ben@example.org", "Member");

  // A member who writes proposes by the menu.
  await bens.getByRole("button", { name: "Document actions" }).click();
  await bens.getByRole("menuitem", { name: "Suggest changes" }).click();
  await banner(bens).waitFor();
  await eventually(holds(bens, "Last words of the document."), true);
  await typeAtEnd(bens, " Proposed by Ben.");
  await whenSaved(bens, "safe");
  await banner(bens).getByRole("button", { name: "Hand in" }).click();
  await bens.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await banner(bens)
    .getByRole("heading", { name: /^Your suggestion for/ })
    .waitFor();

  // The leader works in it too.
  await mias.goto(bens.url().replace(new URL(bens.url()).origin, panel.ada.wire.url));
  await banner(mias)
    .getByRole("heading", { name: /^Suggestion by Ben Okafor/ })
    .waitFor();
  await eventually(holds(mias, "Proposed by Ben."), true);
  await typeAtEnd(mias, " Amended by Mia.");
  await eventually(holds(bens, "Amended by Mia."), true);
  await whenSaved(mias, "safe");

  await banner(mias).getByRole("button", { name: "Discard" }).click();
  await mias.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await banner(mias)
    .getByText(/^Mia Brandt discarded this suggestion/)
    .waitFor();
  await banner(mias).getByRole("button", { name: "Open again" }).click();
  await banner(mias).getByText("What you write here changes the suggestion").waitFor();
  await banner(mias).getByRole("link", { name: "See the changes" }).click();
  await mias.getByRole("button", { name: "Take all" }).click();
  await mias.waitForURL(`**${document}`);
  await eventually(holds(mias, "Proposed by Ben. Amended by Mia."), true);

  // The address of the copy as a document leads to the suggestion.
  const branch = new URL(bens.url()).pathname.split("/").at(-1);
  await bens.goto(`${new URL(bens.url()).origin}/d/${branch}`);
  await banner(bens)
    .getByText(/^Mia Brandt took this suggestion/)
    .waitFor();
});

test("every page of a suggestion is accessible and fits, at three widths, in light and dark", async () => {
  const panel = await panelOf("Ida Maximiliane von Trostburg zu Hohenems", "ida@example.org");
  const { adas: idas, document } = panel;
  const { page } = await readerOf(panel, "Jo Park", "jo@example.org", "Listener");
  await page.getByText("You can suggest changes").waitFor();
  await inspectEverywhere(page, "branches-reader");
  await page.getByRole("button", { name: "Suggest changes" }).click();
  await eventually(() => textOf(page).getAttribute("contenteditable"), "true");
  await eventually(holds(page, "Last words of the document."), true);
  await typeAtStart(page, "Also for children: ");
  await typeAtEnd(page, " And more.");
  await whenSaved(page, "safe");
  await page.evaluate(() => window.scrollTo(0, 0));
  await inspectEverywhere(page, "branches-draft");
  await banner(page).getByRole("button", { name: "Hand in" }).click();
  const note = page.getByRole("textbox", { name: /^What do you suggest/ });
  await note.fill("Children are missing in the scope, and the last sentence says too little.");
  await inspectEverywhere(page, "branches-hand-in");
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await banner(page)
    .getByRole("heading", { name: /^Your suggestion for/ })
    .waitFor();

  await typeAtEnd(idas, " Which the document says meanwhile.");
  await whenSaved(idas, "safe");
  await idas.reload();
  await idas.getByRole("link", { name: "Suggestions: 1 open" }).waitFor();
  await inspectEverywhere(idas, "branches-document");
  await idas.getByRole("link", { name: "Suggestions: 1 open" }).click();
  await idas.getByRole("heading", { name: "By Jo Park" }).waitFor();
  await inspectEverywhere(idas, "branches-list");
  await idas.getByRole("link", { name: "Open the text" }).click();
  await banner(idas)
    .getByRole("heading", { name: /^Suggestion by Jo Park/ })
    .waitFor();
  await inspectEverywhere(idas, "branches-suggestion");
  await banner(idas).getByRole("link", { name: "See the changes" }).click();
  await idas.getByText("The document was changed here too.").waitFor();
  await idas.getByRole("checkbox", { name: /^Passage 1/ }).check();
  await inspectEverywhere(idas, "branches-changes");
  await idas.getByRole("button", { name: "Discard" }).click();
  await idas.getByRole("dialog").waitFor();
  await inspectEverywhere(idas, "branches-discard");
  await idas.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await idas.getByText(/discarded this suggestion/).waitFor();
  await inspectEverywhere(idas, "branches-discarded");
  await idas.goto(`${panel.ada.wire.url}${document}/suggestions`);
  await idas.getByRole("heading", { name: "Decided" }).waitFor();
  await glanceEverywhere(idas, "branches-decided");
}, 600_000);
