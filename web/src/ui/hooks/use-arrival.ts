/**
 * Where the focus is after going from one page of the app to another.
 *
 * What had it is gone with the page before; without this, keyboards and screen readers would begin at nothing. The
 * first page is left alone: there the browser begins at the top, with the link that skips to the content.
 */
import { type RefObject, useEffect, useRef } from "react";

let isFirst = true;

/** Gives the main part of a page the focus, if nothing else has taken it. */
export function useArrival(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isFirst && (document.activeElement === null || document.activeElement === document.body)) {
      main.current?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
  return main;
}
