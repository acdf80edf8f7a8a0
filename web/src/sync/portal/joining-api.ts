/** Who may come in: guests and what they were given, sub-groups, people who ask, and what is open beyond a community. */
import { Answer } from "../answer.ts";
import { type ListedDocument, type ListOptions, listPages } from "../api.ts";
import type { DocumentName } from "../names.ts";
import { ApiError, type Rest } from "../rest.ts";
import { type CommunityLanguage, communityLanguages, communityPath, readColours } from "./communities-api.ts";
import type { AccountId, CommunityId, SubGroupId } from "./ids.ts";
import { type Grantable, grantables, type JoinPolicy, joinPolicies, type Role, roles } from "./roles.ts";

/** What somebody was given for a document by name. Times are milliseconds since the epoch. */
export interface NamedGrant {
  readonly accountId: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly access: Grantable;
  /** `null` without an end. */
  readonly until: number | null;
  readonly grantedBy: string;
}

export interface SubGroup {
  readonly id: SubGroupId;
  readonly name: string;
  readonly memberCount: number;
  /** Whether this member is in it. */
  readonly isIn: boolean;
}

export interface Named {
  readonly accountId: AccountId;
  readonly name: string;
}

/** A community that can be joined, as everybody with an account sees it. */
export interface Joinable {
  readonly id: CommunityId;
  readonly name: string;
  readonly description: string;
  readonly accent: string;
  readonly logo: string | null;
  readonly joinPolicy: JoinPolicy;
  /** Whether this person has asked. */
  readonly request: "none" | "open" | "declined";
  /** Whether this person was removed from it: they ask, where others come in at once. */
  readonly wasRemoved: boolean;
}

export interface JoinRequest extends Named {
  readonly email: string;
  readonly sentence: string;
  readonly askedAt: number;
  /** When they were removed from the community; `null` where they were not. */
  readonly removedAt: number | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether there are more of them. */
  readonly hasMore: boolean;
}

/** A document that everybody may read. */
export interface PublicDocument {
  readonly title: string;
  readonly updatedAt: number;
  readonly community: {
    readonly name: string;
    readonly accent: string;
    readonly logo: string | null;
    readonly language: CommunityLanguage;
  };
  /** Its text, as one update. */
  readonly update: Uint8Array;
}

export interface JoiningApi {
  grants(document: DocumentName, signal?: AbortSignal): Promise<readonly NamedGrant[]>;
  give(document: DocumentName, to: AccountId, access: Grantable, until: number | null): Promise<void>;
  takeBack(document: DocumentName, from: AccountId): Promise<void>;
  subGroups(community: CommunityId, signal?: AbortSignal): Promise<readonly SubGroup[]>;
  makeSubGroup(community: CommunityId, name: string, members: readonly AccountId[]): Promise<SubGroup>;
  subGroupMembers(community: CommunityId, group: SubGroupId, signal?: AbortSignal): Promise<readonly Named[]>;
  addToSubGroup(community: CommunityId, group: SubGroupId, member: AccountId): Promise<void>;
  /** `self` is who leaves. */
  leaveSubGroup(community: CommunityId, group: SubGroupId, self: AccountId): Promise<void>;
  /** The first `pages` pages. */
  joinable(pages: number, signal?: AbortSignal): Promise<Page<Joinable>>;
  /** Settles with whether one is in now; otherwise somebody will answer. */
  ask(community: CommunityId, sentence: string | null): Promise<boolean>;
  withdraw(community: CommunityId): Promise<void>;
  requests(community: CommunityId, pages: number, signal?: AbortSignal): Promise<Page<JoinRequest>>;
  answer(community: CommunityId, account: AccountId, answer: "accept" | "decline"): Promise<void>;
  /** What everybody with an account may read, of all communities. */
  library(options: ListOptions): Promise<readonly ListedDocument[]>;
}

