/** Clinical questions in the text of an editor: drawing them, putting one in, opening one, and writing them into files. */
import { useMemo } from "react";
import { useLocation } from "wouter";
import { questionsIn } from "../../../editor/index.ts";
import { type DocumentName, isUnreachable } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import type { QuestionsInText } from "../../editor/editor-page.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { fetchQuestions } from "./live-questions.ts";
import { questionPath } from "./paths.ts";
import { PlaceDialog } from "./place-dialog.tsx";
import { QuestionBlocks } from "./question-blocks.tsx";
import { writtenQuestions } from "./said-questions.ts";

/** @param document - whose questions they are: of a suggestion, what it is for */
export function useQuestionsInText(document: DocumentName): QuestionsInText {
  const text = useWords();
  const { replica } = useApp();
  const portal = usePortal();
  const { memory } = useSignedIn();
  const [, navigate] = useLocation();
  return useMemo<QuestionsInText>(
    () => ({
      blocks: (editor) => <QuestionBlocks document={document} editor={editor} />,
      dialog: (editor, close) => <PlaceDialog document={document} editor={editor} onClose={close} />,
      open: (id) => navigate(questionPath(document, id)),
      write: async (body, library) => {
        // Without network: those that this device knows, and those that stand in the text.
        const listed = await portal.api.questions
          .of(document)
          .catch((error: unknown) => (isUnreachable(error) ? memory.questions(document) : []));
        const standing = questionsIn(body).flatMap(({ id }) =>
          id === null ? [] : [{ id, title: "", binnedAt: null }],
        );
        const fetched = await fetchQuestions(replica, document, listed ?? standing);
        return writtenQuestions({ ...fetched, library }, text);
      },
    }),
    [document, text, replica, portal, memory, navigate],
  );
}
