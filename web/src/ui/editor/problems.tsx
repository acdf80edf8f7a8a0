/** What a person must know about this document, above its text for as long as it holds. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DocumentState } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useConnectionWords } from "../shell/connection-badge.tsx";
import { Notice } from "../shell/notice.tsx";
import { describeProblem } from "../words/problem.ts";

export function Problems(props: { readonly state: DocumentState }): ReactNode {
  const text = useWords();
  const connection = useConnectionWords();
  const { state } = props;
  const readOnly = isReadOnly(state);
  return (
    <section className="problems" aria-label={text.problems.region} aria-live="polite">
      {connection.tone === "alarm" && connection.detail !== null && (
        <Notice tone="alarm" title={connection.label}>
          {connection.detail}
        </Notice>
      )}
      {state.problems.map((problem) => {
        const words = describeProblem(problem, state.save, text);
        return (
          <Notice
            key={`${problem.code}${words.title}`}
            tone={words.tone}
            title={words.title}
            action={
              words.fork === null ? undefined : (
                <Link href={`/d/${encodeURIComponent(words.fork)}`}>{text.problems.forkedLink}</Link>
              )
            }
          >
            {words.body}
          </Notice>
        );
      })}
      {readOnly && state.access !== "none" && (
        <Notice tone="plain" title={text.editor.readOnly}>
          {text.editor.readOnlyDetail}
        </Notice>
      )}
    </section>
  );
}

/** Whether the member may not change the text. Unknown, as it is offline, counts as allowed: nothing is lost by it. */
export function isReadOnly(state: DocumentState): boolean {
  switch (state.access) {
    case "write":
    case "unknown":
      return false;
    case "comment":
    case "read":
    case "none":
      return true;
  }
}
