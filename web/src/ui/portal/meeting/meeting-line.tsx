/** Beside an open document that is under a meeting: a line that says so, and the way there. */
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { meetingPagePath } from "./paths.ts";

export function MeetingLine(props: { readonly name: DocumentName }): ReactNode {
  const { name } = props;
  const { api } = usePortal();
  const words = useWords().meeting.line;
  const { value: meeting } = useAsked(
    useCallback((signal: AbortSignal) => api.meetings.about(name, signal), [api, name]),
  );
  return (
    meeting !== null && (
      <Notice tone="plain" action={<Link href={meetingPagePath(meeting.id)}>{words.go}</Link>}>
        {words.open(meeting.title)}
      </Notice>
    )
  );
}
