/**
 * The pieces of the app that are loaded when they are first wanted.
 *
 * They are known by name, so that a page that stays open while a newer version is taken into use can fetch the rest of
 * its own version before that is gone.
 */

const known = new Set<() => Promise<unknown>>();

/** Makes a piece known; gives back what loads it. */
export function piece<T>(load: () => Promise<T>): () => Promise<T> {
  known.add(load);
  return load;
}

/** Fetches every piece, and the pieces that they make known. Settles when all are there or cannot be had. */
export async function fetchAllPieces(): Promise<void> {
  // The loop meets what is added while it waits.
  for (const load of known) {
    await load().catch(() => null);
  }
}
