/**
 * The last line of defence against lost words: asks before the page is left while the newest are nowhere durable.
 *
 * On every page, because a document that was closed a moment ago may not be stored yet. Never when the words are
 * safe on the device, or on the server.
 */
import { useEffect } from "react";
import { useApp } from "../context.tsx";

export function LeaveWarning(): null {
  const { replica } = useApp();
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    // Not by way of a rendering: the warning holds from the keystroke on.
    const follow = (unsaved: boolean): void => {
      if (unsaved) {
        window.addEventListener("beforeunload", warn);
      } else {
        window.removeEventListener("beforeunload", warn);
      }
    };
    follow(replica.unsaved.value);
    const stop = replica.unsaved.subscribe(follow);
    return () => {
      stop();
      follow(false);
    };
  }, [replica]);
  return null;
}
