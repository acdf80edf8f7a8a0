/** Coming back from an offline spell in which others wrote too: what came together is told, and can be decided (D13). */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
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

/** A new document with these paragraphs; gives its path. */
async function write(page: Page, title: string, paragraphs: readonly string[]): Promise<string> {
  await page.getByRole("button", { name: "New document" }).click();
  const field = page.getByRole("textbox", { name: "Document title" });
  await field.fill(title);
  await field.press("Enter");
  await textOf(page).click();
  for (const [index, words] of paragraphs.entries()) {
    if (index > 0) {
      await page.keyboard.press("Enter");
    }
    await page.keyboard.insertText(words);
  }
  await whenSaved(page, "safe");
  return new URL(page.url()).pathname;
}

const paragraph = (page: Page, words: string): Locator => textOf(page).locator("p", { hasText: words });

async function append(page: Page, to: string, words: string): Promise<void> {
  await caretAtEndOf(page, paragraph(page, to));
  await page.keyboard.insertText(words);
}

async function removeParagraph(page: Page, words: string): Promise<void> {
  const before = (await blocksOn(page)).length;
  await caretAtEndOf(page, paragraph(page, words));
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await eventually(async () => (await blocksOn(page)).length, before - 1);
}

/** What is kept on this device was kept so long ago: the engine knows of time what the store says. */
async function ageWhatWaits(page: Page, ms: number): Promise<void> {
  const aged = await page.evaluate(async (by) => {
    const asPromise = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await asPromise(indexedDB.open(name ?? ""));
      if (database.objectStoreNames.contains("outbox")) {
        const outbox = database.transaction("outbox", "readwrite").objectStore("outbox");
        for (const row of await asPromise(outbox.getAll())) {
          await asPromise(outbox.put({ ...row, at: row.at - by }));
          count += 1;
        }
      }
      database.close();
    }
    return count;
  }, ms);
  expect(aged, "edits wait on this device").toBeGreaterThan(0);
}

const panelOf = (page: Page): Locator => page.getByRole("complementary", { name: "What came together" });

/** The cards under one of the panel’s headings, without what only readers of screens hear. */
function cardsUnder(page: Page, heading: string): Promise<readonly string[]> {
  return panelOf(page).evaluate((panel, wanted) => {
    const found = [...panel.querySelectorAll("h3")].find(({ textContent }) => textContent === wanted);
    return [...(found?.nextElementSibling?.querySelectorAll(".place") ?? [])].map((card) => {
      const copy = card.cloneNode(true) as Element;
      for (const extra of copy.querySelectorAll(".visually-hidden, .place__actions, .place__hint")) {
        extra.remove();
      }
      for (const [tag, mark] of [
        ["ins", "+"],
        ["del", "-"],
      ] as const) {
        for (const piece of copy.querySelectorAll(tag)) {
          piece.textContent = `[${mark}${piece.textContent}]`;
        }
      }
      return [...copy.querySelectorAll("dt, dd")].map(({ textContent }) => textContent).join(" | ");
    });
  }, heading);
}

const cardWith = (page: Page, words: string): Locator => panelOf(page).locator(".place", { hasText: words });

