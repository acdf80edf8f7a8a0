import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { de } from "../../src/messages/de.ts";
import { en } from "../../src/messages/en.ts";
import {
  beginningOf,
  cautionsOf,
  certaintyOf,
  criteria,
  type Direction,
  type Domains,
  importanceClass,
  type Strength,
  scales,
  sentenceOf,
  type TextLanguage,
} from "../../src/sync/question/grade.ts";
import { foreignRoots, isText, textsOf } from "../../src/sync/question/shape.ts";

interface Sentence {
  readonly language: TextLanguage;
  readonly strength: Strength;
  readonly direction: Direction;
  readonly action: string;
  readonly sentence: string;
}

interface Vectors {
  readonly certainty: readonly (Domains & { readonly certainty: string; readonly cautions: readonly string[] })[];
  readonly importance: readonly string[];
  readonly scales: Readonly<Record<string, readonly string[]>>;
  readonly sentences: readonly Sentence[];
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../model/vectors/grade.json"), "utf8"),
) as Vectors;

test("certainty is what the model computes", () => {
  expect(vectors.certainty.length).toBeGreaterThan(100);
  for (const vector of vectors.certainty) {
    expect(certaintyOf(vector), JSON.stringify(vector)).toBe(vector.certainty);
    expect(cautionsOf(vector)).toEqual(vector.cautions);
  }
});

test("scales, classes and sentences are those of the model", () => {
  expect(scales).toEqual(vectors.scales);
  expect(vectors.importance.map((_, index) => importanceClass(index + 1))).toEqual(vectors.importance);
  for (const { language, strength, direction, action, sentence } of vectors.sentences) {
    expect(sentenceOf(language, strength, direction, action)).toBe(sentence);
    expect(sentence.startsWith(beginningOf(language, strength, direction))).toBe(true);
  }
});

test("there is a word for each judgement in both languages", () => {
  for (const { decision } of [en.questions, de.questions]) {
    for (const criterion of criteria) {
      const words: Readonly<Record<string, string>> = decision.judgements[criterion];
      expect(Object.keys(words).sort()).toEqual([...scales[criterion]].sort());
    }
  }
});

test("texts are where the model looks for them, and what else there is is told", () => {
  const id = "0199a1b2-0000-7000-8000-000000000001";
  for (const root of ["title", "pico/outcome", "etd/equity", `outcome/${id}/comment`, `recommendation/${id}/remarks`]) {
    expect(isText(root), root).toBe(true);
  }
  for (const root of ["body", "pico/", "pico/outcome/more", "etd/taste", "outcome/first/name", `outcome/${id}/x`, ""]) {
    expect(isText(root), root).toBe(false);
  }
  const doc = new Y.Doc();
  textsOf.pico(doc, "population").insert(0, "Adults");
  textsOf.recommendation(doc, "remarks").insert(0, "rest");
  doc.getXmlFragment("body").insert(0, [new Y.XmlText("foreign")]);
  doc.getMap("settings").set("key", 1);
  doc.getText("unused");
  expect(foreignRoots(doc)).toEqual(["body", "settings"]);
});
