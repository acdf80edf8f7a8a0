/**
 * Real input: what the reviewer says of a recorded session of two people who wrote at the same time.
 *
 * Each line of the recorded text is a paragraph. Whenever one author gets to see the other's work, what came together is
 * what either wrote since the last moment that both had in common. What the report says is held against what the two
 * states say, paragraph by paragraph.
 */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { MergePlace, Reviewer } from "../../src/engine.js";
import { loadEngine } from "../../src/wasm.js";
import { AUTHORS, type Author, friendsforever, type Patch } from "./replay/trace.js";

const LIMIT_MS = 240_000;

/** How much of the session is written, in transactions of each author. */
const TRANSACTIONS = 1_200;

/** How many of the moments are looked at, evenly spread. */
const MOMENTS = 150;

const LONG_MS = 60 * 60 * 1000;

async function reviewer(): Promise<Reviewer> {
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(new URL(`../../wasm/${name}_bg.wasm`, import.meta.url)));
  const engine = await read("consilium_client");
  const { tools } = await loadEngine({ engine, reviewer: () => read("consilium_review") });
  return await tools.reviewer();
}

const bodyOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment("body");

function textOf(paragraph: unknown): Y.XmlText {
  if (!(paragraph instanceof Y.XmlElement)) {
    throw new Error("a paragraph is an element");
  }
  const [text] = paragraph.toArray();
  if (!(text instanceof Y.XmlText)) {
    throw new Error("a paragraph holds a text");
  }
  return text;
}

function newParagraph(words: string): Y.XmlElement {
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [new Y.XmlText(words)]);
  return paragraph;
}

/** Writes as an editor of paragraphs does: a new line splits one, a removed one joins two. */
function write(doc: Y.Doc, [at, removed, inserted]: Patch): void {
  const body = bodyOf(doc);
  let index = 0;
  let offset = at;
  while (offset > textOf(body.get(index)).length) {
    offset -= textOf(body.get(index)).length + 1;
    index += 1;
  }
  const text = textOf(body.get(index));
  let left = removed;
  while (left > 0) {
    const here = Math.min(left, text.length - offset);
    text.delete(offset, here);
    left -= here;
    if (left > 0) {
      text.insert(text.length, textOf(body.get(index + 1)).toString());
      body.delete(index + 1);
      left -= 1;
    }
  }
  const [first = "", ...more] = inserted.split("\n");
  text.insert(offset, first);
  if (more.length > 0) {
    const end = offset + first.length;
    const tail = text.toString().slice(end);
    text.delete(end, text.length - end);
    body.insert(
      index + 1,
      more.map((words, line) => newParagraph(line === more.length - 1 ? words + tail : words)),
    );
  }
}

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) {
    Y.applyUpdate(doc, update);
  }
  return doc;
}

/** What each paragraph says, by its name. */
function paragraphsIn(doc: Y.Doc): ReadonlyMap<string, string> {
  return new Map(
    bodyOf(doc)
      .toArray()
      .map((paragraph) => {
        const id = paragraph._item?.id;
        return [`${id?.client}.${id?.clock}`, textOf(paragraph).toString()];
      }),
  );
}

const nameOf = ({ path: [own] }: MergePlace): string => `${own?.client}.${own?.clock}`;

