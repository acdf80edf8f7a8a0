/** Who is signed in, as far as a page knows: every event in every state. */
import { describe, expect, test } from "vitest";
import type { AccountId, SessionId } from "../../src/sync/portal/ids.ts";
import { beginning, type Event, isUnconfirmed, type Standing, step } from "../../src/sync/portal/standing.ts";

const account = (id: string, name = id) => ({ id: id as AccountId, name, email: `${id}@example.org` });
const ada = account("ada");
const told = (id: string): Event => ({ type: "told", who: { account: account(id), sessionId: "s" as SessionId } });
const inside = (id: string, sessionId: string | null = "s"): Standing => ({
  kind: "in",
  account: account(id),
  sessionId: sessionId as SessionId | null,
});
const asking: Standing = { kind: "unknown", reach: "asking" };
const lost: Standing = { kind: "unknown", reach: "lost" };
const out = (why: "never" | "left" | "ended"): Standing => ({ kind: "out", why });

describe("the beginning", () => {
  test("is inside for whom this device remembers, though nobody has confirmed it", () => {
    expect(beginning(ada)).toEqual(inside("ada", null));
    expect(isUnconfirmed(beginning(ada))).toBe(true);
    expect(isUnconfirmed(inside("ada"))).toBe(false);
  });

  test("is not known where the device remembers nobody", () => {
    expect(beginning(null)).toEqual(asking);
    expect(isUnconfirmed(asking)).toBe(false);
  });
});

const states = { asking, lost, out: out("left"), unconfirmed: inside("ada", null), inside: inside("ada") };

test.each([
  // The server's word is the last, whatever was known.
  ["asking", told("ada"), inside("ada")],
  ["lost", told("ada"), inside("ada")],
  ["out", told("ben"), inside("ben")],
  ["unconfirmed", told("ada"), inside("ada")],
  ["inside", told("ben"), inside("ben")],
  // Whoever was inside learns that it has ended; whoever was not has nothing to be told.
  ["asking", { type: "nobody" }, out("never")],
  ["lost", { type: "nobody" }, out("never")],
  ["out", { type: "nobody" }, out("left")],
  ["unconfirmed", { type: "nobody" }, out("ended")],
  ["inside", { type: "nobody" }, out("ended")],
  // Without network nobody is thrown out.
  ["asking", { type: "unreachable" }, lost],
  ["out", { type: "unreachable" }, out("left")],
  ["unconfirmed", { type: "unreachable" }, inside("ada", null)],
  ["inside", { type: "unreachable" }, inside("ada")],
  ["inside", { type: "left" }, out("left")],
  ["unconfirmed", { type: "left" }, out("left")],
] as const)("%s, then %o", (before, event, after) => {
  expect(step(states[before], event)).toEqual(after);
});

test("a new name is taken for the same account only", () => {
  expect(step(inside("ada"), { type: "renamed", account: account("ada", "Ada L.") })).toEqual({
    ...inside("ada"),
    account: account("ada", "Ada L."),
  });
  expect(step(inside("ada"), { type: "renamed", account: account("ben", "X") })).toEqual(inside("ada"));
  expect(step(out("left"), { type: "renamed", account: ada })).toEqual(out("left"));
});
