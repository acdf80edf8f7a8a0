/** A community as one file: taken away, and brought along to where a new one is made from it. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import { type Community, communityPath, readCommunity } from "./communities-api.ts";
import type { CommunityId } from "./ids.ts";

/** The largest archive that the server takes, in bytes. */
export const ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;

/** What came of an archive. */
export interface Brought {
  readonly community: Community;
  /** How many documents came along. */
  readonly documents: number;
  /** The titles of those that did not. */
  readonly refused: readonly string[];
  /** What the ledger in the archive is; whatever it is, it stays there. */
  readonly ledger: ArchivedLedger;
}

export const archivedLedgers = ["whole", "missing", "broken"] as const;
export type ArchivedLedger = (typeof archivedLedgers)[number];

export interface ArchivesApi {
  /** Every document that one may read there, the members and the ledger. Rejects with `members-only`, or `busy`. */
  take(community: CommunityId): Promise<Blob>;
  /** Makes a community. Rejects with `no-archive` and a detail, `too-large`, or `busy`; nothing is made then. */
  bring(archive: Blob): Promise<Brought>;
}

export function archivesApi(rest: Rest): ArchivesApi {
  return {
    take: (community) => rest.download(`${communityPath(community)}/archive`),
    async bring(archive) {
      const answer = new Answer(await rest.upload("/api/v1/archives", archive));
      const refused = answer.raw("refused");
      return {
        community: readCommunity(answer.raw("community")),
        documents: answer.number("documents"),
        refused: Array.isArray(refused) ? refused.filter((title) => typeof title === "string") : [],
        ledger: answer.word("ledger", archivedLedgers, "whole"),
      };
    },
  };
}
