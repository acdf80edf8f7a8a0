/** What is typed after writing was taken from somebody: kept letter by letter, and put where it was to stand. */
import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { caretPlace, editOf, HELD_LETTERS_MAX, heldAfter, typeHeld } from "../../src/editor/index.ts";
import { FakeReplica } from "../fake/replica.ts";

const words = {
  text: "Text",
  placeholder: "",
  unnamed: "Guest",
  table: "Table",
  taskLabel: (text: string) => text,
  picture: (description: string) => description,
  questionLabel: "Question",
};

const press = (key: string, held: Partial<Parameters<typeof heldAfter>[1]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isAltGraph: false,
  ...held,
});

test("letters, spaces and lines are kept, and taken back by the key that takes them back", () => {
  const typed = ["a", " ", "ü", "Enter", "😀", "b", "Backspace"];
  const after = typed.reduce((held, key) => heldAfter(held, press(key)) ?? held, "");
  expect(after).toBe("a ü\n😀");
  expect(heldAfter(after, press("Backspace")), "a letter, not half of one").toBe("a ü\n");
  expect(heldAfter("", press("Backspace"))).toBe("");
});

test("commands and keys that type nothing are left to the page", () => {
  expect(heldAfter("x", press("c", { ctrlKey: true }))).toBeNull();
  expect(heldAfter("x", press("v", { metaKey: true }))).toBeNull();
  for (const key of ["Tab", "Escape", "ArrowUp", "Shift", "F5", "Dead"]) {
    expect(heldAfter("x", press(key)), key).toBeNull();
  }
  expect(heldAfter("x", press("@", { ctrlKey: true, altKey: true, isAltGraph: true })), "AltGr types").toBe("x@");
});

test("so much is kept, and no more", () => {
  const full = "x".repeat(HELD_LETTERS_MAX);
  expect(heldAfter(full, press("y"))).toBe(full);
  expect(heldAfter(full, press("Backspace"))).toHaveLength(HELD_LETTERS_MAX - 1);
});

describe("in a text", () => {
  let editor: Editor;
  let doc: Y.Doc;

  beforeEach(async () => {
    const mine = new FakeReplica().open("doc");
    ({ doc } = mine);
    const body = doc.getXmlFragment("body");
    body.insert(0, ["Give 500 mg.", "Stop."].map(paragraph));
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

  const says = (of: Y.Doc): readonly string[] =>
    of
      .getXmlFragment("body")
      .toArray()
      .map((block) => (block as Y.XmlElement).toArray().join(""));

  /** The document with the edit in it, as a suggestion has it. */
  function suggested({ updates }: ReturnType<typeof editOf>): readonly string[] {
    const branch = new Y.Doc();
    Y.applyUpdate(branch, Y.encodeStateAsUpdate(doc));
    for (const update of updates) {
      Y.applyUpdate(branch, update);
    }
    return says(branch);
  }

  test("they become an edit where the cursor was, though others wrote before it; the document stays as it is", () => {
    editor.commands.setTextSelection(9);
    const place = caretPlace(editor);
    const first = doc.getXmlFragment("body").get(0) as Y.XmlElement;
    (first.get(0) as Y.XmlText).insert(0, "Adults: ");
    const edit = editOf(doc, " to 800", place);
    expect(suggested(edit)).toEqual(["Adults: Give 500 to 800 mg.", "Stop."]);
    expect(says(doc)).toEqual(["Adults: Give 500 mg.", "Stop."]);
  });

  test("each further line is a paragraph below", () => {
    editor.commands.setTextSelection(13);
    expect(suggested(editOf(doc, " Daily.\nNever more.", caretPlace(editor)))).toEqual([
      "Give 500 mg. Daily.",
      "Never more.",
      "Stop.",
    ]);
  });

  test("where their place is gone, they stand at the end", () => {
    expect(suggested(editOf(doc, "Words.", null))).toEqual(["Give 500 mg.", "Stop.", "Words."]);
  });

  test("they are typed where the cursor is, once that may be done", () => {
    editor.commands.setTextSelection(13);
    typeHeld(editor, " Daily.\nAlways.");
    expect(says(doc)).toEqual(["Give 500 mg. Daily.", "Always.", "Stop."]);
  });
});