test("two days offline, through a closed page: what both did is told place by place, and decided while typing goes on", async () => {
  const ada = await arrive("Ada Lindqvist");
  const ben = await arrive("Ben Okafor");
  let adas = await ada.open("/");
  const path = await write(adas, "Care of sepsis", [
    "The dose is 5 mg.",
    "Give it in the morning.",
    "Measure the pressure.",
    "Stop at once.",
    "Ask again.",
  ]);
  const bens = await ben.open(path);
  await eventually(async () => (await blocksOn(bens)).length, 5);
  await adas.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  await ada.goOffline();
  await adas.getByText("Offline", { exact: true }).or(adas.getByText("Connection lost")).first().waitFor();
  await append(adas, "The dose is 5 mg.", " Ada: for 5 days.");
  await append(adas, "Give it in the morning.", " Or at noon.");
  await removeParagraph(adas, "Stop at once.");
  await whenSaved(adas, "device");
  await ageWhatWaits(adas, TWO_DAYS_MS);

  await append(bens, "The dose is 5 mg.", " Ben: for 7 days.");
  await append(bens, "Measure the pressure.", " Twice.");
  await append(bens, "Stop at once.", " Or after a day.");
  await whenSaved(bens, "safe");

  await adas.close();
  adas = await ada.open(path);
  await eventually(
    () => blocksOn(adas),
    [
      "The dose is 5 mg. Ada: for 5 days.",
      "Give it in the morning. Or at noon.",
      "Measure the pressure.",
      "Ask again.",
    ],
  );
  const other = await ada.open(path);
  await ada.comeBack();

  const line = "While you were offline, others changed 3 places. You changed 2 of them too.";
  await adas.getByText(line).waitFor();
  await other.getByText(line).waitFor();
  await whenSaved(adas, "safe");
  await inspectEverywhere(adas, "merge-review-line");
  await adas.getByRole("button", { name: "Look at it" }).click();
  await panelOf(adas)
    .getByText(/^Apart from .*, together again/)
    .waitFor();
  const words = await panelOf(adas)
    .getByText(/^Apart from/)
    .innerText();
  const [, from = "", to = ""] = /^Apart from (.*), together again (.*)\.$/.exec(words) ?? [];
  expect(Date.parse(to) - Date.parse(from), words).toBeGreaterThanOrEqual(TWO_DAYS_MS - 60_000);
  const merged = (await blocksOn(adas))[0];
  expect(await cardsUnder(adas, "Both of you changed (2)")).toEqual([
    `You | The dose is 5 mg.[+ Ada: for 5 days.] | Others | The dose is 5 mg.[+ Ben: for 7 days.] | Now in the text | ${merged}`,
    "You | You removed it. | Others | Stop at once.[+ Or after a day.]",
  ]);
  expect(await cardsUnder(adas, "Others changed (1)")).toEqual(["Others | Measure the pressure.[+ Twice.]"]);
  expect(await cardsUnder(adas, "You changed (1)")).toEqual(["You | Give it in the morning.[+ Or at noon.]"]);
  await inspectEverywhere(adas, "merge-review");

  // Both sides of it, and typing goes on in between.
  const dose = cardWith(adas, "The dose");
  await dose.getByRole("button", { name: "Keep theirs" }).click();
  await adas.getByText("The text says what others wrote.").waitFor();
  await eventually(async () => (await blocksOn(adas))[0], "The dose is 5 mg. Ben: for 7 days.");
  await append(adas, "Ask again.", " Typed on.");
  await dose.getByRole("button", { name: "Keep mine" }).click();
  await eventually(async () => (await blocksOn(adas))[0], "The dose is 5 mg. Ada: for 5 days.");
  await dose.getByRole("button", { name: "Keep mine", pressed: true }).waitFor();
  // Undo takes back the decision, and only that.
  await adas.getByRole("button", { name: "Undo", exact: true }).last().click();
  await eventually(async () => (await blocksOn(adas))[0], "The dose is 5 mg. Ben: for 7 days.");
  await dose.getByRole("button", { name: "Keep theirs", pressed: true }).waitFor();
  expect((await blocksOn(adas)).at(-1)).toBe("Ask again. Typed on.");

  // What was removed here and changed there is put back where it was, and can be removed again.
  const stop = cardWith(adas, "Stop at once");
  expect(await stop.getByRole("button", { name: "Edit" }).count()).toBe(0);
  await stop.getByRole("button", { name: "Keep theirs" }).click();
  const whole = [
    "The dose is 5 mg. Ben: for 7 days.",
    "Give it in the morning. Or at noon.",
    "Measure the pressure. Twice.",
    "Stop at once. Or after a day.",
    "Ask again. Typed on.",
  ];
  await eventually(() => blocksOn(adas), whole);
  await eventually(() => blocksOn(bens), whole);
  await stop.getByRole("button", { name: "Keep mine" }).click();
  await eventually(
    () => blocksOn(adas),
    whole.filter((words) => !words.startsWith("Stop")),
  );
  await adas.getByRole("button", { name: "Undo", exact: true }).last().click();
  await eventually(() => blocksOn(adas), whole);
  // The block that undo brought back is the place, not one beside it.
  await stop.getByRole("button", { name: "Keep theirs", pressed: true }).waitFor();
  await stop.getByRole("button", { name: "Keep theirs" }).click();
  await adas.getByText("The text says what others wrote.").waitFor();
  expect(await blocksOn(adas)).toEqual(whole);

  // Editing begins in the place itself; the keyboard reaches all of it.
  await dose.getByRole("button", { name: "Edit" }).focus();
  await adas.keyboard.press("Enter");
  await adas.keyboard.insertText(" At most.");
  await eventually(async () => (await blocksOn(adas))[0], `${whole[0]} At most.`);
  await dose.getByText(`${whole[0]} At most.`).waitFor();
  await cardWith(adas, "Measure").getByRole("button", { name: "Show in the text" }).click();
  await eventually(async () => await paragraph(adas, "Measure").isVisible(), true);

  await panelOf(adas).getByRole("button", { name: "Looks right" }).click();
  await panelOf(adas).waitFor({ state: "detached" });
  expect(await adas.getByText(line).count()).toBe(0);
  await other.getByText(line).waitFor({ state: "detached" });
  await whenSaved(adas, "safe");

  // Looked at is not forgotten, whatever becomes of the page.
  await other.close();
  await adas.reload();
  await textOf(adas).waitFor();
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "What came together" }).click();
  await panelOf(adas).getByText("You have said that this looks right.").waitFor();
  expect(await panelOf(adas).getByRole("button", { name: "Looks right" }).count()).toBe(0);
  expect(await cardsUnder(adas, "Others changed (1)")).toEqual(["Others | Measure the pressure.[+ Twice.]"]);
  await cardWith(adas, "Stop at once").getByRole("button", { name: "Keep theirs", pressed: true }).waitFor();
  await inspectEverywhere(adas, "merge-review-again");
  await adas.keyboard.press("Escape");
  await panelOf(adas).waitFor({ state: "detached" });
}, 600_000);

