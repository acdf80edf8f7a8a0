/** Keys of the page round the text: find, link, the way to the tools. Keys of the text itself are the editor's. */
import { useEffect } from "react";
import { type Editor, stepFind } from "../../editor/index.ts";
import { hasMod } from "../shell/keys.ts";

export function useEditorKeys(options: {
  readonly editor: Editor | null;
  readonly readOnly: boolean;
  readonly toolbar: { readonly current: HTMLDivElement | null };
  readonly find: () => void;
  readonly link: () => void;
  /** Where there are references. */
  readonly cite: (() => void) | null;
}): void {
  const { editor, readOnly, toolbar, find, link, cite } = options;
  useEffect(() => {
    if (editor === null) {
      return;
    }
    const onKey = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase();
      const action = ((): (() => void) | null => {
        if (hasMod(event) && !event.altKey) {
          if (key === "f" && !event.shiftKey) return find;
          if (key === "g") return () => stepFind(editor.view, event.shiftKey ? -1 : 1);
          if (key === "k" && !event.shiftKey && !readOnly && editor.isFocused) return link;
        }
        // By its place: with Alt, some layouts make another sign of it.
        if (hasMod(event) && event.altKey && event.code === "KeyR" && cite !== null && !readOnly) return cite;
        if (event.key === "F3") return () => stepFind(editor.view, event.shiftKey ? -1 : 1);
        if (event.key === "F10" && event.altKey) {
          return () => toolbar.current?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
        }
        return null;
      })();
      if (action !== null) {
        event.preventDefault();
        action();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [editor, readOnly, toolbar, find, link, cite]);
}
