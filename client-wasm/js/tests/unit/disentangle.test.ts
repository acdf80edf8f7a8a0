/** Edits whose ids the document uses for something else get ids of their own, and lose nothing by it. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { disentangle } from "../../src/disentangle.js";

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

const textIn = (doc: Y.Doc, index: number): Y.XmlText =>
  (doc.getXmlFragment("body").get(index) as Y.XmlElement).get(0) as Y.XmlText;

const shown = (doc: Y.Doc): string => doc.getXmlFragment("body").toString();

/** A member's edits in a document, each an update, and the document that they were made in. */
function scene(change: (mine: Y.Doc) => void): { ground: Uint8Array; mine: Y.Doc; updates: Uint8Array[] } {
  const base = new Y.Doc();
  base.getXmlFragment("body").insert(0, [paragraph("The dose is 5 mg."), paragraph("Second.")]);
  const ground = Y.encodeStateAsUpdate(base);
  const mine = new Y.Doc();
  Y.applyUpdate(mine, ground);
  const updates: Uint8Array[] = [];
  mine.on("update", (update: Uint8Array) => updates.push(update));
  change(mine);
  return { ground, mine, updates };
}

/** The document in which somebody else has used the first `count` ids of this client. */
function usurped(ground: Uint8Array, client: number, count: number): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, ground);
  const forger = new Y.Doc();
  forger.clientID = client;
  forger.getText("forged").insert(0, "#".repeat(count));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(forger));
  return doc;
}

const changes: Readonly<Record<string, (mine: Y.Doc) => void>> = {
  "words typed letter by letter": (mine) => {
    for (const [index, letter] of [..."twice daily "].entries()) {
      textIn(mine, 0).insert(12 + index, letter);
    }
  },
  "words, and words inside these": (mine) => {
    textIn(mine, 0).insert(0, "After eating: ");
    textIn(mine, 0).insert(6, "slowly ");
    textIn(mine, 1).insert(7, " Third.");
  },
  "own words taken back, and others' removed": (mine) => {
    textIn(mine, 0).insert(0, "Neverr ");
    textIn(mine, 0).delete(5, 1);
    textIn(mine, 1).delete(0, 3);
  },
  "new paragraphs with formats and attributes": (mine) => {
    const added = paragraph("New.");
    mine.getXmlFragment("body").insert(1, [added]);
    added.setAttribute("level", "2");
    textIn(mine, 1).format(0, 3, { bold: true });
  },
  "a title": (mine) => {
    mine.getMap("meta").set("title", "First");
    mine.getMap("meta").set("title", "Second");
  },
};

test.each(Object.keys(changes).flatMap((name) => [1, 3, 6, 500].map((count) => [name, count] as const)))(
  "%s, with %i ids taken",
  (name, count) => {
    const { ground, mine, updates } = scene(changes[name] ?? (() => undefined));
    const doc = usurped(ground, mine.clientID, count);
    for (const update of disentangle(doc, updates)) {
      Y.applyUpdate(doc, update);
    }
    expect(doc.store.pendingStructs).toBeNull();
    expect(doc.store.pendingDs).toBeNull();
    expect(shown(doc)).toBe(shown(mine));
    expect(doc.getMap("meta").toJSON()).toEqual(mine.getMap("meta").toJSON());
  },
);

test("edits that the document has, has in part, or lacks stay as they are", () => {
  const { ground, mine, updates } = scene(changes["words, and words inside these"] ?? (() => undefined));
  const lacks = new Y.Doc();
  Y.applyUpdate(lacks, ground);
  expect(disentangle(lacks, updates)).toEqual(updates);
  Y.applyUpdate(lacks, updates[0] ?? new Uint8Array());
  expect(disentangle(lacks, updates)).toEqual(updates);
  expect(disentangle(mine, updates)).toEqual(updates);
});

test("bytes that are no update are left out", () => {
  const { ground, updates } = scene(changes["a title"] ?? (() => undefined));
  const doc = new Y.Doc();
  Y.applyUpdate(doc, ground);
  expect(disentangle(doc, [Uint8Array.of(9, 9, 9), ...updates])).toEqual(updates);
});
