/** What went wrong with a form as a whole: above its fields, read out, and in view with the focus when it comes. */
import { type ReactNode, useEffect, useRef } from "react";
import { Notice } from "../../shell/notice.tsx";

export function FormAlert(props: {
  /** In words; `null` while there is nothing to say. */
  readonly words: string | null;
  /** What it comes from: another one is told again, also in the same words. */
  readonly cause: unknown;
}): ReactNode {
  const { words, cause } = props;
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new cause is news.
  useEffect(() => {
    if (words !== null) {
      // The button that was pressed may be far below, and has lost the focus while it was busy.
      place.current?.focus();
    }
  }, [words, cause]);
  return (
    // In the page before it says anything, so that it is read out when it does.
    <div ref={place} role="alert" tabIndex={-1} className="form-whole">
      {words !== null && <Notice tone="alarm">{words}</Notice>}
    </div>
  );
}
