/** The documents list: this device and the server, merged. */
import { describe, expect, test } from "vitest";
import { type DocumentName, type ListedDocument, mergeLibrary } from "../../src/sync/index.ts";

const listed = (name: string, title: string, updatedAt: number, deletedAt: number | null = null): ListedDocument => ({
  name: name as DocumentName,
  title,
  createdAt: 0,
  updatedAt,
  deletedAt,
});
const local = (name: string, title: string, updatedAt: number, unconfirmed = 0) => ({
  name,
  title,
  updatedAt,
  unconfirmed,
  setAside: 0,
  forkOf: null,
});

describe("the merged list", () => {
  test("without the server holds what this device holds, matched by title", () => {
    const entries = mergeLibrary([local("a", "Sepsis", 1), local("b", "Charter", 2)], null, " sep ");
    expect(entries.map(({ name, where }) => [name, where])).toEqual([["a", "unsure"]]);
  });

  test("names each document once, newest first, and says where it is", () => {
    const entries = mergeLibrary(
      [local("a", "A", 5), local("c", "C", 1)],
      { listed: [listed("a", "A", 2), listed("b", "B", 3)], binned: [] },
      "",
    );
    expect(entries.map(({ name, where }) => [name, where])).toEqual([
      ["a", "both"],
      ["b", "there"],
      ["c", "here"],
    ]);
  });

  test("lists no discussion, and what waits in one with its document", () => {
    const waiting = [local("a", "A", 5, 1), local("a/discussion", "", 6, 2), local("b/discussion", "", 7, 1)];
    const entries = mergeLibrary(waiting, null, "");
    expect(entries.map(({ name, unconfirmed }) => [name, unconfirmed])).toEqual([["a", 3]]);
  });

  test("lists no clinical question either, and what waits in one waits with its document", () => {
    const question = "a/question/0199a1b2-0000-7000-8000-000000000001";
    const waiting = [local("a", "A", 5, 1), local(question, "Why?", 6, 2), local("a/discussion", "", 7, 4)];
    const entries = mergeLibrary(waiting, null, "");
    expect(entries.map(({ name, unconfirmed }) => [name, unconfirmed])).toEqual([["a", 7]]);
  });

  test("keeps a binned document out, also when this device holds it", () => {
    const server = { listed: [], binned: [listed("a", "A", 1, 2)] };
    expect(mergeLibrary([local("a", "A", 5, 3)], server, "")).toEqual([]);
  });

  test("shows an unsent rename at once, and the server’s title otherwise", () => {
    const server = { listed: [listed("a", "Old", 1)], binned: [] };
    expect(mergeLibrary([local("a", "New", 2, 1)], server, "")[0]?.title).toBe("New");
    expect(mergeLibrary([local("a", "Stale", 2, 0)], server, "")[0]?.title).toBe("Old");
  });
});
