/**
 * The personal link: a token in the fragment of the address, `#token=…`.
 *
 * It is kept for this tab only (sessionStorage) and taken out of the address bar at once, so that it is neither
 * shared by accident nor sent anywhere as a referrer. The claims are read for display; only the server verifies them.
 */
import { recall, remember } from "./browser-store.ts";
import { type Grants, readGrants } from "./grants.ts";

const STORE_KEY = "consilium.token";

/** Tells the other tabs of this browser of a link: one engine serves them all, and may ask any of them for a token. */
const CHANNEL = "consilium.link";

export interface TokenClaims {
  /** Who the token is for. */
  readonly subject: string | null;
  readonly name: string | null;
  /** Milliseconds since the epoch; `null` when the token does not end. */
  readonly expiresAt: number | null;
  readonly grants: Grants;
}

/** Moves a token from the address bar into this tab's store, when there is one. Gives whether it is another than before. */
export function takeTokenFromAddress(): boolean {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token");
  if (token === null || token === "") {
    return false;
  }
  const isNew = token !== heldToken();
  remember("tab", STORE_KEY, token);
  if (isNew) {
    const others = new BroadcastChannel(CHANNEL);
    others.postMessage(token);
    others.close();
  }
  fragment.delete("token");
  const rest = fragment.toString();
  history.replaceState(history.state, "", `${location.pathname}${location.search}${rest === "" ? "" : `#${rest}`}`);
  return isNew;
}

/** Takes every token that comes into the address while the page is open; calls `listener` after each new one. */
export function watchAddress(listener: () => void): () => void {
  const onChange = (): void => {
    if (takeTokenFromAddress()) {
      listener();
    }
  };
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
}

/** Takes a link that the same person opened in another tab, when the one of this tab is good for nothing any more. */
export function watchOtherTabs(listener: () => void): () => void {
  const others = new BroadcastChannel(CHANNEL);
  others.onmessage = ({ data: token }: MessageEvent<unknown>) => {
    const held = heldToken();
    if (typeof token === "string" && held !== null && tokenStanding(held, Date.now()) !== "valid") {
      const subject = readClaims(held)?.subject ?? null;
      if (subject !== null && subject === readClaims(token)?.subject) {
        remember("tab", STORE_KEY, token);
        listener();
      }
    }
  };
  return () => others.close();
}

/** The token of this tab, expired or not. */
export function heldToken(): string | null {
  return recall("tab", STORE_KEY);
}

/** What the token says of itself; `null` when it is not a JWT. */
export function readClaims(token: string): TokenClaims | null {
  const payload = token.split(".")[1];
  if (payload === undefined) {
    return null;
  }
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null) {
      return null;
    }
    const { sub, name, exp, docs } = claims as Readonly<Partial<Record<"sub" | "name" | "exp" | "docs", unknown>>>;
    return {
      subject: typeof sub === "string" && sub !== "" ? sub : null,
      name: typeof name === "string" && name !== "" ? name : null,
      expiresAt: typeof exp === "number" ? exp * 1000 : null,
      grants: readGrants(docs),
    };
  } catch {
    return null;
  }
}

/** `unreadable`: it is no token, like a link of which a part is missing. */
export type TokenStanding = "valid" | "missing" | "unreadable" | "expired";

export function tokenStanding(token: string | null, now: number): TokenStanding {
  if (token === null) {
    return "missing";
  }
  const claims = readClaims(token);
  if (claims === null) {
    return "unreadable";
  }
  return claims.expiresAt !== null && claims.expiresAt <= now ? "expired" : "valid";
}
