/** Documents of the past: the shortest edit, what is compared with what, and bringing a version back. */
import { Node } from "@tiptap/pm/model";
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { BODY_FIELD } from "../../src/editor/body.ts";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { blocksOf } from "../../src/editor/past/blocks.ts";
import { bringBack } from "../../src/editor/past/bring-back.ts";
import { type Compared, compare, compareWords, isAlike, type Words } from "../../src/editor/past/compare.ts";
import { type PastText, readPast } from "../../src/editor/past/read.ts";
import { shortestEdit } from "../../src/editor/past/shortest-edit.ts";
import { proseSchema } from "../../src/editor/schema.ts";
import type { NamedVersion, VersionId, WorkSession } from "../../src/sync/index.ts";
import { readTitle, writeTitle } from "../../src/sync/index.ts";
import { type Choice, choiceOf, comparedBy, daysOf, toggled, UNDER_WAY } from "../../src/ui/portal/history/entries.ts";

function text(title: string, ...blocks: readonly object[]): PastText {
  return { title, body: Node.fromJSON(proseSchema(), { type: "doc", content: blocks }) };
}

function paragraph(words: string, ...marks: readonly string[]): object {
  const run = { type: "text", text: words, marks: marks.map((type) => ({ type })) };
  return { type: "paragraph", content: words === "" ? [] : [run] };
}

/** A comparison, short enough to read: `=` kept, `+` added, `-` removed, `~` changed with its words. */
function said(compared: readonly Compared[]): readonly string[] {
  return compared.map(saidOf);
}

function saidOf(block: Compared): string {
  switch (block.kind) {
    case "kept":
      return `= ${block.after.text}`;
    case "added":
      return `+ ${block.after.text}`;
    case "removed":
      return `- ${block.before.text}`;
    case "changed":
      return `~ ${block.words.map(saidOfWords).join("")}`;
  }
}

function saidOfWords({ kind, text: words }: Words): string {
  return kind === "kept" ? words : kind === "added" ? `{+${words}+}` : `{-${words}-}`;
}

/** Numbers from a seed. */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * bound);
  };
}

/** How long the longest common part of two lists is, the plain way. */
function commonLength(before: readonly string[], after: readonly string[]): number {
  const rows = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  before.forEach((word, i) => {
    after.forEach((other, j) => {
      const diagonal = rows[i]?.[j] ?? 0;
      const row = rows[i + 1];
      if (row !== undefined) {
        row[j + 1] = word === other ? diagonal + 1 : Math.max(rows[i]?.[j + 1] ?? 0, row[j] ?? 0);
      }
    });
  });
  return rows[before.length]?.[after.length] ?? 0;
}

test("the shortest edit turns one list into the other, keeps as much as can be kept, and leaves no hole", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const roll = dice(seed);
    const list = (): string[] => Array.from({ length: roll(25) }, () => "abcde"[roll(5)] ?? "a");
    const [before, after] = [list(), list()];
    const stretches = shortestEdit(before, after);
    let [b, a, kept] = [0, 0, 0];
    for (const { alike, before: fromBefore, after: fromAfter } of stretches) {
      expect([fromBefore[0], fromAfter[0]], `seed ${seed}`).toEqual([b, a]);
      [b, a] = [fromBefore[1], fromAfter[1]];
      if (alike) {
        expect(before.slice(...fromBefore), `seed ${seed}`).toEqual(after.slice(...fromAfter));
        kept += fromBefore[1] - fromBefore[0];
      }
    }
    expect([b, a], `seed ${seed}`).toEqual([before.length, after.length]);
    expect(kept, `seed ${seed}`).toBe(commonLength(before, after));
  }
});

test("lists with next to nothing in common count as different, and soon", () => {
  const before = Array.from({ length: 8_000 }, (_, at) => `b${at}`);
  const after = Array.from({ length: 8_000 }, (_, at) => `a${at}`);
  expect(shortestEdit(before, after)).toEqual([{ alike: false, before: [0, 8_000], after: [0, 8_000] }]);
});

test("within a block that was changed, words are marked where they came or went", () => {
  const before = text("Sepsis", paragraph("Give 1 g of ceftriaxone at once."), paragraph("Measure lactate."));
  const after = text("Sepsis", paragraph("Give 2 g of ceftriaxone within the hour."), paragraph("Measure lactate."));
  expect(said(compare(before, after))).toEqual([
    "= Sepsis",
    "~ Give {-1-}{+2+} g of ceftriaxone {-at-}{+within+} {-once-}{+the hour+}.",
    "= Measure lactate.",
  ]);
});

test("blocks that came or went are whole, also between others that were changed", () => {
  const before = text("", paragraph("One two three four."), paragraph("Wholly different words."), paragraph("End."));
  const after = text("", paragraph("New at the beginning."), paragraph("One two three five."), paragraph("End."));
  expect(said(compare(before, after))).toEqual([
    "+ New at the beginning.",
    "~ One two three {-four-}{+five+}.",
    "- Wholly different words.",
    "= End.",
  ]);
});

