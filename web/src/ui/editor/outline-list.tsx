/** The headings of the text, to move by. */
import type { ReactNode } from "react";
import { type Editor, outlineOf } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { useEditorState } from "./use-editor.ts";

export function OutlineList(props: { readonly editor: Editor; readonly onGone?: () => void }): ReactNode {
  const { editor } = props;
  const text = useWords();
  const entries = useEditorState(editor, ({ state }) => outlineOf(state.doc));
  const top = Math.min(...entries.map((entry) => entry.level));

  const go = (position: number): void => {
    editor
      .chain()
      .setTextSelection(position + 1)
      .focus(undefined, { scrollIntoView: false })
      .run();
    const element = editor.view.nodeDOM(position);
    if (element instanceof HTMLElement) {
      element.scrollIntoView({ block: "start", behavior: "smooth" });
    }
    props.onGone?.();
  };

  return (
    <nav className="outline" aria-label={text.editor.outline}>
      <h2>{text.editor.outline}</h2>
      {entries.length === 0 ? (
        <p>{text.editor.outlineEmpty}</p>
      ) : (
        <ul>
          {entries.map((entry) => (
            <li key={entry.position} data-depth={entry.level - top}>
              <button type="button" onClick={() => go(entry.position)}>
                {entry.text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </nav>
  );
}