export function joiningApi(rest: Rest): JoiningApi {
  const grantsPath = (document: DocumentName): string => `/api/v1/documents/${encodeURIComponent(document)}/grants`;
  const groupsPath = (community: CommunityId): string => `${communityPath(community)}/sub-groups`;
  const membersPath = (community: CommunityId, group: SubGroupId): string =>
    `${groupsPath(community)}/${encodeURIComponent(group)}/members`;
  const requestsPath = (community: CommunityId): string => `${communityPath(community)}/join-requests`;
  return {
    grants: async (document, signal) =>
      new Answer(await rest.get(grantsPath(document), signal)).list("grants", readGrant),
    async give(document, to, access, until) {
      const body = until === null ? { access } : { access, until };
      await rest.send("PUT", `${grantsPath(document)}/${encodeURIComponent(to)}`, body);
    },
    async takeBack(document, from) {
      await rest.send("DELETE", `${grantsPath(document)}/${encodeURIComponent(from)}`);
    },
    subGroups: async (community, signal) =>
      new Answer(await rest.get(groupsPath(community), signal)).list("subGroups", readSubGroup),
    makeSubGroup: async (community, name, members) =>
      readSubGroup(new Answer(await rest.send("POST", groupsPath(community), { name, members }))),
    subGroupMembers: async (community, group, signal) =>
      new Answer(await rest.get(membersPath(community, group), signal)).list("members", readNamed),
    async addToSubGroup(community, group, member) {
      await rest.send("PUT", `${membersPath(community, group)}/${encodeURIComponent(member)}`);
    },
    async leaveSubGroup(community, group, self) {
      await rest.send("DELETE", `${membersPath(community, group)}/${encodeURIComponent(self)}`);
    },
    joinable: (pages, signal) =>
      firstPages(rest, "/api/v1/joinable-communities", "communities", readJoinable, pages, signal),
    ask: async (community, sentence) =>
      (await rest.send("POST", `${communityPath(community)}/join`, sentence === null ? {} : { sentence })) !== null,
    async withdraw(community) {
      await rest.send("DELETE", `${communityPath(community)}/join`);
    },
    requests: (community, pages, signal) =>
      firstPages(rest, requestsPath(community), "requests", readRequest, pages, signal),
    async answer(community, account, answer) {
      await rest.send("POST", `${requestsPath(community)}/${encodeURIComponent(account)}`, { answer });
    },
    library: (options) => listPages(rest, "/api/v1/library", options),
  };
}

/** The first `pages` pages of a list. */
export async function firstPages<T>(
  rest: Rest,
  path: string,
  key: string,
  read: (entry: Answer) => T,
  pages: number,
  signal?: AbortSignal,
): Promise<Page<T>> {
  const items: T[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page++) {
    const query: string = after === null ? "" : `?after=${encodeURIComponent(after)}`;
    const answer = new Answer(await rest.get(`${path}${query}`, signal));
    items.push(...answer.list(key, read));
    after = answer.maybeText("next");
    if (after === null) {
      break;
    }
  }
  return { items, hasMore: after !== null };
}

/** A document that is open to everybody, for whoever asks. Rejects with `no-such-document` for any other. */
export async function readPublic(rest: Rest, name: DocumentName, signal?: AbortSignal): Promise<PublicDocument> {
  const answer = new Answer(await rest.get(`/api/v1/public/${encodeURIComponent(name)}`, signal));
  const community = answer.part("community");
  const response = await fetch(
    `/api/v1/docs/${encodeURIComponent(name)}/update`,
    signal === undefined ? {} : { signal },
  );
  if (!response.ok) {
    throw new ApiError({ kind: "not-found" });
  }
  return {
    title: answer.maybeText("title") ?? "",
    updatedAt: answer.number("updatedAt"),
    community: {
      name: community.text("name"),
      ...readColours(community),
      language: community.word("language", communityLanguages, "en"),
    },
    update: new Uint8Array(await response.arrayBuffer()),
  };
}

function readGrant(entry: Answer): NamedGrant {
  return {
    ...readNamed(entry),
    role: entry.word("role", roles, "guest"),
    access: entry.word("access", grantables, "read"),
    until: entry.maybeNumber("until"),
    grantedBy: entry.maybeText("grantedBy") ?? "",
  };
}

function readSubGroup(entry: Answer): SubGroup {
  return {
    id: entry.text("id"),
    name: entry.text("name"),
    memberCount: entry.maybeNumber("memberCount") ?? 0,
    isIn: entry.flag("isIn"),
  };
}

function readNamed(entry: Answer): Named {
  return { accountId: entry.text("accountId"), name: entry.text("name") };
}

function readJoinable(entry: Answer): Joinable {
  return {
    id: entry.text("id"),
    name: entry.text("name"),
    description: entry.maybeText("description") ?? "",
    ...readColours(entry),
    joinPolicy: entry.word("joinPolicy", joinPolicies, "request"),
    request: entry.word("request", ["none", "open", "declined"], "none"),
    wasRemoved: entry.raw("removed") === true,
  };
}

function readRequest(entry: Answer): JoinRequest {
  return {
    ...readNamed(entry),
    email: entry.maybeText("email") ?? "",
    sentence: entry.text("sentence"),
    askedAt: entry.number("askedAt"),
    removedAt: entry.maybeNumber("removedAt"),
  };
}
