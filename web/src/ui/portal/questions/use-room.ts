/** How much fits into a text field. What is pasted goes in whole or not at all, and who pasted it is told. */
import { type RefObject, useEffect, useState } from "react";
import { useWords } from "../../context.tsx";

/** What to say about the room that is left; empty while there is some. */
export function useRoom(field: RefObject<HTMLTextAreaElement | null>, lengthMax: number, length: number): string {
  const words = useWords().questions;
  const [refused, setRefused] = useState<number | null>(null);
  useEffect(() => {
    const element = field.current;
    if (element === null) {
      return;
    }
    const onPaste = (event: ClipboardEvent): void => {
      const pasted = event.clipboardData?.getData("text/plain").length ?? 0;
      const stays = element.value.length - (element.selectionEnd - element.selectionStart);
      const isTooMuch = stays + pasted > lengthMax;
      if (isTooMuch) {
        event.preventDefault();
      }
      setRefused(isTooMuch ? stays + pasted : null);
    };
    const onInput = (): void => setRefused(null);
    element.addEventListener("paste", onPaste);
    element.addEventListener("input", onInput);
    return () => {
      element.removeEventListener("paste", onPaste);
      element.removeEventListener("input", onInput);
    };
  }, [field, lengthMax]);
  if (refused !== null) {
    return words.pasteTooLong(refused, lengthMax);
  }
  return length >= lengthMax ? words.full(lengthMax) : "";
}