test("a block that is only set differently is changed, and says so by having all its words", () => {
  const compared = compare(text("", paragraph("A dose")), text("", paragraph("A dose", "bold")));
  expect(said(compared)).toEqual(["~ A dose"]);
  expect(isAlike(compared)).toBe(false);
  expect(isAlike(compare(text("T", paragraph("A")), text("T", paragraph("A"))))).toBe(true);
});

test("the title is compared as itself", () => {
  expect(said(compare(text("Sepsis", paragraph("A")), text("Sepsis in children", paragraph("A"))))).toEqual([
    "~ Sepsis{+ in children+}",
    "= A",
  ]);
});

test("an item that is put into a numbered list changes no other item", () => {
  const list = (...items: readonly string[]): object => ({
    type: "orderedList",
    content: items.map((item) => ({ type: "listItem", content: [paragraph(item)] })),
  });
  expect(said(compare(text("", list("b", "c")), text("", list("a", "b", "c"))))).toEqual(["+ a", "= b", "= c"]);
});

test("blocks know where they stand", () => {
  const body = readMarkdown("# H\n\n- a\n  - b\n\n> q\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\n---\n");
  const blocks = blocksOf("T", body).map(({ look, text: words, depth, marker, quoted, cell }) =>
    [look, words, depth, marker, quoted ? "quoted" : "", cell?.join(",") ?? ""].join("|"),
  );
  expect(blocks).toContain("title|T|0|||");
  expect(blocks).toContain("paragraph|a|1|•||");
  expect(blocks).toContain("paragraph|b|2|•||");
  expect(blocks).toContain("paragraph|q|0||quoted|");
  expect(blocks).toContain("paragraph|2|0|||2,2");
  expect(blocks).toContain("rule||0|||");
});

test("words, spaces and signs are told apart in any script", () => {
  const words = compareWords("Größe 5 mg/kg", "Größe 7 mg/kg");
  expect(words).toEqual([
    { kind: "kept", text: "Größe " },
    { kind: "removed", text: "5" },
    { kind: "added", text: "7" },
    { kind: "kept", text: " mg/kg" },
  ]);
});

function documentOf({ title, body }: PastText): Y.Doc {
  const doc = new Y.Doc();
  writeTitle(doc, title);
  prosemirrorToYXmlFragment(body, doc.getXmlFragment(BODY_FIELD));
  return doc;
}

test("a version is read from its update", () => {
  const written = text("Sepsis", paragraph("One"), paragraph("Two", "bold"));
  const read = readPast(Y.encodeStateAsUpdate(documentOf(written)));
  expect(read.title).toBe("Sepsis");
  expect(read.body.toJSON()).toEqual(written.body.toJSON());
});

test("bringing a version back is one edit on top: nothing else is touched, and what others write at once stays", () => {
  const then = text("Sepsis", paragraph("One"), paragraph("Two"), paragraph("Three"));
  const now = text("Sepsis in adults", paragraph("One"), paragraph("Changed"), paragraph("Three"), paragraph("Four"));
  const doc = documentOf(now);
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const fragment = doc.getXmlFragment(BODY_FIELD);
  const [first, third] = [fragment.get(0), fragment.get(2)];
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  bringBack(doc, then);
  expect(updates).toHaveLength(1);
  const body = yXmlFragmentToProseMirrorRootNode(fragment, proseSchema());
  expect(body.toJSON()).toEqual(then.body.toJSON());
  expect(readTitle(doc)).toBe("Sepsis");
  expect(fragment.get(0)).toBe(first);
  expect(fragment.get(2)).toBe(third);

  // Somebody wrote in a block that both versions have, at the same time.
  const block = other.getXmlFragment(BODY_FIELD).get(0);
  const run = block instanceof Y.XmlElement ? block.get(0) : null;
  if (!(run instanceof Y.XmlText)) {
    throw new Error("a paragraph has text");
  }
  run.insert(3, " more");
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  expect(yXmlFragmentToProseMirrorRootNode(fragment, proseSchema()).textBetween(0, 9)).toBe("One more");
});

test("nothing is reused for another sentence because it stands in the same place", () => {
  const item = (words: string): object => ({ type: "listItem", content: [paragraph(words)] });
  const list = (...items: readonly string[]): object => ({ type: "bulletList", content: items.map(item) });
  const then = text(
    "Sepsis",
    paragraph("Give the drug for 5 days"),
    paragraph("Follow up after two weeks"),
    list("Check the weight", "Ask about allergies"),
    paragraph("The end"),
  );
  const now = text(
    "Sepsis",
    paragraph("Check renal function first"),
    paragraph("Give the drug for 50 days"),
    paragraph("A new paragraph that came later"),
    list("Measure the pressure", "Check the weight twice", "Ask about allergies"),
    paragraph("The end"),
  );
  const doc = documentOf(now);
  const fragment = doc.getXmlFragment(BODY_FIELD);
  const [renal, drug, later, list1, end] = fragment.toArray();
  bringBack(doc, then);
  const body = yXmlFragmentToProseMirrorRootNode(fragment, proseSchema());
  expect(body.toJSON()).toEqual(then.body.toJSON());
  const after = fragment.toArray();
  expect([after[0], after[2], after[3]]).toEqual([drug, list1, end]);
  expect(after).not.toContain(renal);
  expect(after).not.toContain(later);
});

