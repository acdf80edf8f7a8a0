/** Members’ colours stay legible in light and dark (WCAG 2.2, 1.4.3 and 1.4.11). */
import { describe, expect, test } from "vitest";
import { colourOf, renderCaret } from "../../src/editor/carets.ts";
import { contrast, memberColours, textOn } from "../../src/sync/index.ts";
import tokens from "../../src/ui/theme/tokens.css?raw";

const grounds = [...tokens.matchAll(/--ground: (#[0-9a-f]{6})/g)].map((found) => found[1] ?? "");

describe("contrast", () => {
  test("follows the formula of WCAG 2.2", () => {
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  test("text on a member’s colour reads at 4.5:1", () => {
    for (const colour of memberColours) {
      expect(contrast(colour, "#ffffff"), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("a member’s cursor stands off the page at 3:1, in light and in dark", () => {
    expect(grounds).toHaveLength(2);
    for (const ground of grounds) {
      for (const colour of memberColours) {
        expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test("a colour from elsewhere gets the text that reads better", () => {
    expect(textOn("#ffee00")).toBe("#000000");
    expect(textOn("#102030")).toBe("#ffffff");
  });
});

describe("what other clients send", () => {
  test("is never taken as a style or as markup", () => {
    expect(colourOf({ color: "red;background:url(https://example.org)" })).toMatch(/^#[0-9a-f]{6}$/);
    const caret = renderCaret({ name: "<b>Ada</b>", color: "#ffee00" }, "Guest");
    expect(caret.textContent).toBe("<b>Ada</b>");
    expect(caret.querySelector("b")).toBeNull();
  });

  test("may lack a name", () => {
    expect(renderCaret({}, "Guest").textContent).toBe("Guest");
  });
});
