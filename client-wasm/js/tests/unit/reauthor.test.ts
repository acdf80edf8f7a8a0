/** Edits made anew: the same document as if the old ones had been taken, under other ids. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { reauthor } from "../../src/reauthor.js";

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function start(): Y.Doc {
  const doc = new Y.Doc();
  doc.getXmlFragment("body").insert(0, [paragraph("One."), paragraph("Two."), paragraph("Three.")]);
  doc.getMap("meta").set("title", "Title");
  doc.getText("notes").insert(0, "notes");
  return doc;
}

/** Everything in it, with formats and attributes. */
function shown(doc: Y.Doc): unknown {
  return [doc.getXmlFragment("body").toString(), doc.getMap("meta").toJSON(), doc.getText("notes").toDelta()];
}

const child = (doc: Y.Doc, index: number): Y.XmlElement => doc.getXmlFragment("body").get(index) as Y.XmlElement;
const text = (doc: Y.Doc, index: number): Y.XmlText => child(doc, index).get(0) as Y.XmlText;

const changes: Readonly<Record<string, (copy: Y.Doc) => void>> = {
  "words in a paragraph": (copy) => text(copy, 1).insert(3, " and a half"),
  "words taken out": (copy) => text(copy, 2).delete(0, 3),
  "bold words": (copy) => text(copy, 0).format(0, 3, { bold: true }),
  "a new paragraph with formats": (copy) => {
    const added = paragraph("New.");
    copy.getXmlFragment("body").insert(1, [added]);
    (added.get(0) as Y.XmlText).format(0, 2, { italic: true });
  },
  "a paragraph removed before one that is changed": (copy) => {
    copy.transact(() => {
      copy.getXmlFragment("body").delete(0, 1);
      text(copy, 1).insert(6, " Changed.");
    });
  },
  "attributes set and removed": (copy) => {
    child(copy, 0).setAttribute("level", "2");
    child(copy, 1).setAttribute("level", "3");
    child(copy, 1).removeAttribute("level");
  },
  "a nested list": (copy) => {
    const list = new Y.XmlElement("bulletList");
    const item = new Y.XmlElement("listItem");
    item.insert(0, [paragraph("Item.")]);
    list.insert(0, [item]);
    copy.getXmlFragment("body").insert(3, [list]);
  },
  "the title": (copy) => copy.getMap("meta").set("title", "Renamed"),
  "a key removed": (copy) => copy.getMap("meta").delete("title"),
  "plain text": (copy) => copy.getText("notes").insert(5, " more "),
};

test.each(Object.keys(changes))("%s", (name) => {
  const doc = start();
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.getXmlFragment("body");
  copy.getMap("meta");
  copy.getText("notes");
  const updates: Uint8Array[] = [];
  copy.on("update", (update: Uint8Array) => updates.push(update));
  changes[name]?.(copy);
  expect(reauthor(doc, updates, "origin")).toBe(true);
  expect(shown(doc)).toEqual(shown(copy));
  expect(Y.decodeStateVector(Y.encodeStateVector(doc)).has(copy.clientID)).toBe(false);
});

test("several edits that build on each other", () => {
  const doc = start();
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const updates: Uint8Array[] = [];
  copy.on("update", (update: Uint8Array) => updates.push(update));
  for (const change of Object.values(changes)) {
    change(copy);
  }
  reauthor(doc, updates, null);
  expect(shown(doc)).toEqual(shown(copy));
});

test("one transaction, with the origin that was given; nothing when the document says it already", () => {
  const doc = start();
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const updates: Uint8Array[] = [];
  copy.on("update", (update: Uint8Array) => updates.push(update));
  text(copy, 0).insert(0, "A ");
  text(copy, 2).insert(0, "B ");
  const origins: unknown[] = [];
  doc.on("update", (_update: Uint8Array, origin: unknown) => origins.push(origin));
  reauthor(doc, updates, "mine");
  expect(origins).toEqual(["mine"]);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy));
  origins.length = 0;
  expect(reauthor(doc, updates, "mine")).toBe(false);
  expect(origins).toEqual([]);
});
