/** What another program writes into the text of a document takes nobody's page down (I5). */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { typeAtEnd } from "./harness/caret.ts";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

const TITLE = "This document holds something that this app cannot show";

/** Writes into the document as a program that knows it by its name only. */
async function writeAs(name: string, write: (doc: Y.Doc) => void): Promise<void> {
  const doc = new Y.Doc();
  write(doc);
  const answer = await fetch(`${server.url}/api/v1/docs/${encodeURIComponent(name)}/update`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(Y.encodeStateAsUpdate(doc)),
  });
  expect(answer.status).toBeLessThan(300);
}

/** The blocks of a text that is shown for reading. */
const readBlocks = (page: Page): Promise<readonly string[]> =>
  page
    .getByRole("region", { name: "Document text" })
    .evaluate((prose) => [...prose.children].map((block) => block.textContent));

const writings: readonly (readonly [string, string, (doc: Y.Doc) => void, readonly string[]])[] = [
  ["a text", "foreign-text", (doc) => doc.getText("body").insert(0, "x"), ["x"]],
  ["a list of numbers", "foreign-list", (doc) => doc.getArray("body").push([1, 2, 3]), []],
  [
    "a text of the rich kind among the blocks",
    "foreign-rich",
    (doc) => doc.getXmlFragment("body").insert(0, [new Y.XmlText("root text")]),
    ["root text"],
  ],
];

test.each(writings)(
  "%s: who has the page open and who opens it read the rest, and go on",
  async (_, name, write, words) => {
    const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
    onTestFinished(() => ada.leave());
    const ben = await Visitor.arrive(browser, server, "Ben Okafor");
    onTestFinished(() => ben.leave());
    const adas = await ada.open(`/d/${name}`);
    await textOf(adas).click();
    await adas.keyboard.type("Written by Ada.");
    await whenSaved(adas, "safe");

    await writeAs(name, write);
    await adas.getByText(TITLE).waitFor();
    const bens = await ben.open(`/d/${name}`);
    await bens.getByText(TITLE).waitFor();
    for (const page of [adas, bens]) {
      await eventually(async () => (await readBlocks(page)).toSorted(), ["Written by Ada.", ...words].toSorted());
    }
    await (name === "foreign-text" ? inspectEverywhere(bens, name) : inspect(bens, name));
    const [download] = await Promise.all([
      bens.waitForEvent("download"),
      bens.getByRole("button", { name: "Download what can be read" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toContain("Written by Ada.");

    // Nobody’s page has changed anything by looking.
    const stored = await server.document(name);
    expect(stored.getXmlFragment("body").length).toBeGreaterThan(1);

    await bens.getByRole("button", { name: "Take it out and go on writing" }).click();
    for (const page of [adas, bens]) {
      await textOf(page).waitFor();
      expect(await page.getByText(TITLE).count()).toBe(0);
    }
    await typeAtEnd(adas, " On we go.");
    await eventually(async () => (await blocksOn(bens)).join("\n").includes("On we go."), true);
    await whenSaved(adas, "safe");
  },
);
