/**
 * Ties a text field to the title of a document.
 *
 * What is typed changes the letters that it changes, and no others; what others change appears around the caret, which
 * stays between the letters it stood between. React does not hold the value: it would put the caret at the end.
 */
import type * as Y from "yjs";
import { changeTitle, readTitle, smallestChange, stepsOf, TitleDraft, watchTitle } from "../../sync/index.ts";

/** Returns the function that unties them. */
export function bindTitle(field: HTMLTextAreaElement, doc: Y.Doc): () => void {
  const draft = new TitleDraft(readTitle(doc));
  const origin = Symbol("title field");
  let title = draft.shown;
  let composing = false;
  field.value = title;

  /** Shows the whole title, with the selection where it was in it. */
  const show = (): void => {
    if (composing || field.value === title) {
      return;
    }
    const { selectionStart, selectionEnd, selectionDirection } = field;
    const start = draft.place(selectionStart);
    const end = draft.place(selectionEnd);
    field.value = title;
    draft.showed(title);
    // Elsewhere the selection of a field that is not in use is left alone: some browsers would focus it.
    if (field.ownerDocument.activeElement === field) {
      field.setSelectionRange(start, end, selectionDirection);
    }
  };

  const onInput = (): void => {
    const change = draft.typed(field.value, field.selectionEnd);
    if (change !== null) {
      changeTitle(doc, change, origin);
      title = readTitle(doc);
      show();
    }
  };
  const onCompositionStart = (): void => {
    composing = true;
  };
  const onCompositionEnd = (): void => {
    composing = false;
    onInput();
    show();
  };

  const stop = watchTitle(doc, (delta, by) => {
    const now = readTitle(doc);
    if (by === origin || now === title) {
      return;
    }
    const change = smallestChange(title, now);
    draft.followed(delta ?? (change === null ? [] : stepsOf(change)));
    title = now;
    show();
  });
  field.addEventListener("input", onInput);
  field.addEventListener("compositionstart", onCompositionStart);
  field.addEventListener("compositionend", onCompositionEnd);
  return () => {
    stop();
    field.removeEventListener("input", onInput);
    field.removeEventListener("compositionstart", onCompositionStart);
    field.removeEventListener("compositionend", onCompositionEnd);
  };
}
