/** The outline: headings wherever they stand, where they are, and how long the text is. */
import { expect, test } from "vitest";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { countWords, headingAt, headingPosition, outlineOf } from "../../src/editor/index.ts";

const doc = readMarkdown(
  ["# One", "Some text.", "> ## Two, quoted", "- item\n\n  ### Three", "#### Four", "the 5 mg’s dose"].join("\n\n"),
);

test("names every heading that has a text, in order, wherever it stands", () => {
  expect(outlineOf(doc)).toEqual([
    { level: 1, text: "One" },
    { level: 2, text: "Two, quoted" },
    { level: 3, text: "Three" },
    { level: 4, text: "Four" },
  ]);
});

test("a raised number in a heading is not the number without", () => {
  const raised = readMarkdown("# Above 10<sup>−9</sup> mol/l<br>of CO<sub>2</sub>");
  expect(outlineOf(raised)).toEqual([{ level: 1, text: "Above 10⁻⁹ mol/l of CO₂" }]);
});

test("finds each of them again", () => {
  const found = [0, 1, 2, 3].map((place) => doc.nodeAt(headingPosition(doc, place))?.textContent);
  expect(found).toEqual(["One", "Two, quoted", "Three", "Four"]);
  expect(headingPosition(doc, 4)).toBe(-1);
  expect(headingPosition(doc, -1)).toBe(-1);
});

test("tells under which heading a position stands", () => {
  const places = [0, 1, 2, 3].map((place) => headingAt(doc, headingPosition(doc, place) + 1));
  expect(places).toEqual([0, 1, 2, 3]);
  expect(headingAt(doc, headingPosition(doc, 1) - 2)).toBe(0);
  expect(headingAt(readMarkdown("text\n\n# One"), 1)).toBe(-1);
});

test("counts words of any script, numbers included", () => {
  expect(countWords(doc)).toBe(12);
});
