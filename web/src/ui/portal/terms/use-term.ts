/** Until when whoever looks at this page may, or that their time is over. Asked once: an end is set rarely. */
import { useCallback } from "react";
import type { CommunityId, DocumentName, Term } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export type Place = { readonly document: DocumentName } | { readonly community: CommunityId };

/** @returns `null` until it is known, where there is no end, and for what was never this member’s to see */
export function useTerm(place: Place): Term | null {
  const portal = usePortal();
  const document = "document" in place ? place.document : null;
  const community = "community" in place ? place.community : null;
  const ask = useCallback(
    async (signal: AbortSignal): Promise<Term | null> => {
      const { terms } = portal.api;
      if (document !== null) {
        return await terms.ofDocument(document, signal);
      }
      return community === null ? null : await terms.ofCommunity(community, signal);
    },
    [portal, document, community],
  );
  return useAsked(ask, nothing, "once").value;
}
