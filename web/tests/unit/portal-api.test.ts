/** The REST interface of the portal: what is asked, and what is made of the answers. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { english } from "../../src/messages/index.ts";
import type { Answer } from "../../src/sync/answer.ts";
import { ApiError, type ApiFailure, type DocumentName } from "../../src/sync/index.ts";
import { archivesApi } from "../../src/sync/portal/archives-api.ts";
import { communitiesApi } from "../../src/sync/portal/communities-api.ts";
import { communityDocumentsApi } from "../../src/sync/portal/community-documents-api.ts";
import { forGoodApi } from "../../src/sync/portal/for-good-api.ts";
import type { AccountId, CommunityId, InvitationId, SubGroupId } from "../../src/sync/portal/ids.ts";
import { invitationsApi } from "../../src/sync/portal/invitations-api.ts";
import { firstPages, joiningApi } from "../../src/sync/portal/joining-api.ts";
import { ledgerApi } from "../../src/sync/portal/ledger-api.ts";
import { linksApi } from "../../src/sync/portal/links-api.ts";
import { membersApi } from "../../src/sync/portal/members-api.ts";
import { type Rest, restAt } from "../../src/sync/rest.ts";
import { archiveName } from "../../src/ui/portal/community/take-away.tsx";
import { describeArchiveFailure } from "../../src/ui/words/archive.ts";
import { FakePortal, PASSWORD } from "../fake/portal.ts";
import { BASE, servePortal } from "../fake/serve-portal.ts";

const rest = restAt(BASE);
const community = "01900000-0000-7000-8000-000000000010" as CommunityId;

let server: FakePortal;

beforeEach(async () => {
  server = new FakePortal();
  servePortal(server);
  await rest.send("POST", "/api/v1/session", { email: "ada@example.org", password: PASSWORD });
  server.asked.length = 0;
});

afterEach(() => vi.unstubAllGlobals());

test("communities are read as they are, with a colour and a role that the app knows", async () => {
  const [first] = await communitiesApi(rest).mine();
  expect(first).toEqual({
    id: community,
    name: "Regional sepsis panel",
    accent: "#186a58",
    logo: null,
    role: "leader",
    memberCount: 12,
    requestCount: null,
    askedAt: null,
    steppedBackAt: null,
    stepBackAfterDays: null,
  });
  expect(await communitiesApi(rest).one(community)).toMatchObject({ language: "en", defaultPrivacy: "community" });
});

test("an unknown role is the one with the least say, an unknown colour the product’s", async () => {
  vi.stubGlobal("fetch", () =>
    Promise.resolve(
      new Response(JSON.stringify({ communities: [{ id: community, name: "A", accent: "red", role: "king" }] })),
    ),
  );
  expect(await communitiesApi(rest).mine()).toMatchObject([{ role: "listener", accent: "#186a58" }]);
});

test("each act asks for what it says", async () => {
  const member = "01900000-0000-7000-8000-000000000002" as AccountId;
  const name = "a/b" as DocumentName;
  await membersApi(rest).change(community, member, { role: "guest" });
  await membersApi(rest).remove(community, member);
  await invitationsApi(rest).withdraw(community, "i" as InvitationId);
  await communityDocumentsApi(rest).setPrivacy(name, { privacy: "private" });
  await linksApi(rest).ask("invitation");
  await forGoodApi(rest).delete(name, "no longer needed");
  await forGoodApi(rest).handOver(community, member, "gone");
  await forGoodApi(rest).sayPresent(community);
  expect(server.asked).toEqual([
    `PATCH /communities/${community}/members/${member}`,
    `DELETE /communities/${community}/members/${member}`,
    `DELETE /communities/${community}/invitations/i`,
    "PUT /documents/a%2Fb/policy",
    "GET /links/invitation",
    "POST /documents/a%2Fb/delete-for-good",
    `POST /communities/${community}/hand-over`,
    `POST /communities/${community}/presence`,
  ]);
});

test("documents of a community say who sees them and what this member may do", async () => {
  const documents = await communityDocumentsApi(rest).list(community, { query: "", deleted: false });
  expect(documents.map(({ sharing }) => sharing)).toEqual([
    { privacy: "community", access: "write" },
    { privacy: "community", access: "write" },
    { privacy: "private", access: "write" },
    { privacy: "portal", access: "read" },
  ]);
});

test("the ledger goes on where the last page ended", async () => {
  const page = await ledgerApi(rest).page(community, "17");
  expect(server.asked).toEqual([`GET /communities/${community}/ledger?after=17`]);
  expect(page.next).toBeNull();
  expect(page.entries[0]).toMatchObject({ seq: 7, actor: "Ada Lindqvist", act: "privacy-changed" });
});

test("an archive is taken as it is, and refused to those it is not for", async () => {
  const archive = await archivesApi(rest).take(community);
  expect(server.asked).toEqual([`GET /communities/${community}/archive`]);
  expect(await archive.text()).toBe('"an archive"');
  server.signedIn = server.people.find(({ name }) => name === "Ben Okafor") ?? null;
  await expect(archivesApi(rest).take(community)).rejects.toMatchObject({ problem: { code: "members-only" } });
});

test("an archive is sent as it is, and what did not come along is told", async () => {
  expect(await archivesApi(rest).bring(new Blob(["PK"]))).toMatchObject({
    community: { name: "Brought along", role: "leader" },
    documents: 3,
    refused: ["Huge"],
  });
  expect(server.asked).toEqual(["POST /archives"]);
  const sent: RequestInit[] = [];
  vi.stubGlobal("fetch", (_: URL, init: RequestInit) => {
    sent.push(init);
    return Promise.resolve(
      new Response(JSON.stringify({ code: "no-archive", detail: "damaged" }), {
        status: 422,
        headers: { "content-type": "application/problem+json" },
      }),
    );
  });
  const archive = new Blob(["PK"]);
  const refused: unknown = await archivesApi(rest)
    .bring(archive)
    .catch((error: unknown) => error);
  expect(new Headers(sent[0]?.headers).get("content-type")).toBe("application/octet-stream");
  expect(sent[0]?.body).toBe(archive);
  expect(describeArchiveFailure(refused, "bring", english)).toBe(english.archive.refused.damaged);
});

test("what became of an archive is said as far as it is known", () => {
  const say = (failure: ApiFailure, code: string | null, way: "take" | "bring" = "bring", detail = "") =>
    describeArchiveFailure(
      new ApiError(failure, code === null ? null : { code, field: null, detail, waitSeconds: null }),
      way,
      english,
    );
  const { refused } = english.archive;
  const other: ApiFailure = { kind: "other", title: "?" };
  expect(say(other, "no-archive", "bring", "not-an-archive")).toBe(refused.notAnArchive);
  expect(say(other, "no-archive", "bring", "another-kind")).toBe(refused.anotherKind);
  expect(say(other, "too-large")).toContain("64 MB");
  expect(say({ kind: "unreachable" }, "busy")).toBe(refused.busy);
  expect(say({ kind: "unreachable" }, null)).toBe(refused.cutOff);
  expect(say({ kind: "unreachable" }, null, "take")).toBe(english.api.unreachable);
  expect(archiveName("Ward 3: Übergabe / handover", "community", new Date(0))).toBe(
    "ward-3-übergabe-handover-1970-01-01.zip",
  );
  expect(archiveName("!", "community", new Date(0))).toBe("community-1970-01-01.zip");
});

test("an answer without what it should hold is the server’s failure", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}")));
  await expect(communitiesApi(rest).mine()).rejects.toMatchObject({ failure: { kind: "server" } });
  await expect(linksApi(rest).ask("x")).rejects.toMatchObject({ failure: { kind: "server" } });
});

test("who may come in is asked for as it says", async () => {
  const account = "01900000-0000-7000-8000-000000000002" as AccountId;
  const group = "01900000-0000-7000-8000-000000000003" as SubGroupId;
  const name = "a/b" as DocumentName;
  const api = joiningApi(rest);
  await api.give(name, account, "comment", null);
  await api.takeBack(name, account);
  await api.addToSubGroup(community, group, account);
  await api.leaveSubGroup(community, group, account);
  await api.withdraw(community);
  await api.answer(community, account, "accept");
  expect(server.asked).toEqual([
    `PUT /documents/a%2Fb/grants/${account}`,
    `DELETE /documents/a%2Fb/grants/${account}`,
    `PUT /communities/${community}/sub-groups/${group}/members/${account}`,
    `DELETE /communities/${community}/sub-groups/${group}/members/${account}`,
    `DELETE /communities/${community}/join`,
    `POST /communities/${community}/join-requests/${account}`,
  ]);
});

test("a list is read page by page as far as it is wanted", async () => {
  const asked: string[] = [];
  const pages: Rest = {
    ...rest,
    get: (path) => {
      asked.push(path);
      return Promise.resolve({ items: [{ id: String(asked.length) }], next: ["a b", "c"][asked.length - 1] });
    },
    bytes: () => Promise.reject(new Error("nothing is sent")),
    send: () => Promise.reject(new Error("nothing is sent")),
    download: () => Promise.reject(new Error("nothing is sent")),
    upload: () => Promise.reject(new Error("nothing is sent")),
  };
  const read = (entry: Answer): string => entry.text("id");
  expect(await firstPages(pages, "/list", "items", read, 2)).toEqual({ items: ["1", "2"], hasMore: true });
  expect(asked).toEqual(["/list", "/list?after=a%20b"]);
});
