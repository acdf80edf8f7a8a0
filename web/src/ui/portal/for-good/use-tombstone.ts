/** Whether a document that cannot be had was deleted for good, and by whom: for those who may know. */
import { useContext, useEffect, useState } from "react";
import type { DocumentName, Tombstone } from "../../../sync/index.ts";
import { PortalContext } from "../context.tsx";

/** @returns `null` until it is known, where nothing was deleted, and outside of a portal */
export function useTombstone(name: DocumentName | null): Tombstone | null {
  const portal = useContext(PortalContext);
  const [stone, setStone] = useState<Tombstone | null>(null);
  useEffect(() => {
    if (portal === null || name === null) {
      return;
    }
    const abort = new AbortController();
    portal.api.forGood.tombstone(name, abort.signal).then(setStone, () => {
      // Not deleted, or not to be known, or asked without network: then less is said, and nothing wrong.
    });
    return () => abort.abort();
  }, [portal, name]);
  return stone;
}