test("a short drop in which both wrote in different places is not worth a word; in one place it is", async () => {
  const ada = await arrive("Ada Lindqvist");
  const ben = await arrive("Ben Okafor");
  const adas = await ada.open("/");
  const path = await write(adas, "A short drop", ["First.", "Second."]);
  const bens = await ben.open(path);
  await eventually(() => blocksOn(bens), ["First.", "Second."]);
  ada.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  const drop = async (mine: string, theirs: string): Promise<void> => {
    await ada.goOffline();
    await adas.getByText("Offline", { exact: true }).or(adas.getByText("Connection lost")).first().waitFor();
    await append(adas, mine, " Mine.");
    await append(bens, theirs, " Theirs.");
    await Promise.all([whenSaved(adas, "device"), whenSaved(bens, "safe")]);
    await ada.comeBack();
    await whenSaved(adas, "safe");
  };
  await drop("First.", "Second.");
  await eventually(() => blocksOn(adas), ["First. Mine.", "Second. Theirs."]);
  await drop("Second.", "Second.");
  await adas.getByText("While you were offline, others changed 1 place. You changed it too.").waitFor();
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "What came together" }).click();
  await panelOf(adas).waitFor();
  expect(await panelOf(adas).getByRole("combobox").count(), "the first drop has left nothing").toBe(0);
  expect(await panelOf(adas).locator(".place").count()).toBe(1);
  await panelOf(adas).getByRole("button", { name: "Looks right" }).click();
}, 300_000);
