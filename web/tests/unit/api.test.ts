/** The list of documents over REST: pages, tokens, and failures in terms a person can act on. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { documentsApi, QUERY_LENGTH_MAX } from "../../src/sync/api.ts";
import type { DocumentName } from "../../src/sync/index.ts";

const base = "http://127.0.0.1:1";

afterEach(() => vi.unstubAllGlobals());

/** Answers requests in turn; gives what was asked. */
function serve(...answers: readonly (Response | Error)[]): Request[] {
  const asked: Request[] = [];
  const queue = [...answers];
  vi.stubGlobal("fetch", (input: URL, init: RequestInit) => {
    // The test environment's abort signals are not the runtime's.
    asked.push(new Request(input, { method: init.method ?? "GET", headers: init.headers ?? {} }));
    const answer = queue.shift() ?? new Error("no answer left");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return asked;
}

const json = (body: unknown, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const listed = (name: string) => ({ name, title: name, createdAt: 1, updatedAt: 2, deletedAt: null });

describe("listing", () => {
  test("asks for every page, with the query and the token", async () => {
    const asked = serve(json({ documents: [listed("a")], next: "2.1" }), json({ documents: [listed("b")] }));
    const list = await documentsApi(base, () => "t0ken").list({ query: "a b", deleted: false });
    expect(list.map((document) => document.name)).toEqual(["a", "b"]);
    expect(asked.map((request) => new URL(request.url).search)).toEqual([
      "?query=a+b&deleted=false",
      "?query=a+b&deleted=false&after=2.1",
    ]);
    expect(asked[1]?.headers.get("authorization")).toBe("Bearer t0ken");
  });

  test("asks for no more than the server takes, whatever the alphabet", async () => {
    const asked = serve(json({ documents: [] }));
    await documentsApi(base, () => null).list({ query: "医".repeat(2000), deleted: false });
    const query = new URL(asked[0]?.url ?? "").searchParams.get("query") ?? "";
    expect(query).toBe("医".repeat(QUERY_LENGTH_MAX));
    expect(new TextEncoder().encode(query).length).toBeLessThanOrEqual(1024);
  });

  test("leaves out entries that are none, and refuses an answer that is none", async () => {
    serve(json({ documents: [listed("a"), null, { title: "no name" }, 7] }));
    const list = await documentsApi(base, () => null).list({ query: "", deleted: true });
    expect(list.map((document) => document.name)).toEqual(["a"]);
    serve(json({ something: "else" }));
    await expect(documentsApi(base, () => null).list({ query: "", deleted: true })).rejects.toMatchObject({
      failure: { kind: "server" },
    });
  });
});

test("names are encoded in paths", async () => {
  const asked = serve(new Response(null, { status: 204 }), new Response(null, { status: 204 }));
  const api = documentsApi(base, () => null);
  await api.remove("a/b c" as DocumentName);
  await api.restore("a/b c" as DocumentName);
  expect(asked.map((request) => `${request.method} ${new URL(request.url).pathname}`)).toEqual([
    "DELETE /api/v1/documents/a%2Fb%20c",
    "POST /api/v1/documents/a%2Fb%20c/restore",
  ]);
});

describe("failures", () => {
  const problem = { title: "A sentence.", status: 0, code: "x", requestId: "r-17" };

  test.each([
    ["no network", new TypeError("fetch failed"), { kind: "unreachable" }],
    ["401", json(problem, 401), { kind: "unauthorised" }],
    ["403", json(problem, 403), { kind: "forbidden" }],
    ["404", json(problem, 404), { kind: "not-found" }],
    ["429", json(problem, 429), { kind: "too-many" }],
    ["500 with its reference", json(problem, 500), { kind: "server", reference: "r-17" }],
    ["500 without a body", new Response(null, { status: 500 }), { kind: "server", reference: null }],
    ["503", json(problem, 503), { kind: "unreachable" }],
    ["a proxy's page", new Response("<h1>Bad gateway</h1>", { status: 502 }), { kind: "unreachable" }],
    ["anything else", json(problem, 418), { kind: "other", title: "A sentence." }],
  ])("%s", async (_name, answer, failure) => {
    serve(answer);
    await expect(documentsApi(base, () => null).remove("a" as DocumentName)).rejects.toMatchObject({ failure });
  });
});
