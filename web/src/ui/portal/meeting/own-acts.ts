/** What somebody does themselves in the text of a meeting: by that they follow nobody any more. Other parts count for nothing. */
import { type RefObject, useEffect } from "react";

export type OwnAct = "scrolled" | "clicked" | "typed";

/** Here one says whether one follows: that is no act in the text. */
const APART = ".follow-line";

/** What scrolls by itself, beside the text or above it. */
const BESIDE = ".meeting-side, [role='dialog'], [role='menu']";

/** Keys that move the window or the caret. */
const MOVING = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", " "]);

/** Keys that do nothing to the text by themselves. */
const SILENT = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Tab", "Escape"]);

/** Tells of what is done in `pane`, and of the wheel above the page. Nothing is kept from anybody. */
export function useOwnActs(pane: RefObject<HTMLElement | null>, onAct: (act: OwnAct) => void): void {
  useEffect(() => {
    const root = pane.current;
    if (root === null) {
      return;
    }
    const isApart = (event: Event): boolean => event.target instanceof Element && event.target.closest(APART) !== null;
    const onPointer = (event: Event): void => {
      if (!isApart(event)) {
        onAct("clicked");
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      if (isApart(event) || SILENT.has(event.key)) {
        return;
      }
      const isField = event.target instanceof HTMLElement && isWritten(event.target);
      if (MOVING.has(event.key) && !(isField && event.key === " ")) {
        onAct("scrolled");
      } else if (isField) {
        onAct("typed");
      }
    };
    const onInput = (event: Event): void => {
      if (!isApart(event)) {
        onAct("typed");
      }
    };
    const onWheel = (event: WheelEvent): void => {
      const isBeside = event.target instanceof Element && event.target.closest(BESIDE) !== null;
      if (!isBeside && !event.ctrlKey && event.deltaY !== 0) {
        onAct("scrolled");
      }
    };
    root.addEventListener("pointerdown", onPointer, true);
    root.addEventListener("keydown", onKey, true);
    root.addEventListener("beforeinput", onInput, true);
    addEventListener("wheel", onWheel, { passive: true });
    return () => {
      root.removeEventListener("pointerdown", onPointer, true);
      root.removeEventListener("keydown", onKey, true);
      root.removeEventListener("beforeinput", onInput, true);
      removeEventListener("wheel", onWheel);
    };
  }, [pane, onAct]);
}

function isWritten(element: HTMLElement): boolean {
  return element.isContentEditable || element.matches("input, textarea, select");
}
