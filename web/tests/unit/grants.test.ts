/** What a link says it allows: the server’s rule, to be said beforehand. */
import { expect, test } from "vitest";
import { type DocumentName, readGrants } from "../../src/sync/index.ts";

const grant = (docs: unknown, name: string) => readGrants(docs).of(name as DocumentName);

test("the most specific entry decides, also when it allows less", () => {
  const docs = { "*": "readonly", "team-*": "read-write", "team-secret-*": "none", "team-plan": "readonly" };
  expect(["other", "team-a", "team-secret-a", "team-plan"].map((name) => grant(docs, name))).toEqual([
    "read",
    "write",
    "none",
    "read",
  ]);
});

test("an unknown word, and a claim of another form, deny", () => {
  expect(grant({ a: "owner", b: 7 }, "a")).toBe("none");
  expect(grant({ a: "owner", b: 7 }, "b")).toBe("none");
  for (const docs of [undefined, null, "x", 3, []]) {
    expect(grant(docs, "a")).toBe("none");
  }
});

test("new documents get names that the link covers, if there are any", () => {
  expect(readGrants({ "*": "read-write" }).newNamesBegin).toBe("");
  expect(readGrants({ "team-*": "read-write", "team-x-*": "read-write" }).newNamesBegin).toBe("team-");
  expect(readGrants({ "team-*": "readonly", plan: "read-write" }).newNamesBegin).toBeNull();
});

test("one rule for everything is told from a list", () => {
  expect(readGrants({ "*": "readonly" }).everything).toBe(true);
  expect(readGrants({ "*": "readonly", plan: "read-write" }).everything).toBe(false);
  expect(readGrants({ plan: "read-write" }).everything).toBe(false);
});
