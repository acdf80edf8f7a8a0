/** Catches what is typed on after writing was taken from somebody in the middle of it. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { caretPlace, type Editor, heldAfter } from "../../editor/index.ts";
import type { DocumentState } from "../../sync/index.ts";

export interface HeldWords {
  /** Letters that were typed and not taken. */
  readonly words: string;
  /** Where they were to stand, as the editor names places. */
  readonly place: unknown;
  readonly forget: () => void;
}

/** `null` while there is nothing to say: nobody was interrupted, or they write again and nothing was typed meanwhile. */
export function useHeldWords(editor: Editor | null, access: DocumentState["access"]): HeldWords | null {
  const [held, setHeld] = useState<{ readonly words: string; readonly place: unknown } | null>(null);
  const before = useRef(access);
  const mayWrite = access === "write" || access === "unknown";
  const forget = useCallback(() => setHeld(null), []);

  // Before the editor is closed to keys: afterwards it has no focus.
  useLayoutEffect(() => {
    const couldWrite = before.current === "write";
    before.current = access;
    if (mayWrite) {
      setHeld((last) => (last === null || last.words === "" ? null : last));
    } else if (couldWrite && editor !== null && editor.view.hasFocus()) {
      const place = caretPlace(editor);
      setHeld((last) => last ?? { words: "", place });
    }
  }, [editor, access, mayWrite]);

  const listens = held !== null && !mayWrite;
  useEffect(() => {
    if (!listens || editor === null) {
      return;
    }
    const hear = (event: KeyboardEvent): void => {
      const { target } = event;
      const isNowhere = target === document.body || target === document.documentElement;
      if (!isNowhere && !(target instanceof Node && editor.view.dom.contains(target))) {
        return;
      }
      const { key, ctrlKey, metaKey, altKey } = event;
      const pressed = { key, ctrlKey, metaKey, altKey, isAltGraph: event.getModifierState("AltGraph") };
      if (heldAfter("", pressed) === null) {
        return;
      }
      // A space would move the page, and a letter be a command of it.
      event.preventDefault();
      event.stopPropagation();
      setHeld((last) => (last === null ? last : { ...last, words: heldAfter(last.words, pressed) ?? last.words }));
    };
    window.addEventListener("keydown", hear, true);
    return () => window.removeEventListener("keydown", hear, true);
  }, [listens, editor]);

  return held === null ? null : { ...held, forget };
}
