/** Suggestions: what is asked and read of the server, and what they are called. */
import { afterEach, expect, test, vi } from "vitest";
import { en } from "../../src/messages/en.ts";
import type { Branch, DocumentName, LedgerEntry } from "../../src/sync/index.ts";
import { branchesApi } from "../../src/sync/portal/branches-api.ts";
import { restAt } from "../../src/sync/rest.ts";
import { describeBranch, describeFate } from "../../src/ui/portal/branches/branch-words.ts";
import { changesPath } from "../../src/ui/portal/branches/paths.ts";
import { describeEntry } from "../../src/ui/words/ledger.ts";

const BASE = "https://consilium.example";
const document = "a/b" as DocumentName;
const name = "0190" as DocumentName;

const answer = {
  name,
  document: { name: document, title: " Sepsis ", community: "c", privacy: "portal", access: "read" },
  author: { id: "lia", name: "Lia" },
  kind: "suggestion",
  state: "open",
  note: "Because",
  madeAt: 1_000,
  takenInPart: false,
  access: "write",
  mine: true,
  mayMerge: false,
  mayDiscard: true,
};

const asked: string[] = [];

function serve(body: unknown): void {
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname} ${typeof init?.body === "string" ? init.body : ""}`.trim());
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  asked.length = 0;
});

test("each act asks for what it says", async () => {
  serve(answer);
  const api = branchesApi(restAt(BASE));
  await api.make(document, "draft");
  await api.one(name);
  await api.handIn(name, "Because");
  await api.merge(name, null);
  await api.merge(name, ["1", "2"]);
  await api.discard(name);
  await api.reopen(name);
  expect(asked).toEqual([
    'POST /api/v1/documents/a%2Fb/branches {"kind":"draft"}',
    "GET /api/v1/branches/0190",
    'POST /api/v1/branches/0190/hand-in {"note":"Because"}',
    "POST /api/v1/branches/0190/merge {}",
    'POST /api/v1/branches/0190/merge {"changes":["1","2"]}',
    "POST /api/v1/branches/0190/discard",
    "POST /api/v1/branches/0190/reopen",
  ]);
});

test("changes are read with their words, and with what the document says now where that matters", async () => {
  const same = { is: "same", text: "Give 2 g" };
  const more = { is: "inserted", text: " twice" };
  serve({
    changes: [
      { id: "1", what: "changed", block: "paragraph", under: "Doses", pieces: [same, more], looksOnly: false },
      { id: "2", what: "deleted", block: "paragraph", under: "", pieces: [], now: [same, more], looksOnly: false },
    ],
  });
  const [first, second] = await branchesApi(restAt(BASE)).changes(name);
  expect(first).toMatchObject({ what: "changed", under: "Doses", pieces: [same, more], now: null });
  expect(second?.now).toEqual([same, more]);
});

async function branch(change: object): Promise<Branch> {
  serve({ ...answer, ...change });
  return await branchesApi(restAt(BASE)).one(name);
}

const MINUTE_MS = 60_000;
const said = (of: Branch) => describeBranch(of, 3 * MINUTE_MS, "en", en);

test("the banner says where one is, who reads it, and what happens to it", async () => {
  const draft = said(await branch({ kind: "draft" }));
  expect(draft.title).toBe("Your draft for “Sepsis”");
  expect(draft.body).toContain("Only you can read it");
  expect(said(await branch({})).body).toContain("Everybody who reads the document can read your suggestion");
  const theirs = await branch({ mine: false, mayMerge: true });
  expect(said(theirs).title).toBe("Suggestion by Lia for “Sepsis”");
  expect(said(theirs).body).toContain("changes the suggestion, not the document");
  expect(said(await branch({ mine: false })).body).toContain("You can read it here");
  const merged = await branch({ state: "merged", closedAt: MINUTE_MS, closedBy: { id: "ada", name: "Ada" } });
  expect(said(merged).body).toBe("Ada took this suggestion into the document 2 minutes ago. It is only read now.");
  expect(describeFate(merged, 3 * MINUTE_MS, "en", en)).toBe("Taken by Ada 2 minutes ago");
  expect(describeFate(await branch({ takenInPart: true }), MINUTE_MS, "en", en)).toContain("Taken in part");
  expect(changesPath(merged)).toBe("/d/a%2Fb/suggestions/0190/changes");
});

test("the ledger says whose suggestion was taken, and how much of it", () => {
  const entry = (act: string, detail: object): LedgerEntry => ({
    seq: 1,
    at: 0,
    actor: "Ada",
    member: "Lia",
    act,
    detail: { document: "a/b", ...detail },
    hash: "00",
  });
  const titles = new Map([["a/b", "Sepsis"]]);
  const sentence = (act: string, detail: object = {}) => describeEntry(entry(act, detail), titles, "en", en).sentence;
  expect(sentence("suggestion-merged", { part: "all" })).toBe("Ada took the suggestion of Lia into “Sepsis”");
  expect(sentence("suggestion-merged", { part: "some" })).toBe(
    "Ada took a part of the suggestion of Lia into “Sepsis”",
  );
  expect(sentence("suggestion-discarded")).toBe("Ada discarded the suggestion of Lia for “Sepsis”");
  expect(sentence("suggestion-reopened")).toContain("again");
});
