/** The sub-groups of a community, for those who belong to it. */
import { useCallback } from "react";
import type { CommunityId, SubGroup } from "../../sync/index.ts";
import { usePortal } from "./context.tsx";
import { type Asked, useAsked } from "./use-asked.ts";

/** @param may - whether this member may know them */
export function useSubGroups(community: CommunityId, may: boolean): Asked<readonly SubGroup[]> {
  const portal = usePortal();
  const ask = useCallback(
    (signal: AbortSignal) => (may ? portal.api.joining.subGroups(community, signal) : Promise.resolve([])),
    [portal, community, may],
  );
  return useAsked(ask);
}
