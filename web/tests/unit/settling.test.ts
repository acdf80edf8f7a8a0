/** What the save label shows, and when, in virtual time. */
import { describe, expect, test } from "vitest";
import { BETTER_LASTS_MS, dueAt, type Settling, settle, settled, WORSE_LASTS_MS } from "../../src/ui/words/settling.ts";

const ORDER = ["saving", "device", "sent", "safe"] as const;
type State = (typeof ORDER)[number];
const rank = (state: State): number => ORDER.indexOf(state);

/** What is shown, from `[time, state]`s, looked at whenever something is due; until `end`. */
function shownOver(first: State, steps: readonly (readonly [number, State])[], end: number): [number, State][] {
  let settling: Settling<State> = settled(first);
  const shown: [number, State][] = [[0, first]];
  const look = (state: State, now: number): void => {
    settling = settle(settling, state, rank, now);
    if (settling.shown !== shown.at(-1)?.[1]) {
      shown.push([now, settling.shown]);
    }
  };
  for (const [at, state] of [...steps, [end, steps.at(-1)?.[1] ?? first] as const]) {
    for (let due = dueAt(settling); due !== null && due < at; due = dueAt(settling)) {
      look(settling.latest, due);
    }
    look(state, at);
  }
  return shown;
}

describe("the shown state", () => {
  test("does not change while each keystroke is safe within a moment", () => {
    const typing = Array.from({ length: 40 }, (_, index): [number, State] => [
      index * 40,
      index % 2 === 0 ? "saving" : "safe",
    ]);
    expect(shownOver("safe", typing, 5000)).toEqual([[0, "safe"]]);
  });

  test("is the worse one when that has lasted, at the latest then", () => {
    expect(shownOver("safe", [[100, "saving"]], 5000)).toEqual([
      [0, "safe"],
      [100 + WORSE_LASTS_MS, "saving"],
    ]);
  });

  test("is the worse one of that moment, when there were several", () => {
    const steps = [
      [100, "saving"],
      [250, "device"],
      [300, "sent"],
    ] as const;
    expect(shownOver("safe", steps, 5000)).toEqual([
      [0, "safe"],
      [100 + WORSE_LASTS_MS, "sent"],
    ]);
  });

  test("is the better one when that has lasted", () => {
    expect(shownOver("saving", [[100, "safe"]], 5000)).toEqual([
      [0, "saving"],
      [100 + BETTER_LASTS_MS, "safe"],
    ]);
  });

  test("stays the worse one while the better one does not last", () => {
    const steps = Array.from({ length: 20 }, (_, index): [number, State] => [
      1000 + index * 200,
      index % 2 === 0 ? "safe" : "sent",
    ]);
    expect(shownOver("sent", steps, 4900)).toEqual([[0, "sent"]]);
  });

  test("of one that is as good is shown at once, with what is new in it", () => {
    const next = settle(settled({ rank: 1, detail: "a" }), { rank: 1, detail: "b" }, (state) => state.rank, 0);
    expect(next.shown.detail).toBe("b");
  });

  test("is never better than the true one for longer than a moment, whatever happens", () => {
    let seed = 11;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let settling: Settling<State> = settled<State>("safe");
    let state: State = "safe";
    let betterSince: number | null = null;
    let changes = 0;
    for (let now = 0; now < 200_000; now++) {
      if (random(120) === 0) {
        state = ORDER[random(4)] ?? "safe";
      }
      const before = settling.shown;
      settling = settle(settling, state, rank, now);
      changes += settling.shown === before ? 0 : 1;
      betterSince = rank(settling.shown) > rank(state) ? (betterSince ?? now) : null;
      expect(betterSince === null || now - betterSince < WORSE_LASTS_MS).toBe(true);
    }
    expect(changes).toBeGreaterThan(50);
  });
});
