/** Interests: declared, judged by others while the page of the question is open, and what follows from it at once. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp } from "./harness/portal.ts";
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
  // Whoever is excluded gets the answer for what does not exist.
  visitor.expect(/status of (401|403|404)|WebSocket/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

const TITLE = "Statins over 75?";

async function judge(page: Page, subject: string, verdict: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: "Judge the interests of Ben Okafor" }).click();
  const dialog = page.getByRole("dialog", { name: "Judge the interests of Ben Okafor" });
  await dialog.getByRole("combobox", { name: "About" }).selectOption({ label: subject });
  await dialog.getByRole("radio", { name: verdict }).check();
  await dialog.getByRole("textbox", { name: "Why" }).fill(reason);
  await dialog.getByRole("button", { name: "Judge", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

test("declared, judged while the question is open, excluded from it, and recused from the vote", async () => {
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, "ada.interests@example.org");
  const community = await found(adas, "Interests panel");
  const document = new URL(adas.url()).pathname;
  await whenSaved(adas, "safe");
  await adas.goto(`${ada.wire.url}${document}/questions`);
  await adas.getByRole("textbox", { name: "New question" }).fill(TITLE);
  await adas.getByRole("button", { name: "Begin" }).click();
  const population = (page: Page) => page.getByRole("textbox", { name: "Population", exact: true });
  await population(adas).waitFor();
  const question = new URL(adas.url()).pathname;
  await adas.goto(`${ada.wire.url}${community}/members`);
  const link = await invite(adas);
  const ben = await arrive("Ben Okafor");
  const bens = await signUp(ben, link, "ben.interests@example.org");

  // Ben is asked for it, leaves something out, and declares.
  await bens.getByRole("link", { name: "Declare your interests" }).click();
  await bens.getByRole("button", { name: "Declare your interests" }).click();
  const form = bens.getByRole("dialog", { name: "Declare your interests" });
  const items = await form.getByRole("radio", { name: "None" }).all();
  expect(items.length).toBe(15);
  for (const none of items.slice(1)) {
    await none.check();
  }
  const consulting = form.getByRole("group", { name: "Consulting fees", exact: true });
  await consulting.getByRole("radio", { name: "Yes, namely" }).check();
  await form.getByRole("button", { name: "Declare", exact: true }).click();
  await form.getByText("Something is missing or not right yet.", { exact: false }).waitFor();
  await form.getByText("Answer this: none, or what it is.").waitFor();
  await inspectEverywhere(bens, "interests-declare");
  await items[0]?.check();
  await form.getByRole("textbox", { name: "Organisation or person" }).fill("Sanor Ltd");
  await form.getByRole("textbox", { name: "What for" }).fill("Advice on dosing");
  await form.getByRole("textbox", { name: "Since (year-month)" }).fill("2025-01");
  await form.getByRole("checkbox", { name: "Still going on" }).check();
  await form.getByRole("button", { name: "Declare", exact: true }).click();
  await form.waitFor({ state: "detached" });
  await bens.getByText("You declared your interests on", { exact: false }).waitFor();

  await bens.goto(`${ben.wire.url}${question}`);
  await population(bens).fill("Adults over 75");
  await whenSaved(bens, "safe");

  // Ada reads it and judges, while Ben has the question open.
  await goTo(adas, "Interests");
  await adas.getByText("Sanor Ltd; Advice on dosing; since 2025-01; still going on").waitFor();
  expect(await adas.getByRole("button", { name: "Judge the interests of Ada Lindqvist" }).count()).toBe(0);
  await judge(adas, TITLE, "Discusses, does not vote", "Advises the maker.");
  await adas.getByText(`“${TITLE}” in`, { exact: false }).waitFor();
  await inspectEverywhere(adas, "interests-section");
  await bens.getByText("You discuss this question but do not vote, because: Advises the maker.").waitFor();
  await population(bens).waitFor({ state: "detached" });
  await bens.getByText("Adults over 75").waitFor();
  await inspectEverywhere(bens, "interests-question");

  // Excluded, the question is gone for Ben as for somebody who never saw it.
  await judge(adas, TITLE, "Excluded", "He led the trial.");
  await bens.getByRole("heading", { level: 1, name: "You can no longer see this document" }).waitFor();
  await bens.goto(`${ben.wire.url}${document}/questions`);
  await bens.getByRole("heading", { name: "No clinical question yet" }).waitFor();
  await bens.goto(`${ben.wire.url}${community}/interests`);
  await bens.getByText(/^A question of “.*”: you do not take part, because: He led the trial\./).waitFor();
  expect(await bens.getByText(TITLE).count()).toBe(0);

  // About the document as a whole: recused from the vote, and nobody takes that back in the dialog.
  await judge(adas, "The document as a whole", "Discusses, does not vote", "Advises the maker.");
  await adas.goto(`${ada.wire.url}${document}`);
  await textOf(adas).waitFor();
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "Put to the vote …" }).click();
  const vote = adas.getByRole("dialog", { name: "Put to the vote" });
  await vote.getByText("Recused because their interests were judged").waitFor();
  await vote.getByText("Ben Okafor: discusses, does not vote. Advises the maker.").waitFor();
  await vote.getByRole("textbox", { name: /^What is asked/ }).fill("Do we recommend this?");
  await vote.getByRole("button", { name: "Open the vote" }).click();
  await adas.getByText("1 person; 1 is recused.").waitFor();
  await bens.goto(`${ben.wire.url}${new URL(adas.url()).pathname}`);
  await bens.getByText("You are recused from this vote: Advises the maker.").waitFor();
});
