/**
 * The caret, where the editor has it too.
 *
 * A click and some keys move the selection of the browser; the editor hears of it a little later, and at its focus may
 * even put back what it had. A key that is pressed before then acts at the old place, so tests wait here for the editor.
 */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE_MS, textOf } from "./visitor.ts";

/** Waits until the editor has taken over the selection of the browser. */
export async function editorFollows(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  // At any key that it hears of, the editor reads the selection first.
  await page.keyboard.press("Shift");
}

/** Puts the caret behind the last letter of `block`, a paragraph on one line. */
export function caretAtEndOf(page: Page, block: Locator): Promise<void> {
  return caretAt(page, block, "End", "end");
}

/** Puts the caret before the first letter of the text. */
export function caretAtStart(page: Page): Promise<void> {
  return caretAt(page, textOf(page), "Control+Home", "start");
}

/** Puts the caret behind the last letter of the text. */
export function caretAtEnd(page: Page): Promise<void> {
  return caretAt(page, textOf(page), "Control+End", "end");
}

/** Writes `words` before the first letter of the text. */
export async function typeAtStart(page: Page, words: string): Promise<void> {
  await caretAtStart(page);
  await page.keyboard.type(words);
}

/** Writes `words` behind the last letter of the text. */
export async function typeAtEnd(page: Page, words: string): Promise<void> {
  await caretAtEnd(page);
  await page.keyboard.type(words);
}

/** Selects `words`, with which the text ends, by keyboard and letter by letter. */
export async function selectLast(page: Page, words: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await caretAtEnd(page);
        for (const _ of words) {
          await page.keyboard.press("Shift+ArrowLeft");
        }
        await editorFollows(page);
        return page.evaluate(() => window.getSelection()?.toString() ?? "");
      },
      { timeout: PATIENCE_MS, interval: 50 },
    )
    .toBe(words);
}

type Edge = "start" | "end";

/** Clicks into `block` and presses `key`, again until the editor too has the caret at that edge of the block. */
async function caretAt(page: Page, block: Locator, key: string, edge: Edge): Promise<void> {
  await expect
    .poll(
      async () => {
        await block.click();
        await page.keyboard.press(key);
        await editorFollows(page);
        await editorFollows(page);
        return block.evaluate(isCaretAt, edge);
      },
      { timeout: PATIENCE_MS, interval: 50 },
    )
    .toBe(true);
}

/** Runs in a page. */
function isCaretAt(block: Element, edge: Edge): boolean {
  const selection = window.getSelection();
  if (!selection?.isCollapsed || selection.focusNode === null || !block.contains(selection.focusNode)) {
    return false;
  }
  const beyond = document.createRange();
  beyond.selectNodeContents(block);
  if (edge === "end") {
    beyond.setStart(selection.focusNode, selection.focusOffset);
  } else {
    beyond.setEnd(selection.focusNode, selection.focusOffset);
  }
  const rest = beyond.cloneContents();
  for (const others of rest.querySelectorAll(".caret")) {
    others.remove();
  }
  return rest.textContent.replaceAll("\u2060", "") === "";
}
