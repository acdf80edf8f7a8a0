/** What the pages of a demonstration decide by themselves. */
import { beforeEach, expect, test } from "vitest";
import { de } from "../../src/messages/de.ts";
import { en } from "../../src/messages/en.ts";
import { BegunAgain, noticeBeginning } from "../../src/sync/index.ts";
import { demoApi } from "../../src/sync/portal/demo-api.ts";

beforeEach(() => sessionStorage.clear());

test("a tab notices another beginning once, and the first one it sees is none", () => {
  expect(["a", "a", "b", "b", "c"].map(noticeBeginning)).toEqual([
    "the-same",
    "the-same",
    "another",
    "the-same",
    "another",
  ]);
});

test("that it has begun again is said until somebody has understood, also after the page began anew", () => {
  expect(BegunAgain.recall()).toBe(false);
  BegunAgain.remember();
  expect(BegunAgain.recall()).toBe(true);
  BegunAgain.forget();
  expect(BegunAgain.recall()).toBe(false);
});

test("the demonstration is read as the server tells it; a person without a role has left", async () => {
  const told = {
    beginning: "b",
    community: "c",
    colleaguesAtWork: true,
    people: [
      { key: "chair", accountId: "1", name: "Dr Miriam Halloran", role: "leader", simulated: false },
      { key: "deputy", accountId: "2", name: "Dr Chidi Okafor", simulated: true },
      { key: "broken" },
    ],
  };
  const unasked = () => Promise.reject(new Error("not asked for"));
  const api = demoApi({
    get: () => Promise.resolve(told),
    send: unasked,
    bytes: unasked,
    download: unasked,
    upload: unasked,
  });
  const { people, ...rest } = await api.ask();
  expect(rest).toEqual({ beginning: "b", community: "c", colleaguesAtWork: true });
  expect(people.map(({ key, role, simulated }) => [key, role, simulated])).toEqual([
    ["chair", "leader", false],
    ["deputy", null, true],
  ]);
});

test("there is a line about each of the five in every language", () => {
  for (const text of [en, de]) {
    expect(Object.keys(text.demo.about)).toEqual(["chair", "deputy", "physician", "pharmacist", "microbiologist"]);
  }
});
