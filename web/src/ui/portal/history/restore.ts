/**
 * Bringing a version back: an edit of this member like any other, made here and sent through the room, so that everybody
 * sees it and nothing of the history is lost. What the document says before is kept as a named version first.
 */
import { ApiError, type DocumentName, type Portal, type Replica, type VersionId } from "../../../sync/index.ts";
import { loadPast } from "./use-comparison.ts";

/** How long to wait for the server's state of the document, in milliseconds. */
const SYNC_MS = 10_000;

/**
 * Settles when the server has committed it.
 *
 * @param called - the name of the version that is kept first
 */
export async function restoreVersion(options: {
  readonly portal: Portal;
  readonly replica: Replica;
  readonly name: DocumentName;
  readonly version: VersionId;
  readonly called: string;
}): Promise<void> {
  const { portal, name } = options;
  const [{ readPast, bringBack }, update] = await Promise.all([
    loadPast(),
    portal.api.history.read(name, options.version),
  ]);
  const past = readPast(update);
  const document = options.replica.open(name);
  try {
    // What others wrote until now must be here: the edit is made against it.
    await inTime(document.whenReady.then(() => document.whenSynced));
    await inTime(document.flush());
    await portal.api.history.namePresent(name, options.called);
    bringBack(document.doc, past);
    await inTime(document.flush());
  } finally {
    document.dispose();
  }
}

function inTime<T>(wait: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiError({ kind: "unreachable" })), SYNC_MS);
    wait.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
