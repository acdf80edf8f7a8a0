/** The REST interface of the portal: what is asked, and what is made of the answers. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DocumentName } from "../../src/sync/index.ts";
import { communitiesApi } from "../../src/sync/portal/communities-api.ts";
import { communityDocumentsApi } from "../../src/sync/portal/community-documents-api.ts";
import type { AccountId, CommunityId, InvitationId } from "../../src/sync/portal/ids.ts";
import { invitationsApi } from "../../src/sync/portal/invitations-api.ts";
import { ledgerApi } from "../../src/sync/portal/ledger-api.ts";
import { linksApi } from "../../src/sync/portal/links-api.ts";
import { membersApi } from "../../src/sync/portal/members-api.ts";
import { restAt } from "../../src/sync/rest.ts";
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
    role: "leader",
    memberCount: 12,
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
  expect(server.asked).toEqual([
    `PATCH /communities/${community}/members/${member}`,
    `DELETE /communities/${community}/members/${member}`,
    `DELETE /communities/${community}/invitations/i`,
    "PUT /documents/a%2Fb/policy",
    "GET /links/invitation",
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

test("an answer without what it should hold is the server’s failure", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}")));
  await expect(communitiesApi(rest).mine()).rejects.toMatchObject({ failure: { kind: "server" } });
  await expect(linksApi(rest).ask("x")).rejects.toMatchObject({ failure: { kind: "server" } });
});
