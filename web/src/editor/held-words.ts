/**
 * Words that are typed while nothing is taken any more: somebody who writes loses the right to in the middle of a word, and
 * their fingers are faster than the notice. They are kept letter by letter, and put where the cursor was once that may be
 * done, or into an edit that can become a suggestion.
 */
import type { Editor } from "@tiptap/core";
import * as Y from "yjs";
import { BODY_FIELD } from "./body.ts";
import { bindingOf, placedTexts } from "./body-map.ts";

/** So many letters are kept: nobody types more before they look up. */
export const HELD_LETTERS_MAX = 2_000;

/** What of a key that is pressed matters. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** Whether a sign is made with AltGr, which browsers tell as control and alt together. */
  readonly isAltGraph: boolean;
}

/** The words after a key; `null` for a key that types nothing. */
export function heldAfter(words: string, pressed: PressedKey): string | null {
  const isCommand = pressed.ctrlKey || pressed.metaKey || pressed.altKey;
  if (isCommand && !pressed.isAltGraph) {
    return null;
  }
  const letters = [...words];
  if (pressed.key === "Backspace") {
    return letters.slice(0, -1).join("");
  }
  const typed = pressed.key === "Enter" ? "\n" : pressed.key;
  // Every other key has a name of several letters.
  return [...typed].length !== 1 ? null : letters.length < HELD_LETTERS_MAX ? words + typed : words;
}

/** Where the cursor is among the letters of the CRDT; `null` where there are none. It stays there while others write. */
export function caretPlace({ state }: Editor): unknown {
  const binding = bindingOf(state);
  const caret = state.selection.from;
  const found = binding === null ? undefined : placedTexts(binding).find((run) => isAround(run, caret));
  return found === undefined
    ? null
    : Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(found.text, caret - found.at, -1));
}

function isAround({ text, at }: { readonly text: Y.XmlText; readonly at: number }, caret: number): boolean {
  return at <= caret && caret <= at + text.length;
}

/** Types the words where the cursor is. */
export function typeHeld(editor: Editor, words: string): void {
  const typing = editor.chain().focus();
  for (const [at, line] of words.split("\n").entries()) {
    if (at > 0) {
      typing.splitBlock();
    }
    if (line !== "") {
      typing.insertContent({ type: "text", text: line });
    }
  }
  typing.run();
}

/**
 * The words as an edit of a document that is not changed by it.
 *
 * @param place - of {@link caretPlace}; where that is gone, they stand in a paragraph at the end
 * @returns the edit, and the document that it was made in, as Yjs updates
 */
export function editOf(
  document: Y.Doc,
  words: string,
  place: unknown,
): { readonly base: readonly Uint8Array[]; readonly updates: readonly Uint8Array[] } {
  const base = Y.encodeStateAsUpdate(document);
  const copy = new Y.Doc();
  try {
    Y.applyUpdate(copy, base);
    const before = Y.encodeStateVector(copy);
    copy.transact(() => put(copy, words.split("\n"), place));
    return { base: [base], updates: [Y.encodeStateAsUpdate(copy, before)] };
  } finally {
    copy.destroy();
  }
}

/** The first line stands where the cursor was, each other one in a paragraph below. */
function put(doc: Y.Doc, lines: readonly string[], place: unknown): void {
  const body = doc.getXmlFragment(BODY_FIELD);
  const found =
    place === null ? null : Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(place), doc);
  const text = found?.type;
  const block = text instanceof Y.XmlText ? text.parent : null;
  const around = block instanceof Y.XmlElement ? block.parent : null;
  if (!(text instanceof Y.XmlText) || !(around instanceof Y.XmlFragment) || found === null) {
    body.push(lines.map(paragraph));
    return;
  }
  text.insert(found.index, lines[0] ?? "");
  const below = around.toArray().indexOf(block as Y.XmlElement) + 1;
  around.insert(below, lines.slice(1).map(paragraph));
}

function paragraph(words: string): Y.XmlElement {
  const made = new Y.XmlElement("paragraph");
  if (words !== "") {
    made.insert(0, [new Y.XmlText(words)]);
  }
  return made;
}
