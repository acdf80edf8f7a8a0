/** Sections in which only some write: what one types there does nothing, what others type does, and the band says why. */
import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { sectionsOf, showClosedSections } from "../../src/editor/index.ts";
import { readSectionName, writeSectionName } from "../../src/sync/index.ts";
import { FakeReplica } from "../fake/replica.ts";

const words = {
  text: "Text",
  placeholder: "",
  unnamed: "Guest",
  table: "Table",
  taskLabel: (text: string) => text,
  questionLabel: "Question",
  picture: (description: string) => description,
};

let editor: Editor;
/** Another page on the same document. */
let theirs: Y.XmlFragment;

beforeEach(async () => {
  const mine = new FakeReplica().open("doc");
  const other = new Y.Doc();
  other.clientID = 77;
  theirs = other.getXmlFragment("body");
  theirs.insert(0, [
    paragraph("Before."),
    heading(2, "Dose"),
    paragraph("Give 500 mg."),
    heading(3, "Children"),
    paragraph("Give less."),
    heading(2, "After"),
    paragraph("Stop."),
  ]);
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(other));
  mine.doc.on("update", (update: Uint8Array) => Y.applyUpdate(other, update, "network"));
  other.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "network") {
      Y.applyUpdate(mine.doc, update, "network");
    }
  });
  editor = createEditor({
    document: mine,
    editable: true,
    element: document.createElement("div"),
    describedBy: "",
    words,
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
  });
  // The editor is tied to its document in its next turn.
  await new Promise((resolve) => setTimeout(resolve));
});

afterEach(() => editor.destroy());

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function heading(level: number, text: string): Y.XmlElement {
  const element = new Y.XmlElement("heading");
  // As editors keep it: a number, whatever the type of the library says.
  (element as Y.XmlElement<{ level: number }>).setAttribute("level", level);
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

/** Locks the section of that name. */
function lock(name: string, mayWrite = false): void {
  const section = sectionsOf(theirs).find((each) => each.words === name);
  showClosedSections(editor.view, [
    { name: readSectionName(section?.name ?? name), mayWrite, words: `Locked: ${name}` },
  ]);
}

/** Where a block at the top begins. */
function startOf(index: number): number {
  let start = 0;
  for (let at = 0; at < index; at += 1) {
    start += editor.state.doc.child(at).nodeSize;
  }
  return start;
}

/** Types at the beginning of a block; whether it is there. */
function typesIn(index: number): boolean {
  editor.view.dispatch(editor.state.tr.insertText("x", startOf(index) + 1));
  return editor.state.doc.child(index).textContent.startsWith("x");
}

const blocks = (): readonly string[] => editor.state.doc.children.map((block) => block.textContent);
const marked = (): readonly string[] =>
  [...editor.view.dom.querySelectorAll(".closed-section")].map(({ textContent }) => textContent);

describe("a locked section", () => {
  test("takes nothing that is typed in it, and nothing else is held", () => {
    lock("Dose");
    expect(marked()).toEqual(["Dose", "Give 500 mg.", "Children", "Give less."]);
    expect(editor.view.dom.querySelector(".closed-band")?.textContent).toBe("Locked: Dose");
    for (const [index, isTaken] of [true, false, false, false, false, true, true].entries()) {
      expect(typesIn(index), blocks()[index]).toBe(isTaken);
    }
  });

  test("keeps its blocks, its level and its end", () => {
    lock("Dose");
    const before = blocks();
    const { tr } = editor.state;
    // Across its beginning; a block of it; its heading, and that of its neighbour, made another.
    editor.view.dispatch(editor.state.tr.delete(startOf(0) + 2, startOf(2) + 3));
    editor.view.dispatch(editor.state.tr.delete(startOf(2), startOf(3)));
    editor.view.dispatch(tr.setNodeAttribute(startOf(1), "level", 3));
    editor.view.dispatch(editor.state.tr.setNodeAttribute(startOf(5), "level", 4));
    expect(blocks()).toEqual(before);
    expect(editor.state.doc.child(5).attrs["level"]).toBe(2);
    editor.view.dispatch(editor.state.tr.setNodeAttribute(startOf(5), "level", 1));
    expect(editor.state.doc.child(5).attrs["level"]).toBe(1);
  });

  test("moves with what is written before it, by oneself and by others, and takes what others write in it", () => {
    lock("Dose");
    editor.view.dispatch(editor.state.tr.insert(0, editor.schema.node("paragraph", null, editor.schema.text("New."))));
    expect(typesIn(3), "the paragraph of the section").toBe(false);
    theirs.insert(0, [paragraph("Newer.")]);
    (theirs.get(4) as Y.XmlElement).insert(0, [new Y.XmlText("Theirs. ")]);
    expect(blocks()).toContain("Theirs. Give 500 mg.");
    expect(typesIn(4)).toBe(false);
    expect(typesIn(0)).toBe(true);
    expect(marked()[0]).toBe("Dose");
  });

  test("is open to whoever is named, and to all when the lock is gone", () => {
    lock("Dose", true);
    expect(typesIn(2)).toBe(true);
    expect(marked()).not.toEqual([]);
    lock("Dose");
    expect(typesIn(4)).toBe(false);
    showClosedSections(editor.view, []);
    expect(typesIn(4)).toBe(true);
    expect(marked()).toEqual([]);
  });

  test("is found by its words where its heading was made anew, and holds nothing where it is gone", () => {
    showClosedSections(editor.view, [{ name: readSectionName("#1.1 Dose"), mayWrite: false, words: "" }]);
    expect(typesIn(2)).toBe(false);
    theirs.delete(1, 1);
    expect(typesIn(1)).toBe(true);
  });
});

test("a section is named by its block and its words", () => {
  const names = sectionsOf(theirs);
  expect(names.map(({ words: said, level }) => [said, level])).toEqual([
    ["Dose", 2],
    ["Children", 3],
    ["After", 2],
  ]);
  expect(readSectionName(names[0]?.name ?? "")).toEqual({
    block: { client: 77, clock: theirs.get(1)._item?.id.clock },
    words: "Dose",
  });
  expect(readSectionName("# 1.2")).toEqual({ block: null, words: "# 1.2" });
  const long = writeSectionName({ client: 1, clock: 2 }, "ä".repeat(300));
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(300);
  expect(readSectionName(long).block).toEqual({ client: 1, clock: 2 });
});
