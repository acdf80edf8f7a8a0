/** The ledger of a community: what was decided, by whom, when. */
import { Answer } from "../answer.ts";
import { isRecord, type Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { CommunityId } from "./ids.ts";

export interface LedgerEntry {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who did it; `null` when it was nobody with an account. */
  readonly actor: string | null;
  /** Whom it concerned, where it concerned one person. */
  readonly member: string | null;
  /** A stable word. */
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** SHA-256 over this entry and the hash of the one before. */
  readonly hash: string;
}

export interface LedgerPage {
  /** Newest first. */
  readonly entries: readonly LedgerEntry[];
  /** Where the next page begins; `null` on the last one. */
  readonly next: string | null;
}

export interface LedgerApi {
  page(community: CommunityId, after: string | null, signal?: AbortSignal): Promise<LedgerPage>;
}

export function ledgerApi(rest: Rest): LedgerApi {
  return {
    async page(community, after, signal) {
      const query = after === null ? "" : `?after=${encodeURIComponent(after)}`;
      const answer = new Answer(await rest.get(`${communityPath(community)}/ledger${query}`, signal));
      const next = answer.raw("next");
      return {
        entries: answer.list("entries", readEntry),
        next: typeof next === "string" || typeof next === "number" ? String(next) : null,
      };
    },
  };
}

export function readEntry(entry: Answer): LedgerEntry {
  const detail = entry.raw("detail");
  return {
    seq: entry.number("seq"),
    at: entry.number("at"),
    actor: entry.maybePart("actor")?.maybeText("name") ?? null,
    member: entry.maybePart("member")?.maybeText("name") ?? null,
    act: entry.text("act"),
    detail: isRecord(detail) ? detail : {},
    hash: entry.text("hash"),
  };
}
