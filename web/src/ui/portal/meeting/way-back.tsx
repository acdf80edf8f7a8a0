/**
 * The way back into a meeting that one was in and whose page one has left without saying goodbye: one click, on every page
 * of this tab. Whoever said goodbye or was put out is not called back, and neither is anybody once it is over.
 */
import { CloseButton } from "@mantine/core";
import { Undo2 } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError, type Meeting, type MeetingId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { meetingPagePath } from "./paths.ts";

type Attended = Pick<Meeting, "id" | "title">;

interface Attending {
  readonly attended: Attended | null;
  readonly attend: (meeting: Attended) => void;
  readonly part: () => void;
}

const AttendingContext = createContext<Attending>({
  attended: null,
  attend: () => undefined,
  part: () => undefined,
});

/** Remembers the meeting that this tab is in. */
export function AttendingHost(props: { readonly children: ReactNode }): ReactNode {
  const [attended, setAttended] = useState<Attended | null>(null);
  const attend = useCallback(({ id, title }: Attended) => setAttended({ id, title }), []);
  const part = useCallback(() => setAttended(null), []);
  const attending = useMemo(() => ({ attended, attend, part }), [attended, attend, part]);
  return <AttendingContext value={attending}>{props.children}</AttendingContext>;
}

/** While `isIn`, this tab is in the meeting; it stays so on other pages, until one parts from it. */
export function useAttending(meeting: Attended, isIn: boolean): void {
  const { attend, part } = useContext(AttendingContext);
  const { id, title } = meeting;
  useEffect(() => {
    if (isIn) {
      attend({ id, title });
    } else {
      part();
    }
  }, [isIn, attend, part, id, title]);
}

/** Says goodbye to the meeting: nothing leads back. */
export function usePart(): () => void {
  return useContext(AttendingContext).part;
}

export function WayBack(): ReactNode {
  const { attended } = useContext(AttendingContext);
  const [path] = useLocation();
  return attended === null || path.startsWith(meetingPagePath(attended.id)) ? null : (
    <Way key={attended.id} meeting={attended} />
  );
}

function Way(props: { readonly meeting: Attended }): ReactNode {
  const { id, title } = props.meeting;
  const { part } = useContext(AttendingContext);
  const words = useWords().meeting.wayBack;
  const isOver = useIsOver(id);
  useEffect(() => {
    if (isOver) {
      part();
    }
  }, [isOver, part]);
  return (
    <nav className="way-back" aria-label={words.region}>
      <Link href={meetingPagePath(id)} className="way-back__link">
        <Undo2 size={16} aria-hidden="true" />
        <span>{words.go(title)}</span>
      </Link>
      <CloseButton size="sm" aria-label={words.close} onClick={part} />
    </nav>
  );
}

function useIsOver(id: MeetingId): boolean {
  const { api } = usePortal();
  const { value, error } = useAsked(useCallback((signal: AbortSignal) => api.meetings.one(id, signal), [api, id]));
  return value?.phase === "ended" || (error instanceof ApiError && error.failure.kind === "not-found");
}
