/** Raised and lowered text in the editor, alone and with others. */
import { Editor } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { BODY_FIELD } from "../../src/editor/body.ts";
import { proseExtensions } from "../../src/editor/schema.ts";

const editors: Editor[] = [];

function open(doc: Y.Doc): Editor {
  const extensions = [
    ...proseExtensions({ taskLabel: (text) => text }),
    Collaboration.configure({ document: doc, field: BODY_FIELD }),
  ];
  const editor = new Editor({ element: document.createElement("div"), injectCSS: false, extensions });
  editors.push(editor);
  return editor;
}

afterEach(() => {
  for (const editor of editors.splice(0)) {
    editor.destroy();
  }
});

const press = (editor: Editor, key: string) =>
  editor.view.someProp("handleKeyDown", (handle) =>
    handle(editor.view, new KeyboardEvent("keydown", { key, ctrlKey: true })),
  );

test("keys raise and lower what is selected, never both at once", () => {
  const editor = open(new Y.Doc());
  editor.commands.setContent("<p>109/l</p>");
  editor.commands.setTextSelection({ from: 3, to: 4 });
  press(editor, ".");
  expect(editor.getHTML()).toBe("<p>10<sup>9</sup>/l</p>");
  press(editor, ",");
  expect(editor.getHTML()).toBe("<p>10<sub>9</sub>/l</p>");
  press(editor, ",");
  expect(editor.getHTML()).toBe("<p>109/l</p>");
});

test("the document says it by plain names, and others see it", () => {
  const doc = new Y.Doc();
  open(doc).commands.setContent("<p>10<sup>9</sup>/l H<sub>2</sub>O</p>");
  expect(doc.getXmlFragment(BODY_FIELD).toString()).toBe(
    "<paragraph>10<superscript>9</superscript>/l H<subscript>2</subscript>O</paragraph>",
  );
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  expect(open(other).getHTML()).toBe("<p>10<sup>9</sup>/l H<sub>2</sub>O</p>");
});

test("raised by one and lowered by another at once, the text stays", () => {
  const doc = new Y.Doc();
  const editor = open(doc);
  editor.commands.setContent("<p>109</p>");
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const theirs = open(other);
  for (const [one, key] of [
    [editor, "."],
    [theirs, ","],
  ] as const) {
    one.commands.setTextSelection({ from: 3, to: 4 });
    press(one, key);
  }
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  expect(editor.getText()).toBe("109");
  expect(theirs.getHTML()).toBe(editor.getHTML());
});
