/**
 * What one step of undo takes back.
 *
 * Own edits in quick succession are one step; the binding counts them, by the clock. It ends a step early at an edit
 * that is not to be undone, and it marks what comes from others as such. But it remembers the mark beyond their edit:
 * the next transaction that changes no text, such as the move of their cursor, looked like one of those edits and ended
 * one's own step, so that beside another who writes, undo went back letter by letter. Others' edits are never in one's
 * steps as it is, because only the editor's own are counted; so they need no mark.
 */
import { Extension } from "@tiptap/core";
import type { EditorState } from "@tiptap/pm/state";
import { ySyncPluginKey, yUndoPluginKey } from "@tiptap/y-tiptap";
import type { UndoManager } from "yjs";

export const undoSteps = Extension.create({
  name: "undoSteps",
  dispatchTransaction({ transaction, next }) {
    const sync = transaction.getMeta(ySyncPluginKey) as { readonly isChangeOrigin?: boolean } | undefined;
    if (sync?.isChangeOrigin === true) {
      transaction.setMeta("addToHistory", true);
    }
    next(transaction);
  },
});

/** The origin of what this member does to the document beside the editor. */
const BESIDE_THE_EDITOR = { made: "beside the editor" };

/** Lets what `act` does to the document itself, under the origin that it is given, be a step of the editor's undo. */
export function asOwnStep(state: EditorState, act: (origin: unknown) => void): void {
  const undo = yUndoPluginKey.getState(state) as { readonly undoManager: UndoManager } | undefined;
  undo?.undoManager.addTrackedOrigin(BESIDE_THE_EDITOR);
  inOwnStep(state, () => act(BESIDE_THE_EDITOR));
}

/** Lets what `act` does be a step by itself, apart from what was typed right before and is typed right after. */
export function inOwnStep(state: EditorState, act: () => void): void {
  const undo = yUndoPluginKey.getState(state) as { readonly undoManager: UndoManager } | undefined;
  undo?.undoManager.stopCapturing();
  act();
  undo?.undoManager.stopCapturing();
}
