/** Frozen texts: read whatever the schema knows by now, compared section by section, numbered as the field does. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/editor/past/index.ts";
import { documentOf, type FrozenQuestion, parseFrozen, sectionsOf } from "../../src/editor/published/index.ts";
import { writeOut } from "../../src/editor/written-out.ts";
import { english } from "../../src/messages/index.ts";
import { libraryOf } from "../../src/references/index.ts";
import { isNumber, offersAfter, yearsAfter } from "../../src/ui/portal/publication/numbers.ts";
import { recommendationChanges, writtenQuestions } from "../../src/ui/portal/questions/said-questions.ts";

const text = (said: string) => ({ type: "text", text: said });
const heading = (said: string) => ({ type: "heading", attrs: { level: 2 }, content: [text(said)] });
const paragraph = (said: string) => ({ type: "paragraph", content: [text(said)] });

const ID = "00000000-0000-7000-8000-000000000001";

const question = (strength: string, statement: string): FrozenQuestion => ({
  id: "q1",
  outcomes: ["o1"],
  texts: {
    title: "Statins?",
    "pico/population": "Adults",
    "outcome/o1/name": "Death",
    "etd/equity": "Those who pay",
  },
  values: {
    [`recommendation/${ID}/statement`]: statement,
    [`recommendation/${ID}/strength`]: strength,
    [`recommendation/${ID}/direction`]: "for",
    "outcome/o1/importance": "9",
    "outcome/o1/start": "randomised",
    "outcome/o1/imprecision": "serious-concern",
    "outcome/o1/references": ["000000000000000a", "000000000000000b"],
    "etd/equity": "reduced",
  },
});

describe("a frozen text", () => {
  test("is read from its bytes", () => {
    const whole = {
      body: { content: [heading("Children")], type: "doc" },
      format: "consilium publication 1",
      questions: [{ id: "q1", outcomes: [], texts: { title: "Statins?" }, values: {} }],
      title: "Asthma",
    };
    const frozen = parseFrozen(new TextEncoder().encode(JSON.stringify(whole)));
    expect(frozen.title).toBe("Asthma");
    expect(frozen.questions[0]?.texts["title"]).toBe("Statins?");
    expect(documentOf(frozen.blocks).firstChild?.textContent).toBe("Children");
    expect(() => parseFrozen(new TextEncoder().encode("[]"))).toThrow();
  });

  test("keeps the words of what the schema does not know", () => {
    const unknown = {
      type: "panel",
      content: [
        heading("In it"),
        { type: "paragraph", content: [text("one "), { type: "cite", content: [text("two")] }] },
      ],
    };
    const body = documentOf([paragraph("before"), unknown]);
    expect(body.childCount).toBe(3);
    expect(body.textContent).toBe("beforeIn itone two");
    expect(documentOf([]).childCount).toBe(1);
  });

  test("shows its questions with what follows from their values", () => {
    const item = { type: "article-journal", title: "Statins in adults" };
    const cited = libraryOf([
      ["000000000000000a", item],
      ["000000000000000a/title", "Statins in most adults"],
    ]);
    const questions = writtenQuestions(
      { questions: [question("strong", "We recommend statins.")], library: cited },
      english,
    );
    const { body } = writeOut(documentOf([paragraph("Before.")]), null, questions);
    const said = body.textBetween(0, body.content.size, "\n");
    expect(said.startsWith("Before.\nClinical questions\nStatins?\nRecommendation\n")).toBe(true);
    for (const words of [
      "Statins?",
      "We recommend statins.",
      "Strength: Strong",
      "Population: ",
      "Moderate",
      "Statins in most adults",
      "Reduced",
    ]) {
      expect(said).toContain(words);
    }
  });
});

describe("a change log", () => {
  test("puts what was added, removed and changed under its heading", () => {
    const before = [
      heading("Children"),
      paragraph("We suggest inhaled steroids daily."),
      heading("Adults"),
      paragraph("Stop it."),
    ];
    const after = [
      heading("Children"),
      paragraph("We suggest inhaled steroids twice daily."),
      heading("Adults"),
      heading("Infants"),
      paragraph("Wholly new words here."),
    ];
    const compared = compare({ title: "A", body: documentOf(before) }, { title: "A", body: documentOf(after) });
    const sections = sectionsOf(compared);
    expect(sections.map(({ heading: under }) => under)).toEqual(["Children", "Adults", "Infants"]);
    expect(sections[0]?.changes.map(({ kind }) => kind)).toEqual(["changed"]);
    expect(sections[1]?.changes.map(({ kind }) => kind)).toEqual(["removed"]);
    expect(sections[2]?.changes.map(({ kind }) => kind)).toEqual(["added", "added"]);
    expect(
      sectionsOf(compare({ title: "A", body: documentOf(before) }, { title: "A", body: documentOf(before) })),
    ).toEqual([]);
  });

  test("says what became of each recommendation", () => {
    const before = [question("weak", "We suggest statins.")];
    const after = [question("strong", "We recommend statins.")];
    expect(recommendationChanges(before, after, english)).toEqual([
      {
        title: "Statins?",
        changes: ["Strength: Weak (conditional) → Strong", "Statement: We suggest statins. → We recommend statins."],
      },
    ]);
    expect(recommendationChanges([], after, english)).toEqual([{ title: "New question: Statins?", changes: [] }]);
    expect(recommendationChanges(before, [], english)).toEqual([
      { title: "Question taken out: Statins?", changes: [] },
    ]);
    expect(recommendationChanges(after, after, english)).toEqual([]);
  });
});

describe("a number", () => {
  test("follows the largest, in a small step or a large one", () => {
    expect(offersAfter([])).toEqual(["1.0"]);
    expect(offersAfter(["1.0", "2.9", "2.10", "1.11"])).toEqual(["2.11", "3.0"]);
    expect(["1.0", "12.345"].every(isNumber)).toBe(true);
    expect(["", "1", "0.1", "1.00", "01.0", "1.0.0", "1000.0"].some(isNumber)).toBe(false);
  });

  test("is looked at again on the same day of another year", () => {
    expect(new Date(yearsAfter(new Date(2026, 10, 26).getTime(), 3))).toEqual(new Date(2029, 10, 26));
  });
});
