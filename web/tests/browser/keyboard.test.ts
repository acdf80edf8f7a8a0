/** Everything without a pointer: from the first page to a text with a link in it, and into the bin and back (WCAG 2.1.1). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { longGuideline } from "./harness/guideline.ts";
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

/** How the focused element is called, as a screen reader would find it in its attributes or text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
  });

/** A field once it has the focus, which it gets a moment after it is drawn. */
const fieldWithFocus = (page: Page, name: string) => page.getByRole("textbox", { name }).and(page.locator(":focus"));

/** Presses Tab, or Shift and Tab, until the element of this name has the focus. */
async function tabTo(page: Page, name: string | RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (typeof name === "string" ? now === name : name.test(now)) {
      // What has the focus can be seen to have it.
      const outline = await page.evaluate(() => {
        const element = document.activeElement;
        const own = element === null ? null : getComputedStyle(element);
        const after = element === null ? null : getComputedStyle(element, "::after");
        return [own?.outlineStyle, after?.outlineStyle, own?.boxShadow].join(" ");
      });
      expect(outline, `${now} shows its focus`).not.toBe("none none none");
      return;
    }
    passed.push(now);
  }
  throw new Error(`no ${name} on the way: ${passed.join(" · ")}`);
}

test("from the first page to a written text, into the bin and back", async () => {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await ada.context.newPage();
  await page.goto(ada.wire.url);
  await fieldWithFocus(page, "Your name").waitFor();
  await page.keyboard.type("Ada Lindqvist");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Documents" }).waitFor();

  await tabTo(page, "Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, "New document");
  await page.keyboard.press("Enter");
  const title = page.getByRole("textbox", { name: "Document title" });
  await eventually(() => title.evaluate((field) => field === document.activeElement), true);
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  await page.keyboard.type("A text with a ");
  await page.keyboard.press("Control+k");
  await fieldWithFocus(page, "Address").waitFor();
  await page.keyboard.type("example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type("link");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await eventually(() => textOf(page).evaluate((prose) => prose === document.activeElement), true);
  await page.keyboard.type(" in it.");
  await eventually(() => blocksOn(page), ["A text with a link in it."]);
  await whenSaved(page, "safe");

  // The tools, a menu of them, and the way back.
  await page.keyboard.press("Alt+F10");
  await page.keyboard.press("Home");
  await eventually(() => focused(page), "Undo");
  await page.keyboard.press("ArrowRight");
  await eventually(() => focused(page), "Text style: Text");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await textOf(page).getByRole("heading").waitFor();

  // Out of the text by Tab, to what can be done with the document.
  await tabTo(page, "Document actions", "Shift+Tab");
  await page.keyboard.press("Enter");
  await eventually(() => focused(page), "Find and replace");
  await page.keyboard.press("End");
  await eventually(() => focused(page), "Move to bin");
  await page.keyboard.press("Enter");
  await page.getByText("“By hand” is in the bin").waitFor();
  await tabTo(page, /^Bin/);
  await page.keyboard.press("Enter");
  await tabTo(page, "Restore: By hand");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "The bin is empty" }).waitFor();
  await tabTo(page, "Documents", "Shift+Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, /^By hand/);
  await page.keyboard.press("Enter");
  await eventually(() => blocksOn(page), ["A text with a link in it."]);
});

test("a dialog keeps the focus while it is open, and gives it back", async () => {
  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await ada.open("/");
  await page.getByRole("button", { name: "New document" }).click();
  await page.getByRole("textbox", { name: "Document title" }).fill("Focus");
  await whenSaved(page, "safe");
  await page.getByRole("link", { name: "All documents" }).click();
  await page.getByRole("listitem").filter({ hasText: "Focus" }).waitFor();
  await tabTo(page, "More actions for Focus");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Rename" }).waitFor();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Rename document" });
  await dialog.waitFor();
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press("Tab");
    const inside = await dialog.evaluate((element) => element.contains(document.activeElement));
    expect(inside, "the focus is in the dialog").toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await eventually(() => focused(page), "More actions for Focus");
});

test.each([1280, 390])(
  "at %i px, whoever walks through the head and its menu keeps the place in the text",
  async (width) => {
    const ada = await Visitor.arrive(browser, server, "Ada Lindqvist", { width });
    onTestFinished(() => ada.leave());
    const page = await ada.open("/");
    await page
      .getByTestId("import-file")
      .setInputFiles({ name: "guideline.md", mimeType: "text/markdown", buffer: Buffer.from(longGuideline(5)) });
    await whenSaved(page, "safe");
    const actions = page.getByRole("button", { name: "Document actions" });
    await actions.evaluate((button: HTMLElement) => {
      scrollTo({ top: 1500, behavior: "instant" });
      button.focus({ preventScroll: true });
    });
    // Each step is drawn before the place is asked for.
    const place = (): Promise<number> =>
      page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return scrollY;
      });
    const before = await place();
    expect(before).toBeGreaterThan(1000);
    for (const key of ["Tab", "Shift+Tab", "Enter"]) {
      await page.keyboard.press(key);
      expect(await place(), key).toBe(before);
    }
    await page.locator('[role="menu"]:focus, [role="menu"] :focus').waitFor();
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press("ArrowDown");
      expect(await place()).toBe(before);
    }
    expect(await page.locator('[role="menuitem"]:focus').count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await place()).toBe(before);
  },
);
