/** References: two people keep one list, one of them without network; they import, cite, remove, and take it along. */
import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Pictures of several states, in milliseconds. */
const LOOK_MS = 600_000;

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
  visitor.expect(/status of (401|403|404)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  return visitor;
}

const RIS = `TY  - JOUR
AU  - Zimmer, Anna
TI  - Early antibiotics in sepsis
JF  - Critical Care
VL  - 12
SP  - 101
EP  - 109
PY  - 2020
DO  - 10.1000/cc.12
ER  - 

TY  - BOOK
AU  - Adler, Carl
TI  - <script>alert(1)</script> Shock
PB  - Springer
CY  - Berlin
PY  - 2018
ER  - 

TY  - JOUR
ER  - 
`;

const BIBTEX = `@article{z, title = {Called otherwise}, doi = {https://doi.org/10.1000/CC.12}, number = 3}
@article{new, author = {Ber{\\"u}g, Jan}, title = {Fluids}, journal = {Shock}, year = 2021}`;

/** Opens the page of the references from the menu of the document. */
async function toReferences(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "References" }).click();
  await page.getByRole("heading", { name: "References", level: 1 }).waitFor();
}

const dialog = (page: Page) => page.getByRole("dialog");
const citationsOn = (page: Page): Promise<readonly string[]> => textOf(page).locator("cite").allTextContents();
const listOn = (page: Page) => page.getByRole("region", { name: "References" });

/** Cites what `words` find, at the caret. */
async function cite(page: Page, words: string, locator = ""): Promise<void> {
  await page.keyboard.press("Control+Alt+r");
  await dialog(page).getByLabel("References", { exact: true }).first().fill(words);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  if (locator !== "") {
    await dialog(page).getByRole("textbox", { name: "Place in it" }).fill(locator);
  }
  await dialog(page).getByRole("button", { name: "Cite", exact: true }).click();
  await dialog(page).waitFor({ state: "detached" });
}

async function take(page: Page, format: "Word" | "Web page" | "Markdown"): Promise<Uint8Array> {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "Download…" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog(page).getByRole("button", { name: format, exact: true }).click(),
  ]);
  await dialog(page).waitFor({ state: "detached" });
  return new Uint8Array(readFileSync(await download.path()));
}

