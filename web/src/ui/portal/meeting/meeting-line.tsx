/**
 * Beside an open document: that a meeting is about it, the way there, and why one may not write for now; and where no
 * meeting is the reason, that one only reads. One thing is said once.
 */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useCallback, useEffect } from "react";
import { Link } from "wouter";
import type { Catalogue } from "../../../messages/index.ts";
import type { DocumentName, MeetingAbout, Policy, ReplicaDocument } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useSelected } from "../../hooks/use-observable.ts";
import { Notice } from "../../shell/notice.tsx";
import { ReaderNotice } from "../branches/suggest-controls.tsx";
import { useSuggest } from "../branches/use-suggest.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { meetingPagePath } from "./paths.ts";

export function MeetingLine(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly policy: Policy;
}): ReactNode {
  const { name, document } = props;
  const { api } = usePortal();
  const words = useWords().meeting;
  const { value: meeting, refresh } = useAsked(
    useCallback((signal: AbortSignal) => api.meetings.about(name, signal), [api, name]),
  );
  const access = useSelected(document.state, (state) => state.access);
  // What the meeting decided is felt here before it is told.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other access means asking again.
  useEffect(refresh, [access, refresh]);
  const why = access === "write" ? null : sayWhy(meeting, words.why);
  if (meeting !== null && why !== null) {
    return <HeldUpLine name={name} meeting={meeting} why={why} />;
  }
  return (
    <>
      {meeting !== null && (
        <Notice tone="plain" action={<Link href={meetingPagePath(meeting.id)}>{words.line.go}</Link>}>
          {words.line.open(meeting.title)}
        </Notice>
      )}
      <ReaderNotice {...props} />
    </>
  );
}

/** Whoever only reads by the community’s decision is not told of the meeting as the reason. */
function sayWhy(meeting: MeetingAbout | null, why: Catalogue["meeting"]["why"]): string | null {
  const code = meeting?.heldUp ?? null;
  return code === null ? null : ((why as Readonly<Record<string, string>>)[code] ?? null);
}

function HeldUpLine(props: {
  readonly name: DocumentName;
  readonly meeting: MeetingAbout;
  readonly why: string;
}): ReactNode {
  const { name, meeting, why } = props;
  const text = useWords();
  const words = text.meeting;
  const { busy, suggest } = useSuggest(name);
  return (
    <Notice
      tone="notice"
      title={words.line.open(meeting.title)}
      action={
        <>
          <Link href={meetingPagePath(meeting.id)}>{words.line.go}</Link>
          {meeting.heldUp !== "under-vote" && (
            <UnstyledButton className="notice__button" disabled={busy} onClick={suggest}>
              {words.suggest}
            </UnstyledButton>
          )}
        </>
      }
    >
      {why}
    </Notice>
  );
}
