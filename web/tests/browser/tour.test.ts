/** The app under the load that it is made for: long texts, long names, many people, wide tables, many matches. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { gather } from "./harness/crowd.ts";
import { longGuideline } from "./harness/guideline.ts";
import { glanceEverywhere, inspectEverywhere } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function arrive(name = "Ada Lindqvist"): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  return visitor;
}

async function importMarkdown(page: Page, markdown: string): Promise<void> {
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "guideline.md", mimeType: "text/markdown", buffer: Buffer.from(markdown) });
  await textOf(page).waitFor();
}

test("a guideline of sixty pages: opened, searched, moved about in, written in", async () => {
  const ada = await arrive();
  const page = await ada.open("/");
  await importMarkdown(page, longGuideline(60));
  await whenSaved(page, "safe");
  const headings = page.getByRole("navigation", { name: "Outline" }).getByRole("button");
  await eventually(() => headings.count(), 120);
  await glanceEverywhere(page, "long");

  await page.keyboard.press("Control+f");
  await page.keyboard.type("the");
  const bar = page.getByRole("search", { name: "Find and replace" });
  await bar.getByText(/^1 of \d{3,}$/).waitFor();
  await page.keyboard.press("Enter");
  await bar.getByText(/^2 of \d{3,}$/).waitFor();
  await glanceEverywhere(page, "long-find");
  const find = bar.getByRole("textbox", { name: "Find" });
  await find.fill("panel");
  await bar.getByText(/^\d+ of \d{3,}$/).waitFor();
  await bar.getByRole("textbox", { name: "Replace with" }).fill("working group");
  await bar.getByRole("button", { name: "Replace all" }).click();
  await page.getByText(/^\d{3,} matches replaced$/).waitFor();
  await page.keyboard.press("Escape");
  await whenSaved(page, "safe");
  await eventually(() => textOf(page).getByText("panel").count(), 0);
  await textOf(page).press("Control+z");
  await eventually(() => textOf(page).getByText("working group").count(), 0);

  await headings.nth(80).click();
  const heading = textOf(page).getByRole("heading").nth(80);
  await eventually(
    () => heading.evaluate((element) => Math.abs(element.getBoundingClientRect().top - 140) < 120),
    true,
  );
  const delays: number[] = [];
  for (const letter of "Quickly. ") {
    const began = performance.now();
    await page.keyboard.insertText(letter);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    delays.push(performance.now() - began);
  }
  console.log(`a letter in sixty pages is drawn after ${delays.map((delay) => delay.toFixed(0)).join(", ")} ms`);
  await eventually(() => heading.innerText().then((text) => text.startsWith("Quickly. ")), true);
  await textOf(page).locator("table").first().scrollIntoViewIfNeeded();
  await glanceEverywhere(page, "long-table");

  // Where there is no room for the outline, it is in the menu.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "Outline" }).click();
  const dialog = page.getByRole("dialog", { name: "Outline" });
  await dialog.getByRole("button", { name: "3. Question 3: when is imaging needed?" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.insertText("Here: ");
  await textOf(page).getByRole("heading", { name: "Here: 3. Question 3" }).waitFor();
});

test("thirty people: everybody is told apart, named on demand, and none hides the text", async () => {
  const ada = await arrive();
  const page = await ada.open("/");
  await importMarkdown(page, longGuideline(3));
  await whenSaved(page, "safe");
  const crowd = await gather(server, decodeURIComponent(new URL(page.url()).pathname.replace("/d/", "")), 30);
  onTestFinished(() => crowd.leave());
  await page.getByRole("button", { name: "31 people here" }).waitFor();
  await eventually(() => page.locator(".caret").count(), 30);
  await eventually(() => page.locator(".caret--shown").count(), 0);
  await inspectEverywhere(page, "crowd");
  await page.getByRole("button", { name: "31 people here" }).click();
  await page.getByRole("heading", { name: "Who is here" }).waitFor();
  const faces = page.locator(".people-list .face");
  const looks = await Promise.all((await faces.all()).map((face) => face.evaluate(lookOf)));
  expect(looks).toHaveLength(31);
  // There are thirty looks: one more than that, and two look alike.
  expect(new Set(looks).size).toBe(30);
  // The sign of one's own account shows what the others see.
  const own = page.getByRole("button", { name: /^You are Ada Lindqvist/ }).locator(".face");
  expect(await own.evaluate(lookOf)).toBe(looks[0]);
  await inspectEverywhere(page, "crowd-list");
  await page.keyboard.press("Escape");
  await eventually(() => page.getByRole("heading", { name: "Who is here" }).count(), 0);
});

test("long titles, long words and long names stay inside the page", async () => {
  const ada = await arrive("Dr. med. Wilhelmina-Charlotte Freifrau von Hohenzollern-Sig");
  const page = await ada.open("/");
  for (const title of [
    "Diagnosis and management of suspected acute pulmonary embolism in adults presenting to emergency departments: a consensus statement of the regional working group on thromboembolic disease",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsordnungsentwurfsfassung",
  ]) {
    await page.getByRole("button", { name: "New document" }).click();
    await page.getByRole("textbox", { name: "Document title" }).fill(title);
    await page.keyboard.press("Enter");
    await page.keyboard.insertText("Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(8));
    await whenSaved(page, "safe");
    await inspectEverywhere(page, `long-title-${title.slice(0, 4)}`);
    await page.getByRole("link", { name: "All documents" }).click();
    await page.getByRole("listitem").filter({ hasText: title }).waitFor();
  }
  await inspectEverywhere(page, "long-title-list");
  await page.getByRole("button", { name: /^You are/ }).click();
  await page.getByRole("menu").waitFor();
  await inspectEverywhere(page, "account");
});

/** Runs in the page: the colour and the mark of a face. */
function lookOf(face: Element): string {
  return `${getComputedStyle(face).backgroundColor} ${(face as HTMLElement).dataset["mark"]}`;
}
