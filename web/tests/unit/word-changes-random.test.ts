/**
 * Whatever is changed comes out as tracked changes that mean what was changed: taken, they give the later text, and
 * refused, the words of the earlier one. For texts made up from seeds; the failing one is in the test's name.
 */
import type { Node } from "@tiptap/pm/model";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { readHtml } from "../../src/editor/formats/html.ts";
import { blocksOf } from "../../src/editor/past/blocks.ts";
import { proseSchema } from "../../src/editor/schema.ts";
import { readWord } from "../../src/editor/word/read.ts";
import { writeWord } from "../../src/editor/word/write.ts";
import { generator, TextMaker } from "./random-text.ts";

const SEEDS = 80;

/** The same text with blocks that went, came, and stand elsewhere. */
function changed(seed: number, before: Node): Node {
  const below = generator(seed * 31 + 7);
  const fresh = new TextMaker(seed + 10_000, { blanks: true });
  const blocks = before.children.flatMap((block) => {
    switch (below(4)) {
      case 0:
        return [];
      case 1:
        return [block, ...fresh.blocks(1, 2)];
      default:
        return [block];
    }
  });
  const schema = proseSchema();
  const kept = blocks.filter((each, at) => !(isQuote(each) && isQuote(blocks[at - 1])));
  return schema.node("doc", null, kept.length === 0 ? [schema.node("paragraph")] : kept);
}

const isQuote = (block: Node | undefined): boolean => block?.type.name === "blockquote";

/** The words of the paragraphs, as they are when every change is refused. */
function refused(xml: string): readonly string[] {
  const root = new DOMParser().parseFromString(xml, "application/xml").documentElement;
  const all = (parent: Element, name: string): Element[] => [...parent.getElementsByTagName(name)];
  for (const row of all(root, "w:tr")) {
    if ([...row.children].some((each) => each.localName === "trPr" && all(each, "w:ins").length > 0)) {
      row.remove();
    }
  }
  const words: string[] = [];
  let carried = "";
  for (const paragraph of all(root, "w:p")) {
    const mark = all(paragraph, "w:pPr").flatMap((each) => all(each, "w:ins"));
    const hadWords = all(paragraph, "w:r").length > 0;
    for (const came of [...paragraph.children].flatMap((each) =>
      each.localName === "hyperlink" ? [...each.children] : [each],
    )) {
      if (came.localName === "ins") {
        came.remove();
      }
    }
    const left = all(paragraph, "w:r")
      .map((run) =>
        [...run.children]
          .map((each) =>
            each.localName === "br"
              ? "\n"
              : each.localName === "tab"
                ? "\t"
                : each.localName === "rPr"
                  ? ""
                  : each.textContent,
          )
          .join(""),
      )
      .join("");
    if (mark.length > 0) {
      carried += left;
    } else if (hadWords || left !== "") {
      words.push(carried + left);
      carried = "";
    }
  }
  return words;
}

/** The signs of tasks stand in the text of a paragraph in Word; and blank lines are not counted. */
function withoutSigns(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replace(/^(?:[☐☒☑]?[\t ]*)+/, "")).filter((text) => text.trim() !== "");
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))("seed %i", async (seed) => {
  const before = new TextMaker(seed, { blanks: true }).document();
  const after = changed(seed, before);
  const since = { text: { title: "Then", body: before }, author: "Changes since then", at: 0 };
  const bytes = await writeWord(
    { title: "Now and then", body: after },
    { language: "en", authors: [], at: 0, threads: [], since },
  );
  const { html } = await readWord(bytes);
  const taken = readHtml(html, undefined, "kept");
  expect(taken.child(0).textContent).toBe("Now and then");
  expect(taken.content.cut(taken.child(0).nodeSize).toJSON()).toEqual(after.content.toJSON());

  const xml = new TextDecoder().decode(unzipSync(bytes)["word/document.xml"]);
  const wanted = blocksOf("Then", before).map(({ text }) => text);
  expect(withoutSigns(refused(xml))).toEqual(withoutSigns(wanted));
});
