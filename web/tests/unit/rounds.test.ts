/** Rules of votes: from choices to the canonical text, and from there to plain words; and the sections of a text. */
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { english, loadCatalogue } from "../../src/messages/index.ts";
import { slotOf } from "../../src/sync/portal/ballots.ts";
import { parseRoundId } from "../../src/sync/portal/rounds-api.ts";
import { sectionsOf } from "../../src/ui/portal/rounds/passages.ts";
import {
  denominators,
  methods,
  quorums,
  type RuleChoice,
  ruleText,
  thresholds,
} from "../../src/ui/portal/rounds/wish.ts";
import { isRated, sayRule, sayVerdict } from "../../src/ui/words/rule.ts";

const choice: RuleChoice = {
  method: "awmf",
  disagreement: "ipras",
  threshold: "at-least:3/4",
  denominator: "votes",
  objections: "none",
  quorum: "none",
  anonymity: "named",
};

describe("a rule", () => {
  test.each([
    [{}, "awmf denominator=votes quorum=none"],
    [{ anonymity: "anonymous" }, "awmf denominator=votes quorum=ballots:3"],
    [{ anonymity: "anonymous", quorum: "at-least:1/2" }, "awmf denominator=votes quorum=at-least:1/2"],
    [{ method: "rand-ucla" }, "rand-ucla disagreement=ipras percentiles=linear quorum=none"],
    [{ method: "delphi" }, "delphi consensus=at-least:3/4 quorum=none"],
    [{ method: "core-outcome-set" }, "core-outcome-set many=at-least:7/10 few-below=3/20 quorum=none"],
    [
      { method: "approval", threshold: "at-least:2/3", denominator: "eligible", objections: "0" },
      "approval approve=at-least:2/3 denominator=eligible objections-max=0 quorum=none",
    ],
  ])("has the canonical text of the model: %o", (change, expected) => {
    expect(ruleText({ ...choice, ...change })).toBe(expected);
  });

  test("is said in plain words in both languages, whatever was chosen", async () => {
    for (const catalogue of [english, await loadCatalogue("de")]) {
      for (const method of methods) {
        for (const threshold of thresholds) {
          for (const denominator of denominators) {
            for (const quorum of quorums) {
              const rule = ruleText({ ...choice, method, threshold, denominator, quorum, objections: "2" });
              const said = sayRule(rule, catalogue).join(" ");
              expect(said).not.toContain("=");
              expect(said).not.toMatch(/undefined|NaN/);
            }
          }
        }
      }
    }
  });

  test("says its numbers", () => {
    const said = sayRule("approval approve=at-least:2/3 denominator=votes objections-max=0 quorum=ballots:5", english);
    expect(said).toEqual([
      "It is approved with at least 66.7 % approval, counted among those who approve or object. Abstentions are left out.",
      "A single objection prevents it.",
      "At least 5 have to vote.",
    ]);
  });

  test("that is not known is shown as it is", () => {
    expect(sayRule("ranked quorum=none", english)).toEqual([
      "A rule that this version of the app does not know: ranked quorum=none",
    ]);
    expect(sayVerdict("something", english)).toBe("something");
    expect(isRated("delphi consensus=at-least:3/4 quorum=none")).toBe(true);
    expect(isRated("awmf denominator=votes quorum=none")).toBe(false);
  });
});

test("a ballot lies where the server says", async () => {
  // The vector of server/src/rounds/ballot_box.rs.
  const round = parseRoundId("00000000-0000-0000-0000-000000000007");
  expect(round).not.toBeNull();
  if (round !== null) {
    expect(await slotOf(round, "11".repeat(32))).toBe(
      "18debcf3d5db148cd31b9089ea08887508a9054ccdadfcd0243e996354634a9a",
    );
  }
  expect(parseRoundId("x")).toBeNull();
});

test("a section goes from its heading to before the next as high", () => {
  const doc = new Y.Doc();
  const body = doc.getXmlFragment("body");
  const block = (name: string, text: string, level?: number): Y.XmlElement => {
    const element = new Y.XmlElement(name);
    element.insert(0, [new Y.XmlText(text)]);
    if (level !== undefined) {
      // What the editor writes: a number.
      (element as Y.XmlElement<{ level: number }>).setAttribute("level", level);
    }
    return element;
  };
  body.insert(0, [
    block("paragraph", "Before"),
    block("heading", "One", 1),
    block("heading", "One a", 2),
    block("paragraph", "Text"),
    block("heading", "", 1),
    block("heading", "Two", 1),
    block("paragraph", "End"),
  ]);
  expect(sectionsOf(Y.encodeStateAsUpdate(doc)).map(({ heading, first, last }) => [heading, first, last])).toEqual([
    ["One", 1, 4],
    ["One a", 2, 4],
    ["Two", 5, 6],
  ]);
});
