/** Following whoever presents: who follows when, what moves the window, and what is believed of what presence says. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { presentedBy, readPresented, sayPresented } from "../../src/editor/presented.ts";
import { en } from "../../src/messages/en.ts";
import type { AccountId } from "../../src/sync/index.ts";
import { sayFollowing } from "../../src/ui/portal/meeting/follow-line.tsx";
import {
  type Following,
  type FollowState,
  follow,
  type Happened,
  NOT_FOLLOWING,
  WRITING_MS,
  whoStopped,
} from "../../src/ui/portal/meeting/following.ts";
import { Glide, type Scrolled } from "../../src/ui/portal/meeting/glide.ts";

const me = "me" as unknown as AccountId;

/** One step: `lena`, `dora`, `me` or `nobody` presents (`drafting`: while in a suggestion), `@seconds`, or what one does. */
function play(steps: string): FollowState {
  let state = NOT_FOLLOWING;
  let at = 0;
  for (const step of steps.split(" ").filter((word) => word !== "")) {
    if (step.startsWith("@")) {
      at = Number(step.slice(1)) * 1_000;
      continue;
    }
    const acts: Readonly<Record<string, Happened>> = {
      scrolled: { kind: "scrolled", at },
      clicked: { kind: "clicked", at },
      typed: { kind: "typed", at },
      stop: { kind: "stop" },
      follow: { kind: "follow" },
    };
    const [who, drafting] = step.split("/");
    state = follow(
      state,
      acts[step] ?? {
        kind: "presents",
        who: who === "nobody" ? null : (who as AccountId),
        me,
        at,
        isDrafting: drafting === "drafting",
      },
    );
  }
  return state;
}

const said = (following: Following): string => {
  switch (following.kind) {
    case "along":
      return `along ${following.who}`;
    case "away":
      return `away ${following.who} ${following.why}`;
    default:
      return following.kind;
  }
};

describe("who follows", () => {
  test.each([
    ["", "nobody"],
    ["scrolled", "nobody"],
    ["follow", "nobody"],
    ["lena", "along lena"],
    ["me", "presenting"],
    ["me scrolled", "presenting"],
    ["lena nobody", "nobody"],
    // Breaking away, by whatever they do themselves, and resuming.
    ["lena scrolled", "away lena moved"],
    ["lena clicked", "away lena moved"],
    ["lena typed", "away lena moved"],
    ["lena stop", "away lena stopped"],
    ["lena stop scrolled", "away lena stopped"],
    ["lena scrolled follow", "along lena"],
    ["lena typed follow", "along lena"],
    ["lena follow", "along lena"],
    ["lena lena", "along lena"],
    // Whoever writes is not moved when it begins.
    ["typed lena", "away lena writing"],
    ["typed @4 lena", "away lena writing"],
    ["typed @5 lena", "along lena"],
    ["typed @4 typed @8 lena", "away lena writing"],
    ["clicked lena", "along lena"],
    ["lena/drafting", "away lena writing"],
    ["typed lena follow", "along lena"],
    // Somebody else presents: that is another matter. The same one again is not.
    ["lena dora", "along dora"],
    ["lena scrolled dora", "along dora"],
    ["lena scrolled nobody lena", "away lena stopped"],
    ["lena scrolled nobody lena follow nobody lena", "along lena"],
    ["lena scrolled dora nobody lena", "along lena"],
    ["lena nobody lena", "along lena"],
    ["lena me nobody lena", "along lena"],
    ["lena scrolled me nobody lena", "away lena stopped"],
  ])("%s: %s", (steps, expected) => {
    expect(said(play(steps).following)).toBe(expected);
  });

  test("nothing that changes nothing makes another state", () => {
    const state = play("typed @10 lena");
    expect(follow(state, { kind: "typed", at: 10_400 }).following.kind).toBe("away");
    const away = play("lena typed");
    expect(follow(away, { kind: "typed", at: WRITING_MS / 10 })).toBe(away);
    expect(follow(away, { kind: "scrolled", at: 1 })).toBe(away);
    expect(follow(NOT_FOLLOWING, { kind: "clicked", at: 1 })).toBe(NOT_FOLLOWING);
  });

  test("only who followed is told that it is over", () => {
    const end = (steps: string): string | null => whoStopped(play(steps).following, play(`${steps} nobody`).following);
    expect(end("lena")).toBe("lena");
    expect(end("lena scrolled")).toBeNull();
    expect(end("me")).toBeNull();
    expect(whoStopped(play("lena").following, play("lena dora").following)).toBeNull();
  });

  test("each standing has its words", () => {
    const words = (steps: string): string => sayFollowing(play(steps).following, (who) => who, en.meeting.follow);
    expect(words("")).toBe("");
    expect(words("lena")).toBe("You follow lena.");
    expect(words("lena scrolled")).toBe("You are no longer following lena.");
    expect(words("typed lena")).toMatch(/^lena presents/);
    expect(words("me")).toMatch(/^You present/);
  });
});

/** A window of 10,000 pixels. */
class Page implements Scrolled {
  at = 0;
  time = 10_000;
  steps: (() => void)[] = [];
  top = (): number => this.at;
  bottom = (): number => 10_000;
  moveTo = (top: number): void => {
    this.at = top;
  };
  soon = (step: () => void): (() => void) => {
    this.steps.push(step);
    return () => {
      this.steps = this.steps.filter((each) => each !== step);
    };
  };
  now = (): number => this.time;

