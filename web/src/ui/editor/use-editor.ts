/** The editor in a page: made when its place and document are there, destroyed with them. */
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { announce, createEditor, type Editor, type EditorWords } from "../../editor/index.ts";
import type { Member, ReplicaDocument } from "../../sync/index.ts";
import { isSame } from "../hooks/use-observable.ts";

export interface EditorPlace {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly editor: Editor | null;
}

export function useEditor(options: {
  readonly document: ReplicaDocument;
  readonly member: Member;
  readonly editable: boolean;
  readonly describedBy: string;
  readonly words: EditorWords;
  readonly onPicturesLeftOut: (count: number) => void;
  readonly onPassage: (thread: string) => void;
}): EditorPlace {
  const { document, member, editable, describedBy, words, onPicturesLeftOut, onPassage } = options;
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  // What may change while the editor lives is handed to it below, not by making it anew.
  const first = useRef({ editable, describedBy, words, onPicturesLeftOut, onPassage });

  useEffect(() => {
    if (place.current === null) {
      return;
    }
    const made = createEditor({ ...first.current, document, element: place.current });
    setEditor(made);
    return () => {
      setEditor(null);
      made.destroy();
    };
  }, [document]);

  useEffect(() => {
    editor?.setEditable(editable, false);
  }, [editor, editable]);

  useEffect(() => {
    if (editor !== null) {
      return announce(document.awareness, { ...member, mark: 0 }, Date.now());
    }
    return undefined;
  }, [editor, document, member]);

  return { place, editor };
}

/** What `select` reads from the editor, read again after every transaction; renders only when it differs. */
export function useEditorState<T>(editor: Editor, select: (editor: Editor) => T): T {
  const held = useRef<T | undefined>(undefined);
  return useSyncExternalStore(
    (listener) => {
      editor.on("transaction", listener);
      return () => {
        editor.off("transaction", listener);
      };
    },
    () => {
      const next = select(editor);
      if (held.current === undefined || !isSame(held.current, next)) {
        held.current = next;
      }
      return held.current;
    },
  );
}
