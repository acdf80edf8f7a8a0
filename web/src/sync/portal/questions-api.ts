/** The clinical questions of a document: which there are, in which order, and their bin. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import { parseQuestionId, type QuestionId } from "../question/name.ts";
import type { Rest } from "../rest.ts";

export interface Question {
  readonly id: QuestionId;
  /** Opens it like any document. */
  readonly name: DocumentName;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** When it was put into the bin; `null` while it is not there. */
  readonly binnedAt: number | null;
  readonly mayWrite: boolean;
  /** How much a person has to decide in it; `null` where that is not known. */
  readonly openConflicts: number | null;
}

export interface QuestionsApi {
  /** In their order, those in the bin among them. Rejects with `no-such-document` for everybody who may not see them. */
  of(document: DocumentName, signal?: AbortSignal): Promise<readonly Question[]>;
  /** Rejects with `too-many` when there are as many as there may be. */
  make(document: DocumentName, title: string): Promise<QuestionId>;
  order(document: DocumentName, ids: readonly QuestionId[]): Promise<void>;
  bin(document: DocumentName, id: QuestionId): Promise<void>;
  restore(document: DocumentName, id: QuestionId): Promise<void>;
}

export function questionsApi(rest: Rest): QuestionsApi {
  const path = (document: DocumentName, behind: string): string =>
    `/api/v1/documents/${encodeURIComponent(document)}/${behind}`;
  return {
    of: async (document, signal) =>
      new Answer(await rest.get(path(document, "questions"), signal)).list("questions", readQuestion),
    make: async (document, title) =>
      new Answer(await rest.send("POST", path(document, "questions"), { title })).text("id"),
    order: async (document, ids) => {
      await rest.send("PUT", path(document, "question-order"), { ids });
    },
    bin: async (document, id) => {
      await rest.send("DELETE", path(document, `questions/${id}`));
    },
    restore: async (document, id) => {
      await rest.send("POST", path(document, `questions/${id}/restore`));
    },
  };
}

/** One entry of the server's answer, or of what this device keeps of it. */
export function readQuestion(answer: Answer): Question {
  const id = parseQuestionId(answer.text("id"));
  if (id === null) {
    throw new RangeError("not the id of a question");
  }
  return {
    id,
    name: answer.text("name"),
    title: answer.text("title").trim(),
    updatedAt: answer.number("updatedAt"),
    binnedAt: answer.maybeNumber("binnedAt"),
    mayWrite: answer.maybeText("access") === "write" || answer.flag("mayWrite"),
    openConflicts: answer.maybeNumber("openConflicts"),
  };
}
