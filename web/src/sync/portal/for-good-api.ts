/** What cannot be taken back, and members who are away: deleting for good, handing over, stepping back. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { type Community, communityPath, readCommunity } from "./communities-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";

/** What remains of a document that was deleted for good. */
export interface Tombstone {
  readonly community: CommunityId;
  readonly deletedBy: string;
  /** Milliseconds since the epoch. */
  readonly deletedAt: number;
}

/** What somebody who hands over is afterwards. */
export const afterwards = ["deputy", "member", "gone"] as const;
export type Afterwards = (typeof afterwards)[number];

/** What a community does about members who are away, in days. */
export interface InactivityRule {
  readonly askAfterDays: number;
  readonly stepBackAfterDays: number;
}

export interface ForGoodApi {
  /** Rejects with `leaders-only`, or with `not-in-the-bin`. */
  delete(name: DocumentName, reason: string): Promise<void>;
  /** Rejects with `no-such-document` where nothing was deleted, or this member may not know. */
  tombstone(name: DocumentName, signal?: AbortSignal): Promise<Tombstone>;
  /** Rejects with `cannot-take-over`. */
  handOver(community: CommunityId, to: AccountId, then: Afterwards): Promise<void>;
  /** `null` for nothing. */
  decideAboutAbsence(community: CommunityId, rule: InactivityRule | null): Promise<Community>;
  /** Says that one is still with the community, or again. */
  sayPresent(community: CommunityId): Promise<void>;
}

export function forGoodApi(rest: Rest): ForGoodApi {
  const documentPath = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}`;
  return {
    async delete(name, reason) {
      await rest.send("POST", `${documentPath(name)}/delete-for-good`, { reason });
    },
    async tombstone(name, signal) {
      const answer = new Answer(await rest.get(`${documentPath(name)}/tombstone`, signal));
      return {
        community: answer.text("communityId"),
        deletedBy: answer.part("deletedBy").text("name"),
        deletedAt: answer.number("deletedAt"),
      };
    },
    async handOver(community, to, then) {
      await rest.send("POST", `${communityPath(community)}/hand-over`, { to, afterwards: then });
    },
    decideAboutAbsence: async (community, rule) =>
      readCommunity(await rest.send("PUT", `${communityPath(community)}/inactivity`, rule ?? {})),
    async sayPresent(community) {
      await rest.send("POST", `${communityPath(community)}/presence`);
    },
  };
}
