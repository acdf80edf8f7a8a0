/** What a person may type as an address. */
import { expect, test } from "vitest";
import { completeAddress } from "../../src/editor/links.ts";

test.each([
  ["https://example.org/a", "https://example.org/a"],
  ["example.org", "https://example.org"],
  ["example.org:8080/a", "https://example.org:8080/a"],
  ["localhost", "https://localhost"],
  ["name@example.org", "mailto:name@example.org"],
  ["mailto:name@example.org", "mailto:name@example.org"],
  ["tel:+49301234", "tel:+49301234"],
  ["mailto:name@example.org?subject=a", "mailto:name@example.org?subject=a"],
  ["//example.org", null],
  ["/d/a", null],
  ["mailto:a", null],
  ["mailto:%", null],
  ["tel:", null],
  ["javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["two words", null],
  ["word", null],
  ["", null],
])("%j becomes %j", (typed, expected) => {
  expect(completeAddress(typed)).toBe(expected);
});
