/** Two states of a document, loaded when they are chosen, and what is different between them. */
import { useEffect, useRef, useState } from "react";
import type { Compared, PastText } from "../../../editor/past/index.ts";
import type { DocumentName, VersionId } from "../../../sync/index.ts";
import { piece } from "../../pieces.ts";
import { usePortal } from "../context.tsx";

export const loadPast = piece(() => import("../../../editor/past/index.ts"));

/** Texts that are held, so that choosing another does not load all anew. */
const HELD_MAX = 8;

export type Comparison =
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly error: unknown }
  | { readonly phase: "here"; readonly compared: readonly Compared[]; readonly isAlike: boolean };

/** @param newer - `null` for what the document says now */
export function useComparison(name: DocumentName, older: VersionId, newer: VersionId | null): Comparison {
  const portal = usePortal();
  const held = useRef(new Map<VersionId, PastText>());
  const [comparison, setComparison] = useState<Comparison>({ phase: "loading" });
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const textOf = async (version: VersionId | null): Promise<PastText> => {
      const known = version === null ? undefined : held.current.get(version);
      if (known !== undefined) {
        return known;
      }
      const [{ readPast }, update] = await Promise.all([loadPast(), portal.api.history.read(name, version, signal)]);
      const text = readPast(update);
      if (version !== null) {
        held.current.set(version, text);
        for (const first of [...held.current.keys()].slice(0, -HELD_MAX)) {
          held.current.delete(first);
        }
      }
      return text;
    };
    const load = async (): Promise<Comparison> => {
      const [before, after] = await Promise.all([textOf(older), textOf(newer)]);
      const { compare, isAlike } = await loadPast();
      const compared = compare(before, after);
      return { phase: "here", compared, isAlike: isAlike(compared) };
    };
    setComparison({ phase: "loading" });
    load().then(
      (loaded) => !signal.aborted && setComparison(loaded),
      (error: unknown) => !signal.aborted && setComparison({ phase: "failed", error }),
    );
    return () => abort.abort();
  }, [portal, name, older, newer]);
  return comparison;
}
