/** Communities: one's own, a new one, and what one is like. */
import { Answer } from "../answer.ts";
import { houseColour, isHexColour } from "../colours.ts";
import type { Rest } from "../rest.ts";
import type { CommunityId } from "./ids.ts";
import { type JoinPolicy, joinPolicies, type Privacy, privacies, type Role, roles } from "./roles.ts";

/** A community in the list of one's own. */
export interface CommunityEntry {
  readonly id: CommunityId;
  readonly name: string;
  /** A colour of the form `#rrggbb`. */
  readonly accent: string;
  /** Where its picture is; `null` where there is none. */
  readonly logo: string | null;
  readonly role: Role;
  readonly memberCount: number;
  /** How many wait to be let in; `null` for those who do not decide. */
  readonly requestCount: number | null;
  /** Since when this member is asked whether they are still there, in milliseconds since the epoch; `null` for not at all. */
  readonly askedAt: number | null;
  /** Since when this member has stepped back; `null` for those who are active. */
  readonly steppedBackAt: number | null;
  /** How many days after being asked members step back; `null` where nothing is done about those who are away. */
  readonly stepBackAfterDays: number | null;
}

export interface Community extends CommunityEntry {
  readonly description: string;
  readonly defaultPrivacy: Privacy;
  readonly joinPolicy: JoinPolicy;
  readonly language: CommunityLanguage;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** After how many days without a visit members are asked; `null` for never. */
  readonly askAfterDays: number | null;
}

export const templates = ["guideline-panel", "community-of-practice", "working-group"] as const;
export type Template = (typeof templates)[number];

export const communityLanguages = ["en", "de"] as const;
export type CommunityLanguage = (typeof communityLanguages)[number];

export interface NewCommunity {
  readonly name: string;
  readonly template: Template;
  readonly language: CommunityLanguage;
}

/** What leaders and deputies can change. */
export interface CommunityChange {
  readonly name?: string;
  readonly description?: string;
  readonly accent?: string;
  readonly defaultPrivacy?: Privacy;
  readonly joinPolicy?: JoinPolicy;
}

export interface CommunitiesApi {
  mine(signal?: AbortSignal): Promise<readonly CommunityEntry[]>;
  found(community: NewCommunity): Promise<Community>;
  /** Rejects with `no-such-community` for everybody who is no member. */
  one(id: CommunityId, signal?: AbortSignal): Promise<Community>;
  change(id: CommunityId, change: CommunityChange): Promise<Community>;
}

const PATH = "/api/v1/communities";

export function communityPath(id: CommunityId): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

export function communitiesApi(rest: Rest): CommunitiesApi {
  return {
    mine: async (signal) => new Answer(await rest.get(PATH, signal)).list("communities", readEntry),
    found: async (community) => readCommunity(await rest.send("POST", PATH, community)),
    one: async (id, signal) => readCommunity(await rest.get(communityPath(id), signal)),
    change: async (id, change) => readCommunity(await rest.send("PATCH", communityPath(id), change)),
  };
}

export function readEntry(entry: Answer): CommunityEntry {
  return {
    id: entry.text("id"),
    name: entry.text("name"),
    ...readColours(entry),
    role: entry.word("role", roles, "listener"),
    memberCount: entry.maybeNumber("memberCount") ?? 1,
    requestCount: entry.maybeNumber("requestCount"),
    askedAt: entry.maybeNumber("askedAt"),
    steppedBackAt: entry.maybeNumber("steppedBackAt"),
    stepBackAfterDays: entry.maybeNumber("stepBackAfterDays"),
  };
}

export function readCommunity(value: unknown): Community {
  const answer = new Answer(value);
  return {
    ...readEntry(answer),
    description: answer.maybeText("description") ?? "",
    defaultPrivacy: answer.word("defaultPrivacy", privacies, "community"),
    joinPolicy: answer.word("joinPolicy", joinPolicies, "invite"),
    language: answer.word("language", communityLanguages, "en"),
    createdAt: answer.maybeNumber("createdAt") ?? 0,
    askAfterDays: answer.maybeNumber("askAfterDays"),
  };
}

/** The colour and the picture of a community, in an answer that has them among others. */
export function readColours(answer: Answer): { readonly accent: string; readonly logo: string | null } {
  const accent = answer.raw("accent");
  const logo = answer.maybeText("logo");
  return {
    accent: isHexColour(accent) ? accent : houseColour,
    // A path of this server, and nobody else’s.
    logo: logo?.startsWith("/api/v1/communities/") === true ? logo : null,
  };
}
