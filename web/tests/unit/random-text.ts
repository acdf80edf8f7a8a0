/**
 * Texts made up from a seed, with everything the schema has in every place where it may stand: for what goes out as a
 * Word or HTML file and has to come in again as it was.
 */
import type { Mark, Node } from "@tiptap/pm/model";
import { proseSchema } from "../../src/editor/schema.ts";

const schema = proseSchema();

/** Mulberry32: small, seeded, the same everywhere. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const WORDS = [
  "word",
  "5 mg",
  "a & b",
  "<b>",
  "“said”",
  "]]>",
  "&amp;",
  "ä",
  "心",
  "𝛽",
  "≤ 3",
  "\t",
  "1.",
  "☐",
  "a'b\"c",
];
const LINKS = ["https://example.org/a_b?c=d&e", "mailto:a@b.org", "https://example.org/ö"];

export interface Allowed {
  /** Spaces at the edges of a block and several in a row, and blank paragraphs. */
  readonly blanks: boolean;
}

export class TextMaker {
  readonly #below: (below: number) => number;
  readonly #allowed: Allowed;

  constructor(seed: number, allowed: Allowed) {
    this.#below = generator(seed);
    this.#allowed = allowed;
  }

  document(): Node {
    return schema.node("doc", null, this.blocks(1 + this.#below(6), 3));
  }

  blocks(count: number, depth: number): Node[] {
    const blocks: Node[] = [];
    while (blocks.length < count) {
      const block = this.#block(depth);
      // Two quotes that follow each other become one.
      if (!(block.type.name === "blockquote" && blocks.at(-1)?.type.name === "blockquote")) {
        blocks.push(block);
      }
    }
    return blocks;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  #block(depth: number): Node {
    const simple = ["paragraph", "paragraph", "heading", "codeBlock", "horizontalRule"] as const;
    const nested = ["blockquote", "bulletList", "orderedList", "taskList", "table"] as const;
    const kind = this.#pick(depth > 0 ? [...simple, ...nested] : simple);
    switch (kind) {
      case "paragraph":
        return this.#paragraph();
      case "heading":
        return schema.node(kind, { level: 1 + this.#below(4) }, this.#inline());
      case "codeBlock":
        return schema.node(kind, { language: this.#pick([null, "rust", "c++"]) }, [schema.text(this.#code())]);
      case "horizontalRule":
        return schema.node(kind);
      case "blockquote":
        return schema.node(kind, null, this.blocks(1 + this.#below(3), depth - 1));
      case "bulletList":
        return schema.node(kind, null, this.#items("listItem", depth));
      case "orderedList": {
        const attributes = { start: this.#pick([1, 3, 99]), type: this.#pick([null, null, "a", "I"]) };
        return schema.node(kind, attributes, this.#items("listItem", depth));
      }
      case "taskList":
        return schema.node(kind, null, this.#items("taskItem", depth));
      case "table":
        return this.#table(depth);
    }
  }

  #paragraph(): Node {
    const isBlank = this.#allowed.blanks && this.#below(8) === 0;
    return schema.node("paragraph", null, isBlank ? [] : this.#inline());
  }

  #items(kind: "listItem" | "taskItem", depth: number): Node[] {
    return Array.from({ length: 1 + this.#below(3) }, () => {
      const rest = this.#below(2) === 0 ? this.blocks(1 + this.#below(2), depth - 1) : [];
      const attributes = kind === "taskItem" ? { checked: this.#below(2) === 1 } : null;
      return schema.node(kind, attributes, [this.#paragraph(), ...rest]);
    });
  }

  /** With merged cells: a grid of which rectangles are taken. */
  #table(depth: number): Node {
    const [width, height] = [1 + this.#below(4), 1 + this.#below(4)];
    const taken = Array.from({ length: height }, () => new Array<boolean>(width).fill(false));
    const headRows = this.#below(3);
    const rows = taken.map((row, y) => {
      const cells: Node[] = [];
      for (let x = 0; x < width; x++) {
        if (row[x] === true) {
          continue;
        }
        let colspan = 1;
        while (x + colspan < width && row[x + colspan] === false && this.#below(5) === 0) {
          colspan += 1;
        }
        const rowspan = this.#below(5) === 0 ? 1 + this.#below(height - y) : 1;
        for (let down = y; down < y + rowspan; down++) {
          taken[down]?.fill(true, x, x + colspan);
        }
        const isHead = y < headRows || (x === 0 && this.#below(4) === 0);
        const content =
          depth > 1 && this.#below(4) === 0 ? this.blocks(1 + this.#below(2), depth - 2) : [this.#paragraph()];
        cells.push(schema.node(isHead ? "tableHeader" : "tableCell", { colspan, rowspan }, content));
      }
      return schema.node("tableRow", null, cells);
    });
    return schema.node("table", null, rows);
  }

  #code(): string {
    return this.#pick(["code", "a  b\n\n  c", "\nfirst blank", "- list\n", "<p>&amp;", "\tdeep", " "]);
  }

  #inline(): Node[] {
    const parts: Node[] = [];
    for (let count = 1 + this.#below(5); count > 0; count -= 1) {
      const between = this.#allowed.blanks ? this.#pick([" ", "  ", ""]) : " ";
      const words = Array.from({ length: 1 + this.#below(3) }, () => this.#word()).join(between);
      const edge = this.#allowed.blanks ? this.#pick(["", "", " "]) : "";
      parts.push(schema.text(`${edge}${words}`, this.#marks()));
      if (count > 1 && this.#below(8) === 0) {
        parts.push(schema.node("hardBreak"));
      }
    }
    return parts;
  }

  #word(): string {
    const word = this.#pick(WORDS);
    return word === "\t" && !this.#allowed.blanks ? "tab" : word;
  }

  #marks(): readonly Mark[] {
    const marks: Mark[] = [];
    if (this.#below(6) === 0) {
      return [schema.mark("code")];
    }
    for (const name of ["bold", "italic", "strike", "underline"]) {
      if (this.#below(5) === 0) {
        marks.push(schema.mark(name));
      }
    }
    if (this.#below(5) === 0) {
      marks.push(schema.mark(this.#pick(["superscript", "subscript"])));
    }
    if (this.#below(6) === 0) {
      marks.push(schema.mark("link", { href: this.#pick(LINKS), title: this.#pick([null, "A “title”"]) }));
    }
    return marks;
  }
}
