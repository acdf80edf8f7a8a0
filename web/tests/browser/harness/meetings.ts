/** What tests of meetings do on their pages. */
import type { Locator, Page } from "playwright-core";
import { caretAtEndOf, typeAtEnd } from "./caret.ts";
import { comeIn, found } from "./portal.ts";
import type { Server } from "./server.ts";
import { blocksOn, eventually, textOf, type Visitor, whenSaved } from "./visitor.ts";

export const MARK = "Last words of the text.";

export interface Panel {
  readonly lena: Visitor;
  readonly lenas: Page;
  readonly document: string;
  readonly community: string;
}

/** A community that this visitor leads, with one document. */
export async function panelOf(server: Server, lena: Visitor, email: string): Promise<Panel> {
  const lenas = await comeIn(server, lena, email);
  const community = await found(lenas, `Panel of ${email}`);
  await lenas.getByRole("textbox", { name: "Document title" }).fill("Guideline on fever");
  await typeAtEnd(lenas, MARK);
  await eventually(holds(lenas, MARK), true);
  await whenSaved(lenas, "safe");
  return { lena, lenas, document: new URL(lenas.url()).pathname, community };
}

export const holds = (page: Page, words: string) => async () => (await blocksOn(page)).join("\n").includes(words);
export const nowOn = (page: Page): Locator => page.getByRole("complementary", { name: "Now", exact: true });
export const agendaOn = (page: Page): Locator => page.getByRole("complementary", { name: /^Agenda/ });
export const barOf = (page: Page): Locator => page.getByRole("region", { name: "This meeting" });
export const chairOf = (page: Page): Locator => page.getByRole("region", { name: "Leading the meeting" });
export const standing = (page: Page): Locator => nowOn(page).locator(".meeting-standing");

/** Writes behind the marked words. */
export async function write(page: Page, words: string): Promise<void> {
  await caretAtEndOf(page, textOf(page).locator("p", { hasText: MARK }).last());
  await page.keyboard.type(words);
}

export interface PlanOptions {
  /** When it begins, as a field of a form has it, in the browser's own time zone. */
  readonly at?: string;
  readonly deputies?: readonly string[];
  readonly knock?: boolean;
}

/** Plans a meeting about the only document; the page is the meeting then. */
export async function plan(page: Page, title: string, options: PlanOptions = {}) {
  await page.getByRole("link", { name: "Meetings", exact: true }).click();
  await page.getByRole("button", { name: "Plan a meeting" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "What is it called?" }).fill(title);
  await dialog.getByRole("checkbox", { name: "Guideline on fever" }).check();
  if (options.at !== undefined) {
    await dialog.getByLabel(/^When does it begin/).fill(options.at);
  }
  for (const deputy of options.deputies ?? []) {
    await dialog.getByRole("checkbox", { name: deputy }).check();
  }
  if (options.knock === true) {
    await dialog.getByRole("radio", { name: "Somebody lets them in" }).check();
  }
  await dialog.getByRole("button", { name: "Plan it" }).click();
  await barOf(page).waitFor();
  return new URL(page.url()).pathname;
}

export async function addItem(page: Page, title: string, minutes = ""): Promise<void> {
  await agendaOn(page).getByRole("button", { name: "Add an item" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "What is it about?" }).fill(title);
  await dialog.getByRole("textbox", { name: /^Minutes/ }).fill(minutes);
  await dialog.getByRole("button", { name: "Add it" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Does something in the meeting that the page shows, as whoever is signed in there, by the interface that pages use. */
export async function act(page: Page, command: object): Promise<number> {
  const id = new URL(page.url()).pathname.split("/")[2] ?? "";
  return await page.evaluate(
    async ([meeting, body]) => {
      const answer = await fetch(`/api/v1/meetings/${meeting}/commands`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: body ?? "",
      });
      return answer.status;
    },
    [id, JSON.stringify(command)],
  );
}
