/** Names of documents in addresses: the rule of the protocol. */
import { expect, test } from "vitest";
import { parseDocumentName } from "../../src/sync/names.ts";

test.each(["a", "a".repeat(255), "ä".repeat(127), "with a space/and a slash", "医師"])("%j can be a name", (text) => {
  expect(parseDocumentName(text)).toBe(text);
});

test.each(["", "a".repeat(256), "ä".repeat(128), "\u0001abc", "a\0", "a\nb", "\u007f", "\u0085"])(
  "%j cannot",
  (text) => {
    expect(parseDocumentName(text)).toBeNull();
  },
);
