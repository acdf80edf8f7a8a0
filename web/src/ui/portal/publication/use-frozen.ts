/** The text of a version with its questions as one document, in the words of the reader's language. */
import type { Node } from "@tiptap/pm/model";
import { useCallback } from "react";
import type { Frozen } from "../../../editor/published/index.ts";
import type { PublicationId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { usePortal } from "../context.tsx";
import { type Asked, nothing, useAsked } from "../use-asked.ts";
import { questionBlocks } from "./frozen-questions.ts";

export const loadPublished = piece(() => import("../../../editor/published/index.ts"));

export interface FrozenText {
  readonly frozen: Frozen;
  readonly body: Node;
}

/** @param id - `null` where nothing is wanted: it is never known then */
export function useFrozen(id: PublicationId | null): Asked<FrozenText> {
  const text = useWords();
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
      return { frozen, body: documentOf([...frozen.blocks, ...questionBlocks(frozen.questions, text)]) };
    },
    [portal, id, text],
  );
  return useAsked(ask, nothing, "once");
}
