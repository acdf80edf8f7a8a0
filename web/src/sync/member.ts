/**
 * Who writes in this tab: a name and a colour, shown to others beside the cursor.
 *
 * Kept for the tab (sessionStorage); the last name used on this device is only ever a suggestion.
 */
import { recall, recallJson, remember } from "./browser-store.ts";
import { wishedLook } from "./looks.ts";

export interface Member {
  readonly name: string;
  /** A CSS colour of the form `#rrggbb`. */
  readonly color: string;
}

export const NAME_LENGTH_MAX = 60;

/** What turns the direction of the text around it, and what shows nothing: a name could pretend to be another with it. */
const UNPLAIN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const TAB_KEY = "consilium.member";
const DEVICE_KEY = "consilium.lastName";

/** The member chosen in this tab. */
export function heldMember(): Member | null {
  const value = recallJson("tab", TAB_KEY);
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { name, color } = value as { readonly name?: unknown; readonly color?: unknown };
  return typeof name === "string" && plainName(name) !== "" && typeof color === "string"
    ? { name: plainName(name), color }
    : null;
}

export function holdMember(member: Member): void {
  remember("tab", TAB_KEY, JSON.stringify(member));
  remember("device", DEVICE_KEY, member.name);
}

/** The name used last on this device. */
export function lastName(): string | null {
  return recall("device", DEVICE_KEY);
}

/** A member called `name`, known to the server as `subject` if it knows them: always in the same colour. */
export function memberCalled(name: string, subject: string | null = null): Member {
  const plain = plainName(name);
  return { name: plain, color: wishedLook(subject ?? plain).color };
}

/** A name without what is no part of one: control characters, and what overrides the direction of writing. */
export function plainName(name: string): string {
  return name.replace(UNPLAIN, "").trim();
}
