/**
 * Suggestions that were decided about while edits of this member waited for them on this device: nothing takes those
 * edits any more, so they are set aside, and the suggestion is no document to be opened.
 */
import { useContext, useEffect, useState } from "react";
import { type LocalDocument, type Memory, type Portal, partOf } from "../../../sync/index.ts";
import { useApp } from "../../context.tsx";
import { PortalContext, SignedInContext } from "../context.tsx";

/** How often the device is asked again while somebody looks, in milliseconds. */
const REFRESH_MS = 5_000;

/** Nothing outside of a portal. */
export function useClosedBranches(): readonly LocalDocument[] {
  const { replica } = useApp();
  const portal = useContext(PortalContext);
  const memory = useContext(SignedInContext)?.memory ?? null;
  const [closed, setClosed] = useState<readonly LocalDocument[]>([]);
  useEffect(() => {
    if (portal === null || memory === null) {
      return;
    }
    let current = true;
    const read = async (): Promise<void> => {
      const waiting = (await replica.localDocuments()).filter(({ unconfirmed }) => unconfirmed > 0);
      const found = await Promise.all(
        waiting.map(async (document) => ((await isClosed(portal, memory, document)) ? [document] : [])),
      );
      if (current) {
        setClosed(found.flat());
      }
    };
    const readQuietly = (): void => void read().catch(() => undefined);
    readQuietly();
    const timer = setInterval(readQuietly, REFRESH_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [replica, portal, memory]);
  return closed;
}

/** Whether a document of this device is a suggestion that was decided about, by the server’s word or the last one. */
async function isClosed(portal: Portal, memory: Memory, { name }: LocalDocument): Promise<boolean> {
  const known = partOf(name) === null ? memory.branch(name) : null;
  if (known === null || known.state !== "open") {
    return known !== null;
  }
  try {
    const branch = await portal.api.branches.one(name as typeof known.document);
    memory.rememberBranch(branch);
    return branch.state !== "open";
  } catch {
    return false;
  }
}
