/** Whatever colour a leader chooses, everything on the page can be read (WCAG 2.2, 1.4.3 and 1.4.11). */
import { describe, expect, test } from "vitest";
import { contrast, houseColour, memberColours } from "../../src/sync/index.ts";
import { grounds, lookShades, SIGN_CONTRAST, TEXT_CONTRAST, tileShades } from "../../src/sync/look-shades.ts";
import tokens from "../../src/ui/theme/tokens.css?raw";

/** Eight values of each channel: black, white and greys among them. */
const everywhere = Array.from({ length: 8 ** 3 }, (_, at) => {
  const channel = (step: number): string =>
    Math.round((step * 255) / 7)
      .toString(16)
      .padStart(2, "0");
  return `#${channel(at % 8)}${channel(Math.floor(at / 8) % 8)}${channel(Math.floor(at / 64))}`;
});

describe("the shades of any colour", () => {
  test("are read on every ground of their appearance, and carry the text that stands on them", () => {
    for (const accent of [...everywhere, ...memberColours]) {
      const shades = lookShades(accent);
      if (shades === null) {
        throw new Error(`${accent} has no shades`);
      }
      for (const scheme of ["light", "dark"] as const) {
        const { accent: read, soft, ink, fill, fillHover, tile, tileInk } = shades[scheme];
        const pairs: [string, string, number][] = [
          [ink, soft, TEXT_CONTRAST],
          ["#ffffff", fill, TEXT_CONTRAST],
          ["#ffffff", fillHover, TEXT_CONTRAST],
          [tileInk, tile, TEXT_CONTRAST],
          [fill, grounds[scheme][0], SIGN_CONTRAST],
          [tile, grounds[scheme][0], SIGN_CONTRAST],
        ];
        for (const ground of grounds[scheme]) {
          pairs.push([read, ground, TEXT_CONTRAST], [ink, ground, TEXT_CONTRAST]);
        }
        for (const [one, other, enough] of pairs) {
          if (contrast(one, other) < enough) {
            expect.fail(`${accent}, ${scheme}: ${one} on ${other} is ${contrast(one, other).toFixed(2)}`);
          }
        }
      }
    }
  });

  test("are the colour itself where it can be read as it is", () => {
    expect(lookShades("#8a1c3b")?.light.accent).toBe("#8a1c3b");
    expect(lookShades("#ffb0c0")?.dark.accent).toBe("#ffb0c0");
  });

  test("move towards black in light and towards white in dark, and no further than needed", () => {
    const shades = lookShades("#ffee00");
    expect(contrast(shades?.light.accent ?? "", "#f3f1ea")).toBeLessThan(5);
    expect(shades?.dark.accent).toBe("#ffee00");
  });
});

test("the product’s own colour is worn already", () => {
  expect(lookShades(houseColour)).toBeNull();
  expect(lookShades("red")).toBeNull();
});

test("a member’s colour is the same sign for a community as for a member", () => {
  for (const colour of memberColours) {
    expect(tileShades(colour).light[0]).toBe(colour);
  }
});

test("the grounds are those of the style sheet", () => {
  const values = (name: string): readonly string[] =>
    [...tokens.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, "g"))].map((found) => found[1] ?? "");
  for (const name of ["surface", "ground", "sunken"]) {
    const [light = "", dark = ""] = values(name);
    expect(grounds.light).toContain(light);
    expect(grounds.dark).toContain(dark);
  }
});
