/**
 * What clinical questions say as blocks, for reading and for files; and what has changed in their recommendations. The same
 * for those of a frozen text and for those that are being worked on: of these, what several people set at once is said whole.
 */
import type { FrozenQuestion, Json } from "../../../editor/published/index.ts";
import type { WrittenQuestions } from "../../../editor/written-out.ts";
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
  type QuestionId,
  type Setting,
  type SettingId,
  strengths,
  type Values,
} from "../../../sync/index.ts";
import { rated } from "./certainty.ts";

/** The level of the heading above the questions that stand nowhere in the text. */
const REST_LEVEL = 2;

/** How deep headings go. */
const LEVEL_MAX = 4;

/** A clinical question. */
export interface SaidQuestion extends FrozenQuestion {
  /** Values that several people set at once, by the names of their registers: all of them. */
  readonly undecided?: Readonly<Record<string, readonly unknown[]>>;
}

export interface QuestionsToWrite {
  /** In their order. */
  readonly questions: readonly SaidQuestion[];
  /** Those that are there and of which this device has nothing, with their titles; left out where there are none. */
  readonly awaited?: ReadonlyMap<string, string>;
  readonly library: Library;
}

/** What stands for the questions of a text in its place, and behind it for those that stand nowhere in it. */
export function writtenQuestions(
  { questions, awaited = new Map(), library }: QuestionsToWrite,
  text: Catalogue,
): WrittenQuestions {
  const words = text.questions.block;
  const titles = new Map([
    ...awaited,
    ...questions.map((each, index) => [each.id, titleOf(each, index, text)] as const),
  ]);
  const write = (id: string, level: number): readonly Json[] => {
    const index = questions.findIndex((each) => each.id === id);
    const question = questions[index];
    if (question !== undefined) {
      return questionBlocks(question, index, library, text, level);
    }
    const title = awaited.get(id);
    return title === undefined
      ? [paragraph(words.notIn)]
      : [heading(level, title === "" ? words.untitled : title), paragraph(words.notOnDevice)];
  };
  return {
    at: (id, level) => (id === null ? [paragraph(words.notIn)] : write(id, level)),
    again: (id) => {
      const title = titles.get(id);
      return [paragraph(title === undefined ? words.notIn : words.above(title === "" ? words.untitled : title))];
    },
    rest: (placed) => {
      const ids = [...questions.map(({ id }) => id), ...awaited.keys()].filter((id) => !placed.has(id as QuestionId));
      return ids.length === 0
        ? []
        : [heading(REST_LEVEL, words.rest), ...ids.flatMap((id) => write(id, REST_LEVEL + 1))];
    },
  };
}

/** One question as blocks, under a heading of `level`. */
function questionBlocks(
  question: SaidQuestion,
  index: number,
  library: Library,
  text: Catalogue,
  level: number,
): readonly Json[] {
  const part = (said: string, blocks: readonly Json[]): readonly Json[] =>
    blocks.length === 0 ? [] : [heading(Math.min(LEVEL_MAX, level + 1), said), ...blocks];
  const { pico, findings, decision } = text.questions;
  return [
    heading(Math.min(LEVEL_MAX, level), titleOf(question, index, text)),
    ...recommendationsOf(question).flatMap((id) =>
      part(text.publication.frozen.recommendation, recommendationBlocks(question, id, text)),
    ),
    ...part(pico.heading, picoBlocks(question, text)),
    ...part(findings.heading, outcomeBlocks(question, text)),
    ...evidenceBlocks(question, library, text),
    ...part(decision.heading, decisionBlocks(question, text)),
  ];
}

