/** A document of the past: read from an update, and brought back into the present one. */
import type { Node } from "@tiptap/pm/model";
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { readTitle, writeTitle } from "../../sync/index.ts";
import { BODY_FIELD } from "../body.ts";
import { proseSchema } from "../schema.ts";

/** What a document says. */
export interface PastText {
  readonly title: string;
  readonly body: Node;
}

/** Reads what a document says from its whole state as one update. @throws when it is none */
export function readPast(update: Uint8Array): PastText {
  const doc = new Y.Doc();
  try {
    Y.applyUpdate(doc, update);
    // Reading can tidy up what does not fit the schema; this copy is nobody else's.
    const body = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(BODY_FIELD), proseSchema());
    return { title: readTitle(doc), body };
  } finally {
    doc.destroy();
  }
}

/**
 * Makes `doc` say what `past` says, as one edit of this member: everybody sees it, and it can be taken back like any
 * other. Blocks that are alike stay what they are, with the cursors and comments in them.
 */
export function bringBack(doc: Y.Doc, past: PastText): void {
  doc.transact(() => {
    prosemirrorToYXmlFragment(past.body, doc.getXmlFragment(BODY_FIELD));
    writeTitle(doc, past.title);
  });
}
