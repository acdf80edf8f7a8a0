/**
 * Whatever a file of references holds: it is refused with a reason, or what is read of it is harmless text.
 *
 * The failing seed is in the test's name.
 */
import { expect, test } from "vitest";
import { writeHtml } from "../../src/editor/formats/html-write.ts";
import { proseSchema } from "../../src/editor/schema.ts";
import { writeOut } from "../../src/editor/written-out.ts";
import { ImportError, planImport } from "../../src/references/importing.ts";
import { FIELD_LENGTH_MAX, fields, type Item, itemOf, textFields } from "../../src/references/item.ts";
import { generator } from "./random-text.ts";

const SAMPLES = [
  '@string{cc = "Critical Care"}\n@article{z20, author = {Zimm{\\"e}r, Anna and {WHO}}, title = {Early {A}nti}, journal = cc # " M", year = 2020, pages = {1--9}}\n@book(b, title="x", editor={A and B})\n',
  "TY  - JOUR\nAU  - Zimmer, Anna\nTI  - Early\nPY  - 2020/05/12/\nDO  - 10.1000/x\nER  - \nTY  - BOOK\nT1  - B\nER  - \n",
  '[{"id":"a","type":"book","title":"T <i>x</i>","author":[{"family":"A","given":"B"}],"issued":{"date-parts":[[2020,5]]}},{"title":"U"}]',
];

const PIECES = [
  "@article{",
  "@string{",
  "@comment(",
  "{",
  "}",
  '"',
  "\\",
  "\\'",
  "#",
  "=",
  ",",
  "TY  - ",
  "ER  - ",
  "\n",
  "\r\n",
  "\0",
  "[",
  "]",
  '{"title":',
  "null",
  "1e999",
  "\ud800",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "\u202e",
  "author = ",
  "title = ",
  " and ",
  "é",
  "%",
  "__proto__",
  "constructor",
];

function mangled(seed: number): string {
  const below = generator(seed);
  let text = SAMPLES[below(SAMPLES.length)] ?? "";
  for (let change = below(12); change >= 0; change--) {
    const at = below(text.length + 1);
    const piece = PIECES[below(PIECES.length)] ?? "";
    const cut = below(3) === 0 ? below(20) : 0;
    text = text.slice(0, at) + piece + text.slice(at + cut);
  }
  return text;
}

function noise(seed: number): string {
  const below = generator(seed);
  return Array.from({ length: below(400) }, () =>
    below(2) === 0 ? (PIECES[below(PIECES.length)] ?? "") : String.fromCharCode(below(below(2) === 0 ? 128 : 65_536)),
  ).join("");
}

function isHarmless(item: Item): void {
  // Nothing more would be made of it by reading it again.
  expect(itemOf(JSON.parse(JSON.stringify(item)))).toEqual(item);
  expect(Object.keys(item).every((key) => fields.some((field) => field === key))).toBe(true);
  for (const field of textFields) {
    const text = item[field] ?? "";
    expect(text.length).toBeLessThanOrEqual(FIELD_LENGTH_MAX);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none.
    expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
  }
  expect(item.URL ?? "https://").toMatch(/^https?:/i);
}

function read(text: string): void {
  try {
    const { fresh, same } = planImport(text, "", new Map());
    for (const { item } of [...fresh, ...same].slice(0, 50)) {
      isHarmless(item);
    }
  } catch (error) {
    if (!(error instanceof ImportError)) {
      throw error;
    }
  }
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))("mangled files, from seed %i", (seed) => {
  for (let turn = 0; turn < 50; turn++) {
    read(mangled(seed * 1_000 + turn));
  }
});

test.each(Array.from({ length: 20 }, (_, seed) => seed))("noise, from seed %i", (seed) => {
  for (let turn = 0; turn < 50; turn++) {
    read(noise(seed * 1_000 + turn));
  }
});

const MEGABYTE = 1024 * 1024;

test.each([
  ["braces", "@article{x, title = ".concat("{".repeat(4 * MEGABYTE))],
  ["beginnings of entries", "\n@article{x, title = {".repeat(150_000)],
  ["comments without an end", "\n@comment(".repeat(300_000)],
  ["strings without an end", '\n@string{a = "'.repeat(200_000)],
  ["quotes", `@article{x, title = "${'\\"'.repeat(MEGABYTE)}`],
  ["names", `@article{x, title={T}, author={${"A and ".repeat(500_000)}B}}`],
  ["accents", `@article{x, title={${"\\'".repeat(MEGABYTE)}}}`],
  ["lists in JSON", "[".repeat(4 * MEGABYTE)],
  ["objects in JSON", `[${'{"a":'.repeat(500_000)}`],
  ["a huge field in JSON", JSON.stringify([{ title: "x".repeat(4 * MEGABYTE) }])],
  ["a line of RIS that never ends", `TY  - JOUR\nTI  - ${"word ".repeat(800_000)}`],
  ["lines that go on", `TY  - JOUR\nTI  - a\n${"more words\n".repeat(300_000)}`],
  ["records that begin", "TY  - JOUR\nTI  - a\n".repeat(4_000)],
])("%s by the megabyte are read or refused within seconds", (_, text) => {
  const began = performance.now();
  read(text);
  expect(performance.now() - began).toBeLessThan(8_000);
});

test("a script in a title is letters in a file", () => {
  const schema = proseSchema();
  const citation = schema.node("citation", { refs: "a", label: "<img src=x onerror=alert(1)>", locator: "" });
  const body = schema.node("doc", null, [schema.node("paragraph", null, [citation])]);
  const evil = "<script>alert(1)</script>";
  const { body: written } = writeOut(body, {
    heading: evil,
    citations: [[]],
    references: [{ label: "", text: [{ text: evil }, { text: "link", href: "javascript:alert(1)" }] }],
  });
  const html = writeHtml("", written, {
    language: "en",
    authors: [],
    skip: "Skip",
    untitled: "Untitled",
    taskLabel: (text) => text,
  });
  const shown = new DOMParser().parseFromString(html, "text/html");
  expect(shown.querySelector("script, img, a[href^='javascript']")).toBeNull();
  expect(shown.body.textContent).toContain(evil);
});
