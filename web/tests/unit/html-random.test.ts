/**
 * Whatever the editor can make goes out as an HTML file and comes in again as it was.
 *
 * The failing seed is in the test's name. What cannot survive, because HTML does not say it, and is therefore not asked
 * for here: several spaces in a row, tabs, spaces at the edges of a line, and how the cells of a table are aligned.
 */
import { expect, test } from "vitest";
import { readHtml } from "../../src/editor/formats/html.ts";
import { writeHtml } from "../../src/editor/formats/html-write.ts";
import { TextMaker } from "./random-text.ts";

const SEEDS = 150;
const options = {
  language: "en",
  authors: ["Ada Lindqvist"],
  skip: "Skip to the text",
  untitled: "Untitled",
  taskLabel: (text: string) => `Task: ${text}`,
};

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))("seed %i", (seed) => {
  const body = new TextMaker(seed, { blanks: false }).document();
  body.check();
  const html = writeHtml("", body, options);
  expect(readHtml(html).toJSON(), html).toEqual(body.toJSON());
});
