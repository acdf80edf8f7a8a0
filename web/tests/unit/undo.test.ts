/** Undo takes back what one did oneself, in steps that one meant, whatever others do meanwhile. */
import type { Editor } from "@tiptap/core";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { noQuery, replaceAll, replaceCurrent, setFindQuery } from "../../src/editor/index.ts";
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

/** Milliseconds. Stands still by itself; set before Yjs is loaded, which keeps the function for good. */
const clock = vi.hoisted(() => {
  const stopped = { now: Date.now() };
  Date.now = () => stopped.now;
  return stopped;
});

let editor: Editor;
let theirs: Y.XmlText;
/** Another page on the same document writes at its end, and moves its cursor behind. */
let theyType: (text: string) => Promise<void>;

/** The editor draws the cursors of others in its next turn. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeAll(() => {
  // The test environment lays nothing out, so there is nothing to scroll to.
  Element.prototype.scrollIntoView = () => undefined;
});

beforeEach(async () => {
  const mine = new FakeReplica().open("doc");
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [new Y.XmlText("Dose: |")]);
  mine.doc.getXmlFragment("body").insert(0, [paragraph]);
  editor = createEditor({
    document: mine,
    editable: true,
    element: document.createElement("div"),
    describedBy: "",
    words,
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
  });
  await settled();
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(mine.doc));
  mine.doc.on("update", (update: Uint8Array) => Y.applyUpdate(other, update, "network"));
  other.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "network") {
      Y.applyUpdate(mine.doc, update, "network");
    }
  });
  theirs = (other.getXmlFragment("body").get(0) as Y.XmlElement).get(0) as Y.XmlText;
  theyType = async (text) => {
    theirs.insert(theirs.length, text);
    const position = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(theirs, theirs.length));
    mine.awareness.states.set(7, { cursor: { anchor: position, head: position }, user: { name: "Ben" } });
    mine.awareness.emit("change", [{ added: [], updated: [7], removed: [] }, "network"]);
    await settled();
    clock.now += 50;
  };
});

afterEach(() => {
  editor.destroy();
});

const text = () => editor.getText();

function type(key: string): void {
  editor.view.dispatch(editor.state.tr.insertText(key));
  clock.now += 50;
}

test("a phrase is one step, alone and while another writes in the same paragraph", async () => {
  editor.commands.setTextSelection(7);
  for (const key of "5 mg") {
    type(key);
  }
  editor.commands.undo();
  expect(text()).toBe("Dose: |");
  clock.now += 1000;
  for (const key of "twice daily") {
    type(key);
    await theyType("x");
  }
  expect(text()).toBe("Dose: twice daily|xxxxxxxxxxx");
  editor.commands.undo();
  expect(text()).toBe("Dose: |xxxxxxxxxxx");
  editor.commands.redo();
  expect(text()).toBe("Dose: twice daily|xxxxxxxxxxx");
});

test("a pause still ends a step, and what others write is never taken back", async () => {
  editor.commands.setTextSelection(7);
  type("a");
  await theyType("x");
  clock.now += 1000;
  type("b");
  await theyType("y");
  editor.commands.undo();
  expect(text()).toBe("Dose: a|xy");
  editor.commands.undo();
  expect(text()).toBe("Dose: |xy");
  expect(editor.can().undo()).toBe(false);
});

test("replacing is a step by itself, right behind and right before what is typed", () => {
  editor.commands.setTextSelection(7);
  type("m");
  type("m");
  setFindQuery(editor.view, { ...noQuery, text: "m" });
  expect(replaceAll(editor.view, "g")).toBe(2);
  type("!");
  expect(text()).toBe("Dose: gg!|");
  editor.commands.undo();
  expect(text()).toBe("Dose: gg|");
  editor.commands.undo();
  expect(text()).toBe("Dose: mm|");
  setFindQuery(editor.view, { ...noQuery, text: "m" });
  replaceCurrent(editor.view, "g");
  replaceCurrent(editor.view, "g");
  editor.commands.undo();
  expect(text()).toBe("Dose: gm|");
});
