/** Where clinical questions are: under the document whose they are. */
import type { DocumentName, QuestionId } from "../../../sync/index.ts";
import { documentPath } from "../branches/paths.ts";

/** All questions of a document. */
export function questionsPath(document: DocumentName): string {
  return `${documentPath(document)}/questions`;
}

/** One of them. */
export function questionPath(document: DocumentName, id: QuestionId): string {
  return `${questionsPath(document)}/${id}`;
}
