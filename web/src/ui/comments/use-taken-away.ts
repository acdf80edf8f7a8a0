/** Which comments on a document were taken away: as this device knows it, and as the server says while somebody looks. */
import { useCallback, useEffect, useState } from "react";
import type { DocumentName } from "../../sync/index.ts";
import type { DiscussionPeople } from "./people.ts";

/** How often it is asked for again, in milliseconds. */
const REFRESH_MS = 10_000;

export interface TakenAway {
  readonly comments: ReadonlySet<string>;
  /** Asks at once. */
  readonly refresh: () => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useTakenAway(name: DocumentName, people: DiscussionPeople | null): TakenAway {
  const [comments, setComments] = useState(NONE);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);
  const source = people?.takenAway ?? null;

  useEffect(() => {
    if (source !== null) {
      setComments(new Set(source.recall(name)));
    }
  }, [name, source]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means asking again.
  useEffect(() => {
    if (source === null) {
      return;
    }
    let current = true;
    const ask = (): void => {
      if (document.visibilityState !== "visible") {
        return;
      }
      source.ask(name).then(
        (found) => {
          if (current) {
            source.remember(name, found);
            setComments((last) => (isSame(last, found) ? last : new Set(found)));
          }
        },
        // Without an answer it is as before.
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, REFRESH_MS);
    window.addEventListener("focus", ask);
    return () => {
      current = false;
      clearInterval(timer);
      window.removeEventListener("focus", ask);
    };
  }, [name, source, round]);

  return { comments, refresh };
}

function isSame(one: ReadonlySet<string>, other: readonly string[]): boolean {
  return one.size === other.length && other.every((comment) => one.has(comment));
}
