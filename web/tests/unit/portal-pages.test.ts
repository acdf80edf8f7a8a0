/** What the pages of a portal decide by themselves: where to go, what to offer, what to show, how to say it. */
import { beforeEach, describe, expect, test } from "vitest";
import { en } from "../../src/messages/en.ts";
import {
  type AccountId,
  belongs,
  type CommunityId,
  invitableBy,
  isWider,
  type LedgerEntry,
  Memory,
  manages,
  parseCommunityId,
  privacies,
  roles,
  seesMembers,
} from "../../src/sync/index.ts";
import { describeBrowser } from "../../src/ui/portal/browser-words.ts";
import { dayValue, endOfDay } from "../../src/ui/portal/community/term.ts";
import { obstacleTo, type Viewer } from "../../src/ui/portal/editor/sharing-rules.ts";
import { nextOf, safePath, signInPath } from "../../src/ui/portal/next.ts";
import { isOfUse } from "../../src/ui/portal/shelves.ts";
import { describeEntry } from "../../src/ui/words/ledger.ts";

beforeEach(() => localStorage.clear());

describe("where one wanted to go", () => {
  test.each([
    ["/c/abc", "/c/abc"],
    ["/d/a%20b?x=1#part", "/d/a%20b?x=1#part"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["evil", "/"],
    ["", "/"],
    // No circle.
    ["/sign-in?next=%2Fsign-in", "/"],
  ])("%s leads to %s", (path, expected) => {
    expect(safePath(path)).toBe(expected);
  });

  test("survives the page for signing in", () => {
    const address = signInPath("/c/abc?x=1&y=2");
    expect(nextOf(new URL(address, "https://here.example").search)).toBe("/c/abc?x=1&y=2");
    expect(signInPath("/")).toBe("/sign-in");
    expect(nextOf("")).toBe("/");
  });
});

test("roles see and do what the server lets them", () => {
  const table = roles.map((role) => [manages(role), belongs(role), seesMembers(role)]);
  expect(table).toEqual([
    [true, true, true],
    [true, true, true],
    [false, true, true],
    [false, false, true],
    [false, false, false],
  ]);
  expect(invitableBy("leader")).toEqual(roles);
  expect(invitableBy("deputy")).toEqual(["deputy", "member", "guest", "listener"]);
  expect(invitableBy("member")).toEqual([]);
  expect([isWider("portal", "community"), isWider("private", "community"), isWider("portal", "portal")]).toEqual([
    true,
    false,
    false,
  ]);
});

describe("who may open a document to others", () => {
  const { sharing } = en.portal;
  const { noneOfYours } = en.joining.groups;
  const all = (policy: Parameters<typeof obstacleTo>[1], viewer: Partial<Viewer>) =>
    privacies.map((next) =>
      obstacleTo(next, policy, { role: "member", isCreator: false, isInSubGroup: true, ...viewer }, en),
    );

  test("a leader widens, but hides no document that others see", () => {
    const policy = { privacy: "community", mayNarrow: true, mayWiden: true } as const;
    expect(all(policy, { role: "leader" })).toEqual([sharing.mayNotHide, null, null, null, null]);
    expect(all(policy, { role: "leader", isInSubGroup: false })).toEqual([
      sharing.mayNotHide,
      noneOfYours,
      null,
      null,
      null,
    ]);
  });

  test("who started a draft lays it before a sub-group or the community, and no further", () => {
    const { mayNotWiden } = sharing;
    const isCreator = true;
    expect(all({ privacy: "private", mayNarrow: false, mayWiden: true }, { isCreator })).toEqual([
      null,
      null,
      null,
      mayNotWiden,
      mayNotWiden,
    ]);
    expect(all({ privacy: "sub-group", mayNarrow: true, mayWiden: true }, { isCreator })).toEqual([
      null,
      null,
      null,
      mayNotWiden,
      mayNotWiden,
    ]);
  });

  test("whose role is not known yet is offered nothing that takes one", () => {
    const { mayNotHide, mayNotWiden, roleUnknown } = sharing;
    expect(all({ privacy: "community", mayNarrow: true, mayWiden: true }, { role: null })).toEqual([
      mayNotHide,
      null,
      null,
      roleUnknown,
      roleUnknown,
    ]);
    expect(all({ privacy: "private", mayNarrow: false, mayWiden: true }, { role: null }).slice(2)).toEqual([
      null,
      roleUnknown,
      roleUnknown,
    ]);
    expect(all({ privacy: "community", mayNarrow: false, mayWiden: false }, { role: null }).slice(3)).toEqual([
      mayNotWiden,
      mayNotWiden,
    ]);
  });

  test("others change nothing", () => {
    const { mayNotHide, mayNotNarrow, mayNotWiden } = sharing;
    expect(all({ privacy: "community", mayNarrow: false, mayWiden: false }, { role: "deputy" })).toEqual([
      mayNotHide,
      mayNotNarrow,
      null,
      mayNotWiden,
      mayNotWiden,
    ]);
  });
});

test("a copy on this device is shown as long as it is of use", () => {
  const copy = { unconfirmed: 0, setAside: 0, forkOf: null };
  expect(isOfUse(copy, true)).toBe(true);
  expect(isOfUse(copy, null)).toBe(true);
  expect(isOfUse(copy, false)).toBe(false);
  for (const kept of [{ unconfirmed: 1 }, { setAside: 1 }, { forkOf: "other" }]) {
    expect(isOfUse({ ...copy, ...kept }, false)).toBe(true);
  }
});

describe("the memory of an account", () => {
  const community = "01900000-0000-7000-8000-000000000010" as CommunityId;
  const entry = {
    id: community,
    name: "Panel",
    accent: "#186a58",
    logo: null,
    role: "leader",
    memberCount: 2,
    requestCount: null,
    askedAt: null,
    steppedBackAt: null,
    stepBackAfterDays: null,
  } as const;

  test("outlives the page, and is nobody else’s", () => {
    const memory = new Memory("ada" as AccountId);
    memory.rememberCommunities([entry]);
    memory.rememberDocuments(community, ["a", "b"]);
    memory.rememberDocuments(community, ["c"]);
    const later = new Memory("ada" as AccountId);
    expect(later.communities()).toEqual([entry]);
    expect([...later.documents(community)].toSorted()).toEqual(["a", "b", "c"]);
    const other = new Memory("ben" as AccountId);
    expect(other.communities()).toBeNull();
    expect(other.documents(community).size).toBe(0);
  });

  test("lets go of a community that one does not belong to any more", () => {
    const memory = new Memory("ada" as AccountId);
    memory.rememberCommunities([entry]);
    memory.rememberCommunity({
      ...entry,
      description: "",
      defaultPrivacy: "community",
      joinPolicy: "invite",
      language: "en",
      createdAt: 1,
      askAfterDays: null,
    });
    expect(memory.community(community)?.name).toBe("Panel");
    memory.forgetCommunity(community);
    expect(memory.community(community)).toBeNull();
    expect(memory.communities()).toEqual([]);
  });

  test("is empty where something else wrote", () => {
    localStorage.setItem("consilium.portal.ada.communities", "[1");
    localStorage.setItem(`consilium.portal.ada.documents.${community}`, '{"a":1}');
    const memory = new Memory("ada" as AccountId);
    expect(memory.communities()).toBeNull();
    expect(memory.documents(community).size).toBe(0);
  });
});

test("an address names a community only by a UUID in lower case", () => {
  expect(parseCommunityId("01900000-0000-7000-8000-00000000000a")).not.toBeNull();
  for (const text of ["", "abc", "01900000-0000-7000-8000-00000000000A", "../x"]) {
    expect(parseCommunityId(text)).toBeNull();
  }
});

describe("the end of a term", () => {
  test("is the end of the day that was chosen, where it was chosen", () => {
    const end = endOfDay("2027-03-01");
    expect(new Date(end ?? 0).toString()).toContain("Mar 01 2027 23:59:59");
    expect(dayValue(end ?? 0)).toBe("2027-03-01");
    expect(dayValue((end ?? 0) + 1)).toBe("2027-03-02");
  });

  test("is nothing where no day was chosen", () => {
    expect([endOfDay(""), endOfDay("soon")]).toEqual([null, null]);
  });
});

describe("the ledger", () => {
  const entry = (act: string, detail: LedgerEntry["detail"] = {}, actor: string | null = "Ada"): LedgerEntry => ({
    seq: 1,
    at: 0,
    actor,
    member: detail["member"] === "id-ben" ? "Ben" : null,
    act,
    detail,
    hash: "00",
  });
  const titles = new Map([["doc-a", "Sepsis"]]);
  const say = (given: LedgerEntry) => describeEntry(given, titles, "en", en).sentence;

  test("reads as sentences, with names and titles for ids", () => {
    expect(say(entry("community-founded", { name: "Panel" }))).toBe("Ada founded the community “Panel”");
    expect(say(entry("role-changed", { member: "id-ben", from: "member", to: "guest" }))).toBe(
      "Ada made Ben, a member before, a guest",
    );
    expect(say(entry("privacy-changed", { document: "doc-a", from: "community", to: "portal" }))).toBe(
      "Ada changed who sees “Sepsis”. Before: the community. Now: everybody on this server",
    );
    expect(say(entry("community-changed", { name: "New", accent: "#000000" }))).toBe(
      "Ada changed the name to “New” and the colour",
    );
    expect(say(entry("community-exported", { documents: 1 }))).toBe("Ada downloaded the community, with 1 document");
    expect(say(entry("community-imported", { documents: 2, exportedAt: 9e15 }))).toMatch(
      /^Ada brought the community along from an archive of .+, with 2 documents$/,
    );
    expect(say(entry("access-granted", { member: "id-ben", document: "doc-a", access: "read" }))).toBe(
      "Ada decided that Ben may read “Sepsis”",
    );
  });

  test("says what was ended for good, and what happened by a rule and by nobody", () => {
    expect(say(entry("document-deleted-for-good", { document: "doc-x", reason: "Wrong place" }))).toBe(
      "Ada deleted a document for good",
    );
    expect(say(entry("leadership-handed-over", { member: "id-ben", from: "deputy", afterwards: "gone" }))).toBe(
      "Ada handed leadership over to Ben, and left the community",
    );
    expect(say(entry("inactivity-rule-changed", { askAfterDays: 90, stepBackAfterDays: 14 }))).toBe(
      "Ada decided: members who are away for 90 days are asked, and step back after 14 days without an answer",
    );
    expect(say(entry("inactivity-rule-changed", { askAfterDays: null, stepBackAfterDays: null }))).toBe(
      "Ada decided that nothing is done about members who are away",
    );
    expect(say(entry("member-stepped-back", { member: "id-ben", role: "leader" }, null))).toBe(
      "Ben was away, did not answer, and stepped back by the community’s rule",
    );
    expect(say(entry("leadership-passed", { member: "id-ben" }, null))).toMatch(/^Ben leads by the community’s rule/);
  });

  test("names nobody who is not known here, and no document that may not be seen", () => {
    const said = say(entry("role-changed", { member: "id-gone", from: "member", to: "guest" }, null));
    expect(said).toBe(`${en.portal.ledger.nobody} made ${en.portal.ledger.somebody}, a member before, a guest`);
    expect(say(entry("document-created", { document: "doc-x", privacy: "community" }))).not.toContain("doc-x");
  });

  test("says an act that it has no words for as it is, and every act that the server knows in words", () => {
    expect(say(entry("moon-landing"))).toBe("Ada: moon-landing");
    for (const act of [
      "community-founded",
      "community-changed",
      "invitation-made",
      "invitation-withdrawn",
      "member-joined",
      "role-changed",
      "member-removed",
      "member-left",
      "document-created",
      "privacy-changed",
      "access-granted",
      "member-came-back",
    ]) {
      expect(say(entry(act))).not.toContain(act);
    }
  });

  test("gives the reason where there is one", () => {
    const reasonOf = (detail: LedgerEntry["detail"]) =>
      describeEntry(entry("privacy-changed", detail), titles, "en", en).reason;
    expect([reasonOf({ reason: "Agreed." }), reasonOf({ reason: null }), reasonOf({})]).toEqual([
      "Agreed.",
      null,
      null,
    ]);
  });
});

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140",
    "Edge on Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"],
  ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537", "Chrome on Android"],
  ["curl/8.5", en.portal.account.unknownBrowser],
  ["", en.portal.account.unknownBrowser],
])("%s is told as %s", (userAgent, expected) => {
  expect(describeBrowser(userAgent, en.portal.account)).toBe(expected);
});
