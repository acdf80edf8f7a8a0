/** Reads who is in a document. */
import { useCallback, useRef, useSyncExternalStore } from "react";
import { watchPeople } from "../../editor/index.ts";
import type { ReplicaDocument } from "../../sync/index.ts";
import { isSame } from "../hooks/use-observable.ts";

/** What `select` takes of the presence now; renders again only when that is different. */
export function usePresence<T>(document: ReplicaDocument, select: (awareness: ReplicaDocument["awareness"]) => T): T {
  const { awareness } = document;
  const held = useRef<{ readonly selected: T } | null>(null);
  const subscribe = useCallback((listener: () => void) => watchPeople(awareness, listener), [awareness]);
  return useSyncExternalStore(subscribe, () => {
    const next = select(awareness);
    if (held.current === null || !isSame(held.current.selected, next)) {
      held.current = { selected: next };
    }
    return held.current.selected;
  });
}
