/**
 * How a member looks to others: a colour, and a mark on it when there are more members than colours.
 *
 * A person has the same look in every visit, as far as nobody else here has it. Pure functions.
 */
import { memberColours } from "./colours.ts";

export interface Look {
  /** One of `memberColours`, or any `#rrggbb` of somebody else's client. */
  readonly color: string;
  /** How the colour is marked: 0 not at all, 1 with a ring, 2 with a broken ring. */
  readonly mark: number;
}

/** Different marks of one colour. */
export const MARKS = 3;

/** From one colour to the next when the wished one is taken: far away in the circle, and every colour in turn. */
const STEP = 3;

/** The look of somebody who is called, or known as, `identity`. */
export function wishedLook(identity: string): Look {
  return { color: memberColours[hash(identity) % memberColours.length] ?? "", mark: 0 };
}

/** The wished look, or the next one that nobody has; the wished one after all when every look is taken. */
export function freeLook(wished: Look, taken: readonly Look[]): Look {
  const isTaken = (look: Look): boolean => taken.some((other) => isSameLook(look, other));
  if (!isTaken(wished)) {
    return wished;
  }
  const first = Math.max(0, memberColours.indexOf(wished.color));
  for (let mark = 0; mark < MARKS; mark++) {
    for (let step = 0; step < memberColours.length; step++) {
      const color = memberColours[(first + step * STEP) % memberColours.length] ?? "";
      if (!isTaken({ color, mark })) {
        return { color, mark };
      }
    }
  }
  return wished;
}

export function isSameLook(one: Look, other: Look): boolean {
  return one.color === other.color && one.mark === other.mark;
}

/** FNV-1a: small, and the same everywhere. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text.normalize("NFKC").trim().toLowerCase())) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}
