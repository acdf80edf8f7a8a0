/** Who belongs to a community, and as what. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import { type ChosenRole, readChosen } from "./digest-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { firstPages, type Page } from "./joining-api.ts";
import { type Role, roles } from "./roles.ts";

/** Times are milliseconds since the epoch. */
export interface CommunityMember {
  readonly accountId: AccountId;
  readonly name: string;
  /** Told to leaders and deputies only. */
  readonly email: string | null;
  readonly role: Role;
  readonly since: number;
  /** When the role ends; `null` when it does not. */
  readonly until: number | null;
  /** What they say they are there for. */
  readonly chosen: readonly ChosenRole[];
  /** Since when they have stepped back; `null` for those who are active. */
  readonly steppedBackAt: number | null;
}

/** What is to be another. What is left out stays; a term of `null` has no end. */
export interface MemberChange {
  readonly role?: Role;
  readonly until?: number | null;
}

/** A link for a new password. */
export interface MadePasswordLink {
  /** Where it leads on this server; `null` where its owner gets it by mail. It is shown here and never again. */
  readonly path: string | null;
  /** When it ends unless it is used before, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface MembersApi {
  /** The first `pages` pages. */
  list(community: CommunityId, pages: number, signal?: AbortSignal): Promise<Page<CommunityMember>>;
  /** Rejects with `last-leader` when nobody would lead then. */
  change(community: CommunityId, member: AccountId, change: MemberChange): Promise<void>;
  /**
   * Has a link made with which somebody sets a new password. Rejects with `only-operator` for those for whom leaders make
   * none.
   */
  makePasswordLink(community: CommunityId, member: AccountId): Promise<MadePasswordLink>;
  /** Removes somebody, or oneself. Rejects with `last-leader`. */
  remove(community: CommunityId, member: AccountId): Promise<void>;
}

export function membersApi(rest: Rest): MembersApi {
  const pathOf = (community: CommunityId, member: AccountId): string =>
    `${communityPath(community)}/members/${encodeURIComponent(member)}`;
  return {
    list: (community, pages, signal) =>
      firstPages(rest, `${communityPath(community)}/members`, "members", readMember, pages, signal),
    async change(community, member, change) {
      await rest.send("PATCH", pathOf(community, member), change);
    },
    async makePasswordLink(community, member) {
      const answer = new Answer(await rest.send("POST", `${pathOf(community, member)}/password-link`));
      return { path: answer.maybeText("path"), expiresAt: answer.number("expiresAt") };
    },
    async remove(community, member) {
      await rest.send("DELETE", pathOf(community, member));
    },
  };
}

function readMember(entry: Answer): CommunityMember {
  return {
    accountId: entry.text("accountId"),
    name: entry.text("name"),
    email: entry.maybeText("email"),
    role: entry.word("role", roles, "listener"),
    since: entry.maybeNumber("since") ?? 0,
    until: entry.maybeNumber("until"),
    chosen: readChosen(entry.raw("chosenRoles")),
    steppedBackAt: entry.maybeNumber("steppedBackAt"),
  };
}