  /** Draws `count` times; how often there was nothing to do any more. */
  draw(count: number): number {
    let idle = 0;
    for (let frame = 0; frame < count; frame++) {
      const [step] = this.steps.splice(0, 1);
      idle += step === undefined ? 1 : 0;
      step?.();
    }
    return idle;
  }
}

describe("the window", () => {
  const began = (): { page: Page; glide: Glide; foreign: ReturnType<typeof vi.fn> } => {
    const page = new Page();
    const foreign = vi.fn();
    const glide = new Glide(page, foreign as unknown as () => void);
    page.time += 1_000;
    return { page, glide, foreign };
  };

  test("goes there in steps, never past it, and rests", () => {
    const { page, glide, foreign } = began();
    glide.to(2_000, false);
    const seen: number[] = [];
    for (let frame = 0; frame < 60; frame++) {
      page.draw(1);
      glide.scrolled();
      seen.push(page.at);
    }
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(page.at).toBe(2_000);
    expect(page.draw(3)).toBe(3);
    expect(foreign).not.toHaveBeenCalled();
  });

  test("goes there at once where that is wished, and no further than there is text", () => {
    const { page, glide } = began();
    glide.to(700, true);
    expect(page.at).toBe(700);
    glide.to(99_999, true);
    expect(page.at).toBe(10_000);
    glide.to(-5, true);
    expect(page.at).toBe(0);
  });

  test("goes on to a newer place from where it is", () => {
    const { page, glide } = began();
    glide.to(2_000, false);
    page.draw(3);
    const between = page.at;
    glide.to(100, false);
    page.draw(1);
    expect(page.at).toBeLessThan(between);
    page.draw(80);
    expect(page.at).toBe(100);
  });

  test("that somebody else moves stops at once and tells, in the middle of a step too", () => {
    const { page, glide, foreign } = began();
    glide.to(2_000, false);
    page.draw(3);
    page.at += 50;
    const moved = page.at;
    page.draw(5);
    expect(foreign).toHaveBeenCalledTimes(1);
    expect(page.at).toBe(moved);
    page.at = 5;
    glide.scrolled();
    expect(foreign).toHaveBeenCalledTimes(2);
  });

  test("that a growing text moves is nobody's doing", () => {
    const { page, glide, foreign } = began();
    glide.layoutChanged();
    page.at = 300;
    glide.scrolled();
    expect(foreign).not.toHaveBeenCalled();
    page.time += 1_000;
    page.at = 400;
    glide.scrolled();
    expect(foreign).toHaveBeenCalledTimes(1);
  });
});

describe("what presence says", () => {
  const made: Awareness[] = [];
  const client = (): Awareness => {
    const awareness = new Awareness(new Y.Doc());
    made.push(awareness);
    return awareness;
  };
  afterEach(() => {
    for (const awareness of made.splice(0)) {
      awareness.destroy();
    }
  });
  const hear = (mine: Awareness, theirs: Awareness): void =>
    applyAwarenessUpdate(mine, encodeAwarenessUpdate(theirs, [theirs.clientID]), "wire");
  const somebody = (id: string, at: number, fraction: number): Awareness => {
    const awareness = client();
    awareness.setLocalStateField("user", { id, name: id, color: "#336699", mark: 1 });
    sayPresented(awareness, { at, place: { block: { client: 1, clock: 2 }, fraction }, selection: null });
    return awareness;
  };

  test("is taken only from whom the server names, from their last window, and until they say no more", () => {
    const mine = client();
    const cheat = somebody("mia", 9_000, 0.9);
    const [desk, phone] = [somebody("lena", 1_000, 0.1), somebody("lena", 2_000, 0.2)];
    for (const each of [cheat, desk, phone]) {
      hear(mine, each);
    }
    expect(presentedBy(mine, "lena")).toMatchObject({
      at: 2_000,
      place: { fraction: 0.2 },
      look: { color: "#336699" },
    });
    expect(presentedBy(mine, "dora")).toBeNull();
    sayPresented(phone, null);
    hear(mine, phone);
    expect(presentedBy(mine, "lena")).toMatchObject({ place: { fraction: 0.1 } });
  });

  test("of one's own window is nothing to follow", () => {
    const mine = somebody("lena", 1, 0);
    expect(presentedBy(mine, "lena")).toBeNull();
  });

  const place = { block: { client: 1, clock: 2 }, fraction: 0.5 };
  test.each([
    null,
    "there",
    [],
    {},
    { at: "1", place, selection: null },
    { at: Number.NaN, place, selection: null },
    { at: 1, place: null, selection: null },
    { at: 1, place: { block: { client: -1, clock: 2 }, fraction: 0.5 }, selection: null },
    { at: 1, place: { block: { client: 1.5, clock: 2 }, fraction: 0.5 }, selection: null },
    { at: 1, place: { block: {}, fraction: 0.5 }, selection: null },
    { at: 1, place: { fraction: 0.5 }, selection: null },
    { at: 1, place: { ...place, fraction: 1.5 }, selection: null },
    { at: 1, place: { ...place, fraction: Number.NaN }, selection: null },
  ])("in another form is nothing: %j", (value) => {
    expect(readPresented(value)).toBeNull();
  });

  test("of a selection in another form leaves the place", () => {
    expect(readPresented({ at: 1, place, selection: { start: 1, end: {} } })).toEqual({
      at: 1,
      place,
      selection: null,
    });
    const end = { type: null, tname: "body", item: null, assoc: 0 };
    expect(readPresented({ at: 1, place, selection: { start: end, end } })?.selection).toEqual({ start: end, end });
  });
});
