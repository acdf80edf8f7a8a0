/**
 * How the cursor and the selection of another member look.
 *
 * Name and colour come from other clients: the name is set as text, and only plain `#rrggbb` colours are used.
 * Styles are set through the object model, never as attributes, so that a strict content security policy holds.
 */
import type { DecorationAttrs } from "@tiptap/pm/view";
import { isHexColour, textOn } from "../sync/index.ts";

const FALLBACK_COLOUR = "#5c6b68";

/** What presence carries about a member, as it arrives. */
export type PresenceUser = Readonly<Record<string, unknown>>;

export function colourOf(user: PresenceUser): string {
  return isHexColour(user["color"]) ? user["color"] : FALLBACK_COLOUR;
}

export function nameOf(user: PresenceUser): string {
  return typeof user["name"] === "string" ? user["name"].trim().slice(0, 60) : "";
}

/** The cursor: a line with the member's name on a flag. */
export function renderCaret(user: PresenceUser, unnamed: string): HTMLElement {
  const colour = colourOf(user);
  const caret = document.createElement("span");
  caret.className = "caret";
  caret.style.setProperty("--caret-colour", colour);
  const flag = document.createElement("span");
  flag.className = "caret__flag";
  flag.style.color = textOn(colour);
  flag.textContent = nameOf(user) || unnamed;
  // The flag would otherwise be read out in the middle of a sentence.
  caret.setAttribute("aria-hidden", "true");
  caret.append(flag);
  requestAnimationFrame(() => {
    const edge = caret.closest(".prose")?.getBoundingClientRect().right;
    caret.classList.toggle("caret--turned", edge !== undefined && flag.getBoundingClientRect().right > edge);
  });
  return caret;
}

/** The selection: the member's colour, thin enough for the text to stay legible. */
export function renderSelection(user: PresenceUser): DecorationAttrs {
  return { class: "caret-selection", style: `background-color: ${colourOf(user)}38` };
}
