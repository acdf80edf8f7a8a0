/**
 * What holds for every page in every state: accessible (WCAG 2.2 AA by axe), nothing inline, nothing wider than the
 * screen. Takes a picture too, into `.screenshots/`: look at them after a change of the interface. Where nobody will, in
 * continuous integration, none is taken.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { paths } from "./paths.ts";

/** A phone, a small window, a wide screen. */
export const widths = [390, 1024, 1680] as const;
export const schemes = ["light", "dark"] as const;

interface Violation {
  readonly rule: string;
  readonly at: readonly string[];
}

/** What of a page is looked at: everything, or only what another scheme can change. */
type Rules = "all" | "colours";

/** Runs axe over the page as it is now. */
async function violations(page: Page, rules: Rules): Promise<readonly Violation[]> {
  // Transitions would be measured half-way. Under way or only about to begin (what React draws between two of these
  // steps would start from nothing), they are at their end once there are none; animations are waited for. What turns
  // for ever is as good now as later.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; }");
    document.adoptedStyleSheets.push(still);
    return Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => null)),
    );
  });
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(axe.source);
  }
  const found = await page.evaluate(async (wanted) => {
    interface Axe {
      getRules(tags: string[]): { ruleId: string; tags: string[] }[];
      run(options: object): Promise<{
        violations: { id: string; nodes: { html: string; element: Element; any: { message: string }[] }[] }[];
      }>;
    }
    const { axe: checker } = window as unknown as { axe: Axe };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const colours = checker
      .getRules(tags)
      .filter((rule) => rule.tags.includes("cat.color") && !rule.tags.includes("experimental"))
      .map(({ ruleId }) => ruleId);
    const runOnly = wanted === "all" ? { type: "tag", values: tags } : { type: "rule", values: colours };
    const result = await checker.run({ runOnly, elementRef: true });
    return result.violations
      .map(({ id, nodes }) => ({
        rule: id,
        at: nodes
          // Menus and dialogs hang beside the page while they are open: they need no landmark.
          .filter(({ element }) => id !== "region" || element.closest("[data-portal]") === null)
          // Inside an editable text its cursor reaches, and scrolls, everything.
          .filter(({ element }) => id !== "scrollable-region-focusable" || !(element as HTMLElement).isContentEditable)
          .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
      }))
      .filter(({ at }) => at.length > 0);
  }, rules);
  await page.evaluate(() => document.adoptedStyleSheets.pop());
  await page.emulateMedia({ reducedMotion: null });
  return found;
}

/** Holds on every page: accessible, nothing inline, nothing wider than the screen. */
export async function inspect(page: Page, name: string, rules: Rules = "all"): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 0 };
  expect(await violations(page, rules), `${name} at ${width} px, ${await schemeOf(page)}`).toEqual([]);
  await glance(page, name);
}

/** The same without accessibility, which takes minutes for a book. */
async function glance(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 0 };
  const inline = await page.evaluate(() => document.querySelectorAll("style, script:not([src])").length);
  expect(inline, `${name}: inline style or script elements`).toBe(0);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${name} at ${width} px is wider than the screen`).toBeLessThanOrEqual(0);
  if (process.env["CI"]) {
    return;
  }
  mkdirSync(paths.screenshots, { recursive: true });
  await page.screenshot({ path: join(paths.screenshots, `${name}-${width}-${await schemeOf(page)}.png`) });
}

function schemeOf(page: Page): Promise<(typeof schemes)[number]> {
  return page.evaluate(() => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
}

/**
 * Inspects the page as it is now at every width, in light and in dark, and leaves it as it was. Another width is another
 * page: all of it is looked at. Another scheme is the same page in other colours, and a colour does not ask how wide the
 * page is: they are looked at where most is shown.
 */
export async function inspectEverywhere(page: Page, name: string): Promise<void> {
  await everywhere(page, (width, scheme) => {
    if (scheme === schemes[0]) {
      return inspect(page, name);
    }
    return width === widths.at(-1) ? inspect(page, name, "colours") : glance(page, name);
  });
}

/** Glances at the page as it is now at every width, in light and in dark, and leaves it as it was. */
export async function glanceEverywhere(page: Page, name: string): Promise<void> {
  await everywhere(page, () => glance(page, name));
}

async function everywhere(
  page: Page,
  look: (width: (typeof widths)[number], scheme: (typeof schemes)[number]) => Promise<void>,
): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  for (const width of widths) {
    await page.setViewportSize({ width, height: heightFor(width) });
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
      await look(width, scheme);
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

/** A phone is held upright. */
export function heightFor(width: number): number {
  return width < 500 ? 844 : 900;
}
