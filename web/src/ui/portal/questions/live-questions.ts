/** What clinical questions say that are being worked on: read from their open documents, and fetched for a file. */
import type * as Y from "yjs";
import {
  type DocumentName,
  isText,
  type Question,
  questionOf,
  type Replica,
  type ReplicaDocument,
  readOutcomes,
  readTitle,
  readValues,
  stateOf,
} from "../../../sync/index.ts";
import { isDenied } from "../../editor/problems.tsx";
import type { QuestionsToWrite, SaidQuestion } from "./said-questions.ts";

/** How long a file waits for the server's word about one question, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Reads a question; where several people set a value at once, all of theirs. */
export function saidBy(doc: Y.Doc, id: string): SaidQuestion {
  const texts: Record<string, string> = { title: readTitle(doc) };
  for (const name of [...doc.share.keys()].filter((root) => root !== "title" && isText(root))) {
    texts[name] = doc.getText(name).toString();
  }
  const values: Record<string, unknown> = {};
  const undecided: Record<string, readonly unknown[]> = {};
  for (const [name, register] of readValues(doc).registers) {
    const state = stateOf(register);
    if (state.kind === "settled" && state.value !== null) {
      values[name] = state.value;
    } else if (state.kind === "conflict") {
      undecided[name] = register.current.map(({ value }) => value);
    }
  }
  return { id, outcomes: readOutcomes(doc), texts, values, undecided };
}

/** The questions of a document as they stand, one after the other; those in the bin are left out. */
export async function fetchQuestions(
  replica: Replica,
  document: DocumentName,
  listed: readonly Pick<Question, "id" | "title" | "binnedAt">[],
): Promise<Omit<QuestionsToWrite, "library">> {
  const questions: SaidQuestion[] = [];
  const awaited = new Map<string, string>();
  for (const { id, title } of listed.filter(({ binnedAt }) => binnedAt === null)) {
    const open = replica.open(questionOf(document, id));
    try {
      if (await isThere(open)) {
        questions.push(saidBy(open.doc, id));
      } else if (!isDenied(open.state.value)) {
        awaited.set(id, title);
      }
    } finally {
      open.dispose();
    }
  }
  return { questions, awaited };
}

/** Whether the question is on this device and open to its member. */
async function isThere(open: ReplicaDocument): Promise<boolean> {
  await open.whenReady;
  if (!open.state.value.synced && readTitle(open.doc) === "") {
    await new Promise<void>((resolve) => {
      const stop = open.state.subscribe((state) => isDenied(state) && end());
      const timer = setTimeout(() => end(), PATIENCE_MS);
      const end = (): void => {
        stop();
        clearTimeout(timer);
        resolve();
      };
      open.whenSynced.then(end, end);
    });
  }
  const { value: state } = open.state;
  return !isDenied(state) && (state.synced || readTitle(open.doc) !== "");
}
