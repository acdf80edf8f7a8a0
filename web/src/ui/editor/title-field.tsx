/** The title at the top of the document. Every letter goes into the CRDT, so renaming works offline. */
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { type ReplicaDocument, readTitle, TITLE_LENGTH_MAX, watchTitle } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { bindTitle } from "./bind-title.ts";

export function useTitle(document: ReplicaDocument): string {
  return useSyncExternalStore(
    (listener) => watchTitle(document.doc, listener),
    () => readTitle(document.doc),
  );
}

export function TitleField(props: {
  readonly document: ReplicaDocument;
  readonly readOnly: boolean;
  readonly onDone: () => void;
  readonly fieldRef: RefObject<HTMLTextAreaElement | null>;
}): ReactNode {
  const { document } = props;
  const text = useWords();
  const field = props.fieldRef;
  const measured = useRef(0);
  // A new title is a new height.
  useTitle(document);

  useLayoutEffect(() => {
    const element = field.current;
    return element === null ? undefined : bindTitle(element, document.doc);
  }, [field, document]);

  // A long title wraps, so the field grows as high as its text.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) {
      return;
    }
    const grow = (): void => {
      element.style.height = "auto";
      element.style.height = `${element.scrollHeight}px`;
    };
    grow();
    const observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (width !== measured.current) {
        measured.current = width;
        grow();
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  });

  return (
    <textarea
      ref={field}
      className="title-field"
      rows={1}
      readOnly={props.readOnly}
      maxLength={TITLE_LENGTH_MAX}
      aria-label={text.editor.title}
      placeholder={text.common.untitled}
      spellCheck
      onKeyDown={(event) => {
        if ((event.key === "Enter" || event.key === "ArrowDown") && !event.nativeEvent.isComposing) {
          event.preventDefault();
          props.onDone();
        }
      }}
    />
  );
}
