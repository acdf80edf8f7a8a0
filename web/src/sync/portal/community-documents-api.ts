/** The documents of a community, and who may see one. */
import { Answer } from "../answer.ts";
import { type ListedDocument, type ListOptions, listPages } from "../api.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { AccountId, CommunityId, SubGroupId } from "./ids.ts";
import { type CommunityName, readCommunityName } from "./links-api.ts";
import { type Privacy, privacies, type ReadOrWrite } from "./roles.ts";

export interface Policy {
  readonly community: CommunityName;
  readonly privacy: Privacy;
  /** The sub-group, where it is open to one. */
  readonly subGroup: { readonly id: SubGroupId; readonly name: string } | null;
  /** Who made it; `null` for those outside of the community. */
  readonly createdBy: { readonly id: AccountId; readonly name: string } | null;
  readonly access: ReadOrWrite;
  /** Whether the community lets this person in; otherwise they read what is open to everybody, and only that. */
  readonly isInside: boolean;
  readonly mayNarrow: boolean;
  readonly mayWiden: boolean;
  readonly mayGrant: boolean;
}

/** What a new document is to be like. */
export interface Beginning {
  readonly title?: string;
  readonly privacy?: Privacy;
  readonly subGroup?: SubGroupId;
}

/** What a document is to be open to. */
export interface Opening {
  readonly privacy: Privacy;
  readonly subGroup?: SubGroupId;
  readonly reason?: string;
}

export interface CommunityDocumentsApi {
  list(community: CommunityId, options: ListOptions): Promise<readonly ListedDocument[]>;
  create(community: CommunityId, beginning?: Beginning): Promise<DocumentName>;
  policy(name: DocumentName, signal?: AbortSignal): Promise<Policy>;
  /** Rejects with `leaders-only`, or with `reason-missing` for a wider one without a reason. */
  setPrivacy(name: DocumentName, opening: Opening): Promise<void>;
}

export function communityDocumentsApi(rest: Rest): CommunityDocumentsApi {
  const policyPath = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}/policy`;
  return {
    list: (community, options) => listPages(rest, `${communityPath(community)}/documents`, options),
    create: async (community, beginning = {}) =>
      new Answer(await rest.send("POST", `${communityPath(community)}/documents`, beginning)).text("name"),
    async policy(name, signal) {
      const answer = new Answer(await rest.get(policyPath(name), signal));
      return {
        community: readCommunityName(answer.part("community")),
        privacy: answer.word("privacy", privacies, "community"),
        subGroup: readNamed(answer.maybePart("subGroup")),
        createdBy: readNamed(answer.maybePart("createdBy")),
        access: answer.word("access", ["read", "write"], "read"),
        isInside: answer.flag("isInside"),
        mayNarrow: answer.flag("mayNarrow"),
        mayWiden: answer.flag("mayWiden"),
        mayGrant: answer.flag("mayGrant"),
      };
    },
    async setPrivacy(name, opening) {
      await rest.send("PUT", policyPath(name), opening);
    },
  };
}

function readNamed<Id extends string>(part: Answer | null): { readonly id: Id; readonly name: string } | null {
  return part === null ? null : { id: part.text("id"), name: part.text("name") };
}
