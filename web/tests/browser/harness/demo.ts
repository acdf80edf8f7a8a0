/** People of a demonstration: a click lets one in. */
import type { Page } from "playwright-core";
import { visit } from "./portal.ts";
import type { Visitor } from "./visitor.ts";

/** What a browser reports while the server is away or begins again. */
export const WHILE_AWAY = /ERR_|status of (401|404|502|503|504)|WebSocket/;

/** Opens the entrance and continues as `name`; the page is the first one then. */
export async function continueAs(visitor: Visitor, name: string): Promise<Page> {
  const page = await visit(visitor, "/");
  await choose(page, name);
  return page;
}

/** On the entrance. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Continue as ${name}` }).click();
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
}

/** The bar on top of every page. */
export function bar(page: Page) {
  return page.getByRole("complementary", { name: "Demonstration" });
}

/** Opens a document from the first page. */
export async function openDocument(page: Page, title: RegExp): Promise<void> {
  await page.getByRole("link", { name: title }).first().click();
  await page.getByRole("textbox", { name: "Document text" }).waitFor();
}