test(
  "two people import, mend, cite and remove references, one of them without network, and take the text along",
  async () => {
    const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
    const adas = await comeIn(server, ada, "ada-refs@example.org");
    const community = await found(adas, "Sepsis panel");
    const document = new URL(adas.url()).pathname;

    // Imported: first what was read is shown.
    await toReferences(adas);
    await adas.getByRole("heading", { name: "No reference yet" }).waitFor();
    await adas.getByRole("button", { name: "Import…" }).click();
    await adas.getByTestId("references-file").setInputFiles({
      name: "export.ris",
      mimeType: "application/x-research-info-systems",
      buffer: Buffer.from(RIS),
    });
    await adas.getByText("2 new references (RIS).").waitFor();
    await adas.getByText("Line 20: has no title, author or journal; left out").waitFor();
    await adas.getByRole("button", { name: "Import", exact: true }).click();
    await adas.getByText("2 references", { exact: true }).waitFor();
    await whenSaved(adas, "safe");

    const members = await visit(ada, `${community}/members`);
    const link = await invite(members);
    await members.close();
    const bens = await signUp(ben, link, "ben-refs@example.org");
    await bens.goto(`${ben.wire.url}${document}/references`);
    await bens.getByText("2 references", { exact: true }).waitFor();

    // One of them without network: both mend the same reference, and neither loses a field.
    await ada.goOffline();
    await adas.getByRole("button", { name: "Edit “Zimmer 2020”" }).click();
    await dialog(adas).getByRole("textbox", { name: "Title" }).fill("Early antibiotics in septic shock");
    await dialog(adas).getByRole("button", { name: "Apply" }).click();
    await bens.getByRole("button", { name: "Edit “Zimmer 2020”" }).click();
    await dialog(bens).getByRole("textbox", { name: "PubMed number" }).fill("no number");
    await dialog(bens).getByRole("button", { name: "Apply" }).click();
    await dialog(bens).getByText("A PubMed number has up to nine digits.").waitFor();
    await dialog(bens).getByRole("textbox", { name: "PubMed number" }).fill("32000001");
    await dialog(bens).getByRole("button", { name: "Apply" }).click();
    await dialog(bens).waitFor({ state: "detached" });
    // What is there already is found by its DOI.
    await adas.getByRole("button", { name: "Import…" }).click();
    await dialog(adas).getByRole("textbox", { name: "Or paste its text here" }).fill(BIBTEX);
    await dialog(adas).getByRole("button", { name: "Read" }).click();
    await adas.getByText("1 new reference (BibTeX).").waitFor();
    await adas.getByText("Here as “Zimmer 2020”: the same DOI").waitFor();
    await inspect(adas, "references-import");
    await adas.getByRole("button", { name: "Import", exact: true }).click();
    await adas.getByText("3 references", { exact: true }).waitFor();
    await ada.comeBack();
    for (const page of [adas, bens]) {
      await page.getByText("Early antibiotics in septic shock").waitFor();
      await page.getByText("3 references", { exact: true }).waitFor();
    }
    await adas.getByRole("button", { name: "Edit “Zimmer 2020”" }).click();
    expect(await dialog(adas).getByRole("textbox", { name: "PubMed number" }).inputValue()).toBe("32000001");
    expect(await dialog(adas).getByRole("textbox", { name: "Issue" }).inputValue()).toBe("3");
    await dialog(adas).getByRole("button", { name: "Cancel" }).click();
    await inspectEverywhere(bens, "references-page");

    // Cited by keyboard, counted in the order of the text, for both.
    await adas.getByRole("link", { name: "Back to the document" }).last().click();
    await caretAtEndOf(adas, textOf(adas).locator("p").last());
    await adas.keyboard.type(" Give antibiotics early ");
    await cite(adas, "septic", "12");
    await eventually(() => citationsOn(adas), ["(1, p. 12)"]);
    await bens.goto(`${ben.wire.url}${document}`);
    await eventually(() => citationsOn(bens), ["(1, p. 12)"]);
    await listOn(bens).getByText("Zimmer A. Early antibiotics in septic shock.").waitFor();
    await caretAtEndOf(adas, textOf(adas).locator("p").last());
    await adas.keyboard.type(" and fluids @@");
    await dialog(adas).waitFor();
    await dialog(adas).getByRole("button", { name: "Close" }).click();
    await dialog(adas).waitFor({ state: "detached" });
    await caretAtEndOf(adas, textOf(adas).locator("p").last());
    await cite(adas, "shock 2018");
    await eventually(() => citationsOn(bens), ["(1, p. 12)", "(2)"]);
    await listOn(bens).getByText("<script>alert(1)</script> Shock").waitFor();
    await listOn(bens).scrollIntoViewIfNeeded();
    await inspectEverywhere(bens, "references-cited");
    await whenSaved(adas, "safe");

    // By author and year, for everybody at once.
    const page = await visit(ben, `${document}/references`);
    await page.getByLabel("How citations are written").first().click();
    await page.getByRole("option", { name: "By author and year (APA)" }).click();
    await eventually(() => citationsOn(adas), ["(Zimmer, 2020, p. 12)", "(Adler, 2018)"]);

    // Removed: said where it is cited, and nothing is dropped. Put back, it is as it was.
    await page.getByRole("button", { name: "Remove “Zimmer 2020”" }).click();
    await eventually(() => citationsOn(adas), ["[missing reference: Zimmer 2020]", "(Adler, 2018)"]);
    const markdown = new TextDecoder().decode(await take(adas, "Markdown"));
    expect(markdown).toContain("missing reference: Zimmer 2020");
    await page.getByRole("button", { name: "Put “Zimmer 2020” back" }).click();
    await eventually(() => citationsOn(adas), ["(Zimmer, 2020, p. 12)", "(Adler, 2018)"]);

    // Taken along, also without network.
    await ada.goOffline();
    const html = new TextDecoder().decode(await take(adas, "Web page"));
    const word = strFromU8(unzipSync(await take(adas, "Word"))["word/document.xml"] ?? new Uint8Array());
    for (const file of [html, word]) {
      expect(file).toContain("(Zimmer, 2020, p. 12)");
      expect(file).toContain("Early antibiotics in septic shock");
      expect(file).not.toContain("<script>alert(1)");
    }
    expect(html).toContain("<h2>References</h2>");
    await ada.comeBack();
    await whenSaved(adas, "safe");
  },
  LOOK_MS,
);
