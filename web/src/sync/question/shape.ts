/**
 * Where everything stands in the document of a clinical question; `model/src/question.rs` says so too.
 *
 * Long texts are roots of their own under fixed names, so two who begin at once write into the same one. What is chosen
 * and not written is a register, and so are wordings in which letters of two people must not mix. The outcomes are an array of ids to which the app only ever adds; one that is not wanted
 * any more is set aside by a register.
 */
import { uuidV7 } from "@consilium/client";
import type * as Y from "yjs";
import { type Criterion, criteria } from "./grade.ts";
import { isId } from "./name.ts";

const OUTCOMES = "outcomes";
const TITLE = "title";

/** As in the model: outcomes that are read of one question. */
export const OUTCOMES_MAX = 100;

/** The parts of the question, in their order. */
export const picoParts = ["population", "intervention", "comparison", "outcome"] as const;
export type PicoPart = (typeof picoParts)[number];

export type OutcomeId = string & { readonly __brand: "OutcomeId" };

const outcomeTexts = ["name", "comment"] as const;
const recommendationTexts = ["population", "remarks"] as const;
export type RecommendationText = (typeof recommendationTexts)[number];

/** There is one recommendation so far. Its id is fixed, so that two who begin it without network begin the same one. */
const RECOMMENDATION = "00000000-0000-7000-8000-000000000001";

/** The texts of a question. */
export const textsOf = {
  pico: (doc: Y.Doc, part: PicoPart): Y.Text => doc.getText(`pico/${part}`),
  outcome: (doc: Y.Doc, id: OutcomeId, text: (typeof outcomeTexts)[number]): Y.Text =>
    doc.getText(`outcome/${id}/${text}`),
  criterion: (doc: Y.Doc, criterion: Criterion): Y.Text => doc.getText(`etd/${criterion}`),
  recommendation: (doc: Y.Doc, text: RecommendationText): Y.Text =>
    doc.getText(`recommendation/${RECOMMENDATION}/${text}`),
} as const;

/** The registers of an outcome. */
export type OutcomeRegister =
  | "aside"
  | "importance"
  | "studies"
  | "participants"
  | "effect"
  | "start"
  | "risk-of-bias"
  | "inconsistency"
  | "indirectness"
  | "imprecision"
  | "publication-bias"
  | "large-effect"
  | "dose-response"
  | "plausible-confounding"
  | "references"
  | "certainty-instead";

/** The names of registers. */
export const registerNames = {
  outcome: (id: OutcomeId, register: OutcomeRegister): string => `outcome/${id}/${register}`,
  criterion: (criterion: Criterion): string => `etd/${criterion}`,
  recommendation: (register: "direction" | "strength" | "certainty" | "action" | "statement" | "review-by"): string =>
    `recommendation/${RECOMMENDATION}/${register}`,
} as const;

/** The array of the outcomes, to be watched. */
export function outcomesOf(doc: Y.Doc): Y.Array<unknown> {
  return doc.getArray(OUTCOMES);
}

/** The ids of the outcomes in the order in which they are shown, each once. */
export function readOutcomes(doc: Y.Doc): readonly OutcomeId[] {
  const ids = outcomesOf(doc)
    .toArray()
    .filter((id): id is OutcomeId => typeof id === "string" && isId(id));
  return [...new Set(ids)].slice(0, OUTCOMES_MAX);
}

/** Adds an outcome without a name behind the others; `null` when there are as many as are read. */
export function addOutcome(doc: Y.Doc): OutcomeId | null {
  if (readOutcomes(doc).length >= OUTCOMES_MAX) {
    return null;
  }
  const id = uuidV7() as OutcomeId;
  outcomesOf(doc).push([id]);
  return id;
}

/** The names of roots that belong to no question, in order: a body for example, that some other program wrote. */
export function foreignRoots(doc: Y.Doc): readonly string[] {
  return [...doc.share]
    .filter(([name, root]) => (root._start !== null || root._map.size > 0 ? !isOurs(name) : false))
    .map(([name]) => name)
    .sort();
}

function isOurs(root: string): boolean {
  return ["meta", OUTCOMES, "values"].includes(root) || isText(root);
}

/** Whether a root of this name is a text of a question. */
export function isText(root: string): boolean {
  const [kind = "", first = "", second = "", ...more] = root.split("/");
  const has = (texts: readonly string[]): boolean => isId(first) && texts.includes(second) && more.length === 0;
  switch (kind) {
    case TITLE:
      return root === TITLE;
    case "pico":
      return picoParts.some((part) => root === `pico/${part}`);
    case "etd":
      return criteria.some((criterion) => root === `etd/${criterion}`);
    case "outcome":
      return has(outcomeTexts);
    case "recommendation":
      return has(recommendationTexts);
    default:
      return false;
  }
}
