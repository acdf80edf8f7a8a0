/** The editor in a page: made when its place and document are there, destroyed with them. */
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { announce, createEditor, type Editor, type EditorWords, type ForeignWatch } from "../../editor/index.ts";
import type { Member, QuestionId, ReplicaDocument } from "../../sync/index.ts";
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
  /** There is no editor while it finds something: the binding could not bear it. */
  readonly foreign: ForeignWatch;
  readonly onPicturesLeftOut: (count: number) => void;
  readonly onPassage: (thread: string) => void;
  readonly onCite?: () => void;
  readonly onQuestion: (id: QuestionId) => void;
}): EditorPlace {
  const { document, member, editable, describedBy, words, foreign, onPicturesLeftOut, onPassage, onCite, onQuestion } =
    options;
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  // What may change while the editor lives is handed to it below, not by making it anew.
  const first = useRef({
    editable,
    describedBy,
    words,
    onPicturesLeftOut,
    onPassage,
    onQuestion,
    ...(onCite === undefined ? {} : { onCite }),
  });

  const isForeign = useForeign(foreign);
  useEffect(() => {
    if (place.current === null || isForeign) {
      return;
    }
    const made = createEditor({ ...first.current, document, element: place.current });
    setEditor(made);
    const leave = (): void => {
      setEditor(null);
      made.destroy();
    };
    // At once: the binding would see what has come before this is rendered again.
    const stop = foreign.subscribe(() => foreign.found && leave());
    return () => {
      stop();
      leave();
    };
  }, [document, foreign, isForeign]);

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

/** Whether something foreign stands in the text. */
export function useForeign(foreign: ForeignWatch): boolean {
  return useSyncExternalStore(foreign.subscribe, () => foreign.found);
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
