/** What other programs write into the text takes nothing down, and nothing away. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { ForeignWatch, readable, takeOut } from "../../src/editor/foreign.ts";
import { markdownOf } from "../../src/editor/formats/files.ts";
import { readPast } from "../../src/editor/past/read.ts";
import { FakeReplica } from "../fake/replica.ts";

function paragraph(words: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(words)]);
  return element;
}

/** A document of two paragraphs, which has not yet been asked for in any form. */
function sample(): Y.Doc {
  const from = new Y.Doc();
  from.getXmlFragment("body").insert(0, [paragraph("First."), paragraph("Second.")]);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(from));
  return doc;
}

type Case = readonly [name: string, write: (doc: Y.Doc) => void, read: readonly string[]];

const within = (doc: Y.Doc): Y.XmlElement => doc.getXmlFragment("body").get(0) as Y.XmlElement;

const cases: readonly Case[] = [
  ["a text", (doc) => doc.getText("body").insert(0, "bare"), ["bare", "First.", "Second."]],
  ["a list of numbers", (doc) => doc.getArray("body").push([1, 2, 3]), ["First.", "Second."]],
  [
    "a text among the blocks",
    (doc) => doc.getXmlFragment("body").insert(1, [new Y.XmlText("between")]),
    ["First.", "between", "Second."],
  ],
  ["a map", (doc) => doc.getArray("body").insert(0, [new Y.Map([["a", 1]])]), ["First.", "Second."]],
  [
    "an unknown element",
    (doc) => {
      const element = new Y.XmlElement("video");
      element.insert(0, [new Y.XmlText("caption")]);
      doc.getXmlFragment("body").insert(2, [element]);
    },
    ["First.", "Second.", "caption"],
  ],
  [
    // To the release before citations, one was this.
    "an unknown element within a line",
    (doc) => {
      const element = new Y.XmlElement("quotation");
      element.setAttribute("label", "Zimmer 2020");
      within(doc).insert(1, [element]);
    },
    ["First.", "Second."],
  ],
  [
    "a hook within a paragraph",
    (doc) => within(doc).insert(1, [new Y.XmlHook("x") as unknown as Y.XmlText]),
    ["First.", "Second."],
  ],
  [
    "an object within a text",
    (doc) => (within(doc).get(0) as Y.XmlText).insertEmbed(2, { image: "x" }),
    ["First.", "Second."],
  ],
  ["an unknown mark", (doc) => (within(doc).get(0) as Y.XmlText).format(0, 3, { glow: true }), ["First.", "Second."]],
];

/** The document as one that first met it in the form `write` uses. */
function foreignUpdate(base: Y.Doc, write: (doc: Y.Doc) => void): Uint8Array {
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(base));
  write(other);
  return Y.encodeStateAsUpdate(other, Y.encodeStateVector(base));
}

const blocks = (doc: Y.Doc): readonly string[] => readable(doc).children.map((block) => block.textContent);

test.each(cases)("%s is found, left where it is, and what can be read is", (_, write, read) => {
  const base = sample();
  const doc = new Y.Doc();
  doc.getXmlFragment("body");
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
  const watch = new ForeignWatch(doc);
  expect(watch.found).toBe(false);
  const heard: boolean[] = [];
  watch.subscribe(() => heard.push(watch.found));
  Y.applyUpdate(doc, foreignUpdate(base, write));
  expect(heard).toEqual([true]);
  const before = Y.encodeStateAsUpdate(doc);
  expect(blocks(doc)).toEqual(read);
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  takeOut(doc);
  expect(heard).toEqual([true, false]);
  expect(blocks(doc)).toEqual(read);
  expect(new ForeignWatch(doc).found).toBe(false);
});

test.each(cases)(
  "%s reaches no editor that stops at once, and one that is made after it is taken out",
  (_, write, read) => {
    const base = sample();
    const open = new FakeReplica().open("doc");
    open.doc.getXmlFragment("body");
    Y.applyUpdate(open.doc, Y.encodeStateAsUpdate(base));
    const make = () =>
      createEditor({
        document: open,
        editable: true,
        element: document.createElement("div"),
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
      });
    const editor = make();
    const watch = new ForeignWatch(open.doc);
    const stop = watch.subscribe(() => watch.found && editor.destroy());
    const update = foreignUpdate(base, write);
    Y.applyUpdate(open.doc, update);
    expect(editor.isDestroyed).toBe(true);
    // Nothing of it was deleted in passing.
    Y.applyUpdate(base, update);
    expect(Y.encodeStateAsUpdate(open.doc)).toEqual(Y.encodeStateAsUpdate(base));
    expect(blocks(open.doc)).toEqual(read);
    stop();
    takeOut(open.doc);
    const again = make();
    expect(again.state.doc.children.map((block) => block.textContent)).toEqual(read);
    again.destroy();
  },
);

test.each(cases)(
  "%s in a document of the past, or in one that becomes a file, leaves the rest to be read",
  (_, write, read) => {
    const doc = sample();
    Y.applyUpdate(doc, foreignUpdate(doc, write));
    const update = Y.encodeStateAsUpdate(doc);
    expect(readPast(update).body.children.map((block) => block.textContent)).toEqual(read);
    for (const words of read) {
      expect(markdownOf([update])).toContain(words);
    }
  },
);

test("what people write in the editor is looked at and found in order", () => {
  const doc = new Y.Doc();
  const watch = new ForeignWatch(doc);
  watch.subscribe(() => undefined);
  doc.getXmlFragment("body").insert(0, [paragraph("One."), paragraph("Two.")]);
  (within(doc).get(0) as Y.XmlText).format(0, 2, { bold: true, "link--aaaaaaaa": { href: "https://example.org" } });
  doc.getXmlFragment("body").delete(1, 1);
  doc.getText("title").insert(0, "Title");
  doc.getArray("elsewhere").push([1]);
  expect(watch.found).toBe(false);
});
