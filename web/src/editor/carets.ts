/**
 * How the cursor and the selection of another member look.
 *
 * Name and colour come from other clients: the name is set as text, and only plain `#rrggbb` colours are used.
 * Styles are set through the object model, never as attributes, so that a strict content security policy holds.
 */
import type { DecorationAttrs } from "@tiptap/pm/view";
import { isHexColour, MARKS, memberProperties } from "../sync/index.ts";

const FALLBACK_COLOUR = "#5c6b68";

/** What presence carries about a member, as it arrives. */
export type PresenceUser = Readonly<Record<string, unknown>>;

export function colourOf(user: PresenceUser): string {
  return isHexColour(user["color"]) ? user["color"] : FALLBACK_COLOUR;
}

export function markOf(user: PresenceUser): number {
  const mark = user["mark"];
  return typeof mark === "number" && Number.isInteger(mark) && mark > 0 && mark < MARKS ? mark : 0;
}

export function nameOf(user: PresenceUser): string {
  return typeof user["name"] === "string" ? user["name"].trim().slice(0, 60) : "";
}

/** The cursor: a line with the member's name on a flag. When the flag shows is the business of `caret-flags.ts`. */
export function renderCaret(user: PresenceUser, unnamed: string): HTMLElement {
  const caret = document.createElement("span");
  caret.className = "caret member";
  for (const [property, value] of Object.entries(memberProperties(colourOf(user)))) {
    caret.style.setProperty(property, value);
  }
  caret.dataset["mark"] = String(markOf(user));
  const flag = document.createElement("span");
  flag.className = "caret__flag";
  flag.textContent = nameOf(user) || unnamed;
  // The flag would otherwise be read out in the middle of a sentence.
  caret.setAttribute("aria-hidden", "true");
  caret.append(flag);
  return caret;
}

/** The selection: the member's colour, thin enough for the text to stay legible. */
export function renderSelection(user: PresenceUser): DecorationAttrs {
  const properties = Object.entries(memberProperties(colourOf(user)));
  return {
    class: "caret-selection member",
    style: properties.map(([property, value]) => `${property}: ${value}`).join("; "),
  };
}
