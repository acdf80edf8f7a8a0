/** Clinical questions in the text: whole in the CRDT, drawn by whoever knows them, and written out in files. */
import type { Node } from "@tiptap/pm/model";
import { NodeSelection } from "@tiptap/pm/state";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { ForeignWatch, readable } from "../../src/editor/foreign.ts";
import { normaliseHtml, readHtml } from "../../src/editor/formats/html.ts";
import { writeHtml } from "../../src/editor/formats/html-write.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";
import { compare } from "../../src/editor/past/compare.ts";
import { readPast } from "../../src/editor/past/read.ts";
import { documentOf } from "../../src/editor/published/index.ts";
import { questionsIn } from "../../src/editor/question.ts";
import { questionPlaces } from "../../src/editor/question-blocks.ts";
import { proseSchema } from "../../src/editor/schema.ts";
import { readWord } from "../../src/editor/word/read.ts";
import { writeWord } from "../../src/editor/word/write.ts";
import { unseenQuestions, type WrittenQuestions, writeOut } from "../../src/editor/written-out.ts";
import { english, loadCatalogue } from "../../src/messages/index.ts";
import { libraryOf } from "../../src/references/index.ts";
import { parseQuestionId, type QuestionId, registerNames, setRegister, textsOf } from "../../src/sync/index.ts";
import { saidBy } from "../../src/ui/portal/questions/live-questions.ts";
import { essenceOf, type SaidQuestion, writtenQuestions } from "../../src/ui/portal/questions/said-questions.ts";
import { FakeReplica } from "../fake/replica.ts";

const idOf = (text: string): QuestionId => {
  const id = parseQuestionId(text);
  if (id === null) {
    throw new Error(text);
  }
  return id;
};
const one = idOf("0199a1b2-0000-7000-8000-000000000001");
const other = idOf("0199a1b2-0000-7000-8000-00000000000f");

let opened: readonly QuestionId[] = [];

function open(document = new FakeReplica().open("doc")) {
  opened = [];
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
      questionLabel: "A question",
      picture: (description) => description,
    },
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
    onQuestion: (id) => {
      opened = [...opened, id];
    },
  });
  return { document, editor };
}

const shapeOf = (doc: Node): readonly string[] => doc.children.map(({ type }) => type.name);

test("a question is in the CRDT, foreign to nobody, and a second editor has the same", () => {
  const { document, editor } = open();
  editor.chain().insertContent("Before").placeQuestion(one).run();
  expect(shapeOf(editor.state.doc)).toEqual(["paragraph", "question", "paragraph"]);
  expect(new ForeignWatch(document.doc).found).toBe(false);
  expect(readPast(Y.encodeStateAsUpdate(document.doc)).body.toJSON()).toEqual(editor.state.doc.toJSON());
  expect(readable(document.doc).toJSON()).toEqual(editor.state.doc.toJSON());
  expect(document.doc.getXmlFragment("body").toString()).toContain(`<question id="${one}"></question>`);
  editor.commands.undo();
  expect(questionsIn(editor.state.doc)).toEqual([]);
  editor.destroy();
});

test("a question takes the place of an empty paragraph, and goes behind whatever else the cursor is in", () => {
  const { editor } = open();
  editor.chain().placeQuestion(one).run();
  expect(shapeOf(editor.state.doc)).toEqual(["question", "paragraph"]);
  editor.commands.setContent("<ul><li><p>a</p></li></ul><p>b</p>");
  editor.chain().setTextSelection(3).placeQuestion(one).run();
  expect(shapeOf(editor.state.doc)).toEqual(["bulletList", "question", "paragraph"]);
  // A question that is selected by itself stays; the other comes behind it.
  const at = questionsIn(editor.state.doc)[0]?.at ?? -1;
  editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, at)));
  editor.commands.placeQuestion(other);
  expect(questionsIn(editor.state.doc).map(({ id }) => id)).toEqual([one, other]);
  expect(editor.state.doc.check()).toBeUndefined();
  editor.destroy();
});

test("a question stands between blocks only, and comes whole through the clipboard", () => {
  const html = `<p>a</p><div data-question="${one}">[PICO]</div><div data-question="first">words</div>`;
  const read = readHtml(html);
  expect(shapeOf(read)).toEqual(["paragraph", "question", "paragraph"]);
  expect(read.lastChild?.textContent).toBe("words");
  expect(normaliseHtml(html)).toContain(`data-question="${one}"`);
  const { blockquote, question } = proseSchema().nodes;
  expect(blockquote?.contentMatch.matchType(question as never)).toBeNull();
  const { editor } = open();
  editor.commands.setContent(html);
  expect(questionsIn(editor.state.doc)).toEqual([{ at: 3, id: one }]);
  expect(editor.getHTML()).toContain(`data-question="${one}"`);
  editor.destroy();
});

