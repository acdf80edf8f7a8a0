/** Citations in the text: shown as they are said, readable where nobody says them, and whole in files. */
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import type { CitationAttributes } from "../../src/editor/citation.ts";
import { citationsIn, sayCitations, selectedCitation } from "../../src/editor/citations.ts";
import { createEditor } from "../../src/editor/create.ts";
import { ForeignWatch, readable } from "../../src/editor/foreign.ts";
import { readHtml } from "../../src/editor/formats/html.ts";
import { writeHtml } from "../../src/editor/formats/html-write.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";
import { blocksOf } from "../../src/editor/past/blocks.ts";
import { compare } from "../../src/editor/past/compare.ts";
import { readPast } from "../../src/editor/past/read.ts";
import { readWord } from "../../src/editor/word/read.ts";
import { writeWord } from "../../src/editor/word/write.ts";
import { writeOut } from "../../src/editor/written-out.ts";
import { withPlace, wordsOf } from "../../src/ui/references/format.ts";
import { FakeReplica } from "../fake/replica.ts";

const zimmer: CitationAttributes = { refs: "a", locator: "p. 12", label: "Zimmer 2020" };
const adler: CitationAttributes = { refs: "b c", locator: "", label: "Adler 2018; Berg" };

let asked = 0;
beforeEach(() => {
  asked = 0;
});

function open() {
  const document = new FakeReplica().open("doc");
  const editor = createEditor({
    document,
    editable: true,
    element: globalThis.document.createElement("div"),
    describedBy: "",
    words: {
      text: "Text",
      placeholder: "",
      unnamed: "Guest",
      table: "Table",
      taskLabel: (text) => text,
      questionLabel: "Question",
      picture: (description) => description,
    },
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
    onCite: () => {
      asked += 1;
    },
  });
  return { document, editor };
}

/** “As shown [Zimmer 2020, p. 12] and [Adler 2018; Berg].” */
function citing() {
  const opened = open();
  opened.editor
    .chain()
    .insertContent("As shown ")
    .cite(zimmer)
    .insertContent(" and ")
    .cite(adler)
    .insertContent(".")
    .run();
  return opened;
}

const words = "As shown [Zimmer 2020, p. 12] and [Adler 2018; Berg].";

test("a citation is in the CRDT, foreign to nobody, and a second editor has the same", () => {
  const { document, editor } = citing();
  expect(new ForeignWatch(document.doc).found).toBe(false);
  expect(readPast(Y.encodeStateAsUpdate(document.doc)).body.toJSON()).toEqual(editor.state.doc.toJSON());
  expect(readable(document.doc).toJSON()).toEqual(editor.state.doc.toJSON());
  expect(citationsIn(editor.state.doc).map(({ refs, locator }) => [refs, locator])).toEqual([
    [["a"], "p. 12"],
    [["b", "c"], ""],
  ]);
  editor.destroy();
});

test("a citation shows its label until somebody says how it is written; typing moves what was said", () => {
  const { editor } = citing();
  const shown = (): readonly string[] =>
    [...editor.view.dom.querySelectorAll("cite")].map(({ textContent }) => textContent);
  expect(shown()).toEqual(["[Zimmer 2020, p. 12]", "[Adler 2018; Berg]"]);
  sayCitations(editor.view, citationsIn(editor.state.doc), [
    { text: "(1 p. 12)", isMissing: false, title: "Early" },
    { text: "(2)[missing]", isMissing: true, title: "" },
  ]);
  expect(shown()).toEqual(["(1 p. 12)", "(2)[missing]"]);
  expect(editor.view.dom.querySelector("cite")?.title).toBe("Early");
  expect(editor.view.dom.querySelectorAll(".citation--missing")).toHaveLength(1);
  editor.commands.insertContentAt(1, "Before. ");
  expect(shown()).toEqual(["(1 p. 12)", "(2)[missing]"]);
  editor.commands.insertContentAt(1, { type: "citation", attrs: { refs: "n", label: "New", locator: "" } });
  expect(shown()).toEqual(["[New]", "(1 p. 12)", "(2)[missing]"]);
  editor.destroy();
});

test("what is said of a citation is in no document and no step of undo", () => {
  const { document, editor } = citing();
  const before = Y.encodeStateAsUpdate(document.doc);
  sayCitations(editor.view, citationsIn(editor.state.doc), [{ text: "(1)", isMissing: false, title: "" }]);
  expect(Y.encodeStateAsUpdate(document.doc)).toEqual(before);
  editor.destroy();
});

test("a citation that is selected by itself can be changed", () => {
  const { editor } = citing();
  expect(selectedCitation(editor.state)).toBeNull();
  const at = citationsIn(editor.state.doc)[1]?.at ?? 0;
  editor.commands.setNodeSelection(at);
  expect(selectedCitation(editor.state)?.refs).toEqual(["b", "c"]);
  const press = new KeyboardEvent("keydown", { key: "Enter" });
  expect(editor.view.someProp("handleKeyDown", (handle) => handle(editor.view, press))).toBe(true);
  expect(asked).toBe(1);
  editor.commands.cite({ ...adler, refs: "b", label: "Adler 2018" });
  expect(
    editor.state.doc.textBetween(0, editor.state.doc.content.size, "\n", (leaf) => `<${leaf.attrs["refs"]}>`),
  ).toBe("As shown <a> and <b>.");
  editor.destroy();
});

