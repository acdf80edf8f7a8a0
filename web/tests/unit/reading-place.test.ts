/** A place in the text is the same on every screen, whatever is written before it; what a presenter selects stands out there. */
import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { createEditor } from "../../src/editor/create.ts";
import {
  BEGINNING,
  type BlockName,
  heightOf,
  readingPlace,
  selectedWords,
  showPresentedPassage,
} from "../../src/editor/index.ts";
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

const LINE = 20;
const LEAF = "p, h2";

let editor: Editor;
/** Another page on the same document. */
let theirs: Y.XmlFragment;
/** How many letters a line of this screen takes. */
let width = 40;

beforeEach(async () => {
  width = 40;
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    return drawn(this);
  });
  const mine = new FakeReplica().open("doc");
  const other = new Y.Doc();
  other.clientID = 77;
  theirs = other.getXmlFragment("body");
  theirs.insert(0, [
    block("paragraph", "First. ".repeat(20)),
    block("heading", "Dose"),
    list(["One. ".repeat(30), "Two. ".repeat(30)]),
    block("paragraph", "Last. ".repeat(40)),
  ]);
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(other));
  mine.doc.on("update", (update: Uint8Array) => Y.applyUpdate(other, update, "network"));
  other.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "network") {
      Y.applyUpdate(mine.doc, update, "network");
    }
  });
  const element = document.createElement("div");
  document.body.append(element);
  editor = createEditor({
    document: mine,
    editable: true,
    element,
    describedBy: "",
    words,
    onPicturesLeftOut: () => undefined,
    onPassage: () => undefined,
  });
  // The editor is tied to its document in its next turn.
  await new Promise((resolve) => setTimeout(resolve));
});

afterEach(() => {
  editor.destroy();
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

function block(name: "paragraph" | "heading", text: string): Y.XmlElement {
  const element = new Y.XmlElement(name);
  if (name === "heading") {
    // As editors keep it: a number, whatever the type of the library says.
    (element as Y.XmlElement<{ level: number }>).setAttribute("level", 2);
  }
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function list(items: readonly string[]): Y.XmlElement {
  const made = new Y.XmlElement("bulletList");
  made.insert(
    0,
    items.map((text) => {
      const item = new Y.XmlElement("listItem");
      item.insert(0, [block("paragraph", text)]);
      return item;
    }),
  );
  return made;
}

/** As a browser would draw it: line below line, beginning at the top of the window. */
function drawn(element: Element): DOMRect {
  const tall = (leaf: Element): number => LINE * Math.max(1, Math.ceil((leaf.textContent ?? "").length / width));
  const all = [...(element.closest(".prose")?.querySelectorAll(LEAF) ?? [])];
  const own = element.matches(LEAF) ? [element] : [...element.querySelectorAll(LEAF)];
  const first = all.indexOf(own[0] as Element);
  const top = all.slice(0, Math.max(0, first)).reduce((sum, leaf) => sum + tall(leaf), 0);
  return DOMRect.fromRect({ x: 0, y: top, width, height: own.reduce((sum, leaf) => sum + tall(leaf), 0) });
}

/** What the block of a name says. */
function saidBy(name: BlockName | null): string {
  const element = [...editor.view.dom.querySelectorAll(LEAF)].find(
    (leaf) => name !== null && heightOf(editor.view, { block: name, fraction: 0 }) === drawn(leaf).top,
  );
  return element?.textContent ?? "";
}

describe("a place", () => {
  test("before the text is its beginning", () => {
    expect(readingPlace(editor.view, -10)).toEqual(BEGINNING);
    expect(readingPlace(editor.view, 0)).toEqual(BEGINNING);
  });

  test.each([
    [10, "First."],
    [85, "Dose"],
    [150, "One."],
    [230, "Two."],
    [350, "Last."],
    [9_999, "Last."],
  ])("at height %i is in %s", (line, begins) => {
    const place = readingPlace(editor.view, line);
    expect(saidBy(place?.block ?? null)).toMatch(new RegExp(`^${begins}`));
    expect(place?.fraction).toBeGreaterThanOrEqual(0);
    expect(place?.fraction).toBeLessThanOrEqual(1);
  });

  test("is found again at its height, on this screen and on a narrow one", () => {
    for (let line = 5; line < drawn(editor.view.dom).bottom; line += 7) {
      const place = readingPlace(editor.view, line);
      expect(place === null ? null : heightOf(editor.view, place), `${line}`).toBeCloseTo(line);
    }
    const place = readingPlace(editor.view, 230);
    width = 12;
    const height = place === null ? null : heightOf(editor.view, place);
    expect(height).toBeGreaterThan(500);
    expect(readingPlace(editor.view, height ?? 0)).toEqual({
      block: place?.block,
      fraction: expect.closeTo(place?.fraction ?? -1),
    });
  });

  test("moves with what is written before it, and is none when its block is gone", () => {
    const place = readingPlace(editor.view, 230) ?? BEGINNING;
    const before = heightOf(editor.view, place) ?? 0;
    theirs.insert(0, [block("paragraph", "New.")]);
    expect(heightOf(editor.view, place)).toBeCloseTo(before + LINE);
    theirs.delete(3, 1);
    expect(heightOf(editor.view, place)).toBeNull();
  });
});

describe("a selection that is presented", () => {
  const shown = (): readonly string[] =>
    [...editor.view.dom.querySelectorAll(".presented-passage")].map((part) => part.textContent ?? "");

  test("stands out, stays on its words, and goes", () => {
    editor.commands.setTextSelection({ from: 1, to: 7 });
    const passage = selectedWords(editor.state);
    expect(passage).not.toBeNull();
    const caret = editor.state.selection.toJSON();
    showPresentedPassage(editor.view, passage === null ? null : { passage, look: { color: "#336699", mark: 1 } });
    expect(shown()).toEqual(["First."]);
    expect(editor.state.selection.toJSON(), "the caret is left alone").toEqual(caret);
    theirs.insert(0, [block("paragraph", "New.")]);
    expect(shown()).toEqual(["First."]);
    editor.view.dispatch(editor.state.tr.insertText("Mine. ", 1));
    expect(shown()).toEqual(["First."]);
    showPresentedPassage(editor.view, null);
    expect(shown()).toEqual([]);
  });

  test("of nothing is none, and of what is gone shows nothing", () => {
    editor.commands.setTextSelection(3);
    expect(selectedWords(editor.state)).toBeNull();
    editor.commands.setTextSelection({ from: 1, to: 7 });
    const passage = selectedWords(editor.state);
    showPresentedPassage(editor.view, passage === null ? null : { passage, look: { color: "#336699", mark: 0 } });
    theirs.delete(0, 1);
    expect(shown()).toEqual([]);
  });
});
