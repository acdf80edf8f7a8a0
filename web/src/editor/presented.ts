/**
 * What whoever presents tells the others through presence: where they read, and what they select.
 *
 * It is read only from the presence that the server has stamped with the name of whom the meeting says presents: whatever
 * another client writes there moves nobody. It comes from another client all the same, so its form is not trusted.
 */
import type { EditorState } from "@tiptap/pm/state";
import type { Look, ReplicaDocument } from "../sync/index.ts";
import type { BlockName } from "./block-places.ts";
import { anchorOf, bindingOf } from "./body-map.ts";
import { colourOf, markOf, type PresenceUser } from "./carets.ts";
import { isRelativePosition } from "./cursor-guard.ts";
import type { ReadingPlace } from "./reading-place.ts";

type Awareness = ReplicaDocument["awareness"];

/** The field of presence. */
const FIELD = "presenting";

/** A passage: of its first letter, and behind its last, as relative positions. */
export interface PresentedPassage {
  readonly start: unknown;
  readonly end: unknown;
}

export interface Presented {
  /** When it was said, by the server's clock in milliseconds: of two windows of one person the last one counts. */
  readonly at: number;
  readonly place: ReadingPlace;
  /** `null` where nothing is selected. */
  readonly selection: PresentedPassage | null;
}

/** The same, as it came from somebody. */
export interface PresentedBy extends Presented {
  readonly look: Look;
}

/** Tells the others; `null`: nothing any more. */
export function sayPresented(awareness: Awareness, presented: Presented | null): void {
  if (presented !== null || awareness.getLocalState()?.[FIELD] !== undefined) {
    awareness.setLocalStateField(FIELD, presented ?? undefined);
  }
}

/** The passage that is selected here; `null` where no letter is. */
export function selectedWords(state: EditorState): PresentedPassage | null {
  const { from, to, empty } = state.selection;
  const binding = bindingOf(state);
  return empty || binding === null ? null : anchorOf(binding, { from, to });
}

/** What the member `who` says, in whichever of their windows last; `null` where they say nothing that is understood. */
export function presentedBy(awareness: Awareness, who: string): PresentedBy | null {
  let last: PresentedBy | null = null;
  for (const [client, state] of awareness.getStates() as ReadonlyMap<number, unknown>) {
    const user = isRecord(state) && isRecord(state["user"]) ? (state["user"] as PresenceUser) : null;
    if (client === awareness.clientID || user === null || user["id"] !== who) {
      continue;
    }
    const said = readPresented((state as Record<string, unknown>)[FIELD]);
    if (said !== null && (last === null || said.at > last.at)) {
      last = { ...said, look: { color: colourOf(user), mark: markOf(user) } };
    }
  }
  return last;
}

/** Reads what came; `null` where it has another form. */
export function readPresented(value: unknown): Presented | null {
  if (!isRecord(value) || !isRecord(value["place"])) {
    return null;
  }
  const { at, place, selection } = value;
  const { block, fraction } = place as Record<string, unknown>;
  const isPlace =
    (block === null || isBlockName(block)) && typeof fraction === "number" && fraction >= 0 && fraction <= 1;
  return typeof at === "number" && Number.isFinite(at) && isPlace
    ? { at, place: { block, fraction }, selection: readPassage(selection) }
    : null;
}

function readPassage(value: unknown): PresentedPassage | null {
  return isRecord(value) && isRelativePosition(value["start"]) && isRelativePosition(value["end"])
    ? { start: value["start"], end: value["end"] }
    : null;
}

function isBlockName(value: unknown): value is BlockName {
  return isRecord(value) && isCount(value["client"]) && isCount(value["clock"]);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
