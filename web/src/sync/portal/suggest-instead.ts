/** Makes a suggestion of edits that the document did not take, in the name of whoever made them. */
import type { Replica } from "@consilium/client";
import * as Y from "yjs";
import { whenKept } from "../keep.ts";
import type { DocumentName } from "../names.ts";
import type { BranchesApi } from "./branches-api.ts";

/** How long the server may take to bring the text that the edits are put into, in milliseconds. */
const SYNC_MS = 10_000;

/**
 * The edits are put into a fresh branch of the document as it is now, through its room like any others; only when this
 * device keeps them there are they no longer set aside. Rejects when that does not work, and then they are.
 *
 * @returns the branch
 */
export async function suggestInstead(
  replica: Replica,
  branches: BranchesApi,
  document: DocumentName,
  ids: readonly number[],
): Promise<DocumentName> {
  const { updates } = await replica.readSetAside(document, ids);
  const { name } = await branches.make(document, "suggestion");
  const opened = replica.open(name);
  try {
    await opened.whenReady;
    await within(opened.whenSynced, SYNC_MS);
    for (const update of updates) {
      Y.applyUpdate(opened.doc, update);
    }
    const { pendingStructs, pendingDs } = opened.doc.store;
    if (pendingStructs !== null || pendingDs !== null) {
      throw new Error("the edits build on what the document lacks");
    }
    await whenKept(opened);
  } catch (error) {
    // Nothing is in it. Where this fails too, its author finds it in the list.
    await branches.discard(name).catch(() => undefined);
    throw error;
  } finally {
    opened.dispose();
  }
  await replica.discardSetAside(document, ids);
  return name;
}

async function within<T>(work: Promise<T>, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
