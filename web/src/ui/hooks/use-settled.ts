/** A state as it is shown: changes that do not last are left out. */
import { useEffect, useRef, useState } from "react";
import { dueAt, settle, settled } from "../words/settling.ts";

/**
 * `state` as it is to be shown.
 *
 * @param rank - how good a state is: the more the better; the same function at every rendering
 */
export function useSettled<T>(state: T, rank: (state: T) => number): T {
  const settling = useRef(settled(state));
  const [, setRound] = useState(0);
  settling.current = settle(settling.current, state, rank, performance.now());
  const due = dueAt(settling.current);
  useEffect(() => {
    if (due === null) {
      return;
    }
    // Rounded up: a timer that is early by a fraction would have to be set again.
    const timer = setTimeout(() => setRound((last) => last + 1), Math.ceil(due - performance.now()) + 1);
    return () => clearTimeout(timer);
  }, [due]);
  return settling.current.shown;
}
