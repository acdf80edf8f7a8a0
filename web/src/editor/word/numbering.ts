/**
 * How lists are numbered in Word: every list of the text is a list of its own there, so that two that follow each other
 * stay two, and each begins with its number.
 *
 * What continues an item stands at the item's place without a sign; a task has its box in the text.
 */

import { NAMESPACES } from "./vocabulary.ts";
import { element, xmlDocument } from "./xml.ts";

/** Word knows no deeper lists. */
export const LIST_DEPTH_MAX = 9;

/** The signs of ordered lists in HTML (`type`), and what Word calls them. */
export const ORDERED_FORMATS: Readonly<Record<string, string>> = {
  "1": "decimal",
  a: "lowerLetter",
  A: "upperLetter",
  i: "lowerRoman",
  I: "upperRoman",
};

const BULLETS = ["•", "◦", "▪"] as const;

/** In twentieths of a point. */
export const INDENT = 420;

type Kind = "bullet" | "blank" | (typeof ORDERED_FORMATS)[string];

/** The place of a paragraph in a list. */
export interface ListPlace {
  readonly numId: number;
  /** From 0. */
  readonly level: number;
}

/** The lists of one file. */
export class Numbering {
  readonly #kinds: Kind[] = ["blank"];
  readonly #lists: { readonly kind: Kind; readonly start: number | null; readonly level: number }[] = [];
  #continued: number | null = null;

  bullets(): number {
    return this.#add("bullet", null, 0);
  }

  tasks(): number {
    return this.#add("blank", null, 0);
  }

  /** @param level - where its own items stand, from 0 */
  ordered(type: string | null, start: number, level: number): number {
    return this.#add(ORDERED_FORMATS[type ?? "1"] ?? "decimal", Math.max(0, Math.trunc(start)), level);
  }

  /** For what continues an item. */
  continued(): number {
    this.#continued ??= this.#add("blank", null, 0);
    return this.#continued;
  }

  #add(kind: Kind, start: number | null, level: number): number {
    if (!this.#kinds.includes(kind)) {
      this.#kinds.push(kind);
    }
    return this.#lists.push({ kind, start, level });
  }

  xml(): string {
    return xmlDocument(
      element(
        "w:numbering",
        NAMESPACES,
        ...this.#kinds.map(abstractOf),
        ...this.#lists.map(({ kind, start, level }, index) =>
          element(
            "w:num",
            { "w:numId": index + 1 },
            element("w:abstractNumId", { "w:val": this.#kinds.indexOf(kind) }),
            start === null
              ? ""
              : element("w:lvlOverride", { "w:ilvl": level }, element("w:startOverride", { "w:val": start })),
          ),
        ),
      ),
    );
  }
}

function abstractOf(kind: Kind, id: number): string {
  const levels = Array.from({ length: LIST_DEPTH_MAX }, (_, level) => {
    const [format, text] =
      kind === "bullet"
        ? ["bullet", BULLETS[level % BULLETS.length] ?? "•"]
        : kind === "blank"
          ? ["none", ""]
          : [kind, `%${level + 1}.`];
    return element(
      "w:lvl",
      { "w:ilvl": level },
      element("w:start", { "w:val": 1 }),
      element("w:numFmt", { "w:val": format }),
      element("w:suff", { "w:val": kind === "blank" ? "nothing" : "tab" }),
      element("w:lvlText", { "w:val": text }),
      element("w:lvlJc", { "w:val": "left" }),
      element(
        "w:pPr",
        {},
        element("w:ind", {
          "w:left": INDENT * (level + 1),
          // A task's box hangs where the sign of another list would; what continues an item stands below its words.
          ...(kind === "blank" ? {} : { "w:hanging": INDENT }),
        }),
      ),
    );
  });
  return element(
    "w:abstractNum",
    { "w:abstractNumId": id },
    element("w:multiLevelType", { "w:val": "hybridMultilevel" }),
    ...levels,
  );
}
