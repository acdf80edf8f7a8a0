/** The title: a text that people type in at once, in documents of before and after. */
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import {
  changeTitle,
  hasTitle,
  readTitle,
  smallestChange,
  TITLE_LENGTH_MAX,
  TITLE_SHOWN_MAX,
  watchTitle,
  writeTitle,
} from "../../src/sync/title.ts";
import { TitleDraft } from "../../src/sync/title-draft.ts";
import { bindTitle } from "../../src/ui/editor/bind-title.ts";

const titled = (title: string): Y.Doc => {
  const doc = new Y.Doc();
  writeTitle(doc, title);
  return doc;
};

/** As documents were made before: the title is one value. */
const madeBefore = (title: string): Y.Doc => {
  const doc = new Y.Doc();
  doc.getMap("meta").set("title", title);
  return doc;
};

const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};

/** Each has what the other has. */
const merge = (one: Y.Doc, other: Y.Doc): void => {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other));
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
};

/** A field on a page, tied to the title. */
const fieldOf = (doc: Y.Doc) => {
  const field = document.body.appendChild(document.createElement("textarea"));
  const untie = bindTitle(field, doc);
  return {
    field,
    untie,
    /** Types where the caret is, over what is selected. */
    type(letters: string): void {
      field.focus();
      for (const letter of letters) {
        field.setRangeText(letter, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    },
    place(at: number): void {
      field.focus();
      field.setSelectionRange(at, at);
    },
    /** The value with the caret in it. */
    get state(): string {
      return `${field.value.slice(0, field.selectionStart)}|${field.value.slice(field.selectionEnd)}`;
    },
  };
};

describe("the title of a document", () => {
  test("is a text, and a copy of it for readers of before", () => {
    const doc = titled("Sepsis in adults");
    expect([readTitle(doc), doc.getText("title").toString(), doc.getMap("meta").get("title")]).toEqual(
      Array.from({ length: 3 }, () => "Sepsis in adults"),
    );
  });

  test("made before is read, and becomes a text with the first edit", () => {
    const doc = madeBefore("Sepsis");
    expect([readTitle(doc), hasTitle(doc), doc.getText("title").length]).toEqual(["Sepsis", true, 0]);
    changeTitle(doc, { at: 6, removed: 0, inserted: " in adults" });
    expect([readTitle(doc), doc.getText("title").toString()]).toEqual(["Sepsis in adults", "Sepsis in adults"]);
  });

  test("that is cleared stays cleared, in documents of before as well", () => {
    for (const doc of [titled("Sepsis"), madeBefore("Sepsis")]) {
      writeTitle(doc, "");
      expect([readTitle(doc), readTitle(copyOf(doc)), hasTitle(doc)]).toEqual(["", "", true]);
    }
  });

  test("keeps the letters of two who type at once, wherever they type", () => {
    const ada = titled("Sepsis");
    const ben = copyOf(ada);
    writeTitle(ada, "Early Sepsis");
    writeTitle(ben, "Sepsis in children");
    merge(ada, ben);
    expect([readTitle(ada), readTitle(ben)]).toEqual(Array.from({ length: 2 }, () => "Early Sepsis in children"));
  });

  test("is one line of a greatest length, however it is written", () => {
    expect(readTitle(titled("One\n two\tthree"))).toBe("One two three");
    expect(readTitle(titled("x".repeat(500)))).toHaveLength(TITLE_LENGTH_MAX);
    const doc = titled("x".repeat(TITLE_LENGTH_MAX - 1));
    changeTitle(doc, { at: 0, removed: 0, inserted: "abc" });
    expect(readTitle(doc)).toBe(`a${"x".repeat(TITLE_LENGTH_MAX - 1)}`);
    const foreign = new Y.Doc();
    foreign.getText("title").insert(0, "One\ntwo");
    expect(readTitle(foreign)).toBe("One two");
  });

  test("by another program may be longer: its beginning is shown, and it can be shortened and replaced", () => {
    const doc = new Y.Doc();
    doc.getText("title").insert(0, `Sepsis ${"W".repeat(20_000)}`);
    expect(readTitle(doc)).toBe(`Sepsis ${"W".repeat(TITLE_SHOWN_MAX - 7)}`);
    changeTitle(doc, { at: 0, removed: 1, inserted: "" });
    expect(readTitle(doc)).toBe(`epsis ${"W".repeat(TITLE_SHOWN_MAX - 6)}`);
    changeTitle(doc, { at: 5, removed: TITLE_SHOWN_MAX - 5, inserted: "!" });
    expect(readTitle(doc)).toBe("epsis!");
    doc.getText("title").insert(0, "W".repeat(20_000));
    writeTitle(doc, "is!");
    expect(readTitle(doc)).toBe("is!");
  });

  test("of a length at its end holds no half of a character", () => {
    expect(readTitle(titled(`${"x".repeat(TITLE_LENGTH_MAX - 1)}🫀`))).toBe("x".repeat(TITLE_LENGTH_MAX - 1));
  });

  test("that stays the same writes nothing", () => {
    const doc = titled("Sepsis");
    const state = Y.encodeStateAsUpdate(doc);
    writeTitle(doc, "Sepsis");
    readTitle(doc);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(state);
  });

  test("is told of when the text changes, and when the value of before does", () => {
    const doc = madeBefore("Sepsis");
    const seen: string[] = [];
    const stop = watchTitle(doc, () => seen.push(readTitle(doc)));
    doc.getMap("meta").set("title", "Shock");
    writeTitle(doc, "Shocks");
    stop();
    writeTitle(doc, "Not seen");
    expect([seen[0], seen.at(-1)]).toEqual(["Shock", "Shocks"]);
  });
});

describe("the smallest change", () => {
  test.each([
    ["", "a", undefined, [0, 0, "a"]],
    ["Sepsis", "Early Sepsis", 6, [0, 0, "Early "]],
    ["abcd", "abXd", undefined, [2, 1, "X"]],
    ["hello", "helllo", 3, [2, 0, "l"]],
    ["aaa", "aa", 0, [0, 1, ""]],
    ["one two", "", undefined, [0, 7, ""]],
    ["🫀", "🫁", undefined, [0, 2, "🫁"]],
    ["a🫀", "a🫀🫁", undefined, [3, 0, "🫁"]],
  ] as const)("from %j to %j", (from, to, caret, [at, removed, inserted]) => {
    expect(smallestChange(from, to, caret)).toEqual({ at, removed, inserted });
  });

  test("of nothing is none", () => {
    expect(smallestChange("same", "same")).toBeNull();
  });

  test("makes the one text of the other, whatever they are", () => {
    const texts = ["", "a", "ab", "aab", "abab", "baba", "🫀", "a🫀", "🫀🫁", "🫁🫀b"];
    for (const from of texts) {
      for (const to of texts) {
        for (let caret = 0; caret <= to.length; caret++) {
          const change = smallestChange(from, to, caret) ?? { at: 0, removed: 0, inserted: "" };
          const made = from.slice(0, change.at) + change.inserted + from.slice(change.at + change.removed);
          expect(made).toBe(to);
        }
      }
    }
  });
});

describe("a field of the title", () => {
  test("two type at once in the middle and at the end: every letter stays, and each caret where its letters are", () => {
    const ada = titled("Care of sepsis");
    const ben = copyOf(ada);
    const adas = fieldOf(ada);
    const bens = fieldOf(ben);
    adas.place(5);
    adas.type("AAAAA");
    bens.place(14);
    bens.type("bbbbb");
    adas.field.focus();
    Y.applyUpdate(ada, Y.encodeStateAsUpdate(ben));
    expect(adas.state).toBe("Care AAAAA|of sepsisbbbbb");
    bens.field.focus();
    Y.applyUpdate(ben, Y.encodeStateAsUpdate(ada));
    expect(bens.state).toBe("Care AAAAAof sepsisbbbbb|");
  });

  test("what others insert before the caret moves it, what they insert after or remove does not", () => {
    const doc = titled("one two three");
    const bound = fieldOf(doc);
    bound.place(7);
    writeTitle(doc, "zero one two three");
    expect(bound.state).toBe("zero one two| three");
    writeTitle(doc, "zero one two three four");
    expect(bound.state).toBe("zero one two| three four");
    writeTitle(doc, "one two three four");
    expect(bound.state).toBe("one two| three four");
  });

  test("the caret of a document made before stays with the first edit of somebody else", () => {
    const doc = madeBefore("one two");
    const bound = fieldOf(doc);
    bound.place(3);
    const other = copyOf(doc);
    writeTitle(other, "zero one two");
    merge(doc, other);
    expect(bound.state).toBe("zero one| two");
  });

  test("while a word is composed the field is left alone, and both words are in the title", () => {
    const doc = titled("of sepsis");
    const bound = fieldOf(doc);
    bound.place(9);
    bound.field.dispatchEvent(new Event("compositionstart"));
    bound.type("医");
    changeTitle(doc, { at: 0, removed: 0, inserted: "Care " });
    expect(bound.state).toBe("of sepsis医|");
    bound.type("師");
    expect(readTitle(doc)).toBe("Care of sepsis医師");
    bound.field.dispatchEvent(new Event("compositionend"));
    expect(bound.state).toBe("Care of sepsis医師|");
  });

  test("line breaks become spaces at once", () => {
    const doc = titled("");
    const bound = fieldOf(doc);
    bound.field.focus();
    bound.field.setRangeText("two\nlines", 0, 0, "end");
    bound.field.dispatchEvent(new Event("input"));
    expect([bound.state, readTitle(doc)]).toEqual(["two lines|", "two lines"]);
  });

  test("one that is untied changes nothing more", () => {
    const doc = titled("one");
    const bound = fieldOf(doc);
    bound.untie();
    bound.place(3);
    bound.type("x");
    writeTitle(doc, "two");
    expect([readTitle(doc), bound.field.value]).toEqual(["two", "onex"]);
  });

  test("random typing of two, merged now and then, ends the same for both with every letter", () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const ada = titled("start");
    const ben = copyOf(ada);
    const people = [
      { ...fieldOf(ada), doc: ada, letters: "ABCDEFGHIJ" },
      { ...fieldOf(ben), doc: ben, letters: "0123456789" },
    ];
    let typed = "start";
    for (let step = 0; step < 150; step++) {
      const person = people[random(2)];
      const letter = person?.letters[random(10)] ?? "";
      person?.place(random(readTitle(person.doc).length + 1));
      person?.type(letter);
      typed += letter;
      if (random(3) === 0) {
        merge(ada, ben);
      }
    }
    merge(ada, ben);
    expect(readTitle(ada)).toBe(readTitle(ben));
    expect([...readTitle(ada)].sort().join("")).toBe([...typed].sort().join(""));
    expect(people.map(({ field }) => field.value)).toEqual([readTitle(ada), readTitle(ada)]);
  });
});

test("a draft that is behind still says where its letters are in the title", () => {
  const draft = new TitleDraft("ab");
  draft.followed([{ insert: "xx" }]);
  expect(draft.typed("acb", 2)).toEqual({ at: 3, removed: 0, inserted: "c" });
  expect([0, 1, 2, 3].map((place) => draft.place(place))).toEqual([0, 3, 4, 5]);
});
