/** Where meetings are. */
import type { CommunityId, MeetingId } from "../../../sync/index.ts";

export function meetingPagePath(id: MeetingId): string {
  return `/m/${encodeURIComponent(id)}`;
}

export function projectorPath(id: MeetingId): string {
  return `${meetingPagePath(id)}/projector`;
}

/** The section of a community with its meetings. */
export function meetingsPath(community: CommunityId): string {
  return `/c/${community}/meetings`;
}
