/**
 * Finds a passage again by how it read.
 *
 * Splitting or joining paragraphs writes a part of the text anew, so that what was anchored there is lost though every word
 * is still to be seen. Spaces and ends of paragraphs do not count. A passage that reads so in more than one place is not
 * found: nobody could say which.
 */
import type { Node } from "@tiptap/pm/model";
import type { Range } from "./body-map.ts";

/** Shorter passages than this, in letters, say too little to be known by. */
const LETTERS_MIN = 4;

/** The text of a document without spaces, and the place of each letter. */
export interface Letters {
  readonly text: string;
  readonly places: readonly number[];
}

export function lettersOf(doc: Node): Letters {
  const parts: string[] = [];
  const places: number[] = [];
  doc.descendants((node, position) => {
    if (node.isText && node.text !== undefined) {
      for (let offset = 0; offset < node.text.length; offset++) {
        const letter = node.text.charAt(offset);
        if (letter.trim() !== "") {
          parts.push(letter);
          places.push(position + offset);
        }
      }
    }
  });
  return { text: parts.join(""), places };
}

/** The one place where the text reads like `quote`; `null` when there is none, or more than one. */
export function findQuote({ text, places }: Letters, quote: string): Range | null {
  const wanted = quote.replace(/\s+/g, "");
  if (wanted.length < LETTERS_MIN) {
    return null;
  }
  const index = text.indexOf(wanted);
  if (index === -1 || text.indexOf(wanted, index + 1) !== -1) {
    return null;
  }
  const [first, last] = [places[index], places[index + wanted.length - 1]];
  return first === undefined || last === undefined ? null : { from: first, to: last + 1 };
}
