/**
 * Whatever the editor can make goes out as a Word file and comes in again as it was.
 *
 * The failing seed is in the test's name. What cannot survive, because Word has no place for it, and is therefore not
 * asked for here: where one quote ends and the next begins right behind it, lists deeper than nine, control characters,
 * and how the cells of a table are aligned.
 */
import type { Node } from "@tiptap/pm/model";
import { expect, test } from "vitest";
import { readHtml } from "../../src/editor/formats/html.ts";
import { proseSchema } from "../../src/editor/schema.ts";
import { readWord } from "../../src/editor/word/read.ts";
import { writeWord } from "../../src/editor/word/write.ts";
import { TextMaker } from "./random-text.ts";

const SEEDS = 300;
const options = { language: "en", authors: ["Ada Lindqvist"], at: 1_700_000_000_000, threads: [], since: null };

async function roundTrip(body: Node): Promise<Node> {
  const { html } = await readWord(await writeWord({ title: "", body }, options));
  return readHtml(html, undefined, "kept");
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))("seed %i", async (seed) => {
  const body = new TextMaker(seed, { blanks: true }).document();
  body.check();
  expect((await roundTrip(body)).toJSON()).toEqual(body.toJSON());
});

test("an empty text stays one", async () => {
  const body = proseSchema().node("doc", null, [proseSchema().node("paragraph")]);
  expect((await roundTrip(body)).toJSON()).toEqual(body.toJSON());
});
