/**
 * Files dropped on the page.
 *
 * Without a taker the browser would open the file in the place of the page, with whatever is being written there.
 */
import { useEffect, useRef } from "react";

/** Hands dropped files to `take`, wherever on the page they fall; `null` only keeps the page. */
export function useFileDrop(take: ((files: readonly File[]) => void) | null): void {
  const taker = useRef(take);
  taker.current = take;
  useEffect(() => {
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent): void => {
      if (holdsFiles(event)) {
        event.preventDefault();
        if (event.dataTransfer !== null) {
          event.dataTransfer.dropEffect = taker.current === null ? "none" : "copy";
        }
      }
    };
    const onDrop = (event: DragEvent): void => {
      if (holdsFiles(event)) {
        event.preventDefault();
        event.stopPropagation();
        taker.current?.([...(event.dataTransfer?.files ?? [])]);
      }
    };
    // Before the editor sees them.
    window.addEventListener("dragover", onDragOver, { capture: true });
    window.addEventListener("drop", onDrop, { capture: true });
    return () => {
      window.removeEventListener("dragover", onDragOver, { capture: true });
      window.removeEventListener("drop", onDrop, { capture: true });
    };
  }, []);
}
