/**
 * Whatever the editor can make goes out as Markdown and comes in again as it was.
 *
 * Documents are made up from a seed, with everything the schema has in every place where it may stand. The failing
 * seed is in the test's name. Not asked for, because Markdown cannot say it: white space at the edges of a line, empty
 * paragraphs, and code in another style.
 */
import type { Mark, Node } from "@tiptap/pm/model";
import { expect, test } from "vitest";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";
import { proseSchema } from "../../src/editor/schema.ts";

const SEEDS = 120;

const schema = proseSchema();

/** Mulberry32: small, seeded, the same everywhere. */
function generator(seed: number): (below: number) => number {
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
  "a*b",
  "_x_",
  "`tick",
  "1.",
  "#",
  "<b>",
  "a|b",
  "&amp;",
  "[x]",
  "~",
  "ä",
  "心",
  "-",
  ">",
  "\\",
  "(c)",
  "http://x.org",
  "!",
  "=",
] as const;

class Maker {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = generator(seed);
  }

  document(): Node {
    return schema.node("doc", null, this.#blocks(1 + this.#below(5), 3));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  #blocks(count: number, depth: number): Node[] {
    return Array.from({ length: count }, () => this.#block(depth));
  }

  #block(depth: number): Node {
    const simple = ["paragraph", "paragraph", "heading", "codeBlock", "horizontalRule"] as const;
    const nested = ["blockquote", "bulletList", "orderedList", "taskList", "table"] as const;
    const kind = this.#pick(depth > 0 ? [...simple, ...nested] : simple);
    switch (kind) {
      case "paragraph":
        return schema.node(kind, null, this.#inline());
      case "heading":
        return schema.node(kind, { level: 1 + this.#below(4) }, this.#inline(false));
      case "codeBlock":
        return schema.node(kind, { language: this.#pick([null, "rust"]) }, [schema.text(this.#code())]);
      case "horizontalRule":
        return schema.node(kind);
      case "blockquote":
        return schema.node(kind, null, this.#blocks(1 + this.#below(3), depth - 1));
      case "bulletList":
      case "orderedList":
        return schema.node(kind, kind === "orderedList" ? { start: this.#pick([1, 3, 99]) } : null, this.#items(depth));
      case "taskList":
        return schema.node(
          kind,
          null,
          Array.from({ length: 1 + this.#below(3) }, () =>
            schema.node("taskItem", { checked: this.#below(2) === 1 }, this.#itemContent(depth)),
          ),
        );
      case "table":
        return this.#table();
    }
  }

  #items(depth: number): Node[] {
    return Array.from({ length: 1 + this.#below(3) }, () => schema.node("listItem", null, this.#itemContent(depth)));
  }

  #itemContent(depth: number): Node[] {
    const rest = this.#below(3) === 0 ? this.#blocks(1, depth - 1) : [];
    return [schema.node("paragraph", null, this.#inline()), ...rest];
  }

  #table(): Node {
    const width = 1 + this.#below(3);
    const hasHead = this.#below(3) > 0;
    const rows = Array.from({ length: 1 + this.#below(3) }, (_, row) =>
      schema.node(
        "tableRow",
        null,
        Array.from({ length: width }, () =>
          schema.node(hasHead && row === 0 ? "tableHeader" : "tableCell", null, [
            schema.node("paragraph", null, this.#below(4) === 0 ? [] : this.#inline()),
          ]),
        ),
      ),
    );
    return schema.node("table", null, rows);
  }

  #code(): string {
    return this.#pick(["code", "a  b\n\n  c", "```\nfence\n```", "- list", "<p>&amp;", "# head"]);
  }

  #inline(withBreaks = true): Node[] {
    const parts: Node[] = [];
    for (let count = 1 + this.#below(5); count > 0; count -= 1) {
      const words = Array.from({ length: 1 + this.#below(3) }, () => this.#pick(WORDS)).join(" ");
      const text = schema.text(words, this.#marks());
      // White space at the edge of a line is not kept.
      const isJoined = parts.length > 0 && parts.at(-1)?.isText === true && this.#below(3) > 0;
      parts.push(...(isJoined ? [schema.text(" ")] : []), text);
      if (withBreaks && count > 1 && this.#below(8) === 0) {
        parts.push(schema.node("hardBreak"));
      }
    }
    return parts;
  }

  #marks(): readonly Mark[] {
    const marks: Mark[] = [];
    const isCode = this.#below(6) === 0;
    if (isCode) {
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
    if (this.#below(8) === 0) {
      marks.push(schema.mark("link", { href: this.#pick(["https://example.org/a_b?c=d&e", "mailto:a@b.org"]) }));
    }
    return marks;
  }
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))("seed %i", (seed) => {
  const doc = new Maker(seed).document();
  doc.check();
  const written = writeMarkdown(doc);
  expect(readMarkdown(written).toJSON(), written).toEqual(doc.toJSON());
});
