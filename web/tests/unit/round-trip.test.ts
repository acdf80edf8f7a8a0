/** Markdown out and in again gives the same text (docs: export and import). */
import { describe, expect, test } from "vitest";
import { readHtml } from "../../src/editor/formats/html.ts";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";
import { proseSchema } from "../../src/editor/schema.ts";

const schema = proseSchema();

/** What was read, written and read again, in a form that shows differences. */
function goRound(markdown: string) {
  const once = readMarkdown(markdown);
  const written = writeMarkdown(once);
  return { once, written, twice: readMarkdown(written) };
}

const texts: readonly (readonly [string, string])[] = [
  ["headings", "# One\n\n## Two\n\n### Three\n\n#### Four"],
  ["styles", "**bold** *italic* ~~gone~~ `code` <u>under</u> ***both***"],
  ["raised and lowered text", "5 × 10<sup>9</sup>/l, H<sub>2</sub>O, **10<sup>9</sup>**/l, E = mc<sup>*2*</sup>"],
  ["styles inside words", "un**believ**able and *em*phasis"],
  [
    "links",
    '[words](https://example.org/a?b=1&c=2) and [titled](https://example.org "A title") and <https://example.org/>',
  ],
  ["a link with brackets in its address", "[words](<https://example.org/a_(b) c>)"],
  ["a bold link", "**[words](https://example.org)** and [**words**](https://example.org)"],
  ["lists", "- one\n- two\n  - inner\n    - innermost\n- three"],
  ["ordered lists", "3. three\n4. four\n   1. inner\n5. five"],
  ["ten and more items", Array.from({ length: 12 }, (_, index) => `${index + 1}. item`).join("\n")],
  ["paragraphs in items", "- one\n\n  more of one\n\n- two"],
  ["tasks", "- [x] done\n- [ ] open\n  - [ ] inner"],
  ["tasks and bullets mixed", "- [x] done\n- plain\n- [ ] open"],
  ["quotes", "> quoted\n>\n> - with a list\n>\n> > and a quote in it"],
  ["code blocks", "```rust\nfn main() {}\n\n// after a gap\n```"],
  ["code with fences in it", "````\n```\ninner\n```\n````"],
  ["code with backticks", "`` a ` b ``"],
  ["a rule", "before\n\n---\n\nafter"],
  ["hard breaks", "one\\\ntwo"],
  ["tables", "| a | b |\n| --- | --- |\n| **c** | d \\| e |\n| f<br>g | `h` |"],
  ["a table in a quote", "> | a | b |\n> | --- | --- |\n> | c | d |"],
  ["umlauts, CJK and emoji", "Ärzte über 心房細動 und 🫀"],
];

describe("Markdown goes round", () => {
  test.each(texts)("%s", (_name, markdown) => {
    const { once, written, twice } = goRound(markdown);
    expect(once.textContent).not.toBe("");
    expect(twice.toJSON(), written).toEqual(once.toJSON());
  });

  test("writing is stable: the second export equals the first", () => {
    for (const [, markdown] of texts) {
      const { written, twice } = goRound(markdown);
      expect(writeMarkdown(twice)).toBe(written);
    }
  });
});

/** A document of one paragraph. */
const paragraph = (text: string) => schema.node("doc", null, [schema.node("paragraph", null, [schema.text(text)])]);

describe("text that looks like Markdown stays text", () => {
  test.each([
    "# not a heading",
    "- not a list",
    "+ not a list",
    "1. not a list",
    "1) not a list",
    "> not a quote",
    "*not italic* and _not either_",
    "`not code`",
    "[not](a-link)",
    "~~not gone~~",
    "H~2~O, ~5 mg to ~10 mg",
    "10<sup>9</sup>",
    "<b>not bold</b>",
    "a < b && c > d",
    "&amp; is not an entity",
    "a | b | c",
    "2 * 3 * 4 = 24",
    "back\\slash",
    "---",
    "![not](a picture)",
    "[ ] not a task",
  ])("%s", (text) => {
    const doc = paragraph(text);
    expect(readMarkdown(writeMarkdown(doc)).toJSON()).toEqual(doc.toJSON());
  });

  test("two lists in a row stay two", () => {
    const list = (kind: "bulletList" | "orderedList", words: string) =>
      schema.node(kind, null, [schema.node("listItem", null, [schema.node("paragraph", null, [schema.text(words)])])]);
    const doc = schema.node("doc", null, [
      list("bulletList", "one"),
      list("bulletList", "two"),
      list("bulletList", "three"),
      list("orderedList", "four"),
      list("orderedList", "five"),
    ]);
    expect(readMarkdown(writeMarkdown(doc)).toJSON()).toEqual(doc.toJSON());
  });
});

describe("tables that Markdown has no form for go as HTML", () => {
  test.each([
    ["merged cells", "<table><tr><th>a</th><th>b</th></tr><tr><td colspan='2'>c</td></tr></table>"],
    ["no header row", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"],
    ["a header column", "<table><tr><th>a</th><td>b</td></tr></table>"],
    ["a list in a cell", "<table><tr><th>a</th></tr><tr><td><ul><li>b</li><li>c</li></ul></td></tr></table>"],
  ])("%s", (_name, html) => {
    const doc = readHtml(html);
    const written = writeMarkdown(doc);
    expect(written).toContain("<table>");
    expect(readMarkdown(written).toJSON()).toEqual(doc.toJSON());
  });
});

test("the title is the first heading of the file", () => {
  expect(writeMarkdown(paragraph("text"), "A *title*")).toBe("# A \\*title\\*\n\ntext\n");
});
