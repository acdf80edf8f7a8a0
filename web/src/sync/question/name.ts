/** What a clinical question of a document is called; `model/src/question.rs` says so too. */
import { discussedIn } from "../discussion/name.ts";
import type { DocumentName } from "../names.ts";

const BETWEEN = "/question/";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of a question within its document: a UUID. */
export type QuestionId = string & { readonly __brand: "QuestionId" };

/** Ids of questions, outcomes and recommendations are UUIDs, written in one way. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Reads an id from an address; `null` when it is none. */
export function parseQuestionId(text: string): QuestionId | null {
  return isId(text) ? (text as QuestionId) : null;
}

export function questionOf(document: DocumentName, id: QuestionId): DocumentName {
  return `${document}${BETWEEN}${id}` as DocumentName;
}

/** The document and the id of the question of this name; `null` when that is no question. */
export function questionIn(name: string): { readonly document: DocumentName; readonly id: QuestionId } | null {
  const at = name.lastIndexOf(BETWEEN);
  const id = at <= 0 ? null : parseQuestionId(name.slice(at + BETWEEN.length));
  const document = name.slice(0, Math.max(at, 0));
  return id === null || document.includes(BETWEEN) ? null : { document: document as DocumentName, id };
}

/** The document to which a discussion or a question belongs, in whose list it stands; `null` for one of its own. */
export function partOf(name: string): DocumentName | null {
  return discussedIn(name) ?? questionIn(name)?.document ?? null;
}
