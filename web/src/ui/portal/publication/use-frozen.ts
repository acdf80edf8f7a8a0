/** The text of a version with its questions as one document, in the words of the reader's language. */
import type { Node } from "@tiptap/pm/model";
import { useCallback } from "react";
import type { Frozen } from "../../../editor/published/index.ts";
import { libraryOf } from "../../../references/index.ts";
import type { PublicationId } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { writtenCitations } from "../../references/written.ts";
import { usePortal } from "../context.tsx";
import { writtenQuestions } from "../questions/said-questions.ts";
import { type Asked, nothing, useAsked } from "../use-asked.ts";

const loadWritingOut = piece(() => import("../../../editor/written-out.ts"));

export const loadPublished = piece(() => import("../../../editor/published/index.ts"));

export interface FrozenText {
  readonly frozen: Frozen;
  readonly body: Node;
}

/** @param id - `null` where nothing is wanted: it is never known then */
export function useFrozen(id: PublicationId | null): Asked<FrozenText> {
  const text = useWords();
  const language = useLanguage();
  const portal = usePortal();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<FrozenText> => {
      if (id === null) {
        return await new Promise<never>(() => undefined);
      }
      const [bytes, { parseFrozen, documentOf }] = await Promise.all([
        portal.api.publications.text(id, signal),
        loadPublished(),
      ]);
      const frozen = parseFrozen(bytes);
      const library = libraryOf(Object.entries(frozen.references));
      const body = documentOf(frozen.blocks);
      // Where nobody formats, each citation stands as its author saw it.
      const said = await writtenCitations(body, library, language, text.references).catch(() => null);
      const { writeOut } = await loadWritingOut();
      const questions = writtenQuestions({ questions: frozen.questions, library }, text);
      return { frozen, body: writeOut(body, said, questions).body };
    },
    [portal, id, text, language],
  );
  return useAsked(ask, nothing, "once");
}
