/** Whether the document was moved to the bin while it is open: the server is asked, because it does not tell. */
import { useCallback, useEffect, useState } from "react";
import type { DocumentName, ListedDocument } from "../../sync/index.ts";
import { useApp } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";

/** How often the server is asked while somebody looks, in milliseconds. */
const ASK_MS = 15_000;

export interface Binned {
  /** The document as the bin lists it; `null` while it is not known to be there. */
  readonly record: ListedDocument | null;
  /** Asks at once. */
  readonly refresh: () => void;
}

export function useBinned(name: DocumentName): Binned {
  const { replica, session } = useApp();
  const connection = useObservable(replica.status).kind;
  const [record, setRecord] = useState<ListedDocument | null>(null);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);

  useEffect(() => {
    const whenSeen = (): void => {
      if (document.visibilityState === "visible") {
        refresh();
      }
    };
    const timer = setInterval(whenSeen, ASK_MS);
    document.addEventListener("visibilitychange", whenSeen);
    window.addEventListener("focus", whenSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", whenSeen);
      window.removeEventListener("focus", whenSeen);
    };
  }, [refresh]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means asking again.
  useEffect(() => {
    if (connection !== "online") {
      return;
    }
    const abort = new AbortController();
    session.api
      .list({ query: "", deleted: true, signal: abort.signal })
      .then((binned) => setRecord(binned.find((listed) => listed.name === name) ?? null))
      // Not known now; what was known stays until it is.
      .catch(() => undefined);
    return () => abort.abort();
  }, [session, name, connection, round]);

  return { record, refresh };
}
