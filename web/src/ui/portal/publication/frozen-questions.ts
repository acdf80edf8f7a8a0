/** Clinical questions of a frozen text as blocks, for reading and for files; and what has changed in their recommendations. */
import type { FrozenQuestion, Json } from "../../../editor/published/index.ts";
import type { Catalogue } from "../../../messages/index.ts";
import { type Item, type Library, shortNameOf } from "../../../references/index.ts";
import {
  type Criterion,
  certainties,
  criteria,
  directions,
  importanceClass,
  type OutcomeId,
  picoParts,
  type Setting,
  type SettingId,
  strengths,
  type Values,
} from "../../../sync/index.ts";
import { rated } from "../questions/certainty.ts";

/** All questions of a text as blocks, each under a heading. */
export function questionBlocks(
  questions: readonly FrozenQuestion[],
  library: Library,
  text: Catalogue,
): readonly Json[] {
  return questions.flatMap((question, index) => [
    heading(2, titleOf(question, index, text)),
    ...recommendationsOf(question).flatMap((id) => recommendationBlocks(question, id, text)),
    ...picoBlocks(question, text),
    ...outcomeBlocks(question, text),
    ...evidenceBlocks(question, library, text),
    ...decisionBlocks(question, text),
  ]);
}

export function titleOf(question: FrozenQuestion, index: number, text: Catalogue): string {
  const title = question.texts["title"]?.trim() ?? "";
  return title === "" ? text.publication.frozen.question(index + 1) : title;
}

/** What is different in the recommendations, a sentence each. */
export function recommendationChanges(
  before: readonly FrozenQuestion[],
  after: readonly FrozenQuestion[],
  text: Catalogue,
): readonly { readonly title: string; readonly changes: readonly string[] }[] {
  const { frozen } = text.publication;
  const gone = before.flatMap((question, index) =>
    after.some(({ id }) => id === question.id)
      ? []
      : [{ title: frozen.removed(titleOf(question, index, text)), changes: [] }],
  );
  const rest = after.flatMap((question, index) => {
    const title = titleOf(question, index, text);
    const old = before.find(({ id }) => id === question.id);
    if (old === undefined) {
      return [{ title: frozen.added(title), changes: [] }];
    }
    const ids = [...new Set([...recommendationsOf(old), ...recommendationsOf(question)])];
    const changes = ids.flatMap((id) => {
      const [was, is] = [factsOf(old, id, text), factsOf(question, id, text)];
      return is.flatMap(([what, said], at) => {
        const earlier = was[at]?.[1] ?? "";
        return earlier === said
          ? []
          : [frozen.changed(what, earlier === "" ? frozen.nothing : earlier, said === "" ? frozen.nothing : said)];
      });
    });
    return changes.length === 0 ? [] : [{ title, changes }];
  });
  return [...rest, ...gone];
}

/** The ids of the recommendations of a question, those that say something. */
function recommendationsOf({ texts, values }: FrozenQuestion): readonly string[] {
  const ids = [...Object.keys(texts), ...Object.keys(values)].flatMap((name) => {
    const [kind, id] = name.split("/");
    return kind === "recommendation" && id !== undefined ? [id] : [];
  });
  return [...new Set(ids)].sort();
}

/** Direction, strength, certainty and statement, in words; empty where nothing is said. */
function factsOf(question: FrozenQuestion, id: string, text: Catalogue): readonly (readonly [string, string])[] {
  const words = text.questions.recommendation;
  const value = (name: string): unknown => question.values[`recommendation/${id}/${name}`];
  const direction = directions.find((code) => code === value("direction"));
  const strength = strengths.find((code) => code === value("strength"));
  const certainty = certainties.find((code) => code === value("certainty"));
  return [
    [words.direction, direction === undefined ? "" : words.directions[direction]],
    [words.strength, strength === undefined ? "" : words.strengths[strength]],
    [words.certainty, certainty === undefined ? "" : text.questions.certainties[certainty]],
    [words.statement, wording(question, `recommendation/${id}/statement`)],
  ];
}

function recommendationBlocks(question: FrozenQuestion, id: string, text: Catalogue): readonly Json[] {
  const words = text.questions.recommendation;
  const said = (name: string): string => question.texts[`recommendation/${id}/${name}`]?.trim() ?? "";
  const worded = (name: string): string => wording(question, `recommendation/${id}/${name}`);
  const statement = worded("statement") === "" ? worded("action") : worded("statement");
  const facts = factsOf(question, id, text)
    .slice(0, 3)
    .flatMap(([what, value]) => (value === "" ? [] : [`${what}: ${value}`]));
  const reviewBy = question.values[`recommendation/${id}/review-by`];
  const inner = [
    ...(statement === "" ? [] : [paragraph(statement, true)]),
    ...(facts.length === 0 ? [] : [paragraph(facts.join(" · "))]),
    ...labelled(words.population, said("population")),
    ...labelled(words.remarks, said("remarks")),
    ...labelled(words.reviewBy, typeof reviewBy === "string" ? reviewBy : ""),
  ];
  return inner.length === 0
    ? []
    : [heading(3, text.publication.frozen.recommendation), { type: "blockquote", content: inner }];
}

