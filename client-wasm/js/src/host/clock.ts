/** Time, as the host gets it from outside, so that tests can be its master. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once, `ms` milliseconds from now; returns the function that prevents it. */
  after(ms: number, action: () => void): () => void;
}

/** Timers above this overflow to "at once" in every runtime. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
};
