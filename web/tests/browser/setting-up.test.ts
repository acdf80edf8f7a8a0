/** A newcomer founds a community and types into its first document: how many clicks and seconds that takes. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** What was promised, in milliseconds: a person reads on the way, and this machine does other things as well. */
const PROMISED_MS = 120_000;

/** How fast somebody types who thinks of a name meanwhile: between two letters, in milliseconds. */
const TYPING_MS = 120;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

test("a community is set up, and its first document written in, within two minutes and a handful of clicks", async () => {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await comeIn(server, ada, "ada@example.org");
  const began = performance.now();
  const steps: string[] = [];
  const step = (what: string): void => {
    steps.push(`${((performance.now() - began) / 1000).toFixed(1)} s  ${what}`);
  };
  // Every click of the mouse counts; keys are typing.
  await page.exposeFunction("countClick", () => clicks++);
  let clicks = 0;
  await page.evaluate(() => {
    const { countClick } = window as unknown as { countClick: () => void };
    document.addEventListener("pointerdown", () => countClick(), { capture: true });
  });

  await page.getByRole("link", { name: "Found a community" }).click();
  const name = page.getByRole("textbox", { name: "Name" });
  await name.waitFor();
  step("the page for founding");
  await page.getByText("Working group", { exact: true }).click();
  step("a template is chosen");
  await name.click();
  await page.keyboard.type("Regional sepsis panel", { delay: TYPING_MS });
  step("it has a name");
  // A name that is typed is sent as every form is.
  await page.keyboard.press("Enter");
  await textOf(page).waitFor();
  step("the first document is open");
  await inspectEverywhere(page, "setting-up-first-document");
  await textOf(page).locator("p").last().click();
  await page.keyboard.type("We meet on Mondays.", { delay: TYPING_MS });
  step("the first sentence is written");
  await whenSaved(page, "safe");
  step("it is safe on the server");
  const took = performance.now() - began;
  console.log(`set up in ${(took / 1000).toFixed(1)} s with ${clicks} clicks:\n  ${steps.join("\n  ")}`);
  expect((await blocksOn(page)).join(" ")).toContain("We meet on Mondays.");
  expect(took).toBeLessThan(PROMISED_MS);
  expect(clicks).toBeLessThanOrEqual(5);
});
