/** Sections of the open text in which only some write, as whoever shows the page says. */
import { createContext, useContext, useEffect } from "react";
import { type ClosedSection, type Editor, showClosedSections } from "../../editor/index.ts";

export const ShownSections = createContext<readonly ClosedSection[]>([]);

/** Shows them in the editor. */
export function useShownSections(editor: Editor | null): void {
  const sections = useContext(ShownSections);
  useEffect(() => {
    if (editor !== null) {
      showClosedSections(editor.view, sections);
    }
  }, [editor, sections]);
}
