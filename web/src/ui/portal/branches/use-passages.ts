/**
 * How many passages suggestions change, for a list of them. The server compares texts for each, so one is asked for after
 * the other, only open ones, and each once.
 */
import { useEffect, useState } from "react";
import type { Branch, DocumentName } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";

/** @returns how many, by the suggestion’s name; those that are not known yet are missing */
export function usePassages(branches: readonly Branch[]): ReadonlyMap<DocumentName, number> {
  const portal = usePortal();
  const [known, setKnown] = useState<ReadonlyMap<DocumentName, number>>(new Map());
  const wanted = branches
    .filter(({ state }) => state === "open")
    .map(({ name }) => name)
    .join(" ");
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const ask = async (): Promise<void> => {
      for (const name of wanted.split(" ").filter((each) => each !== "") as DocumentName[]) {
        try {
          const changes = await portal.api.branches.changes(name, signal);
          setKnown((before) => new Map(before).set(name, changes.length));
        } catch {
          // It is an addition: the list is of use without. Nor is the server to be asked for more.
          return;
        }
      }
    };
    void ask();
    return () => abort.abort();
  }, [portal, wanted]);
  return known;
}
