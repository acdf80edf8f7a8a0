/** Ids of the portal: UUIDs by the server. Branded, because each is a text and none is another. */

declare const brand: unique symbol;

export type AccountId = string & { readonly [brand]: "AccountId" };
export type SessionId = string & { readonly [brand]: "SessionId" };
export type CommunityId = string & { readonly [brand]: "CommunityId" };
export type InvitationId = string & { readonly [brand]: "InvitationId" };
export type SubGroupId = string & { readonly [brand]: "SubGroupId" };
export type VersionId = string & { readonly [brand]: "VersionId" };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads the id of a community from an address; `null` when it cannot be one. */
export function parseCommunityId(text: string): CommunityId | null {
  return UUID.test(text) ? (text as CommunityId) : null;
}