test("two at signs behind a space ask what to cite, and leave no sign; those of an address do not", () => {
  const { editor } = open();
  const type = (sign: string): void => {
    const { from, to } = editor.state.selection;
    const handled = editor.view.someProp("handleTextInput", (handle) =>
      handle(editor.view, from, to, sign, () => editor.state.tr.insertText(sign, from, to)),
    );
    if (handled !== true) {
      editor.view.dispatch(editor.state.tr.insertText(sign, from, to));
    }
  };
  for (const sign of "a@@") {
    type(sign);
  }
  expect(asked).toBe(0);
  for (const sign of " @@") {
    type(sign);
  }
  expect(asked).toBe(1);
  expect(editor.state.doc.textContent).toBe("a@@ ");
  editor.destroy();
});

test("a comparison and the words of a block read citations", () => {
  const { editor } = citing();
  const body = editor.state.doc;
  expect(blocksOf("", body)[0]?.text).toBe(words);
  editor.commands.setNodeSelection(citationsIn(body)[0]?.at ?? 0);
  editor.commands.cite({ ...zimmer, locator: "p. 13" });
  const [compared] = compare({ title: "", body }, { title: "", body: editor.state.doc });
  expect(compared?.kind).toBe("changed");
  editor.destroy();
});

test("copied HTML carries a citation as it is, into another document too", () => {
  const { editor } = citing();
  const again = readHtml(editor.getHTML(), undefined, "kept");
  expect(again.toJSON()).toEqual(editor.state.doc.toJSON());
  expect(editor.getText()).toBe(words);
  editor.destroy();
});

const html = (body: Parameters<typeof writeHtml>[1]): string =>
  writeHtml("", body, { language: "en", authors: [], skip: "Skip", untitled: "Untitled", taskLabel: (text) => text });

test("files without anybody who formats have the labels: nothing is dropped in silence", async () => {
  const { editor } = citing();
  const body = editor.state.doc;
  expect(writeMarkdown(body)).toContain(String.raw`As shown \[Zimmer 2020, p. 12\] and \[Adler 2018; Berg\].`);
  expect(html(body)).toContain(words);
  const options = { language: "en", authors: [], at: 0, threads: [], since: null };
  expect((await readWord(await writeWord({ title: "", body }, options))).html).toContain(words);
  editor.destroy();
});

const said = {
  heading: "References",
  citations: [[{ text: "(1 p. 12)" }], [{ text: "2", raised: true }]],
  references: [
    { label: "1.", text: [{ text: "Zimmer A. " }, { text: "Crit Care", italic: true }, { text: ". 2020." }] },
    { label: "2.", text: [{ text: "Adler C. ", href: "https://example.org/a" }] },
  ],
};

test("files carry the citations as they are written, and the list behind the text", async () => {
  const { editor } = citing();
  const { body, placeOf } = writeOut(editor.state.doc, said);
  body.check();
  expect(citationsIn(body)).toEqual([]);
  const written = writeMarkdown(body);
  expect(written).toContain("As shown (1 p. 12) and <sup>2</sup>.");
  expect(written).toContain("## References\n\n1. Zimmer A. *Crit Care*. 2020.\n2. [Adler C. ](https://example.org/a)");
  expect(html(body)).toContain("<h2>References</h2>");
  const options = { language: "en", authors: [], at: 0, threads: [], since: null };
  const word = await readWord(await writeWord({ title: "", body }, options));
  expect(readHtml(word.html, undefined, "kept").toJSON()).toEqual(body.toJSON());
  // The full stop, behind both.
  const stop = editor.state.doc.firstChild?.nodeSize ?? 0;
  expect(body.textBetween(placeOf(stop - 2, 1), placeOf(stop - 1, -1))).toBe(".");
  editor.destroy();
});

test("entries without numbers are paragraphs", () => {
  const { editor } = citing();
  const { body } = writeOut(editor.state.doc, {
    ...said,
    references: said.references.map(({ text }) => ({ label: "", text })),
  });
  expect(body.children.map(({ type }) => type.name)).toEqual(["paragraph", "heading", "paragraph", "paragraph"]);
  editor.destroy();
});

test.each([
  ["(1)", "12", "en", "(1, p. 12)"],
  ["(1)", "12-14", "de", "(1, S. 12–14)"],
  ["(1)", " Table 2 ", "en", "(1, Table 2)"],
  ["(1)", "", "en", "(1)"],
  ["", "12", "en", ""],
] as const)("the number %j with the place %j reads %s: %j", (number, locator, language, shown) => {
  const pieces = number === "" ? [] : [{ text: number }];
  expect(wordsOf(withPlace(pieces, locator, language))).toBe(shown);
});
