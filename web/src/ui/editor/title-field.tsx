/** The title at the top of the document. Every letter goes into the CRDT, so renaming works offline. */
import { type ReactNode, type RefObject, useLayoutEffect, useSyncExternalStore } from "react";
import { type ReplicaDocument, readTitle, TITLE_LENGTH_MAX, watchTitle } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useGrowing } from "../hooks/use-growing.ts";
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
  // A new title is a new height.
  useTitle(document);

  useLayoutEffect(() => {
    const element = field.current;
    return element === null ? undefined : bindTitle(element, document.doc);
  }, [field, document]);

  useGrowing(field);

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
