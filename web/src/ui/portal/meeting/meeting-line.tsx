/** Beside an open document that is under a meeting: a line that says so, and the way there. */
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { CommunityId, DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { meetingPagePath } from "./paths.ts";

export function MeetingLine(props: { readonly name: DocumentName; readonly community: CommunityId }): ReactNode {
  const { name, community } = props;
  const { api } = usePortal();
  const words = useWords().meeting.line;
  const { value: meeting } = useAsked(
    useCallback(
      async (signal: AbortSignal) => {
        const all = await api.meetings.list(community, signal);
        return (
          all.find(({ phase, documents }) => phase === "open" && documents.some((each) => each.name === name)) ?? null
        );
      },
      [api, community, name],
    ),
  );
  return (
    meeting !== null && (
      <Notice tone="plain" action={<Link href={meetingPagePath(meeting.id)}>{words.go}</Link>}>
        {words.open(meeting.title)}
      </Notice>
    )
  );
}
