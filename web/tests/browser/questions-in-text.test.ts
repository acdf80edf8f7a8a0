/** Clinical questions in the text: put in, drawn live for everybody who may see them, and taken along in files. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp, visit } from "./harness/portal.ts";
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
  visitor.expect(/status of (401|403|404)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

const TITLE = "Antibiotics within one hour?";
const STATEMENT = "We recommend antibiotics within one hour.";

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const choice = (page: Page, name: string) => page.getByRole("combobox", { name, exact: true });
const block = (page: Page) => page.getByRole("region", { name: `Clinical question: ${TITLE}` });

/** Begins a question from the text and puts it behind the paragraph with the caret. */
async function beginInText(page: Page): Promise<void> {
  await caretAtEndOf(page, textOf(page).locator("p").first());
  await page.getByRole("button", { name: "Clinical question", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Put a clinical question into the text" });
  await dialog.getByRole("textbox", { name: "New question" }).fill(TITLE);
  await dialog.getByRole("button", { name: "Begin it and put it in" }).click();
  await dialog.waitFor({ state: "detached" });
  await block(page).waitFor();
}

async function markdownOf(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: /^Download/ }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("dialog").getByRole("button", { name: "Markdown" }).click(),
  ]);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  return await readFile(await file.path(), "utf8");
}

test("a question is put into the text, another sees it change there, and files have it", async () => {
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, "ada.blocks@example.org");
  const community = await found(adas, "Sepsis panel");
  const document = new URL(adas.url()).pathname;
  await beginInText(adas);
  await block(adas).getByText("There is no recommendation yet.").waitFor();
  await whenSaved(adas, "safe");

  const members = await visit(ada, `${community}/members`);
  const link = await invite(members);
  const ben = await arrive("Ben Okafor");
  const bens = await signUp(ben, link, "ben.blocks@example.org");
  await bens.goto(`${ben.wire.url}${document}`);
  await block(bens).waitFor();

  // What is written on its page appears in the text of the other.
  await block(adas).getByRole("link", { name: "Open the question" }).click();
  await field(adas, "Population").fill("Adults with sepsis");
  await choice(adas, "Direction").selectOption("For");
  await choice(adas, "Strength").selectOption("Strong");
  await choice(adas, "Certainty").selectOption("Moderate");
  await field(adas, "Action").fill("antibiotics within one hour");
  await adas.getByRole("button", { name: "Take this wording" }).click();
  await field(adas, "Remarks").fill("Take cultures first.");
  for (const said of [
    STATEMENT,
    "Adults with sepsis",
    "Strength: Strong",
    "Certainty: Moderate",
    "Take cultures first.",
  ]) {
    await block(bens).getByText(said).waitFor();
  }
  await whenSaved(adas, "safe");
  await choice(adas, "Strength").selectOption("Weak (conditional)");
  await block(bens).getByText("Strength: Weak (conditional)").waitFor();
  await inspectEverywhere(bens, "question-in-text");

  // Twice: the second names it and leads there. Taken back by undo.
  await caretAtEndOf(bens, textOf(bens).locator("p").first());
  await bens.getByRole("button", { name: "Clinical question", exact: true }).click();
  const dialog = bens.getByRole("dialog", { name: "Put a clinical question into the text" });
  await dialog.getByRole("combobox", { name: "Which question" }).click();
  await inspectEverywhere(bens, "question-to-text");
  await bens.getByRole("option", { name: `${TITLE} (stands in the text already)` }).click();
  await dialog.getByRole("button", { name: "Put it in" }).click();
  await bens.getByText("Clinical question, shown further up").waitFor();
  expect(await block(bens).count()).toBe(1);
  await bens.keyboard.press("ControlOrMeta+z");
  await bens.getByText("Clinical question, shown further up").waitFor({ state: "detached" });

  // By keys alone: the block is selected, copied, pasted, and opened.
  await caretAtEndOf(bens, textOf(bens).locator("p").first());
  await bens.keyboard.press("ArrowDown");
  await bens.locator(".question-block--selected").waitFor();
  await bens.keyboard.press("ControlOrMeta+c");
  await bens.keyboard.press("ArrowDown");
  await bens.keyboard.press("ControlOrMeta+v");
  await bens.getByText("Clinical question, shown further up").waitFor();
  await bens.keyboard.press("ControlOrMeta+z");
  await bens.getByText("Clinical question, shown further up").waitFor({ state: "detached" });

  const markdown = await markdownOf(bens);
  const order = [TITLE, STATEMENT, "Certainty: Moderate", "Take cultures first.", "Adults with sepsis"];
  const places = order.map((said) => markdown.indexOf(said));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual([...places].sort((one, other) => one - other));
  // In its place: the text goes on behind it.
  expect(markdown.indexOf("\n# ", places.at(-1)) + markdown.indexOf("\n## ", places.at(-1))).toBeGreaterThan(0);
  expect(markdown).not.toContain("## Clinical questions");

  // Without network, from what this device holds.
  await ben.goOffline();
  expect(await markdownOf(bens)).toContain(STATEMENT);
  await ben.comeBack();

  await caretAtEndOf(bens, textOf(bens).locator("p").first());
  await bens.keyboard.press("ArrowDown");
  await bens.locator(".question-block--selected").waitFor();
  await bens.keyboard.press("Enter");
  await eventually(() => field(bens, "Population").inputValue(), "Adults with sepsis");

  // In the bin, and excluded: said plainly, and not a word of it in a file.
  await adas.goto(`${ada.wire.url}${document}/questions`);
  await adas.getByRole("button", { name: `Put “${TITLE}” into the bin` }).click();
  await adas.getByRole("button", { name: `Restore “${TITLE}”` }).waitFor();
  await bens.goto(`${ben.wire.url}${document}`);
  await bens.getByText("This question is in the bin.", { exact: false }).waitFor();
  expect(await markdownOf(bens)).not.toContain(STATEMENT);
  await adas.getByRole("button", { name: `Restore “${TITLE}”` }).click();
  await adas.getByRole("button", { name: `Put “${TITLE}” into the bin` }).waitFor();
  await bens.reload();
  await block(bens).getByText(STATEMENT).waitFor();

  await members.bringToFront();
  await goTo(members, "Interests");
  await members.getByRole("button", { name: "Judge the interests of Ben Okafor" }).click();
  const judging = members.getByRole("dialog", { name: "Judge the interests of Ben Okafor" });
  await judging.getByRole("combobox", { name: "About" }).selectOption({ label: TITLE });
  await judging.getByRole("radio", { name: "Excluded" }).check();
  await judging.getByRole("textbox", { name: "Why" }).fill("Owns shares of the maker.");
  await judging.getByRole("button", { name: "Judge", exact: true }).click();
  await judging.waitFor({ state: "detached" });
  await bens.bringToFront();
  await bens.getByText("This question is not shown:", { exact: false }).waitFor();
  expect(await textOf(bens).textContent()).not.toContain(STATEMENT);
  const without = await markdownOf(bens);
  expect(without).not.toContain(STATEMENT);
  expect(without).not.toContain(TITLE);
  await inspectEverywhere(bens, "question-in-text-hidden");
  await members.close();
});
