/** Something that the server knows, kept fresh while it is looked at; begins with what this device remembers. */
import { useCallback, useEffect, useState } from "react";
import { isGone, isUnreachable } from "../../sync/index.ts";
import { usePortal } from "./context.tsx";

/** How often it is asked for again, in milliseconds. */
const REFRESH_MS = 15_000;

/** The same for what is to change on a page while somebody watches. */
const LIVE_MS = 4_000;

/** The same while the server does not answer. */
const RETRY_MS = 3_000;

export interface Asked<T> {
  /** `null` until it is known. */
  readonly value: T | null;
  /** Why the newest question has no answer; `null` when it has one, or is under way. */
  readonly error: unknown;
  /** Asks at once. */
  readonly refresh: () => void;
  /** Takes a newer value that the server gave elsewhere. */
  readonly take: (value: T) => void;
}

/**
 * @param ask - the same at every rendering as long as it asks for the same thing
 * @param pace - `kept-fresh`: again and again; `live`: the same every few seconds; `once`: until the server has answered.
 *   That there is no such thing is final for all of them: then it is asked again only when somebody comes back to the page.
 *   `awaited`: again and again, also for what is not there, since it may come back
 * @param isLast - whether this value does not change any more, so that nobody asks again and again
 */
export function useAsked<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  remembered: () => T | null = nothing,
  pace: "kept-fresh" | "live" | "once" | "awaited" = "kept-fresh",
  isLast: (value: T) => boolean = never,
): Asked<T> {
  const [value, setValue] = useState<T | null>(remembered);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);
  const take = useCallback((next: T) => setValue(next), []);
  const { doubts } = usePortal();
  const isLost = isUnreachable(error);
  const rests = pace === "once" && !isLost;
  const freshMs = pace === "live" ? LIVE_MS : REFRESH_MS;
  const isFinal = (pace !== "awaited" && isGone(error)) || (value !== null && isLast(value));

  useEffect(() => {
    if (rests) {
      return;
    }
    const whenSeen = (): void => {
      if (document.visibilityState === "visible") {
        refresh();
      }
    };
    const timer = isFinal ? undefined : setInterval(whenSeen, isLost ? RETRY_MS : freshMs);
    document.addEventListener("visibilitychange", whenSeen);
    window.addEventListener("focus", whenSeen);
    window.addEventListener("online", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", whenSeen);
      window.removeEventListener("focus", whenSeen);
      window.removeEventListener("online", refresh);
    };
  }, [refresh, isLost, rests, freshMs, isFinal]);

  useEffect(() => doubts.subscribe(refresh), [doubts, refresh]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means asking again.
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    ask(signal).then(
      (answer) => {
        if (!signal.aborted) {
          setValue(answer);
          setError(null);
        }
      },
      (reason: unknown) => {
        if (!signal.aborted) {
          setError(reason);
        }
      },
    );
    return () => abort.abort();
  }, [ask, round]);

  return { value, error, refresh, take };
}

/** For what always may change. */
function never(): boolean {
  return false;
}

/** Where this device remembers nothing. */
export function nothing(): null {
  return null;
}
