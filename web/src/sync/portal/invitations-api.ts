/** Invitations to a community: links that are shown once. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { CommunityId, InvitationId } from "./ids.ts";
import { firstPages, type Page } from "./joining-api.ts";
import { type Grantable, type Role, roles } from "./roles.ts";

/** Times are milliseconds since the epoch. */
export interface Invitation {
  readonly id: InvitationId;
  readonly role: Role;
  readonly expiresAt: number;
  /** How many people may use it; `null` without a limit. */
  readonly usesMax: number | null;
  readonly uses: number;
  /** When the guests that it lets in are to be gone; `null` without an end. */
  readonly until: number | null;
  /** How many documents it opens to them. */
  readonly documentCount: number;
}

export interface NewInvitation {
  readonly role: Role;
  readonly expiresInDays: number;
  readonly usesMax?: number;
  /** For guests: until when, and for which documents. */
  readonly until?: number;
  readonly documents?: readonly { readonly name: DocumentName; readonly access: Grantable }[];
  /** Whom to send the link by mail. */
  readonly email?: string;
}

export interface MadeInvitation extends Invitation {
  /** The path of its address, which nobody can learn later. */
  readonly path: string;
  /** Whether a mail with it is on its way. */
  readonly mailed: boolean;
}

export interface InvitationsApi {
  /** The first `pages` pages of those that are open. */
  list(community: CommunityId, pages: number, signal?: AbortSignal): Promise<Page<Invitation>>;
  create(community: CommunityId, invitation: NewInvitation): Promise<MadeInvitation>;
  withdraw(community: CommunityId, invitation: InvitationId): Promise<void>;
}

export function invitationsApi(rest: Rest): InvitationsApi {
  const pathOf = (community: CommunityId): string => `${communityPath(community)}/invitations`;
  return {
    list: (community, pages, signal) =>
      firstPages(rest, pathOf(community), "invitations", readInvitation, pages, signal),
    async create(community, invitation) {
      const answer = new Answer(await rest.send("POST", pathOf(community), invitation));
      return { ...readInvitation(answer), path: answer.text("path"), mailed: answer.flag("mailed") };
    },
    async withdraw(community, invitation) {
      await rest.send("DELETE", `${pathOf(community)}/${encodeURIComponent(invitation)}`);
    },
  };
}

function readInvitation(entry: Answer): Invitation {
  return {
    id: entry.text("id"),
    role: entry.word("role", roles, "member"),
    expiresAt: entry.number("expiresAt"),
    usesMax: entry.maybeNumber("usesMax"),
    uses: entry.maybeNumber("uses") ?? 0,
    until: entry.maybeNumber("until"),
    documentCount: entry.maybeNumber("documentCount") ?? 0,
  };
}
