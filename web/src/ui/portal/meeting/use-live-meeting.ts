/** A meeting that is attended for as long as its page is open. */
import { useEffect, useState } from "react";
import { LiveMeeting, type MeetingId, meetingPath } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";

/** @param round - another when it is to be come into anew */
export function useLiveMeeting(id: MeetingId, round: number): LiveMeeting | null {
  const { api } = usePortal();
  const [live, setLive] = useState<LiveMeeting | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means coming in again.
  useEffect(() => {
    const made = new LiveMeeting(`${meetingPath(id)}/live`, {
      open: (url) => new EventSource(url),
      ask: () => api.meetings.one(id),
      tell: () => api.meetings.here(id),
    });
    setLive(made);
    return () => {
      setLive(null);
      made.dispose();
    };
  }, [api, id, round]);
  return live;
}
