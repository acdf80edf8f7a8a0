/** Why something about meetings was refused, in words. */
import type { Catalogue } from "../../../messages/index.ts";
import { ApiError, type MeetingsApi, parseMeetingId } from "../../../sync/index.ts";
import { describePortalFailure } from "../../words/form-failure.ts";

export function describeMeetingFailure(error: unknown, text: Catalogue): string {
  return describePortalFailure(error, text, text.meeting.codes);
}

/** The same, with the name of the meeting that stands in the way, where one does and this member may know of it. */
export async function describeRefusedCommand(error: unknown, text: Catalogue, meetings: MeetingsApi): Promise<string> {
  const id = error instanceof ApiError ? parseMeetingId(error.problem?.meeting) : null;
  const other = id === null ? null : await meetings.one(id).catch(() => null);
  return other === null ? describeMeetingFailure(error, text) : text.meeting.textHeldBy(other.title);
}