export function titleOf(question: SaidQuestion, index: number, text: Catalogue): string {
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
function recommendationsOf({ texts, values, undecided = {} }: SaidQuestion): readonly string[] {
  const ids = [texts, values, undecided].flatMap(Object.keys).flatMap((name) => {
    const [kind, id] = name.split("/");
    return kind === "recommendation" && id !== undefined ? [id] : [];
  });
  return [...new Set(ids)].sort();
}

/** Direction, strength, certainty and statement, in words; empty where nothing is said. */
function factsOf(question: SaidQuestion, id: string, text: Catalogue): readonly (readonly [string, string])[] {
  const words = text.questions.recommendation;
  const coded = <T extends string>(name: string, codes: readonly T[], say: Readonly<Record<T, string>>): string =>
    sayValue(question, `recommendation/${id}/${name}`, text, (value) => {
      const code = codes.find((each) => each === value);
      return code === undefined ? "" : say[code];
    });
  return [
    [words.direction, coded("direction", directions, words.directions)],
    [words.strength, coded("strength", strengths, words.strengths)],
    [words.certainty, coded("certainty", certainties, text.questions.certainties)],
    [words.statement, wording(question, `recommendation/${id}/statement`, text)],
  ];
}

/** A value in words; where several people set it at once, all of theirs, and that it is to be decided. */
function sayValue(
  { values, undecided = {} }: SaidQuestion,
  name: string,
  text: Catalogue,
  say: (value: unknown) => string,
): string {
  const several = undecided[name];
  return several === undefined
    ? say(values[name])
    : text.questions.block.undecided(several.map((value) => say(value) || text.questions.cleared));
}

/** What is shown of a recommendation where there is little room. */
export interface Essence {
  readonly id: string;
  readonly statement: string;
  /** Direction, strength and certainty: what each is called, what is said, and whether that is to be decided. */
  readonly facts: readonly { readonly what: string; readonly said: string; readonly isUndecided: boolean }[];
  readonly remarks: string;
}

/** The recommendations of a question, each as its statement with what goes with it. */
export function essenceOf(question: SaidQuestion, text: Catalogue): readonly Essence[] {
  const names = ["direction", "strength", "certainty"];
  return recommendationsOf(question).map((id) => ({
    id,
    statement: statementOf(question, id, text),
    facts: factsOf(question, id, text)
      .slice(0, names.length)
      .map(([what, said], index) => ({
        what,
        said,
        isUndecided: question.undecided?.[`recommendation/${id}/${names[index]}`] !== undefined,
      }))
      .filter(({ said }) => said !== ""),
    remarks: question.texts[`recommendation/${id}/remarks`]?.trim() ?? "",
  }));
}

function statementOf(question: SaidQuestion, id: string, text: Catalogue): string {
  const statement = wording(question, `recommendation/${id}/statement`, text);
  return statement === "" ? wording(question, `recommendation/${id}/action`, text) : statement;
}

function recommendationBlocks(question: SaidQuestion, id: string, text: Catalogue): readonly Json[] {
  const words = text.questions.recommendation;
  const said = (name: string): string => question.texts[`recommendation/${id}/${name}`]?.trim() ?? "";
  const statement = statementOf(question, id, text);
  const facts = factsOf(question, id, text)
    .slice(0, 3)
    .flatMap(([what, value]) => (value === "" ? [] : [`${what}: ${value}`]));
  const reviewBy = wording(question, `recommendation/${id}/review-by`, text);
  const inner = [
    ...(statement === "" ? [] : [paragraph(statement, true)]),
    ...(facts.length === 0 ? [] : [paragraph(facts.join(" · "))]),
    ...labelled(words.population, said("population")),
    ...labelled(words.remarks, said("remarks")),
    ...labelled(words.reviewBy, reviewBy),
  ];
  return inner.length === 0 ? [] : [{ type: "blockquote", content: inner }];
}

/** The parts of the question that say something, with what they are called. */
export function picoOf({ texts }: SaidQuestion, text: Catalogue): readonly (readonly [what: string, said: string])[] {
  return picoParts
    .map((part) => [text.questions.pico.parts[part], texts[`pico/${part}`]?.trim() ?? ""] as const)
    .filter(([, said]) => said !== "");
}

function picoBlocks(question: SaidQuestion, text: Catalogue): readonly Json[] {
  return picoOf(question, text).flatMap(([what, said]) => labelled(what, said));
}

function outcomeBlocks(question: SaidQuestion, text: Catalogue): readonly Json[] {
  const { findings, outcomes } = text.questions;
  const values = valuesIn(question);
  const rows = question.outcomes.flatMap((id, index) => {
    const value = (name: string): unknown => question.values[`outcome/${id}/${name}`];
    const plain = (name: string): string =>
      sayValue(question, `outcome/${id}/${name}`, text, (each) =>
        typeof each === "string" || typeof each === "number" ? String(each) : "–",
      );
    if (value("aside") === "aside") {
      return [];
    }
    const said = (name: string): string => question.texts[`outcome/${id}/${name}`]?.trim() ?? "";
    const weight = Number(value("importance"));
    const certainty = rated(values, id as OutcomeId);
    return [
      [
        said("name") === "" ? outcomes.unnamed(index + 1) : said("name"),
        weight >= 1 && weight <= 9
          ? findings.weight(weight, outcomes.classes[importanceClass(weight)])
          : plain("importance"),
        `${plain("participants")} (${plain("studies")})`,
        wording(question, `outcome/${id}/effect`, text),
        certainty.kind === "rated"
          ? text.questions.certainties[certainty.holds]
          : certainty.kind === "undecided"
            ? text.questions.undecided
            : "–",
        said("comment"),
      ],
    ];
  });
  const { outcome, importance, evidence, effect, certainty, comment } = findings;
  return rows.length === 0 ? [] : [table([outcome, importance, evidence, effect, certainty, comment], rows)];
}

/** The references that the evidence of each outcome rests on. */
function evidenceBlocks(question: SaidQuestion, library: Library, text: Catalogue): readonly Json[] {
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

function decisionBlocks(question: SaidQuestion, text: Catalogue): readonly Json[] {
  const { decision } = text.questions;
  const rows = criteria.flatMap((criterion) => {
    const judged = sayValue(question, `etd/${criterion}`, text, (value) => sayJudgement(criterion, value, text));
    const reasons = question.texts[`etd/${criterion}`]?.trim() ?? "";
    return judged === "" && reasons === "" ? [] : [[decision.criteria[criterion], judged, reasons]];
  });
  return rows.length === 0 ? [] : [table(["", "", decision.reasons], rows)];
}

function sayJudgement(criterion: Criterion, value: unknown, text: Catalogue): string {
  const scale: Readonly<Record<string, string>> = text.questions.decision.judgements[criterion];
  return typeof value === "string" ? (scale[value] ?? value) : "";
}

/** The values as registers, for what is computed from them. */
function valuesIn({ values, undecided = {} }: SaidQuestion): Values {
  const setting = (value: unknown, place: number): Setting => ({
    id: `0.${place}` as SettingId,
    client: 0,
    value,
    at: null,
    seen: new Set(),
  });
  const settled = Object.entries(values).map(([name, value]) => [name, [value]] as const);
  const registers = [...settled, ...Object.entries(undecided)].map(
    ([name, several]) => [name, { current: several.map(setting), foreign: [], replaced: 0 }] as const,
  );
  return { registers: new Map(registers), foreign: [], foreignMore: 0 };
}

/** What a register says whose values are wordings. */
function wording(question: SaidQuestion, name: string, text: Catalogue): string {
  return sayValue(question, name, text, (value) => (typeof value === "string" ? value.trim() : ""));
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
