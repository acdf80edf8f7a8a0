/** Ties a text field to the title of a document. */
import type * as Y from "yjs";
import { changeTitle, readTitle, watchTitle } from "../../sync/index.ts";
import { bindField } from "./bind-field.ts";

/** Returns the function that unties them. */
export function bindTitle(field: HTMLTextAreaElement, doc: Y.Doc): () => void {
  return bindField(field, {
    read: () => readTitle(doc),
    change: (change, origin) => changeTitle(doc, change, origin),
    watch: (listener) => watchTitle(doc, listener),
  });
}
