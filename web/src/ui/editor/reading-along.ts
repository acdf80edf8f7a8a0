/** Reading together: what whoever shows the page does with the editor for it, as long as it is there. */
import { createContext, useContext, useEffect } from "react";
import type { Editor } from "../../editor/index.ts";
import type { ReplicaDocument } from "../../sync/index.ts";

/** Begins it; returns what ends it. */
export type ReadingAlong = (editor: Editor, document: ReplicaDocument) => () => void;

export const ReadingAlongContext = createContext<ReadingAlong | null>(null);

/** Does it in the editor. */
export function useReadingAlong(editor: Editor | null, document: ReplicaDocument): void {
  const begin = useContext(ReadingAlongContext);
  useEffect(() => (editor === null || begin === null ? undefined : begin(editor, document)), [editor, document, begin]);
}
