/** Reading edits as text: what was added and removed, and where. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { passagesOf, standsOn } from "../../src/passages.js";

/** A document with paragraphs, as an editor makes it. */
function page(...paragraphs: string[]): Y.Doc {
  const doc = new Y.Doc();
  doc.getXmlFragment("body").insert(0, paragraphs.map(paragraph));
  return doc;
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function textIn(doc: Y.Doc, index: number): Y.XmlText {
  const element = doc.getXmlFragment("body").get(index);
  const text = element instanceof Y.XmlElement ? element.get(0) : undefined;
  if (!(text instanceof Y.XmlText)) {
    throw new Error(`paragraph ${index} has no text`);
  }
  return text;
}

/** The document before, and what somebody else's copy of it changes. */
function edited(doc: Y.Doc, change: (copy: Y.Doc) => void): { base: Uint8Array[]; updates: Uint8Array[] } {
  const base = Y.encodeStateAsUpdate(doc);
  const copy = new Y.Doc();
  Y.applyUpdate(copy, base);
  const updates: Uint8Array[] = [];
  copy.on("update", (update: Uint8Array) => updates.push(update));
  change(copy);
  return { base: [base], updates };
}

test("words typed into a paragraph are shown in their place", () => {
  const { base, updates } = edited(page("The dose is 5 mg.", "Untouched."), (copy) => {
    for (const [index, letter] of [..."twice daily "].entries()) {
      textIn(copy, 0).insert(12 + index, letter);
    }
  });
  expect(updates).toHaveLength(12);
  expect(passagesOf(base, updates)).toEqual([
    [
      { kind: "kept", text: "The dose is " },
      { kind: "added", text: "twice daily " },
      { kind: "kept", text: "5 mg." },
    ],
  ]);
});

test("words that go on behind the author's own earlier ones are told apart from these", () => {
  const doc = page("");
  textIn(doc, 0).insert(0, "Earlier. ");
  const base = [Y.encodeStateAsUpdate(doc)];
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  textIn(doc, 0).insert(9, "Now. ");
  textIn(doc, 0).delete(0, 2);
  expect(passagesOf(base, updates)).toEqual([
    [
      { kind: "removed", text: "Ea" },
      { kind: "kept", text: "rlier. " },
      { kind: "added", text: "Now. " },
    ],
  ]);
});

test("words taken out are told, and so are whole paragraphs", () => {
  const { base, updates } = edited(page("Do not give more.", "Gone."), (copy) => {
    textIn(copy, 0).delete(3, 4);
    copy.getXmlFragment("body").delete(1, 1);
  });
  expect(passagesOf(base, updates)).toEqual([
    [
      { kind: "kept", text: "Do " },
      { kind: "removed", text: "not " },
      { kind: "kept", text: "give more." },
    ],
    [{ kind: "removed", text: "Gone." }],
  ]);
});

test("what the author took back was never meant", () => {
  const { base, updates } = edited(page("One."), (copy) => {
    textIn(copy, 0).insert(4, " Twwo.");
    textIn(copy, 0).delete(7, 1);
  });
  expect(passagesOf(base, updates)).toEqual([
    [
      { kind: "kept", text: "One." },
      { kind: "added", text: " Two." },
    ],
  ]);
});

test("new paragraphs come in the order of the document; a new title comes too", () => {
  const { base, updates } = edited(page("First.", "Last."), (copy) => {
    copy.getMap("meta").set("title", "Renamed");
    copy.getXmlFragment("body").insert(1, [paragraph("Between."), paragraph("Behind it.")]);
  });
  const words = passagesOf(base, updates).map((passage) => passage.map(({ text }) => text).join(""));
  expect(words.toSorted()).toEqual(["Behind it.", "Between.", "Renamed"]);
  expect(words.indexOf("Between.")).toBeLessThan(words.indexOf("Behind it."));
});

test("words in a paragraph that somebody else has removed are not lost", () => {
  const doc = page("The dose is 5 mg.");
  const { updates } = edited(doc, (copy) => textIn(copy, 0).insert(0, "Always: "));
  doc.getXmlFragment("body").delete(0, 1);
  const base = [Y.encodeStateAsUpdate(doc)];
  expect(passagesOf(base, updates)).toEqual([[{ kind: "added", text: "Always: " }]]);
});

test("edits whose ground is missing are read by themselves", () => {
  const { updates } = edited(page("The dose is 5 mg."), (copy) => {
    textIn(copy, 0).insert(0, "Mine. ");
    textIn(copy, 0).insert(17, "Far from it. ");
  });
  expect(standsOn([], updates)).toBe(false);
  expect(passagesOf([], updates)).toEqual([
    [{ kind: "added", text: "Mine. " }],
    [{ kind: "added", text: "Far from it. " }],
  ]);
});

test("bytes that are no update say nothing, and break nothing", () => {
  const { base, updates } = edited(page("One."), (copy) => textIn(copy, 0).insert(4, " Two."));
  const noise = Uint8Array.of(1, 2, 3, 255, 255, 255);
  expect(passagesOf(base, [noise])).toEqual([]);
  expect(passagesOf(base, [noise, ...updates])).toHaveLength(1);
});

test("long stretches of unchanged text are cut down", () => {
  const long = "x".repeat(10_000);
  const { base, updates } = edited(page(long), (copy) => textIn(copy, 0).insert(5_000, "here"));
  const [passage = []] = passagesOf(base, updates);
  expect(passage.map(({ kind }) => kind)).toEqual(["kept", "added", "kept"]);
  expect(passage.every(({ text }) => text.length < 200)).toBe(true);
});

test("plain texts, as scripts use them, are read too", () => {
  const doc = new Y.Doc();
  doc.getText("notes").insert(0, "ab");
  const { base, updates } = edited(doc, (copy) => copy.getText("notes").insert(1, "X"));
  expect(passagesOf(base, updates)).toEqual([
    [
      { kind: "kept", text: "a" },
      { kind: "added", text: "X" },
      { kind: "kept", text: "b" },
    ],
  ]);
});