/** Paragraphs, lists and headings of few words in any order: much is alike, and much nearly so. */
function anyText(dice: () => number): PastText {
  const word = (): string => ["dose", "daily", "twice", "2 g", "stop", "ask"][Math.floor(dice() * 6)] ?? "";
  const words = (): string => Array.from({ length: Math.floor(dice() * 4) }, word).join(" ");
  const block = (): object => {
    switch (Math.floor(dice() * 4)) {
      case 0:
        return {
          type: "heading",
          attrs: { level: 1 + Math.floor(dice() * 3) },
          content: [{ type: "text", text: word() }],
        };
      case 1:
        return {
          type: "bulletList",
          content: Array.from({ length: 1 + Math.floor(dice() * 3) }, () => ({
            type: "listItem",
            content: [paragraph(words()), ...(dice() < 0.3 ? [block()] : [])],
          })),
        };
      case 2:
        return { type: "blockquote", content: [paragraph(words()), paragraph(words(), "bold")] };
      default:
        return paragraph(words());
    }
  };
  return text(word(), ...Array.from({ length: 1 + Math.floor(dice() * 6) }, block));
}

test("whatever it said comes back out of whatever it says", { timeout: 60_000 }, () => {
  for (let seed = 1; seed <= 120; seed++) {
    let state = seed;
    const dice = (): number => {
      // Mulberry32: good enough to wander about, and the same every time.
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
    const [then, now] = [anyText(dice), anyText(dice)];
    const doc = documentOf(now);
    bringBack(doc, then);
    const body = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(BODY_FIELD), proseSchema());
    expect(body.toJSON(), `seed ${seed}`).toEqual(then.body.toJSON());
    expect(readTitle(doc)).toBe(then.title);
  }
});

test("bringing back what is there already changes nothing", () => {
  const then = text("Sepsis", paragraph("One"), paragraph("Two", "bold"));
  const doc = documentOf(then);
  const before = Y.encodeStateVector(doc);
  bringBack(doc, then);
  expect(Y.encodeStateVector(doc)).toEqual(before);
});

const id = (name: string): VersionId => name as VersionId;

function session(from: number, version: string | null): WorkSession {
  const ended = version === null ? null : id(version);
  return { from, until: from + 60_000, edits: 1, underWay: false, authors: [], version: ended };
}

function named(name: string, at: number): NamedVersion {
  return { id: id(name), name, at, by: null };
}

test("the timeline has a session whose end has a name once, and other names where they were given", () => {
  const noon = new Date(2026, 2, 4, 12).getTime();
  const before = new Date(2026, 2, 3, 12).getTime();
  const days = daysOf(
    [session(noon, null), session(before, "end")],
    [named("between", noon + 1_000), named("end", before + 60_000)],
  );
  const shown = days.map(({ entries }) => entries.map(({ kind, named: name }) => `${kind} ${name?.name ?? ""}`.trim()));
  expect(shown).toEqual([["session", "named between"], ["session end"]]);
});

test("two versions are compared at most; the first gives way to a third", () => {
  const [a, b, c] = [id("a"), id("b"), id("c")];
  expect(toggled([], a)).toEqual([a]);
  expect(toggled([a], b)).toEqual([a, b]);
  expect(toggled([a, b], c)).toEqual([b, c]);
  expect(toggled([a, b], a)).toEqual([b]);
});

test("the session that is under way is compared as what the document says now, by itself with what was before it", () => {
  const noon = new Date(2026, 2, 4, 12).getTime();
  const running = { ...session(noon, null), underWay: true };
  const ended = [session(noon - 3_600_000, "later"), session(noon - 7_200_000, "earlier")];
  const entries = daysOf([running, ...ended], []).flatMap((day) => day.entries);
  expect(entries.map(choiceOf)).toEqual([UNDER_WAY, id("later"), id("earlier")]);
  const pair = (...chosen: Choice[]): readonly unknown[] | null => {
    const compared = comparedBy(entries, chosen);
    return compared === null ? null : [compared.older.version, compared.newer?.version ?? "now"];
  };
  expect(pair()).toBeNull();
  expect(pair(UNDER_WAY)).toEqual([id("later"), "now"]);
  expect(pair(id("earlier"), UNDER_WAY)).toEqual([id("earlier"), "now"]);
  expect(pair(id("earlier"), id("later"))).toEqual([id("earlier"), id("later")]);
  // Where nothing of before is kept there is nothing to compare it with.
  expect(
    comparedBy(
      daysOf([running], []).flatMap((day) => day.entries),
      [UNDER_WAY],
    ),
  ).toBeNull();
});
