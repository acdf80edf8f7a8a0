/** A version on its way: prepared, signed, outdated, prepared anew, published, and replaced by the next one. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, signUp } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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
  visitor.expect(/status of (401|404|409)/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

async function prepare(page: Page): Promise<void> {
  for (const name of ["Ben Okafor", "Cleo Marin"]) {
    await page.getByRole("checkbox", { name }).check();
  }
  await page.getByRole("button", { name: "Freeze and ask for signatures" }).click();
  await page.getByText("This is not published.", { exact: false }).waitFor();
}

/** A path of the portal, by the way that this page has to it. */
function at(page: Page, path: string): string {
  return new URL(path, page.url()).href;
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

async function sign(page: Page, path: string): Promise<void> {
  await page.goto(at(page, path));
  await page.getByRole("document", { name: "The text of this version" }).waitFor();
  await page.getByRole("button", { name: "Sign this text" }).click();
  await page.getByText("You have signed.").waitFor();
}

async function write(page: Page, path: string, words: string): Promise<void> {
  await page.goto(at(page, path));
  await textOf(page).waitFor();
  await caretAtEndOf(page, textOf(page).locator("p").first());
  await page.keyboard.type(words);
  await whenSaved(page, "safe");
}

test("a version is signed, outdated, signed anew, published, and replaced by the next with its changes", async () => {
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, "ada@example.org");
  const path = await found(adas, "Asthma panel");
  const document = pathOf(adas);
  await whenSaved(adas, "safe");
  await adas.goto(at(adas, `${path}/members`));
  const ben = await arrive("Ben Okafor");
  const bens = await signUp(ben, await invite(adas), "ben@example.org");
  const cleo = await arrive("Cleo Marin");
  const cleos = await signUp(cleo, await invite(adas), "cleo@example.org");
  const dan = await arrive("Dan Abara");
  const dans = await signUp(dan, await invite(adas), "dan@example.org");

  await adas.goto(at(adas, document));
  await textOf(adas).waitFor();
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "Publication" }).click();
  await adas.getByText("Nothing is published yet.").waitFor();
  await inspectEverywhere(adas, "publication-standing");
  const standing = pathOf(adas);
  await prepare(adas);
  const candidate = pathOf(adas);

  await sign(bens, candidate);
  await write(adas, document, " One more thing.");
  await adas.goto(at(adas, standing));
  await adas.getByText("The text has changed since this was signed.").waitFor();
  await prepare(adas);
  const second = pathOf(adas);
  expect(second).not.toBe(candidate);
  await bens.goto(at(bens, candidate));
  await bens.getByText("This candidate was replaced").waitFor();

  for (const page of [bens, cleos]) {
    await sign(page, second);
  }
  await adas.reload();
  await adas.getByRole("button", { name: "Publish for good" }).waitFor();
  await inspectEverywhere(adas, "publication-signed");
  await adas.getByRole("textbox", { name: "Number" }).fill("1");
  await adas.getByRole("button", { name: "Publish for good" }).click();
  await adas.getByText("Two numbers with a point between them, like 1.0 or 2.3.").waitFor();
  await adas.getByRole("textbox", { name: "Number" }).fill("1.0");
  await adas.getByRole("button", { name: "Publish for good" }).click();
  await adas.getByRole("heading", { name: "Signatures" }).waitFor();
  await adas.getByText("Asthma panel · Version 1.0").waitFor();

  await write(adas, document, " And a change for the second version.");
  await adas.goto(at(adas, standing));
  await prepare(adas);
  const third = pathOf(adas);
  for (const page of [bens, cleos]) {
    await sign(page, third);
  }
  await adas.reload();
  await adas.getByRole("button", { name: "Publish for good" }).click();
  await adas.getByText("Asthma panel · Version 1.1").waitFor();

  // Somebody who only reads: what has changed, who signed, and that the first is replaced.
  await dans.goto(at(dans, third));
  await dans.getByText("Compared with version 1.0").waitFor();
  await dans.locator(".version-changes ins", { hasText: "And a change for the second version." }).waitFor();
  await inspectEverywhere(dans, "publication-version");
  const [file] = await Promise.all([
    dans.waitForEvent("download"),
    dans.getByRole("button", { name: "Markdown" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/1\.1.*\.md$|1-1.*\.md$/);
  const [bundle] = await Promise.all([
    dans.waitForEvent("download"),
    dans.getByRole("button", { name: "FHIR (for other software)" }).click(),
  ]);
  expect(bundle.suggestedFilename()).toMatch(/\.fhir\.json$/);
  const fhir = JSON.parse(await readFile(await bundle.path(), "utf8")) as {
    readonly type: string;
    readonly entry: readonly { readonly resource: { readonly resourceType: string; readonly version?: string } }[];
  };
  expect(fhir.type).toBe("document");
  expect(fhir.entry[0]?.resource).toMatchObject({ resourceType: "Composition", version: "1.1", status: "final" });
  await dans.getByRole("link", { name: "Version 1.0" }).click();
  await dans.getByText("There is a later version: 1.1").waitFor();
  expect(await dans.getByText("And a change for the second version.").count()).toBe(0);
});
