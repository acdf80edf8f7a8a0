/** Movement in the toolbar: one stop for the Tab key, other keys within (ARIA Authoring Practices, toolbar). */
import { type KeyboardEvent, type RefObject, useEffect } from "react";
import type { Editor } from "../../editor/index.ts";

function stopsOf(toolbar: HTMLElement): readonly HTMLButtonElement[] {
  return [...toolbar.querySelectorAll<HTMLButtonElement>("button.tool:not(:disabled)")];
}

/** Leaves one tool in the tab order: the one used last, else the first. */
export function useRovingStop(toolbar: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = toolbar.current;
    if (element === null) {
      return;
    }
    const settle = (stop: HTMLElement | undefined): void => {
      for (const tool of element.querySelectorAll<HTMLButtonElement>("button.tool")) {
        tool.tabIndex = tool === stop ? 0 : -1;
      }
    };
    const stops = stopsOf(element);
    settle(stops.find((stop) => stop.tabIndex === 0) ?? stops[0]);
    const onFocus = (event: FocusEvent): void => {
      if (event.target instanceof HTMLButtonElement) {
        settle(event.target);
      }
    };
    element.addEventListener("focusin", onFocus);
    return () => element.removeEventListener("focusin", onFocus);
  });
}

/** Arrow keys, Home and End move between the tools; Escape goes back to the text. */
export function onToolbarKey(event: KeyboardEvent<HTMLDivElement>, editor: Editor): void {
  const stops = stopsOf(event.currentTarget);
  const index = stops.indexOf(event.target as HTMLButtonElement);
  if (index === -1) {
    return;
  }
  switch (event.key) {
    case "ArrowRight":
      stops[(index + 1) % stops.length]?.focus();
      break;
    case "ArrowLeft":
      stops[(index - 1 + stops.length) % stops.length]?.focus();
      break;
    case "Home":
      stops[0]?.focus();
      break;
    case "End":
      stops.at(-1)?.focus();
      break;
    case "Escape":
      // At once, not with the next frame: what is typed now belongs to the text.
      editor.view.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
}
