/** What is set aside, as a person thinks of it. */
import type { SetAside } from "@consilium/client";
import { describe, expect, test } from "vitest";
import { canBeOfferedAgain, mattersOf, type RefusedEdits } from "../../src/sync/index.ts";

const MINUTE = 60_000;

const edit = (
  document: string,
  id: number,
  at: number,
  reason = "read-only",
  kept: "server" | "device" = "server",
): SetAside => ({ kind: "edit", document, title: document.toUpperCase(), id, reason, kept, at });

describe("refused edits", () => {
  test("of one document, one reason and one while are one matter, in the order in which they were made", () => {
    const matters = mattersOf([edit("a", 3, 3), edit("a", 1, 1), edit("a", 2, 2)]);
    expect(matters).toEqual([
      { kind: "edits", document: "a", title: "A", ids: [1, 2, 3], reason: "read-only", onServer: "all", at: 3 },
    ]);
  });

  test("say how much of them the server keeps", () => {
    const onServer = (...kept: ("server" | "device")[]) => {
      const [matter] = mattersOf(kept.map((who, index) => edit("a", index, index, "read-only", who)));
      return matter?.kind === "edits" ? matter.onServer : null;
    };
    expect([onServer("server", "server"), onServer("device"), onServer("server", "device", "server")]).toEqual([
      "all",
      "nothing",
      "some",
    ]);
  });

  test("for another reason, in another document or much later are another matter, the newest first", () => {
    const matters = mattersOf([
      edit("a", 1, 1),
      edit("b", 1, 2),
      edit("a", 2, 3),
      edit("a", 3, 4, "too-large"),
      edit("a", 4, 60 * MINUTE, "too-large"),
    ]);
    expect(matters.map((matter) => (matter.kind === "edits" ? [matter.document, matter.ids] : []))).toEqual([
      ["a", [4]],
      ["a", [3]],
      ["a", [1, 2]],
      ["b", [1]],
    ]);
  });

  test("belong together with what builds on them, and alone it is a matter of its own", () => {
    const together = mattersOf([edit("a", 1, 1), edit("a", 2, 2, "incomplete", "device")]);
    expect(together).toEqual([
      { kind: "edits", document: "a", title: "A", ids: [1, 2], reason: "read-only", onServer: "some", at: 2 },
    ]);
    expect(mattersOf([edit("a", 2, 2, "incomplete", "device")])).toHaveLength(1);
  });

  test("are offered again unless the reason lies in the edit itself", () => {
    const offered = (reason: string) => {
      const [matter] = mattersOf([edit("a", 1, 1, reason)]);
      return canBeOfferedAgain(matter as RefusedEdits);
    };
    expect(["read-only", "foreign-identity", "quarantine-full", "unknown"].map(offered)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["malformed", "too-large", "too-deep", "append-only", "poison"].map(offered)).toEqual(Array(5).fill(false));
  });
});

test("a copy of a replaced document is a matter of its own", () => {
  const fork: SetAside = { kind: "fork", document: "a", title: "A", fork: "f", at: 9, unconfirmed: 2 };
  expect(mattersOf([fork, edit("a", 1, 1)]).map(({ kind }) => kind)).toEqual(["copy", "edits"]);
});
