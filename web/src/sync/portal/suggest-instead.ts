/** Makes a suggestion of edits that the document does not take, in the name of whoever made them. */
import type { DocumentState, EditContent, Replica, ReplicaDocument } from "@consilium/client";
import * as Y from "yjs";
import type { DocumentName } from "../names.ts";
import type { BranchesApi } from "./branches-api.ts";

/** How long the server may take to bring the text that the edits are put into, and then to take them, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * The edits are put into a fresh branch of the document as it is now, through its room like any others. Rejects when the
 * server does not have them there in the end; where they were kept before, they still are.
 *
 * @returns the branch
 */
export async function suggestInstead(
  replica: Replica,
  branches: BranchesApi,
  document: DocumentName,
  { base, updates }: Pick<EditContent, "base" | "updates">,
): Promise<DocumentName> {
  const { name } = await branches.make(document, "suggestion");
  try {
    await putInto(replica, name, { base, updates });
  } catch (error) {
    // It is of no use. Where this fails too, its author finds it in the list.
    await branches.discard(name).catch(() => undefined);
    throw error;
  }
  return name;
}

/** The edits are put into a branch of their author’s. Rejects when the server does not have them there in the end. */
export async function putInto(
  replica: Replica,
  branch: DocumentName,
  { base, updates }: Pick<EditContent, "base" | "updates">,
): Promise<void> {
  const opened = replica.open(branch);
  try {
    await opened.whenReady;
    await within(opened.whenSynced, PATIENCE_MS);
    for (const update of updates) {
      Y.applyUpdate(opened.doc, update);
    }
    if (isIncomplete(opened.doc)) {
      // They go on from what was written beside the document, as in a suggestion that nobody took: it comes along.
      for (const update of base) {
        Y.applyUpdate(opened.doc, update);
      }
    }
    if (isIncomplete(opened.doc)) {
      throw new Error("the edits build on what the document lacks");
    }
    await within(whenSafe(opened), PATIENCE_MS);
    if (opened.state.value.problems.length > 0) {
      throw new Error("the edits were not taken");
    }
  } finally {
    opened.dispose();
  }
}

/** Whether something builds on what `doc` lacks. */
function isIncomplete({ store }: Y.Doc): boolean {
  return store.pendingStructs !== null || store.pendingDs !== null;
}

/** Settles when the server has everything. */
function whenSafe({ state }: ReplicaDocument): Promise<void> {
  const isSafe = ({ save }: DocumentState): boolean => save === "safe";
  return new Promise((resolve) => {
    if (isSafe(state.value)) {
      resolve();
      return;
    }
    const stop = state.subscribe((next) => {
      if (isSafe(next)) {
        stop();
        resolve();
      }
    });
  });
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
