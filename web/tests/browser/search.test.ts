/**
 * Searching: what somebody writes is found seconds later by those who may read it, with the words marked, and by nobody
 * else. Real server, real browsers; pictures go to `.screenshots/`.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Pages that are each measured six times, in milliseconds. */
const TOUR_MS = 300_000;

/** How soon a sentence has to be found by others, in milliseconds. */
const FOUND_MS = 10_000;

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

/** Writes a paragraph at the end of the first one. */
async function write(page: Page, words: string): Promise<void> {
  await caretAtEndOf(page, textOf(page).locator("p").first());
  await page.keyboard.press("Enter");
  await page.keyboard.type(words);
  await whenSaved(page, "safe");
}

/** Looks for words from wherever the page is, by keyboard. */
async function lookFor(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Search", level: 1 }).waitFor();
}

const field = (page: Page) => page.getByRole("main").getByRole("textbox", { name: "Search all documents" });
const hits = (page: Page) => page.locator(".search-hit");
const marked = (page: Page) => page.locator(".search-results mark").allTextContents();

/** Asks anew until it is found; what was written is found some seconds later. */
async function untilFound(page: Page, words: string): Promise<number> {
  const begun = performance.now();
  for (;;) {
    await field(page).fill("");
    await page.getByRole("heading", { name: "What are you looking for?" }).waitFor();
    await field(page).fill(words);
    // Either what was found, or that nothing was.
    await page.getByRole("main").getByRole("status").waitFor();
    if ((await hits(page).count()) > 0) {
      return performance.now() - begun;
    }
    expect(performance.now() - begun).toBeLessThan(FOUND_MS);
  }
}

test("what one writes another finds, with the words marked, and nobody else does", async () => {
  const [ada, ben, eve] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor"), await arrive("Eve Hallberg")];
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Regional sepsis panel");
  const leads = await visit(ada, `${community}/members`);
  const bens = await signUp(ben, await invite(leads), "ben@example.org");
  const eves = await comeIn(server, eve, "eve@example.org");

  await write(adas, "Die Antibiotikagabe beginnt früh, before the second hour.");
  await lookFor(bens, "antibiotik");
  const seconds = (await untilFound(bens, "antibiotik früh")) / 1_000;
  console.log(`found by another after ${seconds.toFixed(1)} s`);
  expect(await marked(bens)).toEqual(["Antibiotikagabe", "früh"]);
  await hits(bens).getByText("Regional sepsis panel").waitFor();
  expect(new URL(bens.url()).search).toBe("?q=antibiotik+fr%C3%BCh");

  // Without capitals, accents and umlauts; a phrase stands together.
  await field(bens).fill("ANTIBIOTIK FRUH");
  await eventually(() => marked(bens), ["Antibiotikagabe", "früh"]);
  await field(bens).fill('"second hour"');
  await eventually(() => marked(bens), ["second hour"]);
  await field(bens).fill('"hour second"');
  await bens.getByRole("heading", { name: "Nothing found" }).waitFor();
  await bens.getByText("Leave out quotation marks").waitFor();

  // Where it stands: one of its communities; elsewhere is nothing, and the way back is at hand.
  await field(bens).fill("second hour");
  await eventually(() => hits(bens).count(), 1);
  const where = bens.getByRole("combobox", { name: "Where to look" });
  await where.selectOption("Regional sepsis panel");
  await eventually(() => hits(bens).count(), 1);
  await where.selectOption("The library");
  await bens.getByRole("heading", { name: "Nothing found" }).waitFor();
  await bens.getByRole("button", { name: "Look everywhere." }).click();
  await eventually(() => hits(bens).count(), 1);

  // By keyboard to the words in the document, and back to what was found.
  await field(bens).focus();
  await bens.locator(".search-passage").first().focus();
  await bens.keyboard.press("Enter");
  await textOf(bens).waitFor();
  await eventually(() => bens.getByRole("textbox", { name: "Find", exact: true }).inputValue(), "second");
  await eventually(() => bens.locator(".find-match--current").textContent(), "second");
  await bens.goBack();
  await eventually(() => hits(bens).count(), 1);
  expect(await field(bens).inputValue()).toBe("second hour");

  // Whoever is not in the community finds nothing, and learns nothing.
  await lookFor(eves, "antibiotik");
  await eves.getByRole("heading", { name: "Nothing found" }).waitFor();
  expect(await hits(eves).count()).toBe(0);

  // Narrowed to its maker it is gone at once for everybody else.
  await adas.getByRole("button", { name: /^Who can see this/ }).click();
  await adas.getByRole("radio", { name: "Only whoever started it", exact: true }).check();
  await adas.getByRole("button", { name: "Change", exact: true }).click();
  await adas.getByRole("dialog").waitFor({ state: "detached" });
  await field(bens).fill("antibiotik");
  await bens.getByRole("heading", { name: "Nothing found" }).waitFor();
  const own = await visit(ada, "/search?q=antibiotik");
  await eventually(() => hits(own).count(), 1);
});

test(
  "searching says what it does in both languages, at every width, and without a connection",
  async () => {
    const ada = await arrive("Ada Lindqvist");
    ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|WebSocket/);
    const page = await comeIn(server, ada, "ada-looks@example.org");
    await found(page, "Panel that is looked at");
    await write(
      page,
      "Fever above 38,5 °C: antibiotics within the first hour, and a long sentence that goes on. ".repeat(4),
    );
    const home = await visit(ada, "/");
    await home.getByRole("heading", { name: "Your communities" }).waitFor();
    await inspectEverywhere(home, "search-header");
    await lookFor(home, "antibiotics");
    await untilFound(home, "antibiotics fever");
    await inspectEverywhere(home, "search-results");
    await field(home).fill("nowhere to be found");
    await home.getByRole("heading", { name: "Nothing found" }).waitFor();
    await inspectEverywhere(home, "search-nothing");

    await ada.goOffline();
    await field(home).fill("antibiotics");
    await home.getByText("Searching needs a connection to the server.").waitFor();
    await inspectEverywhere(home, "search-offline");
    await ada.comeBack();
    await eventually(() => hits(home).count(), 1);

    await home.getByRole("button", { name: /^You are Ada Lindqvist/ }).click();
    await home.getByRole("menuitemradio", { name: "Deutsch" }).click();
    await home.getByRole("heading", { name: "Suche", level: 1 }).waitFor();
    await home.getByRole("main").getByRole("textbox", { name: "Alle Dokumente durchsuchen" }).fill("");
    await home.getByRole("heading", { name: "Was suchen Sie?" }).waitFor();
    await inspectEverywhere(home, "search-german");
  },
  TOUR_MS,
);
