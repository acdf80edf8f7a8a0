/**
 * The caret, where the editor has it too.
 *
 * A click and some keys move the selection of the browser; the editor hears of it a little later, and at its focus may
 * even put back what it had. A key that is pressed before then acts at the old place, so tests wait here for the editor.
 */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE_MS } from "./visitor.ts";

/** Waits until the editor has taken over the selection of the browser. */
export async function editorFollows(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  // At any key that it hears of, the editor reads the selection first.
  await page.keyboard.press("Shift");
}

/** Puts the caret behind the last letter of `block`, a paragraph on one line. */
export async function caretAtEndOf(page: Page, block: Locator): Promise<void> {
  await expect
    .poll(
      async () => {
        await block.click();
        await page.keyboard.press("End");
        await editorFollows(page);
        await editorFollows(page);
        return block.evaluate(isCaretAtEnd);
      },
      { timeout: PATIENCE_MS, interval: 50 },
    )
    .toBe(true);
}

/** Runs in a page. */
function isCaretAtEnd(block: Element): boolean {
  const selection = window.getSelection();
  if (!selection?.isCollapsed || selection.focusNode === null || !block.contains(selection.focusNode)) {
    return false;
  }
  const rest = document.createRange();
  rest.selectNodeContents(block);
  rest.setStart(selection.focusNode, selection.focusOffset);
  const after = rest.cloneContents();
  for (const others of after.querySelectorAll(".caret")) {
    others.remove();
  }
  return after.textContent.replaceAll("\u2060", "") === "";
}
