/** Presence of other clients cannot break the editor (I5). */
import type { Editor } from "@tiptap/core";
import { expect, test } from "vitest";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { hasDrawableCursor } from "../../src/editor/cursor-guard.ts";
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

/** An editor on a document with one paragraph, and the presence that its awareness holds. */
function open(): { readonly editor: Editor; readonly awareness: Awareness; readonly text: Y.XmlText } {
  const document = new FakeReplica().open("doc");
  const text = new Y.XmlText("some words");
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [text]);
  document.doc.getXmlFragment("body").insert(0, [paragraph]);
  const editor = createEditor({
    document,
    editable: true,
    element: globalThis.document.createElement("div"),
    describedBy: "",
    words,
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
  });
  return { editor, awareness: document.awareness, text };
}

/** As the network would bring it. */
function arrive(awareness: Awareness, state: unknown): void {
  awareness.states.set(7, state as Record<string, unknown>);
  awareness.emit("change", [{ added: [], updated: [7], removed: [] }, "remote"]);
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

const position = (text: Y.XmlText, index: number): unknown =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));

test("a well-formed cursor is drawn with its name", async () => {
  const { editor, awareness, text } = open();
  await settled();
  const cursor = { anchor: position(text, 2), head: position(text, 4) };
  expect(hasDrawableCursor({ cursor, user: { name: "Ben", color: "#3d6bc0" } })).toBe(true);
  arrive(awareness, { cursor, user: { name: "Ben", color: "#3d6bc0" } });
  await settled();
  expect(editor.view.dom.querySelector(".caret__flag")?.textContent).toBe("Ben");
  editor.destroy();
});

const id = { client: 1, clock: 0 };
const hostile: readonly (readonly [string, unknown])[] = [
  ["null positions", { cursor: { anchor: null, head: null } }],
  ["no positions", { cursor: {} }],
  ["a cursor that is a text", { cursor: "here" }],
  ["a cursor that is a list", { cursor: [] }],
  ["positions that say nothing", { cursor: { anchor: {}, head: {} } }],
  ["ids of texts", { cursor: { anchor: { item: { client: "a", clock: "b" } }, head: { item: id } } }],
  ["ids without a clock", { cursor: { anchor: { type: { client: 1 } }, head: { type: { client: 1 } } } }],
  ["broken clocks", { cursor: { anchor: { item: { client: 1, clock: 0.5 } }, head: { item: id } } }],
  ["negative clocks", { cursor: { anchor: { item: { client: 1, clock: -1 } }, head: { item: id } } }],
  ["a name that is no text", { cursor: { anchor: { tname: 7 }, head: { tname: 7 } } }],
  ["a user that is a text", { cursor: { anchor: { item: id }, head: { item: id } }, user: "Ben" }],
  ["ids that nobody has", { cursor: { anchor: { item: id }, head: { item: id } }, user: {} }],
  ["another root", { cursor: { anchor: { tname: "meta" }, head: { tname: "meta" } }, user: {} }],
  ["nothing", null],
];

test.each(hostile)("%s: the editor goes on", async (_name, state) => {
  const { editor, awareness } = open();
  await settled();
  arrive(awareness, state);
  await settled();
  editor.commands.insertContentAt(1, "more ");
  expect(editor.getText()).toBe("more some words");
  expect(editor.view.dom.querySelector(".caret")).toBeNull();
  editor.destroy();
});
