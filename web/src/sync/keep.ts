/** Documents made and changed outside the editor: done once this device, or the server, keeps the change. */
import type { Replica, ReplicaDocument } from "@consilium/client";
import type * as Y from "yjs";
import type { DocumentName } from "./names.ts";

/**
 * Makes the document `name`, or what is new of it, and lets `write` fill it in one transaction. Works without network.
 *
 * @returns the name
 */
export async function createDocument(
  replica: Replica,
  name: DocumentName,
  write: (doc: Y.Doc) => void,
): Promise<DocumentName> {
  const document = replica.open(name);
  try {
    await document.whenReady;
    document.doc.transact(() => write(document.doc));
    await whenKept(document);
  } finally {
    document.dispose();
  }
  return name;
}

/** Settles when the newest edit of `document` is at least in this device's store, or the server has it. */
export function whenKept(document: ReplicaDocument): Promise<void> {
  return new Promise((resolve) => {
    if (document.state.value.save !== "saving") {
      resolve();
      return;
    }
    const stop = document.state.subscribe((state) => {
      if (state.save !== "saving") {
        stop();
        resolve();
      }
    });
  });
}
