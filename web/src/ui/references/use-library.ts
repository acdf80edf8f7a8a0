/** The references of an open document, as they stand. */
import { useEffect, useState } from "react";
import type * as Y from "yjs";
import { type Library, readLibrary, referencesOf } from "../../references/index.ts";

export function useReferences(doc: Y.Doc): Library {
  const [library, setLibrary] = useState(() => readLibrary(doc));
  useEffect(() => watch(doc, setLibrary), [doc]);
  return library;
}

/** The same for a document that may not be open yet; `null` until it is. */
export function useReferencesOnceOpen(doc: Y.Doc | null): Library | null {
  const [library, setLibrary] = useState<Library | null>(null);
  useEffect(() => {
    setLibrary(null);
    return doc === null ? undefined : watch(doc, setLibrary);
  }, [doc]);
  return library;
}

function watch(doc: Y.Doc, take: (library: Library) => void): () => void {
  const map = referencesOf(doc);
  const read = (): void => take(readLibrary(doc));
  read();
  map.observeDeep(read);
  return () => map.unobserveDeep(read);
}
