/** What a person must know about this document, above its text for as long as it holds. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { canKeepCopies, type DocumentState, HANDED_IN, type Replica, type ReplicaDocument } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { useConnectionWords } from "../shell/connection-badge.tsx";
import { Notice } from "../shell/notice.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeProblem, type ProblemWay } from "../words/problem.ts";

export function Problems(props: {
  /** The name it was asked for by: of a replaced document, not its copy's. */
  readonly name: string;
  readonly document: ReplicaDocument;
  /** Whether it is said elsewhere on the page that one may only read, and what waits without being taken. */
  readonly saysWhatWaits?: boolean;
  /** What is said to who may not write, where it is not what is said of a text. */
  readonly readOnlyDetail?: string;
  /** What else is to be said. */
  readonly children?: ReactNode;
}): ReactNode {
  const text = useWords();
  const connection = useConnectionWords();
  const { name, document } = props;
  const state = useObservable(document.state);
  const readOnly = isReadOnly(state);
  const waits = state.unconfirmed > 0;
  const isElsewhere = props.saysWhatWaits === true && (state.access === "read" || state.access === "comment");
  // Of somebody who may read there is nothing more to say than that, unless something waits.
  const problems = state.problems.filter(
    ({ code }) => code !== "denied" || state.access === "none" || (waits && !isElsewhere),
  );
  const saysSo = isElsewhere || problems.some(({ code }) => code === "denied");
  return (
    <section className="problems" aria-label={text.problems.region} aria-live="polite">
      {connection.tone === "alarm" && connection.detail !== null && (
        <Notice tone="alarm" title={connection.label}>
          {connection.detail}
        </Notice>
      )}
      {props.children}
      {problems.map((problem) => {
        const words = describeProblem(problem, name, state, text);
        return (
          <Notice
            key={`${problem.code}${words.title}${words.body}`}
            tone={words.tone}
            title={words.title}
            action={
              words.ways.length === 0
                ? undefined
                : words.ways.map((way) => <Way key={way.label} way={way} document={name} />)
            }
          >
            {words.body}
          </Notice>
        );
      })}
      {readOnly && state.access !== "none" && !saysSo && (
        <Notice tone="plain" title={text.editor.readOnly}>
          {props.readOnlyDetail ?? (state.access === "comment" ? text.comments.mayComment : text.editor.readOnlyDetail)}
        </Notice>
      )}
    </section>
  );
}

function Way(props: { readonly way: ProblemWay; readonly document: string }): ReactNode {
  const { way, document } = props;
  const text = useWords();
  const { replica, session } = useApp();
  const toast = useToast();
  switch (way.kind) {
    case "document":
      return <Link href={`/d/${encodeURIComponent(way.name)}`}>{way.label}</Link>;
    case "suggestions":
      return <Link href={`/d/${encodeURIComponent(document)}/suggestions`}>{way.label}</Link>;
    case "aside":
      return <Link href={`/d/${encodeURIComponent(document)}/set-aside`}>{way.label}</Link>;
    case "understood":
      return (
        <UnstyledButton
          className="notice__button"
          onClick={() =>
            forgetHandedIn(replica, document).catch(() => toast({ message: text.aside.failed, tone: "alarm" }))
          }
        >
          {way.label}
        </UnstyledButton>
      );
    case "keep":
      return !canKeepCopies(session) ? null : (
        <UnstyledButton
          className="notice__button"
          onClick={() =>
            replica.keepFork(document).then(
              () => toast({ message: text.problems.copyKept }),
              () => toast({ message: text.aside.failed, tone: "alarm" }),
            )
          }
        >
          {way.label}
        </UnstyledButton>
      );
  }
}

/** This device forgets its copies of what is a suggestion on the server. */
async function forgetHandedIn(replica: Replica, document: string): Promise<void> {
  const aside = await replica.setAside(document);
  const ids = aside.flatMap((entry) => (entry.kind === "edit" && entry.reason === HANDED_IN ? [entry.id] : []));
  await replica.discardSetAside(document, ids);
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

/** Whether the server does not let this member see the document, or not any more. */
export function isDenied({ access, problems }: DocumentState): boolean {
  return access === "none" && problems.some(({ code }) => code === "denied");
}

/** Whether edits came too late and are a suggestion now. */
export function hasHandedIn({ problems }: DocumentState): boolean {
  return problems.some((problem) => problem.code === "rejected" && problem.reason === HANDED_IN);
}

/** Whether this is an earlier copy of a document that was replaced. */
export function isCopy(state: DocumentState, name: string): boolean {
  return state.problems.some((problem) => problem.code === "forked" && problem.fork === name);
}

/** Whether something of the document is set aside on this device, or waits without being let in. */
export function hasAside({ problems, unconfirmed }: DocumentState): boolean {
  return problems.some(
    ({ code }) => code === "rejected" || code === "forked" || (code === "denied" && unconfirmed > 0),
  );
}
