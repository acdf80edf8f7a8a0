/** Where votes are: under their community. */
import type { CommunityId, RoundId } from "../../../sync/index.ts";

export function roundsPath(community: CommunityId): string {
  return `/c/${community}/rounds`;
}

export function roundPath(community: CommunityId, round: RoundId): string {
  return `${roundsPath(community)}/${round}`;
}
