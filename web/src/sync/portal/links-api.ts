/** Links that let somebody do one thing: set a password, or join a community. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import type { CommunityId } from "./ids.ts";
import { type Role, roles } from "./roles.ts";
import { readSignedIn, type SignedIn } from "./session-api.ts";

export interface CommunityName {
  readonly id: CommunityId;
  readonly name: string;
}

/** Times are milliseconds since the epoch. */
export type LinkWord =
  | {
      readonly kind: "invitation";
      readonly community: CommunityName;
      readonly role: Role;
      readonly invitedBy: string;
      readonly expiresAt: number;
      /** For guests: when they are to be gone; `null` without an end. */
      readonly until: number | null;
      /** For guests: how many documents it opens to them. */
      readonly documentCount: number;
    }
  | { readonly kind: "set-password"; readonly name: string; readonly email: string; readonly expiresAt: number };

export interface LinksApi {
  /** What the link is for. Rejects with `no-such-link` for one that is good for nothing, whatever the cause. */
  ask(secret: string, signal?: AbortSignal): Promise<LinkWord>;
  setPassword(secret: string, password: string): Promise<SignedIn>;
  join(secret: string): Promise<CommunityName>;
  signUp(secret: string, person: NewPerson): Promise<SignedIn>;
}

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function linksApi(rest: Rest): LinksApi {
  const pathOf = (secret: string): string => `/api/v1/links/${encodeURIComponent(secret)}`;
  return {
    ask: async (secret, signal) => readLink(new Answer(await rest.get(pathOf(secret), signal))),
    setPassword: async (secret, password) =>
      readSignedIn(await rest.send("POST", `${pathOf(secret)}/password`, { password })),
    join: async (secret) =>
      readCommunityName(new Answer(await rest.send("POST", `${pathOf(secret)}/join`, {})).part("community")),
    signUp: async (secret, { name, email, password }) =>
      readSignedIn(await rest.send("POST", `${pathOf(secret)}/sign-up`, { name, email, password })),
  };
}

function readLink(answer: Answer): LinkWord {
  const expiresAt = answer.number("expiresAt");
  if (answer.text("kind") === "set-password") {
    return { kind: "set-password", name: answer.text("name"), email: answer.text("email"), expiresAt };
  }
  return {
    kind: "invitation",
    community: readCommunityName(answer.part("community")),
    role: answer.word("role", roles, "member"),
    invitedBy: answer.maybeText("invitedBy") ?? answer.maybePart("invitedBy")?.maybeText("name") ?? "",
    expiresAt,
    until: answer.maybeNumber("until"),
    documentCount: answer.maybeNumber("documentCount") ?? 0,
  };
}

export function readCommunityName(answer: Answer): CommunityName {
  return { id: answer.text("id"), name: answer.text("name") };
}
