/** Invitations to a community: links that are shown once. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { CommunityId, InvitationId } from "./ids.ts";
import { type Role, roles } from "./roles.ts";

/** Times are milliseconds since the epoch. */
export interface Invitation {
  readonly id: InvitationId;
  readonly role: Role;
  readonly expiresAt: number;
  /** How many people may use it; `null` without a limit. */
  readonly usesMax: number | null;
  readonly uses: number;
}

export interface NewInvitation {
  readonly role: Role;
  readonly expiresInDays: number;
  readonly usesMax?: number;
}

export interface InvitationsApi {
  /** Those that are open. */
  list(community: CommunityId, signal?: AbortSignal): Promise<readonly Invitation[]>;
  /** The new one, with the path of its address, which nobody can learn later. */
  create(community: CommunityId, invitation: NewInvitation): Promise<Invitation & { readonly path: string }>;
  withdraw(community: CommunityId, invitation: InvitationId): Promise<void>;
}

export function invitationsApi(rest: Rest): InvitationsApi {
  const pathOf = (community: CommunityId): string => `${communityPath(community)}/invitations`;
  return {
    list: async (community, signal) =>
      new Answer(await rest.get(pathOf(community), signal)).list("invitations", readInvitation),
    async create(community, invitation) {
      const answer = new Answer(await rest.send("POST", pathOf(community), invitation));
      return { ...readInvitation(answer), path: answer.text("path") };
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
  };
}
