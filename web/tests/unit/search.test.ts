/** Searching: what is asked, what is made of the answer, and which addresses lead where. */
import { afterEach, expect, test, vi } from "vitest";
import type { CommunityId, DocumentName } from "../../src/sync/index.ts";
import { searchApi } from "../../src/sync/portal/search-api.ts";
import { restAt } from "../../src/sync/rest.ts";
import { foundPath, readSearchAddress, searchPath } from "../../src/ui/portal/search/paths.ts";

const community = "01900000-0000-7000-8000-000000000010" as CommunityId;

afterEach(() => vi.unstubAllGlobals());

function answerWith(body: object): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string | URL | Request) => {
    const { pathname, search } = new URL(url instanceof Request ? url.url : url);
    asked.push(`${pathname}${search}`);
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
  return asked;
}

test("a search asks for what it says, and a page goes on where the last one ended", async () => {
  const asked = answerWith({ hits: [] });
  const api = searchApi(restAt("http://server.test"));
  expect(await api.find("früh & spät", null, null)).toEqual({ hits: [], next: null });
  await api.find("a", community, "0-1-2");
  await api.find("a", "library", null);
  expect(asked).toEqual([
    "/api/v1/search?query=fr%C3%BCh+%26+sp%C3%A4t",
    `/api/v1/search?query=a&community=${community}&after=0-1-2`,
    "/api/v1/search?query=a&community=library",
  ]);
});

test("a hit is read as it is; one that is not understood is left out", async () => {
  const hit = {
    name: "d",
    title: [{ text: "Title", found: true }],
    snippets: [{ parts: [{ text: "text", found: false }] }, { heading: "Above", parts: [] }],
    place: "community",
    community: { id: community, name: "Panel" },
    privacy: "portal",
    updatedAt: 7,
  };
  answerWith({ hits: [hit, { name: "e" }, { ...hit, privacy: "secret", place: "moon" }], next: "0-1-2" });
  const { hits, next } = await searchApi(restAt("http://server.test")).find("a", null, null);
  expect(next).toBe("0-1-2");
  expect(hits).toEqual([
    {
      name: "d",
      title: [{ text: "Title", found: true }],
      passages: [
        { heading: null, parts: [{ text: "text", found: false }] },
        { heading: "Above", parts: [] },
      ],
      place: "community",
      community: { id: community, name: "Panel" },
      privacy: "portal",
      updatedAt: 7,
    },
    expect.objectContaining({ privacy: "community", place: "library" }),
  ]);
});

test("addresses say what is looked for and where", () => {
  for (const address of [
    { query: "", within: null },
    { query: 'früh "und" spät&q=', within: null },
    { query: "a", within: "library" as const },
    { query: "a", within: community },
  ]) {
    const path = searchPath(address);
    expect(path.startsWith("/search")).toBe(true);
    expect(readSearchAddress(path.slice("/search".length))).toEqual(address);
  }
  expect(readSearchAddress("?in=nonsense")).toEqual({ query: "", within: null });
});

test("a document is opened at the first words that were found", () => {
  const name = "a/b" as DocumentName;
  expect(foundPath(name)).toBe("/d/a%2Fb");
  const parts = [
    { text: "x ", found: false },
    { text: "früh", found: true },
    { text: "y", found: true },
  ];
  expect(foundPath(name, parts)).toBe("/d/a%2Fb?find=fr%C3%BCh");
});
