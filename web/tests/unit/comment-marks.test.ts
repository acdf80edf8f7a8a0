/** Passages that are commented on stay with their words, and letters with whoever wrote them. */
import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import { commentMarksKey, selectedPassage, showPassages, writtenRuns } from "../../src/editor/index.ts";
import { findQuote, lettersOf } from "../../src/editor/quotes.ts";
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

const PARAGRAPHS = ["First of all.", "Give 500 mg twice a day.", "Stop after a week."] as const;

let editor: Editor;
/** Another page on the same document. */
let theirs: Y.XmlFragment;

beforeEach(async () => {
  const mine = new FakeReplica().open("doc");
  const other = new Y.Doc();
  other.clientID = 77;
  theirs = other.getXmlFragment("body");
  theirs.insert(0, PARAGRAPHS.map(paragraph));
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

/** The text of one of their paragraphs. */
function theirText(index: number): Y.XmlText {
  return (theirs.get(index) as Y.XmlElement).get(0) as Y.XmlText;
}

/** Where words stand in the editor. */
function placeOf(wanted: string): { readonly from: number; readonly to: number } {
  const range = findQuote(lettersOf(editor.state.doc), wanted);
  expect(range, wanted).not.toBeNull();
  return range ?? { from: 0, to: 0 };
}

/** Comments on words; gives what the mark covers now. */
function commentOn(wanted: string): () => string | null {
  editor.commands.setTextSelection(placeOf(wanted));
  const passage = selectedPassage(editor.state);
  expect(passage?.quote).toBe(wanted);
  if (passage !== null) {
    showPassages(editor.view, [{ id: "t", ...passage }]);
  }
  return () => {
    const place = commentMarksKey.getState(editor.state)?.places.get("t");
    return place === undefined ? null : editor.state.doc.textBetween(place.from, place.to, "¶");
  };
}

test("a mark covers the words that were selected, at either end of the document too", () => {
  for (const wanted of ["First", "twice a day", "a week.", "mg twice a day."]) {
    expect(commentOn(wanted)()).toBe(wanted);
  }
  editor.commands.setTextSelection(placeOf("all. Give 500"));
  expect(selectedPassage(editor.state)?.quote).toBe("all. Give 500");
});

test("nothing selected is no passage", () => {
  editor.commands.setTextSelection(3);
  expect(selectedPassage(editor.state)).toBeNull();
});

test("what is written before, behind and within moves the mark with its words", () => {
  const marked = commentOn("twice a day");
  theirText(0).insert(0, "Before. ");
  theirs.insert(0, [paragraph("A new one.")]);
  expect(marked()).toBe("twice a day");
  theirText(2).insert("Give 500 mg twice".length, " (really)");
  expect(marked()).toBe("twice (really) a day");
  theirText(2).insert("Give 500 mg twice (really) a day".length, " behind");
  theirText(2).insert("Give 500 mg ".length, "before ");
  expect(marked()).toBe("twice (really) a day");
  editor.commands.insertContentAt(placeOf("(really)").from, "oh ");
  expect(marked()).toBe("twice oh (really) a day");
});

test("the mark goes when its words go, and comes back with them", () => {
  const marked = commentOn("twice a day");
  editor.commands.deleteRange(placeOf("twice a day"));
  expect(marked()).toBeNull();
  editor.commands.undo();
  expect(marked()).toBe("twice a day");
  theirText(1).delete("Give 500 mg ".length, "twice a day".length);
  expect(marked()).toBeNull();
});

test("where a paragraph was written anew the passage is known by how it reads", () => {
  const marked = commentOn("twice a day");
  theirs.delete(1, 1);
  expect(marked()).toBeNull();
  theirs.insert(1, [paragraph("Give 500 mg twice"), paragraph("a day.")]);
  expect(marked()).toBe("twice¶a day");
  theirs.insert(0, [paragraph("Or twice a day?")]);
  expect(marked(), "in two places").toBeNull();
});

test("where a paragraph was split the passage is known whole, and where its end was deleted in part", () => {
  const marked = commentOn("twice a day");
  theirText(1).delete("Give 500 mg twice".length, " a day.".length);
  expect(marked()).toBe("twice");
  theirs.insert(2, [paragraph("a day.")]);
  expect(marked()).toBe("twice¶a day");
});

test("anchors that are none do no harm", () => {
  for (const odd of [null, 5, {}, { item: { client: "x" } }, { type: { client: 1, clock: 0 } }]) {
    showPassages(editor.view, [{ id: "t", anchor: { start: odd, end: odd }, quote: "" }]);
    expect(commentMarksKey.getState(editor.state)?.places.size).toBe(0);
  }
});

test("under any edits around it the mark covers its words", () => {
  for (let seed = 1; seed <= 10; seed++) {
    let state = seed;
    const below = (limit: number): number => {
      // A linear congruential generator: the same run for the same seed.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % limit;
    };
    const marked = commentOn("500 mg twice");
    for (let round = 0; round < 25; round++) {
      const index = below(theirs.length);
      const text = theirText(index);
      const read = text.toString();
      const [start, end] = [read.indexOf("500 mg twice"), read.indexOf("500 mg twice") + "500 mg twice".length];
      const at = below(read.length + 1);
      const isInside = start !== -1 && at > start && at < end;
      const length = Math.min(below(4), read.length - at);
      if (!isInside && below(3) > 0) {
        text.insert(at, `x${below(10)}`);
      } else if (!isInside && length > 0 && (start === -1 || at >= end || at + length <= start)) {
        text.delete(at, length);
      } else if (below(4) === 0) {
        theirs.insert(index, [paragraph("Another.")]);
      }
      expect(marked(), `seed ${seed}, round ${round}`).toBe("500 mg twice");
    }
  }
}, 60_000);

test("a passage is found by its letters wherever spaces and paragraphs end, and only where it is the only one", () => {
  const letters = lettersOf(editor.state.doc);
  const read = (quote: string) => {
    const range = findQuote(letters, quote);
    return range === null ? null : editor.state.doc.textBetween(range.from, range.to, "¶");
  };
  expect(read("twice  a\nday.")).toBe("twice a day.");
  expect(read("all. Give")).toBe("all.¶Give");
  expect(read("a  d")).toBeNull();
  expect(read("nowhere to be found")).toBeNull();
});

test("every letter is told to be by the client that wrote it", () => {
  const own = editor.view;
  editor.commands.insertContentAt(placeOf("twice").from, "at most ");
  const runs = writtenRuns(own.state).map(({ client, from, to }) => [
    client === 77 ? "theirs" : "mine",
    own.state.doc.textBetween(from, to),
  ]);
  expect(runs).toEqual([
    ["theirs", PARAGRAPHS[0]],
    ["theirs", "Give 500 mg "],
    ["mine", "at most "],
    ["theirs", "twice a day."],
    ["theirs", PARAGRAPHS[2]],
  ]);
});