test("what two people wrote at once is told and decided paragraph by paragraph", { timeout: LIMIT_MS }, async () => {
  const { review, keep } = await reviewer();
  const { authors: all, origin } = friendsforever();
  const authors = all.map((transactions) => transactions.slice(0, TRANSACTIONS));
  const begun = new Y.Doc();
  bodyOf(begun).insert(0, [newParagraph("")]);
  const first = Y.encodeStateAsUpdate(begun);
  const desks = AUTHORS.map((client) => {
    const doc = Object.assign(docOf([first]), { clientID: client });
    return { doc, updates: [] as Uint8Array[], seen: 0 };
  }) as [Desk, Desk];
  const moments: { readonly me: Author; readonly seen: number; readonly mine: number; readonly next: number }[] = [];
  // Writes what can be written: a transaction waits until what its author had seen is written.
  for (let isStuck = false; !isStuck; ) {
    isStuck = true;
    for (const me of [0, 1] as const) {
      const other = me === 0 ? 1 : 0;
      const desk = desks[me];
      for (;;) {
        const next = authors[me]?.[desk.updates.length];
        if (next === undefined || next.seen > desks[other].updates.length) {
          break;
        }
        if (next.seen > desk.seen) {
          moments.push({ me, seen: desk.seen, mine: desk.updates.length, next: next.seen });
          for (const update of desks[other].updates.slice(desk.seen, next.seen)) {
            Y.applyUpdate(desk.doc, update);
          }
          desk.seen = next.seen;
        }
        const known = Y.encodeStateVector(desk.doc);
        let update = Y.encodeStateAsUpdate(desk.doc, known);
        desk.doc.once("update", (bytes: Uint8Array) => {
          update = bytes;
        });
        desk.doc.transact(() => {
          for (const patch of next.patches) {
            write(desk.doc, patch);
          }
        });
        desk.updates.push(update);
        isStuck = false;
      }
    }
  }

  const tally = { reviews: 0, both: 0, theirs: 0, mine: 0, longestMs: 0 };
  const together = moments.flatMap((moment) => {
    const other = moment.me === 0 ? 1 : 0;
    // What the other had seen of mine when they wrote the last of it.
    const common = authors[other]?.[moment.next - 1]?.seen ?? 0;
    return common < moment.mine ? [{ ...moment, other, common } as const] : [];
  });
  const every = Math.max(1, Math.floor(together.length / MOMENTS));
  for (const { me, other, seen, mine, next, common } of together.filter((_, index) => index % every === 0)) {
    const base = [
      Y.mergeUpdates([first, ...desks[me].updates.slice(0, common), ...desks[other].updates.slice(0, seen)]),
    ];
    const states = {
      base,
      mine: desks[me].updates.slice(common, mine),
      theirs: desks[other].updates.slice(seen, next),
    };
    const begin = performance.now();
    const report = review(states, LONG_MS);
    tally.longestMs = Math.max(tally.longestMs, performance.now() - begin);
    const [was, here, there] = [[], states.mine, states.theirs].map((more) =>
      paragraphsIn(docOf([...base, ...more])),
    ) as [ReadonlyMap<string, string>, ReadonlyMap<string, string>, ReadonlyMap<string, string>];
    const expected = [...was].flatMap(([name, words]) => {
      const [my, their] = [here.get(name), there.get(name)];
      return my !== words && their !== words && (my ?? their) !== undefined ? [name] : [];
    });
    const places = report?.places ?? [];
    const both = places.filter(({ who }) => who !== "mine" && who !== "theirs");
    expect(both.map(nameOf).sort()).toEqual(expected.sort());
    for (const place of places.filter(({ who }) => who === "mine" || who === "theirs")) {
      const [words, changed] = [was.get(nameOf(place)), place.who === "mine" ? here : there];
      const untouched = place.who === "mine" ? there : here;
      expect(changed.get(nameOf(place))).not.toBe(words);
      expect(untouched.get(nameOf(place))).toBe(words);
    }
    const merged = docOf([...base, ...states.mine, ...states.theirs]);
    for (const place of both) {
      for (const side of ["theirs", "mine"] as const) {
        const kept = keep([Y.encodeStateAsUpdate(merged)], report?.copies ?? first, place, side);
        const copy = docOf([Y.encodeStateAsUpdate(merged), kept.update]);
        const standing = kept.block === null ? undefined : paragraphsIn(copy).get(kept.block.join("."));
        expect(standing).toBe((side === "mine" ? here : there).get(nameOf(place)));
      }
    }
    tally.reviews += 1;
    tally.both += both.length;
    tally.theirs += report?.counts.theirs ?? 0;
    tally.mine += report?.counts.mine ?? 0;
  }
  console.log(`${origin}: ${together.length} moments with work of both, ${JSON.stringify(tally)}`);
  expect(tally.both).toBeGreaterThan(0);
});

interface Desk {
  readonly doc: Y.Doc;
  readonly updates: Uint8Array[];
  seen: number;
}
