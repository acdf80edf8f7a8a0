/**
 * Whether somebody is signed in, as far as this page knows: a pure state machine.
 *
 * Who was signed in on this device counts as signed in until the server says otherwise, so that a visit without
 * network begins with what the device holds. Knows neither requests nor storage.
 */
import type { SessionId } from "./ids.ts";
import type { Account, SignedIn } from "./session-api.ts";

export type Standing =
  /** Nobody is known from before, and the server has not answered. */
  | { readonly kind: "unknown"; readonly reach: "asking" | "lost" }
  | {
      readonly kind: "out";
      /** `ended`: it was not this person who ended the session, or not here. */
      readonly why: "never" | "left" | "ended";
    }
  | {
      readonly kind: "in";
      readonly account: Account;
      /** `null` as long as only this device says so. */
      readonly sessionId: SessionId | null;
    };

export type Event =
  /** The server says who is signed in. */
  | { readonly type: "told"; readonly who: SignedIn }
  /** The server says that nobody is. */
  | { readonly type: "nobody" }
  /** The server cannot be asked. */
  | { readonly type: "unreachable" }
  /** The person signed out, here or in another tab. */
  | { readonly type: "left" }
  | { readonly type: "renamed"; readonly account: Account };

/** Why nobody is in, with what was known of it before the page began anew. */
export function outWhy(standing: Standing, remembered: "left" | "ended" | null): Standing {
  return standing.kind === "out" && standing.why === "never" && remembered !== null
    ? { kind: "out", why: remembered }
    : standing;
}

/** Where a visit begins, with the account that this device remembers. */
export function beginning(remembered: Account | null): Standing {
  return remembered === null
    ? { kind: "unknown", reach: "asking" }
    : { kind: "in", account: remembered, sessionId: null };
}

export function step(standing: Standing, event: Event): Standing {
  switch (event.type) {
    case "told":
      return { kind: "in", ...event.who };
    case "nobody":
      return standing.kind === "out" ? standing : { kind: "out", why: standing.kind === "in" ? "ended" : "never" };
    case "unreachable":
      return standing.kind === "unknown" ? { kind: "unknown", reach: "lost" } : standing;
    case "left":
      return { kind: "out", why: "left" };
    case "renamed":
      return standing.kind === "in" && standing.account.id === event.account.id
        ? { ...standing, account: event.account }
        : standing;
  }
}

/** Whether only this device says that the person is signed in. */
export function isUnconfirmed(standing: Standing): boolean {
  return standing.kind === "in" && standing.sessionId === null;
}
