import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Authors, type DocumentAuthor } from "../../src/sync/discussion/authors.ts";

const me = { id: "me", name: "Anna" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function source(answers: (readonly DocumentAuthor[] | Error)[], recalled: readonly DocumentAuthor[] = []) {
  const kept: (readonly DocumentAuthor[])[] = [];
  let asked = 0;
  return {
    kept,
    asked: () => asked,
    ask: () => {
      asked += 1;
      const answer = answers.shift() ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    recall: () => recalled,
    remember: (authors: readonly DocumentAuthor[]) => void kept.push(authors),
  };
}

test("whom this device knows needs no question, and what it is told it keeps", async () => {
  const from = source([[{ id: "ben", name: "Ben", clients: [7] }]], [{ id: "zoe", name: "Zoe", clients: [5] }]);
  const authors = new Authors(from, me);
  authors.want([5]);
  expect(from.asked()).toBe(0);
  authors.want([5, 7]);
  await vi.advanceTimersByTimeAsync(0);
  const { idOf, nameOf } = authors.known.value;
  expect([idOf(5), idOf(7), idOf(9)]).toEqual(["zoe", "ben", null]);
  expect(["zoe", "ben", "me"].map(nameOf)).toEqual(["Zoe", "Ben", "Anna"]);
  expect(from.kept.at(-1)).toContainEqual({ id: "ben", name: "Ben", clients: [7] });
  authors.dispose();
});

test("what is one’s own is known before the server has said so", () => {
  const from = source([]);
  const authors = new Authors(from, me);
  authors.claim(9);
  expect(authors.known.value.idOf(9)).toBe("me");
  expect(from.kept).toEqual([[{ id: "me", name: "Anna", clients: [9] }]]);
  authors.dispose();
});

test("the server is asked at most every few seconds, and again when it could not be reached", async () => {
  const from = source([new Error("away"), [{ id: "ben", name: null, clients: [7] }]]);
  const authors = new Authors(from, me);
  authors.want([7]);
  authors.want([7]);
  await vi.advanceTimersByTimeAsync(100);
  expect(from.asked()).toBe(1);
  expect(authors.known.value.idOf(7)).toBeNull();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(from.asked()).toBe(2);
  expect(authors.known.value.idOf(7)).toBe("ben");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(from.asked()).toBe(2);
  authors.dispose();
});
