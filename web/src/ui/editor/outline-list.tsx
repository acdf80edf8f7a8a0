/** The headings of the text, to see where one is and to move by. */
import { memo, type ReactNode, useEffect, useRef } from "react";
import { type Editor, headingAt, headingPosition, outlineOf } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { useEditorState } from "./use-editor.ts";

export const OutlineList = memo(function OutlineList(props: {
  readonly editor: Editor;
  /** Called when one was chosen. */
  readonly onGone?: () => void;
}): ReactNode {
  const { editor } = props;
  const text = useWords();
  const entries = useEditorState(editor, ({ state }) => outlineOf(state.doc));
  const current = useEditorState(editor, ({ state }) => headingAt(state.doc, state.selection.head));
  const top = Math.min(...entries.map((entry) => entry.level));
  const list = useRef<HTMLUListElement>(null);

  // The place in the text stays in sight here, without moving the page.
  useEffect(() => {
    const item = list.current?.children[current];
    const box = list.current?.closest(".outline");
    if (item instanceof HTMLElement && box instanceof HTMLElement) {
      const [above, below] = [item.offsetTop - box.scrollTop, item.offsetTop + item.offsetHeight - box.scrollTop];
      if (above < 0 || below > box.clientHeight) {
        box.scrollTop = item.offsetTop - box.clientHeight / 2;
      }
    }
  }, [current]);

  const go = (place: number): void => {
    const position = headingPosition(editor.state.doc, place);
    if (position === -1) {
      return;
    }
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
        <ul ref={list}>
          {entries.map((entry, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a heading is known by its place.
            <li key={place} data-depth={entry.level - top}>
              <button
                type="button"
                {...(place === current ? { "aria-current": "location" as const } : {})}
                onClick={() => go(place)}
              >
                {entry.text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </nav>
  );
});
