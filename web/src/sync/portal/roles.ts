/**
 * Roles in a community and how far a document is open: the words of the server, and what follows for what is offered.
 *
 * The server decides; this is for not offering what it would refuse.
 */

/** From the one with the most say to the one with the least. */
export const roles = ["leader", "deputy", "member", "guest", "listener"] as const;
export type Role = (typeof roles)[number];

/** From the narrowest to the widest. */
export const privacies = ["private", "sub-group", "community", "portal", "public"] as const;
export type Privacy = (typeof privacies)[number];

/** What new documents can be open to by themselves: to a sub-group, or to everybody, a document is opened on its own. */
export const beginnings = ["private", "community", "portal"] as const satisfies readonly Privacy[];

/** What somebody can be given for a document by name, from the least to the most. */
export const grantables = ["read", "comment", "write"] as const;
export type Grantable = (typeof grantables)[number];

/** How people come into a community, from the most closed. */
export const joinPolicies = ["invite", "request", "open"] as const;
export type JoinPolicy = (typeof joinPolicies)[number];

export type ReadOrWrite = "read" | "write";

/** Whether `role` decides about members, roles and who leads. */
export function leads(role: Role): boolean {
  return role === "leader";
}

/** Whether `role` changes the community's look and invites. */
export function manages(role: Role): boolean {
  return role === "leader" || role === "deputy";
}

/** Whether `role` starts documents and reads the ledger. */
export function belongs(role: Role): boolean {
  return manages(role) || role === "member";
}

/** Whether `role` sees who else is there. */
export function seesMembers(role: Role): boolean {
  return role !== "listener";
}

/** The roles that `role` may invite to. */
export function invitableBy(role: Role): readonly Role[] {
  return leads(role) ? roles : manages(role) ? roles.filter((other) => other !== "leader") : [];
}

/** Whether `next` lets more people see a document than `now` does. */
export function isWider(next: Privacy, now: Privacy): boolean {
  return privacies.indexOf(next) > privacies.indexOf(now);
}
