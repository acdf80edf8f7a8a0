/** The documents of a community, and who may see one. */
import { Answer } from "../answer.ts";
import { type ListedDocument, type ListOptions, listPages } from "../api.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { CommunityId } from "./ids.ts";
import { type CommunityName, readCommunityName } from "./links-api.ts";
import { type Privacy, privacies, type ReadOrWrite } from "./roles.ts";

export interface Policy {
  readonly community: CommunityName;
  readonly privacy: Privacy;
  readonly access: ReadOrWrite;
  readonly mayNarrow: boolean;
  readonly mayWiden: boolean;
}

export interface CommunityDocumentsApi {
  list(community: CommunityId, options: ListOptions): Promise<readonly ListedDocument[]>;
  create(community: CommunityId, title?: string): Promise<DocumentName>;
  policy(name: DocumentName, signal?: AbortSignal): Promise<Policy>;
  /** Rejects with `leaders-only`, or with `reason-missing` for a wider one without a reason. */
  setPrivacy(name: DocumentName, privacy: Privacy, reason?: string): Promise<void>;
}

export function communityDocumentsApi(rest: Rest): CommunityDocumentsApi {
  const policyPath = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}/policy`;
  return {
    list: (community, options) => listPages(rest, `${communityPath(community)}/documents`, options),
    async create(community, title) {
      const body = title === undefined ? {} : { title };
      return new Answer(await rest.send("POST", `${communityPath(community)}/documents`, body)).text("name");
    },
    async policy(name, signal) {
      const answer = new Answer(await rest.get(policyPath(name), signal));
      return {
        community: readCommunityName(answer.part("community")),
        privacy: answer.word("privacy", privacies, "community"),
        access: answer.word("access", ["read", "write"], "read"),
        mayNarrow: answer.flag("mayNarrow"),
        mayWiden: answer.flag("mayWiden"),
      };
    },
    async setPrivacy(name, privacy, reason) {
      await rest.send("PUT", policyPath(name), { privacy, ...(reason === undefined ? {} : { reason }) });
    },
  };
}