function picoBlocks(question: FrozenQuestion, text: Catalogue): readonly Json[] {
  const { pico } = text.questions;
  const blocks = picoParts.flatMap((part) => labelled(pico.parts[part], question.texts[`pico/${part}`]?.trim() ?? ""));
  return blocks.length === 0 ? [] : [heading(3, pico.heading), ...blocks];
}

function outcomeBlocks(question: FrozenQuestion, text: Catalogue): readonly Json[] {
  const { findings, outcomes } = text.questions;
  const values = valuesIn(question);
  const rows = question.outcomes.flatMap((id, index) => {
    const value = (name: string): unknown => question.values[`outcome/${id}/${name}`];
    if (value("aside") === "aside") {
      return [];
    }
    const said = (name: string): string => question.texts[`outcome/${id}/${name}`]?.trim() ?? "";
    const weight = Number(value("importance"));
    const certainty = rated(values, id as OutcomeId);
    return [
      [
        said("name") === "" ? outcomes.unnamed(index + 1) : said("name"),
        weight >= 1 && weight <= 9 ? findings.weight(weight, outcomes.classes[importanceClass(weight)]) : "–",
        `${plain(value("participants"))} (${plain(value("studies"))})`,
        wording(question, `outcome/${id}/effect`),
        certainty.kind === "rated" ? text.questions.certainties[certainty.holds] : "–",
        said("comment"),
      ],
    ];
  });
  const { outcome, importance, evidence, effect, certainty, comment } = findings;
  return rows.length === 0
    ? []
    : [heading(3, findings.heading), table([outcome, importance, evidence, effect, certainty, comment], rows)];
}

/** The references that the evidence of each outcome rests on. */
function evidenceBlocks(question: FrozenQuestion, library: Library, text: Catalogue): readonly Json[] {
  return question.outcomes.flatMap((id, index) => {
    const name = question.texts[`outcome/${id}/name`]?.trim() ?? "";
    const ids = question.values[`outcome/${id}/references`];
    const items = Array.isArray(ids) ? ids.flatMap((each) => library.items.get(each) ?? []) : [];
    const called = name === "" ? text.questions.outcomes.unnamed(index + 1) : name;
    return labelled(called, items.map(sourceOf).join("; "));
  });
}

function sourceOf(item: Item): string {
  return item.title === undefined ? shortNameOf(item) : `${shortNameOf(item)}. ${item.title}`;
}

function decisionBlocks(question: FrozenQuestion, text: Catalogue): readonly Json[] {
  const { decision } = text.questions;
  const rows = criteria.flatMap((criterion) => {
    const judged = sayJudgement(criterion, question.values[`etd/${criterion}`], text);
    const reasons = question.texts[`etd/${criterion}`]?.trim() ?? "";
    return judged === "" && reasons === "" ? [] : [[decision.criteria[criterion], judged, reasons]];
  });
  return rows.length === 0 ? [] : [heading(3, decision.heading), table(["", "", decision.reasons], rows)];
}

function sayJudgement(criterion: Criterion, value: unknown, text: Catalogue): string {
  const scale: Readonly<Record<string, string>> = text.questions.decision.judgements[criterion];
  return typeof value === "string" ? (scale[value] ?? value) : "";
}

/** The settled values as registers, for what is computed from them. */
function valuesIn(question: FrozenQuestion): Values {
  const setting = (value: unknown): Setting => ({
    id: "0.0" as SettingId,
    client: 0,
    value,
    at: null,
    seen: new Set(),
  });
  const registers = Object.entries(question.values).map(
    ([name, value]) => [name, { current: [setting(value)], foreign: [], replaced: 0 }] as const,
  );
  return { registers: new Map(registers), foreign: [], foreignMore: 0 };
}

/** What a register says whose values are wordings. */
function wording({ values }: FrozenQuestion, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value.trim() : "";
}

function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "–";
}

function line(said: string, bold: boolean): readonly Json[] {
  const marks = bold ? { marks: [{ type: "bold" }] } : {};
  return said
    .split("\n")
    .flatMap((part, index) => [
      ...(index === 0 ? [] : [{ type: "hardBreak" }]),
      ...(part === "" ? [] : [{ type: "text", text: part, ...marks }]),
    ]);
}

function heading(level: number, said: string): Json {
  return { type: "heading", attrs: { level }, content: line(said.replaceAll("\n", " "), false) };
}

function paragraph(said: string, bold = false): Json {
  return { type: "paragraph", content: line(said, bold) };
}

function labelled(label: string, said: string): readonly Json[] {
  return said === "" ? [] : [{ type: "paragraph", content: [...line(`${label}: `, true), ...line(said, false)] }];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Json {
  const row = (type: string, cells: readonly string[]): Json => ({
    type: "tableRow",
    content: cells.map((said) => ({ type, content: [paragraph(said)] })),
  });
  return { type: "table", content: [row("tableHeader", head), ...rows.map((cells) => row("tableCell", cells))] };
}
