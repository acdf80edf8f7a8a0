/** The documents list, kept fresh: what this device holds at once, what the server lists as soon as it answers. */
import { useCallback, useEffect, useMemo, useState } from "react";
import {
  isUnreachable,
  type LibraryEntry,
  type ListedDocument,
  type ListOptions,
  type LocalDocument,
  mergeLibrary,
} from "../../sync/index.ts";
import { useApp } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";

/** How often the list is read again while it is looked at, in milliseconds. */
const REFRESH_MS = 15_000;

/** The same while the server does not answer or edits wait for it: the change for the better should be seen soon. */
const RETRY_MS = 3_000;

interface Lists {
  /** The query that `listed` answers. */
  readonly query: string;
  readonly listed: readonly ListedDocument[];
  readonly binned: readonly ListedDocument[];
}

export interface Library {
  /** `null` until this device has been read. */
  readonly entries: readonly LibraryEntry[] | null;
  readonly binned: readonly ListedDocument[] | null;
  /** Documents with something set aside on this device, and copies of replaced ones. */
  readonly setAside: number;
  /** Why the server's part is missing; `null` when it is there or still awaited. */
  readonly error: unknown;
  /** Whether what needs the server can be had, as far as is known. */
  readonly reachable: boolean;
  /** Reads everything again. */
  readonly refresh: () => void;
}

/** Which documents are shown. */
export interface Shelf {
  list(options: ListOptions): Promise<readonly ListedDocument[]>;
  /** Whether a document of this device belongs there; `isListed` is null while the server cannot be asked. */
  holds(document: LocalDocument, isListed: boolean | null): boolean;
}

/** @param shelf - the same at every rendering; all documents when it is left out */
export function useLibrary(query: string, shelf?: Shelf): Library {
  const { replica, session } = useApp();
  const source = shelf ?? session.api;
  const connection = useObservable(replica.status).kind;
  const [local, setLocal] = useState<readonly LocalDocument[] | null>(null);
  const [lists, setLists] = useState<Lists | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);

  const isLost = isUnreachable(error);
  const entries = useMemo(() => {
    if (local === null) {
      return null;
    }
    // What the server said before the connection was lost is still good for one thing: what is in the bin.
    const binned = new Set<string>(lists?.binned.map(({ name }) => name));
    const listed = isLost || lists === null ? null : new Set<string>(lists.listed.map(({ name }) => name));
    return mergeLibrary(
      local.filter(
        (document) =>
          !binned.has(document.name) && (shelf?.holds(document, listed?.has(document.name) ?? null) ?? true),
      ),
      isLost ? null : lists,
      query,
    );
  }, [local, lists, isLost, query, shelf]);
  const waits = error !== null || entries?.some((entry) => entry.where === "here" || entry.unconfirmed > 0) === true;
  useEffect(() => {
    const timer = setInterval(refresh, waits ? RETRY_MS : REFRESH_MS);
    const onVisible = (): void => {
      if (document.visibilityState === "visible") {
        refresh();
      }
    };
    document.addEventListener("visibilitychange", onVisible);
    window.addEventListener("online", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
      window.removeEventListener("online", refresh);
    };
  }, [refresh, waits]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round or connection state means reading again.
  useEffect(() => {
    let current = true;
    replica.localDocuments().then(
      (documents) => current && setLocal(documents),
      () => current && setLocal([]),
    );
    return () => {
      current = false;
    };
  }, [replica, round, connection]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round or connection state means reading again.
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    Promise.all([
      source.list({ query, deleted: false, signal }),
      source.list({ query: "", deleted: true, signal }),
    ]).then(
      ([listed, binned]) => {
        setLists({ query, listed, binned });
        setError(null);
      },
      (reason: unknown) => {
        if (!signal.aborted) {
          setLists((last) => (isUnreachable(reason) ? last : null));
          setError(reason);
        }
      },
    );
    return () => abort.abort();
  }, [source, query, round, connection]);

  return {
    entries,
    binned: lists?.binned ?? null,
    setAside: local?.filter(({ setAside, forkOf }) => setAside > 0 || forkOf !== null).length ?? 0,
    error,
    reachable: connection !== "offline" && !isLost,
    refresh,
  };
}

/** Whether the server answers, as far as this list knows. */
export function reachOf(library: Library): "asking" | "reached" | "lost" {
  if (library.error !== null) {
    return isUnreachable(library.error) ? "lost" : "reached";
  }
  return library.binned === null ? "asking" : "reached";
}
