/**
 * Ties a text field to a text that others change as well.
 *
 * What is typed changes the letters that it changes, and no others; what others change appears around the caret, which
 * stays between the letters it stood between. React does not hold the value: it would put the caret at the end.
 */
import { type DeltaStep, smallestChange, stepsOf, type TextChange, TitleDraft } from "../../sync/index.ts";

/** A text that others change as well. */
export interface SharedText {
  /** As it is shown. */
  read(): string;
  /** Changes a part of it, as it is shown. */
  change(change: TextChange, origin: unknown): void;
  /**
   * Calls `listener` after every transaction that may have changed it, with the steps that did, where they are known, and
   * the origin. Returns the function that stops it.
   */
  watch(listener: (delta: readonly DeltaStep[] | null, origin: unknown) => void): () => void;
}

/** Returns the function that unties them. */
export function bindField(field: HTMLTextAreaElement, shared: SharedText): () => void {
  const draft = new TitleDraft(shared.read());
  const origin = Symbol("text field");
  let text = draft.shown;
  let composing = false;
  field.value = text;

  /** Shows the whole text, with the selection where it was in it. */
  const show = (): void => {
    if (composing || field.value === text) {
      return;
    }
    const { selectionStart, selectionEnd, selectionDirection } = field;
    const start = draft.place(selectionStart);
    const end = draft.place(selectionEnd);
    field.value = text;
    draft.showed(text);
    // Elsewhere the selection of a field that is not in use is left alone: some browsers would focus it.
    if (field.ownerDocument.activeElement === field) {
      field.setSelectionRange(start, end, selectionDirection);
    }
  };

  const onInput = (): void => {
    const change = draft.typed(field.value, field.selectionEnd);
    if (change !== null) {
      shared.change(change, origin);
      text = shared.read();
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

  const stop = shared.watch((delta, by) => {
    const now = shared.read();
    if (by === origin || now === text) {
      return;
    }
    const change = smallestChange(text, now);
    draft.followed(delta ?? (change === null ? [] : stepsOf(change)));
    text = now;
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
