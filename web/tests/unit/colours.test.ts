/** Members’ colours stay legible in light and dark (WCAG 2.2, 1.4.3 and 1.4.11). */
import { describe, expect, test } from "vitest";
import { colourOf, renderCaret } from "../../src/editor/carets.ts";
import { contrast, linearChannels, memberColours, shadesOf, textOn } from "../../src/sync/index.ts";
import tokens from "../../src/ui/theme/tokens.css?raw";

const grounds = [...tokens.matchAll(/--ground: (#[0-9a-f]{6})/g)].map((found) => found[1] ?? "");

describe("contrast", () => {
  test("follows the formula of WCAG 2.2", () => {
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  test("text on a member’s colour reads at 4.5:1, in light and in dark", () => {
    for (const colour of memberColours) {
      const { light, dark, inkOnLight, inkOnDark } = shadesOf(colour);
      expect(contrast(light, inkOnLight), light).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark, inkOnDark), dark).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("a member’s cursor stands off the page at 3:1, in light and in dark", () => {
    const [onLight = "", onDark = ""] = grounds;
    expect(grounds).toHaveLength(2);
    for (const colour of memberColours) {
      expect(contrast(shadesOf(colour).light, onLight), colour).toBeGreaterThanOrEqual(3);
      expect(contrast(shadesOf(colour).dark, onDark), colour).toBeGreaterThanOrEqual(3);
    }
  });

  test("a colour from elsewhere gets the text that reads better", () => {
    expect(textOn("#ffee00")).toBe("#000000");
    expect(textOn("#102030")).toBe("#ffffff");
  });
});

/** How people see colours who lack one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISIONS: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** A colour in OKLab (Ottosson 2020), as somebody with this vision sees it. */
function seen(colour: string, vision: string): readonly [number, number, number] {
  const channels = linearChannels(colour);
  const [red = 0, green = 0, blue = 0] = (VISIONS[vision] ?? []).map((row) =>
    Math.max(0, row[0] * channels[0] + row[1] * channels[1] + row[2] * channels[2]),
  );
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
  ];
}

describe.each(["light", "dark"] as const)("in the %s appearance", (appearance) => {
  // A difference of 0.02 can just be seen side by side.
  test.each([
    ["all", 0.08],
    ["no red", 0.055],
    ["no green", 0.055],
    ["no blue", 0.055],
  ] as const)("any two colours differ for people with this vision: %s", (vision, least) => {
    const colours = memberColours.map((colour) => shadesOf(colour)[appearance]);
    for (const [index, one] of colours.entries()) {
      for (const other of colours.slice(index + 1)) {
        const [here, there] = [seen(one, vision), seen(other, vision)];
        const distance = Math.hypot(here[0] - there[0], here[1] - there[1], here[2] - there[2]);
        expect(distance, `${one} and ${other}`).toBeGreaterThanOrEqual(least);
      }
    }
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
