import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import {
  discardForeign,
  openConflicts,
  readValues,
  registerIn,
  type SettingId,
  setRegister,
  shownIn,
  stateOf,
  type Values,
  valuesOf,
} from "../../src/sync/question/registers.ts";

const STRENGTH = "strength";

function seat(client: number): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
}

function meet(...docs: readonly Y.Doc[]): void {
  for (const from of docs) {
    for (const to of docs) {
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  }
}

const strengthIn = (doc: Y.Doc) => registerIn(readValues(doc), STRENGTH);

/** Somebody sets it, having been shown what stands in their document. */
function choose(doc: Y.Doc, value: string | null): void {
  setRegister(doc, STRENGTH, value, 0, shownIn(strengthIn(doc)));
}

const valuesIn = (doc: Y.Doc): readonly unknown[] =>
  strengthIn(doc)
    .current.map(({ value }) => value)
    .sort();

describe("a register", () => {
  test("holds the later of two settings, when the second saw the first", () => {
    const doc = seat(1);
    expect(stateOf(strengthIn(doc))).toEqual({ kind: "unset" });
    choose(doc, "weak");
    choose(doc, "strong");
    expect(stateOf(strengthIn(doc))).toEqual({ kind: "settled", value: "strong" });
    expect(valuesOf(doc).length).toBe(1);
    choose(doc, null);
    expect(stateOf(strengthIn(doc))).toEqual({ kind: "settled", value: null });
  });

  test("holds what two set at once until somebody decides", () => {
    const [anna, bert] = [seat(1), seat(2)];
    choose(anna, "none");
    meet(anna, bert);
    choose(anna, "strong");
    choose(bert, "weak");
    meet(anna, bert);
    for (const doc of [anna, bert]) {
      expect(stateOf(strengthIn(doc)).kind).toBe("conflict");
      expect(valuesIn(doc)).toEqual(["strong", "weak"]);
      expect(openConflicts(readValues(doc))).toBe(1);
    }
    choose(bert, "strong");
    meet(anna, bert);
    expect(stateOf(strengthIn(anna))).toEqual({ kind: "settled", value: "strong" });
    expect(openConflicts(readValues(anna))).toBe(0);
  });

  test("keeps what came between the reading and the click", () => {
    const [anna, bert] = [seat(1), seat(2)];
    choose(anna, "weak");
    meet(anna, bert);
    const shown = shownIn(strengthIn(anna));
    choose(bert, "none");
    meet(anna, bert);
    setRegister(anna, STRENGTH, "strong", 0, shown);
    expect(valuesIn(anna)).toEqual(["none", "strong"]);
  });

  test("shows what reads as no setting, and loses it when somebody who saw it decides", () => {
    const doc = seat(1);
    choose(doc, "strong");
    valuesOf(doc).push([{ register: STRENGTH, value: "weak" }, "a word"]);
    expect(stateOf(strengthIn(doc)).kind).toBe("conflict");
    expect(openConflicts(readValues(doc))).toBe(2);
    choose(doc, "strong");
    expect(stateOf(strengthIn(doc))).toEqual({ kind: "settled", value: "strong" });
    const { foreign } = readValues(doc);
    expect(foreign.map(({ content }) => content)).toEqual(["a word"]);
    discardForeign(doc, new Set(foreign.map(({ id }) => id)));
    expect(openConflicts(readValues(doc))).toBe(0);
  });

  test("takes no name that is none", () => {
    for (const name of ["", "a\u0000", "ä".repeat(101)]) {
      expect(() => setRegister(seat(1), name, 1, 0, new Set())).toThrow(RangeError);
    }
  });
});

interface Vector {
  readonly name: string;
  readonly by: string;
  readonly update: string;
  readonly reads: object;
}

/** What a document reads as, in the words of the vectors. */
function describeValues({ registers, foreign, foreignMore }: Values): object {
  return {
    registers: Object.fromEntries(
      [...registers].map(([name, register]) => {
        const state = stateOf(register);
        const reads = {
          state: state.kind,
          ...(state.kind === "settled" ? { value: state.value } : {}),
          current: register.current.map(({ id, value, at, seen }) => ({ id, value, at, seen: [...seen].sort() })),
          foreign: register.foreign.map(({ id }) => id),
          replaced: register.replaced,
        };
        return [name, reads];
      }),
    ),
    foreign: foreign.map(({ id }) => id),
    foreignMore,
  };
}

describe("what Yjs and yrs write", () => {
  const file = join(import.meta.dirname, "../../../model/vectors/registers.json");
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { readonly vectors: readonly Vector[] };
  test.each(vectors)("$name is read as the vectors say", ({ update, reads }) => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Uint8Array.from(Buffer.from(update, "hex")));
    expect(describeValues(readValues(doc))).toEqual(reads);
  });
});

/** A small generator of numbers, so that a history that fails can be told by its seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe("concurrent histories", () => {
  const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);
  test.each(SEEDS)("nothing that nobody saw is overwritten (seed %i)", (seed) => {
    const roll = dice(seed);
    const docs = [seat(1), seat(2), seat(3), seat(4)];
    const made = new Set<SettingId>();
    /** What some author was shown when they set something else. */
    const seen = new Set<SettingId>();
    for (let step = 0; step < 40; step++) {
      const doc = docs[roll(docs.length)];
      const other = docs[roll(docs.length)];
      if (doc === undefined || other === undefined) {
        continue;
      }
      if (roll(3) === 0) {
        Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)));
        continue;
      }
      const before = shownIn(strengthIn(doc));
      // Sometimes a person was shown a part only: the rest came between the reading and the click.
      const shown = roll(4) === 0 ? new Set([...before].slice(1)) : before;
      setRegister(doc, STRENGTH, `value ${step}`, step, shown);
      for (const id of shown) {
        seen.add(id);
      }
      const mine = strengthIn(doc).current.find(({ value }) => value === `value ${step}`);
      expect(mine).toBeDefined();
      made.add(mine?.id as SettingId);
      for (const id of before) {
        if (!shown.has(id)) {
          expect(shownIn(strengthIn(doc)).has(id), `${id} was not shown`).toBe(true);
        }
      }
    }
    meet(...docs);
    const [first, ...others] = docs.map((doc) => strengthIn(doc).current.map(({ id }) => id));
    for (const current of others) {
      expect(current).toEqual(first);
    }
    const current = new Set(first);
    for (const id of made) {
      expect(current.has(id) || seen.has(id), `${id} is gone, and nobody saw it`).toBe(true);
      expect(current.has(id) && seen.has(id), `${id} was replaced, and is there`).toBe(false);
    }
    expect(current.size).toBeGreaterThan(0);
  });
});
