/**
 * Who is alive, by Web Locks: a living thread holds a lock under its own name, and whoever gets that lock too knows
 * that it is dead. No heartbeat, no timeout: the browser releases the locks of a crashed or killed page at once.
 */

/** Holding and awaiting locks. Where the platform has none, everything counts as alive for ever. */
export interface Liveness {
  /** Holds a lock exclusively until the returned function is called. Settles when it is held. */
  hold(name: string): Promise<() => void>;
  /** Calls `died` once when nobody holds the lock any more. Returns the function that stops waiting. */
  watch(name: string, died: () => void): () => void;
}

/** Liveness by the browser's lock manager. */
export function webLocks(locks: LockManager): Liveness {
  return {
    hold: (name) =>
      new Promise((held, failed) => {
        const request = locks.request(
          name,
          () =>
            new Promise<void>((release) => {
              held(() => release());
            }),
        );
        request.catch(failed);
      }),
    watch: (name, died) => {
      const stop = new AbortController();
      // Shared, so that many may watch the same lock.
      locks
        .request(name, { mode: "shared", signal: stop.signal }, () => {
          died();
        })
        .catch(() => {
          // Aborted by `stop`: nobody wants to know any more.
        });
      return () => stop.abort();
    },
  };
}

/** For a host in the same thread as its only user: they die together. */
export const inseparable: Liveness = {
  hold: () => Promise.resolve(() => undefined),
  watch: () => () => undefined,
};