test("the places of questions are told, and Enter on one that is selected opens it", async () => {
  const { editor } = open();
  const places = questionPlaces(editor.state);
  let told = 0;
  places?.subscribe(() => {
    told += 1;
  });
  editor.chain().placeQuestion(one).run();
  await Promise.resolve();
  await Promise.resolve();
  expect(places?.all().map(({ id }) => id)).toEqual([one]);
  expect(told).toBeGreaterThan(0);
  const at = questionsIn(editor.state.doc)[0]?.at ?? -1;
  editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, at)));
  editor.view.someProp("handleKeyDown", (handle) =>
    handle(editor.view, new KeyboardEvent("keydown", { key: "Enter" })),
  );
  expect(opened).toEqual([one]);
  editor.commands.deleteSelection();
  await Promise.resolve();
  await Promise.resolve();
  expect(places?.all()).toEqual([]);
  editor.destroy();
});

test("where nobody knows what a question says, its sign stands for it, and two are told apart", async () => {
  const body = documentOf([{ type: "question", attrs: { id: one } }]);
  const later = documentOf([{ type: "question", attrs: { id: other } }]);
  expect(writeMarkdown(body)).toBe("\\[PICO 0001\\]\n");
  const options = { language: "en", authors: [], skip: "", untitled: "", taskLabel: (text: string) => text };
  expect(writeHtml("T", body, options)).toContain("<p>[PICO 0001]</p>");
  const word = await writeWord({ title: "T", body }, { language: "en", authors: [], at: 0, threads: [], since: null });
  expect((await readWord(word)).html).toContain("[PICO 0001]");
  expect(compare({ title: "", body }, { title: "", body: later }).map(({ kind }) => kind)).not.toContain("kept");
  expect(writeOut(body, null, unseenQuestions("Here.")).body.textContent).toBe("Here.");
});

/** A question that is being worked on; its strength was set twice at once. */
function working(): SaidQuestion {
  const [doc, theirs] = [new Y.Doc(), new Y.Doc()];
  doc.getText("title").insert(0, "Statins?");
  textsOf.pico(doc, "population").insert(0, "Adults");
  textsOf.recommendation(doc, "remarks").insert(0, "Stop when it harms.");
  doc.getText("body").insert(0, "foreign");
  for (const [name, value] of [
    ["direction", "for"],
    ["statement", "We recommend statins."],
  ] as const) {
    setRegister(doc, registerNames.recommendation(name), value, 1, new Set());
  }
  Y.applyUpdate(theirs, Y.encodeStateAsUpdate(doc));
  setRegister(doc, registerNames.recommendation("strength"), "strong", 1, new Set());
  setRegister(theirs, registerNames.recommendation("strength"), "weak", 1, new Set());
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs));
  return saidBy(doc, one);
}

test("what several people set at once is said whole, in the text and in files", () => {
  const [essence] = essenceOf(working(), english);
  expect(essence?.statement).toBe("We recommend statins.");
  expect(essence?.remarks).toBe("Stop when it harms.");
  const facts = essence?.facts.map(({ what, isUndecided }) => [what, isUndecided]);
  expect(facts).toEqual([
    ["Direction", false],
    ["Strength", true],
  ]);
  const said = essence?.facts.find(({ isUndecided }) => isUndecided)?.said ?? "";
  expect(said).toContain("to be decided");
  expect(said).toContain("Strong");
  expect(said).toContain("Weak");
});

const section = [
  { type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "Treatment" }] },
  { type: "question", attrs: { id: one } },
  { type: "paragraph", content: [{ type: "text", text: "Behind." }] },
];

function writtenWith(questions: WrittenQuestions, blocks: readonly Record<string, unknown>[]): string {
  return writeMarkdown(writeOut(documentOf(blocks), null, questions).body, "G");
}

test("files have each question in its place, the others behind under a heading, and none twice", () => {
  const aspirin: SaidQuestion = { id: other, outcomes: [], texts: { title: "Aspirin?" }, values: {} };
  const written = writtenQuestions({ questions: [working(), aspirin], library: libraryOf([]) }, english);
  const markdown = writtenWith(written, [...section, { type: "question", attrs: { id: one } }]);
  const order = [
    "## Treatment",
    "### Statins?",
    "#### Recommendation",
    "Remarks",
    "Population",
    "Behind.",
    "see above",
  ];
  const places = [...order, "## Clinical questions", "### Aspirin?"].map((said) => markdown.indexOf(said));
  expect(places).toEqual([...places].sort((before, after) => before - after));
  expect(places[0]).toBeGreaterThan(0);
  expect(markdown.split("We recommend statins.")).toHaveLength(2);
});

test("a question that is not there, or not on this device, is said plainly in both languages", async () => {
  for (const text of [english, await loadCatalogue("de")]) {
    const awaited = new Map([[other as string, "Aspirin?"]]);
    const written = writtenQuestions({ questions: [], awaited, library: libraryOf([]) }, text);
    const markdown = writtenWith(written, section);
    expect(markdown).toContain(text.questions.block.notIn);
    expect(markdown).toContain("### Aspirin?");
    expect(markdown).toContain(text.questions.block.notOnDevice);
  }
});

test("places of comments move along with what stands for questions", () => {
  const written = writtenQuestions({ questions: [working()], library: libraryOf([]) }, english);
  const before = documentOf(section);
  const { body, placeOf } = writeOut(before, null, written);
  const at = before.content.size - "Behind.".length - 1;
  expect(body.textBetween(placeOf(at, 1), placeOf(at + 7, -1))).toBe("Behind.");
});
