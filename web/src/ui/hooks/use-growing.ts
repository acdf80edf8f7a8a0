/** A text field that is as high as its text: a long one wraps. Measured again at every rendering and at every width. */
import { type RefObject, useLayoutEffect, useRef } from "react";

export function useGrowing(field: RefObject<HTMLTextAreaElement | null>): void {
  const measured = useRef(0);
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
}
