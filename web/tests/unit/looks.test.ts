/** Those who are in one document look different, and nobody’s look changes without need. */
import { describe, expect, test } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { announce, peopleIn } from "../../src/editor/index.ts";
import { freeLook, type Look, MARKS, memberCalled, memberColours, wishedLook } from "../../src/sync/index.ts";

const LOOKS = memberColours.length * MARKS;

describe("a look", () => {
  test("is the same in every visit, however the name is written", () => {
    expect(memberCalled("Ada Lindqvist")).toEqual({
      name: "Ada Lindqvist",
      color: memberCalled(" ada lindqvist ").color,
    });
    expect(memberCalled("Ada", "u-17").color).toBe(memberCalled("Ada Lindqvist", "u-17").color);
    expect(wishedLook("Ada").mark).toBe(0);
    // The server draws the ids of a demonstration’s people by this rule (`demo/colours.rs`).
    expect(wishedLook("01900000-0000-7000-8000-000000000010").color).toBe("#1426aa");
  });

  test("is spread over all colours", () => {
    const names = Array.from({ length: 300 }, (_, index) => `Member ${index}`);
    expect(new Set(names.map((name) => wishedLook(name).color)).size).toBe(memberColours.length);
  });

  test("that somebody has is given to nobody else, until all are taken: colours first, marks then", () => {
    const taken: Look[] = [];
    for (let index = 0; index < LOOKS; index++) {
      taken.push(freeLook(wishedLook("Ada"), taken));
    }
    expect(new Set(taken.map(({ color, mark }) => `${color} ${mark}`)).size).toBe(LOOKS);
    expect(new Set(taken.slice(0, memberColours.length).map(({ color }) => color)).size).toBe(memberColours.length);
    expect(taken.slice(0, memberColours.length).every(({ mark }) => mark === 0)).toBe(true);
    expect(freeLook(wishedLook("Ada"), taken)).toEqual(wishedLook("Ada"));
  });
});

/** Pages that hear of each other at once. */
class Room {
  readonly pages: Awareness[] = [];

  enter(name: string, now: number, id?: string): Awareness {
    const page = new Awareness(new Y.Doc());
    for (const other of this.pages) {
      applyAwarenessUpdate(page, encodeAwarenessUpdate(other, [other.clientID]), "room");
    }
    this.pages.push(page);
    page.on("update", (_changes: unknown, origin: unknown) => {
      if (origin !== "room") {
        // What the server vouches for is in every state that comes back from it.
        if (id !== undefined) {
          Object.assign(page.getLocalState()?.["user"] ?? {}, { id });
        }
        const payload = encodeAwarenessUpdate(page, [page.clientID]);
        for (const other of this.pages.filter((candidate) => candidate !== page)) {
          applyAwarenessUpdate(other, payload, "room");
        }
      }
    });
    announce(page, { ...memberCalled(name), mark: 0 }, now);
    return page;
  }

  /** The looks as one page shows them, by name. */
  looks(page: Awareness): ReadonlyMap<number, string> {
    return new Map(peopleIn(page).map(({ key, color, mark }) => [key, `${color} ${mark}`]));
  }
}

describe("in one document", () => {
  test("thirty people of one name look different, and every page agrees", () => {
    const room = new Room();
    for (let index = 0; index < LOOKS; index++) {
      room.enter("Ada", index);
    }
    const [first, ...others] = room.pages.map((page) => room.looks(page));
    expect(new Set(first?.values()).size).toBe(LOOKS);
    for (const looks of others) {
      expect(looks).toEqual(first);
    }
    // One more than there are looks: no endless talk about it.
    room.enter("Ada", LOOKS);
    expect(room.looks(room.pages[0] as Awareness).size).toBe(LOOKS + 1);
  });

  test("who was here first keeps the look; who leaves changes nobody’s", () => {
    const room = new Room();
    const early = room.enter("Ada", 1);
    const before = room.looks(early).get(early.clientID);
    const late = room.enter("Ada", 2);
    expect(room.looks(late).get(early.clientID)).toBe(before);
    const own = room.looks(late).get(late.clientID);
    expect(own).not.toBe(before);
    early.setLocalState(null);
    expect(room.looks(late).get(late.clientID)).toBe(own);
  });

  test("two tabs of one person may look alike, where the server vouches for who it is", () => {
    const room = new Room();
    const one = room.enter("Ada", 1, "u-1");
    const two = room.enter("Ada", 2, "u-1");
    expect(room.looks(one).get(one.clientID)).toBe(room.looks(two).get(two.clientID));
  });

  test("what other clients announce is taken as far as it makes sense", () => {
    const room = new Room();
    const stock = new Awareness(new Y.Doc());
    stock.setLocalStateField("user", { name: "Stock", color: memberCalled("Ada").color, mark: "x", since: {} });
    room.pages.push(stock);
    const ada = room.enter("Ada", 1);
    expect(room.looks(ada).get(ada.clientID)).toBe(`${memberCalled("Ada").color} 0`);
    expect(peopleIn(ada).find(({ name }) => name === "Stock")).toMatchObject({ mark: 0 });
  });
});
