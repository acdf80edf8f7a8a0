/** A community is taken away as one file, and another person makes one from it elsewhere (D15, D17). */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;
let other: Server;

beforeAll(async () => {
  [browser, server, other] = await Promise.all([launch(), Server.start("portal"), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await other?.dispose();
});

async function arrive(at: Server, name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, at, name);
  onTestFinished(() => visitor.leave());
  return visitor;
}

test("everything is downloaded, and found anew from the file by somebody else on another server, word by word", async () => {
  const ada = await arrive(server, "Ada Lindqvist");
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Regional sepsis panel");
  await typeAtEnd(adas, "Give antibiotics within the hour. ✓ ה");
  await whenSaved(adas, "safe");
  const words = await blocksOn(adas);
  const title = await adas.getByRole("textbox", { name: "Document title" }).inputValue();

  await adas.goto(`${ada.wire.url}${community}`);
  const take = adas.getByRole("button", { name: "Download everything" });
  await take.waitFor();
  await take.scrollIntoViewIfNeeded();
  await inspectEverywhere(adas, "archive-take");
  const [download] = await Promise.all([adas.waitForEvent("download"), take.click()]);
  expect(download.suggestedFilename()).toMatch(/^regional-sepsis-panel-\d{4}-\d{2}-\d{2}\.zip$/);
  const file = await download.path();
  expect(readFileSync(file).subarray(0, 2).toString()).toBe("PK");
  await goTo(adas, "Ledger");
  await adas.getByText("Ada Lindqvist downloaded the community, with 1 document").waitFor();

  const ben = await arrive(other, "Ben Okafor");
  ben.expect(/status of 422/);
  const bens = await comeIn(other, ben, "ben@example.org");
  await bens.getByRole("link", { name: "Found a community" }).click();
  await bens.getByRole("heading", { name: "Bring a community along" }).waitFor();
  const chooser = bens.getByTestId("archive-file");

  // What is no archive is refused in words, and nothing is made.
  const wrong = join(tmpdir(), `consilium-web-${process.pid}.zip`);
  writeFileSync(wrong, "no archive at all");
  await chooser.setInputFiles(wrong);
  const alert = bens.getByRole("alert").filter({ hasText: "This file is no archive of a community" });
  await alert.waitFor();
  await eventually(() => alert.evaluate((element) => element === document.activeElement), true);
  await inspectEverywhere(bens, "archive-bring");

  await chooser.setInputFiles(file);
  await bens.getByRole("heading", { name: "Regional sepsis panel", level: 1 }).waitFor();
  await bens.getByText("“Regional sepsis panel” is here, with 1 document.").waitFor();
  expect(new URL(bens.url()).pathname).not.toBe(community);
  await goTo(bens, "Ledger");
  await bens.getByText(/^Ben Okafor brought the community along from an archive of .+, with 1 document$/).waitFor();
  await goTo(bens, "Documents");
  await bens.getByRole("link", { name: title }).click();
  await textOf(bens).waitFor();
  await eventually(() => blocksOn(bens), words);
});

test("who does not belong is offered nothing to take away", async () => {
  const ada = await arrive(server, "Ada Solheim");
  const adas = await comeIn(server, ada, "solheim@example.org");
  const community = await found(adas, "Pain in childhood");
  const leads = await visit(ada, `${community}/members`);
  const guest = await arrive(server, "Tomás Ferreira");
  const page = await signUp(guest, await invite(leads, "Guest"), "tomas@example.org");
  await page.getByText("No document is open to you here yet.").waitFor();
  expect(await page.getByRole("button", { name: "Download everything" }).count()).toBe(0);
});
