/** What is new in a community, kept fresh while it is looked at. */
import { useCallback } from "react";
import type { CommunityId, Digest } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";
import { type Asked, useAsked } from "../use-asked.ts";

export function useDigest(id: CommunityId): Asked<Digest> {
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.digest.of(id, signal), [portal, id]);
  return useAsked(ask);
}

/** Whether there is anything to say. */
export function isNews({ documents, decisions, requests, rounds, endings, watched }: Digest): boolean {
  return [documents, decisions, rounds, endings].some((news) => news.length > 0) || (requests ?? 0) > 0 || watched > 0;
}
