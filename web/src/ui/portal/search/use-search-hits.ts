/** What the server finds, page by page, for the query of the moment. Asks again by itself while it cannot be reached. */
import { useCallback, useEffect, useState } from "react";
import { isUnreachable, type SearchHit, type SearchWithin } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";

/** How soon the server is asked again while it does not answer, in milliseconds. */
const RETRY_MS = 3_000;

/** Pages without a hit that are asked for by themselves, one after the other. */
const EMPTY_PAGES_MAX = 5;

interface Answered {
  readonly query: string;
  readonly within: SearchWithin;
  readonly hits: readonly SearchHit[];
  /** Where to go on; `null` when everything was looked through. */
  readonly next: string | null;
}

export interface SearchHits {
  /** The last answer, also while another is on its way; `null` before there is one, and without a query. */
  readonly answered: Answered | null;
  readonly isAsking: boolean;
  /** Why there is no answer; `null` when there is one, or none was asked for. */
  readonly error: unknown;
  /** Asks for the next page. */
  readonly more: () => void;
}

export function useSearchHits(query: string, within: SearchWithin): SearchHits {
  const { api } = usePortal();
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  /** The answer whose next page is wanted. */
  const [onwards, setOnwards] = useState<Answered | null>(null);
  const isLost = isUnreachable(error);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means asking again.
  useEffect(() => {
    if (query === "") {
      setAnswered(null);
      setError(null);
      setAsking(false);
      return;
    }
    const abort = new AbortController();
    const { signal } = abort;
    const goesOn = onwards !== null && onwards.query === query && onwards.within === within;
    const before = goesOn ? onwards.hits : [];
    const ask = async (): Promise<Answered> => {
      let after = goesOn ? onwards.next : null;
      for (let pages = 1; ; pages++) {
        const { hits, next } = await api.search.find(query, within, after, signal);
        if (hits.length > 0 || next === null || pages === EMPTY_PAGES_MAX) {
          return { query, within, hits: [...before, ...hits], next };
        }
        after = next;
      }
    };
    setAsking(true);
    ask().then(
      (answer) => {
        if (!signal.aborted) {
          setAnswered(answer);
          setError(null);
          setAsking(false);
        }
      },
      (reason: unknown) => {
        if (!signal.aborted) {
          setError(reason);
          setAsking(false);
        }
      },
    );
    return () => abort.abort();
  }, [api, query, within, onwards, round]);

  useEffect(() => {
    if (!isLost) {
      return;
    }
    const again = (): void => setRound((last) => last + 1);
    const timer = setInterval(again, RETRY_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
    };
  }, [isLost]);

  const more = useCallback(() => setOnwards(answered), [answered]);
  return { answered, isAsking, error, more };
}
