/** The passage that a thread is about, as it read when it was opened. */
import type { ReactNode } from "react";

export function Quote(props: { readonly text: string }): ReactNode {
  return <blockquote className="thread__quote">{props.text}</blockquote>;
}
