/**
 * When a changed state is shown: not at each keystroke, and never too late.
 *
 * While somebody types, the state falls and rises again many times a second; a label that follows every step says
 * nothing. So a worse state is shown when it has lasted a moment, and a better one when it has lasted a little longer.
 * A better state than the true one is shown for `WORSE_LASTS_MS` at most. Pure: the time comes from outside.
 */

/** How long the true state has to be worse than the shown one before it is shown, in milliseconds. */
export const WORSE_LASTS_MS = 300;

/** How long it has to be better, in milliseconds. */
export const BETTER_LASTS_MS = 500;

export interface Settling<T> {
  readonly shown: T;
  /** The true state. */
  readonly latest: T;
  /** Since when the true state is worse or better than the shown one; `null` when it is as good. */
  readonly apart: { readonly way: "worse" | "better"; readonly since: number } | null;
}

/** Begins with a state that is shown as it is. */
export function settled<T>(state: T): Settling<T> {
  return { shown: state, latest: state, apart: null };
}

/**
 * What is to be shown at `now`, when the true state is `latest`.
 *
 * @param rank - how good a state is: the more the better
 * @param now - in milliseconds, on any clock that does not go back
 */
export function settle<T>(before: Settling<T>, latest: T, rank: (state: T) => number, now: number): Settling<T> {
  const difference = rank(latest) - rank(before.shown);
  if (difference === 0) {
    return settled(latest);
  }
  const way = difference < 0 ? "worse" : "better";
  const since = before.apart?.way === way ? before.apart.since : now;
  const next: Settling<T> = { shown: before.shown, latest, apart: { way, since } };
  return now >= (dueAt(next) ?? now) ? settled(latest) : next;
}

/** When the true state will be shown if it stays; `null` when it is shown already. */
export function dueAt({ apart }: Settling<unknown>): number | null {
  return apart === null ? null : apart.since + (apart.way === "worse" ? WORSE_LASTS_MS : BETTER_LASTS_MS);
}
