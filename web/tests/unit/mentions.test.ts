import { expect, test } from "vitest";
import { nameBeingTyped, offered, splitMentions, spokenTo } from "../../src/ui/comments/mentions.ts";

const ann = { id: "1", name: "Ann" };
const annLee = { id: "2", name: "Ann Lee" };
const ben = { id: "3", name: "Ben Okafor" };

test("a text is cut at the names in it, the longer one first", () => {
  const parts = splitMentions("@Ann Lee and @Ann, not @Zoe or Ben", [ann, annLee, ben]);
  expect(parts.map(({ text, mention }) => (mention === null ? text : [mention.id, text]))).toEqual([
    ["2", "@Ann Lee"],
    " and ",
    ["1", "@Ann"],
    ", not @Zoe or Ben",
  ]);
  expect(splitMentions("", [ann])).toEqual([]);
});

test("those are spoken to whose name is still there, once each", () => {
  expect(spokenTo("Dear @Ann Lee, @Ann Lee!", [annLee, ann, annLee])).toEqual([annLee]);
  expect(spokenTo("nobody", [ann])).toEqual([]);
});

test("a name is being typed behind an @ at the beginning of a word", () => {
  for (const [text, expected] of [
    ["@", { at: 0, typed: "" }],
    ["Hello @be", { at: 6, typed: "be" }],
    ["(@Ben Ok", { at: 1, typed: "Ben Ok" }],
    ["mail@be", null],
    ["Hello", null],
    ["@Ben\nnext", null],
  ] as const) {
    expect(nameBeingTyped(text, text.length), text).toEqual(expected);
  }
  expect(nameBeingTyped("@be and more", 3)).toEqual({ at: 0, typed: "be" });
});

test("names are offered by the beginning of any word in them", () => {
  const readers = [ann, annLee, ben];
  expect(offered(readers, "an")).toEqual([ann, annLee]);
  expect(offered(readers, "OK")).toEqual([ben]);
  expect(offered(readers, "e")).toEqual([]);
  expect(offered(readers, "")).toEqual(readers);
});
