/**
 * What a field shows of the title, and where that is in the title.
 *
 * A field may be behind: while an input method composes a word, nothing may be put into it, and yet others type. So
 * every place between two letters of the field has its place in the title, which moves with what others change. Pure.
 */
import { type DeltaStep, smallestChange, type TextChange } from "./title.ts";

export class TitleDraft {
  #shown: string;
  /** For every place in what is shown, its place in the title. */
  #places: number[];

  constructor(title: string) {
    this.#shown = title;
    this.#places = placesIn(title);
  }

  get shown(): string {
    return this.#shown;
  }

  /** The field says `text` now, with the caret at `caret`. Gives the change of the title; `null` when there is none. */
  typed(text: string, caret: number): TextChange | null {
    const change = smallestChange(this.#shown, text, caret);
    if (change === null) {
      return null;
    }
    const from = this.place(change.at);
    const to = this.place(change.at + change.removed);
    const grown = change.inserted.length - (to - from);
    this.#places = [
      ...this.#places.slice(0, change.at),
      ...placesIn(change.inserted).map((place) => from + place),
      ...this.#places.slice(change.at + change.removed + 1).map((place) => place + grown),
    ];
    this.#shown = text;
    return { at: from, removed: to - from, inserted: change.inserted };
  }

  /** Somebody else changed the title. */
  followed(delta: readonly DeltaStep[]): void {
    this.#places = this.#places.map((place) => placeAfter(place, delta));
  }

  /** The field shows the whole title again. */
  showed(title: string): void {
    this.#shown = title;
    this.#places = placesIn(title);
  }

  /** The place in the title of a place in the field. */
  place(shown: number): number {
    return this.#places[shown] ?? this.#places.at(-1) ?? 0;
  }
}

/** A change as the steps of a delta. */
export function stepsOf({ at, removed, inserted }: TextChange): readonly DeltaStep[] {
  return [{ retain: at }, { delete: removed }, { insert: inserted }];
}

function placesIn(text: string): number[] {
  return Array.from({ length: text.length + 1 }, (_, index) => index);
}

/** Where a place is after a change. What is inserted right there comes behind it: a caret does not move on by itself. */
function placeAfter(place: number, delta: readonly DeltaStep[]): number {
  let at = 0;
  let after = place;
  for (const step of delta) {
    if (step.retain !== undefined) {
      at += step.retain;
    } else if (step.delete !== undefined) {
      after -= Math.min(step.delete, Math.max(0, after - at));
    } else {
      const length = typeof step.insert === "string" ? step.insert.length : 1;
      if (at < after) {
        after += length;
      }
      at += length;
    }
  }
  return after;
}
