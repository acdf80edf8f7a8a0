/** A document of the past, read from an update. */
import type { Node } from "@tiptap/pm/model";
import { yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { readTitle } from "../../sync/index.ts";
import { BODY_FIELD } from "../body.ts";
import { takeOut } from "../foreign.ts";
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
    // Reading can tidy up what does not fit the schema, and fails at what is no text; this copy is nobody else's.
    takeOut(doc);
    const body = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(BODY_FIELD), proseSchema());
    return { title: readTitle(doc), body };
  } finally {
    doc.destroy();
  }
}
