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

const TAB_KEY = "consilium.member";
const DEVICE_KEY = "consilium.lastName";

/** The member chosen in this tab. */
export function heldMember(): Member | null {
  const value = recallJson("tab", TAB_KEY);
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { name, color } = value as { readonly name?: unknown; readonly color?: unknown };
  return typeof name === "string" && name !== "" && typeof color === "string" ? { name, color } : null;
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
  return { name, color: wishedLook(subject ?? name).color };
}
