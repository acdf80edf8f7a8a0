/** Names of members: nothing in them pretends to be another name. */
import { beforeEach, expect, test } from "vitest";
import { heldMember, holdMember, memberCalled, plainName } from "../../src/sync/member.ts";

beforeEach(() => sessionStorage.clear());

test.each([
  ["Ada Lindqvist", "Ada Lindqvist"],
  ["  Zoë 医師 ", "Zoë 医師"],
  ["محمد", "محمد"],
  ["\u202eadA\u202c", "adA"],
  ["A\u2066d\u2069a", "Ada"],
  ["A\u0000d\u0007a\u009b\u2028", "Ada"],
  ["\u202e\u0001 ", ""],
])("%j is called %j", (typed, name) => {
  expect([plainName(typed), memberCalled(typed).name]).toEqual([name, name]);
});

test("what was kept in a tab is read the same way", () => {
  holdMember({ name: "\u202eadA", color: "#123456" });
  expect(heldMember()).toEqual({ name: "adA", color: "#123456" });
  holdMember({ name: "\u202e", color: "#123456" });
  expect(heldMember()).toBeNull();
});
