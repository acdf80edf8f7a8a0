/**
 * Which invitations were taken in this browser, and where they led: whoever opens their own link again is shown the way
 * in, although it is used up. It opens nothing: who may come in is the server's word.
 */
import { recallJson, remember } from "../browser-store.ts";
import type { CommunityId } from "./ids.ts";
import { parseCommunityId } from "./ids.ts";

const KEY = "consilium.joined";

/** More than anybody opens again. */
const LINKS_MAX = 20;

export function rememberJoined(secret: string, community: CommunityId): void {
  const others = read().filter(([known]) => known !== secret);
  remember("device", KEY, JSON.stringify([[secret, community], ...others].slice(0, LINKS_MAX)));
}

/** Where the link with this secret led; `null` when it was not taken here. */
export function joinedBy(secret: string): CommunityId | null {
  return read().find(([known]) => known === secret)?.[1] ?? null;
}

function read(): readonly (readonly [string, CommunityId])[] {
  const value = recallJson("device", KEY);
  return (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const [secret, id] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    const community = typeof id === "string" ? parseCommunityId(id) : null;
    return typeof secret === "string" && community !== null ? [[secret, community] as const] : [];
  });
}
