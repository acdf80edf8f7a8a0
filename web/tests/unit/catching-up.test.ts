/** Notifications and digests in words, where they lead, and what is offered first. */
import { describe, expect, test, vi } from "vitest";
import { english, loadCatalogue } from "../../src/messages/index.ts";
import type {
  AccountId,
  ChosenRole,
  CommunityId,
  Digest,
  DocumentName,
  DocumentNews,
  Notification,
} from "../../src/sync/index.ts";
import { digestApi } from "../../src/sync/portal/digest-api.ts";
import { notificationKinds, notificationsApi } from "../../src/sync/portal/notifications-api.ts";
import { restAt } from "../../src/sync/rest.ts";
import { factsOf, sayOffer } from "../../src/ui/portal/catching-up/digest-words.ts";
import { FOR_YOU_MAX, forYou } from "../../src/ui/portal/catching-up/for-you.ts";
import { pathOf, sentenceOf, whereOf } from "../../src/ui/portal/catching-up/told.ts";
import { isNews } from "../../src/ui/portal/catching-up/use-digest.ts";
import { daysOf, versionBefore } from "../../src/ui/portal/history/entries.ts";

const community = "01900000-0000-7000-8000-000000000010" as CommunityId;
const document = "a/b" as DocumentName;

const told = (change: Partial<Notification>): Notification => ({
  id: "1",
  at: 5,
  kind: "mention",
  actor: "Ada",
  actorId: "a",
  communityId: community,
  community: "Panel",
  isRead: false,
  document,
  title: "Sepsis",
  branch: null,
  thread: "7.0",
  round: null,
  subGroup: null,
  word: null,
  until: null,
  ...change,
});

const news = (change: Partial<DocumentNews>): DocumentNews => ({
  name: document,
  title: "Sepsis",
  access: "write",
  sessions: 0,
  edits: 0,
  authors: [],
  moreAuthors: 0,
  versions: [],
  comments: 0,
  mentions: [],
  waiting: [],
  waitingCount: 0,
  decided: [],
  ...change,
});

const digest = (change: Partial<Digest>): Digest => ({
  since: 5,
  documents: [],
  moreDocuments: 0,
  rounds: [],
  watched: 0,
  decisions: [],
  hasMoreDecisions: false,
  public: [],
  requests: null,
  endings: [],
  chosen: [],
  declaration: null,
  ...change,
});

describe("a notification", () => {
  test("says who did what in both languages, whatever it is", async () => {
    for (const [language, catalogue] of [
      ["en", english],
      ["de", await loadCatalogue("de")],
    ] as const) {
      const said = notificationKinds.map((kind) =>
        sentenceOf(told({ kind, word: "deputy", subGroup: "Dosage" }), language, catalogue),
      );
      expect(new Set(said).size).toBe(notificationKinds.length);
      for (const [index, sentence] of said.entries()) {
        // Nobody does it: a term ends by itself.
        expect(sentence).toMatch(notificationKinds[index] === "term-ends" ? /^(Your|Ihr)/ : /^Ada /);
      }
    }
    expect(sentenceOf(told({ kind: "role-changed", word: "deputy" }), "en", english)).toContain("a deputy leader");
    expect(sentenceOf(told({ kind: "access-granted", word: "comment" }), "en", english)).toBe(
      "Ada lets you comment on a document",
    );
    expect(sentenceOf(told({ kind: "access-granted", word: "none" }), "en", english)).toBe(
      "Ada took back what you were given for a document",
    );
    expect(sentenceOf(told({ kind: "access-granted", word: "read", until: 0 }), "en", english)).toMatch(
      /, until .*1970/,
    );
  });

  test("says of a term what ends and when", async () => {
    const until = Date.UTC(2026, 11, 3, 12);
    const guest = told({ kind: "term-ends", word: "guest", until, document: null });
    expect(sentenceOf(guest, "en", english)).toMatch(/^Your guest access ends on .*2026$/);
    expect(sentenceOf(guest, "de", await loadCatalogue("de"))).toMatch(/^Ihr Gastzugang endet am .*2026$/);
    expect(sentenceOf({ ...guest, document }, "en", english)).toMatch(/^Your access to this document ends on /);
  });

  test("leads to the very thread, suggestion or page", () => {
    expect(pathOf(told({}))).toBe("/d/a%2Fb?thread=7.0");
    const branch = "c" as DocumentName;
    expect(pathOf(told({ kind: "suggestion-made", thread: null, branch }))).toBe("/d/a%2Fb/suggestions/c/changes");
    expect(pathOf(told({ kind: "access-granted", thread: null }))).toBe("/d/a%2Fb");
    const nowhere = { document: null, thread: null };
    expect(pathOf(told({ ...nowhere, kind: "asks-to-join" }))).toBe(`/c/${community}/members`);
    expect(pathOf(told({ ...nowhere, kind: "sub-group-joined" }))).toBe(`/c/${community}/groups`);
    expect(pathOf(told({ ...nowhere, kind: "let-in" }))).toBe(`/c/${community}`);
    expect(whereOf(told({}), english)).toBe("Sepsis · Panel");
    expect(whereOf(told({ title: "" }), english)).toBe("Untitled document · Panel");
    expect(whereOf(told(nowhere), english)).toBe("Panel");
  });

  test("of a kind that this client does not know is passed over", async () => {
    const known = {
      id: "1",
      at: 1,
      kind: "mention",
      actor: "Ada",
      actorId: "a",
      communityId: community,
      community: "P",
    };
    const answer = {
      unread: 2,
      newest: { ...known, kind: "gossip" },
      notifications: [{ ...known, kind: "gossip" }, known],
    };
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer))));
    const api = notificationsApi(restAt("http://localhost"));
    expect(await api.unread()).toEqual({ count: 2, newest: null });
    expect((await api.list(1)).items.map(({ kind }) => kind)).toEqual(["mention"]);
    vi.unstubAllGlobals();
  });
});

describe("what is new about a document", () => {
  test("is said fact by fact, what concerns the viewer first", () => {
    const suggestion = { name: document, author: "Ben", isMine: false, mayMerge: true, state: "open" as const };
    const facts = factsOf(
      news({
        sessions: 2,
        edits: 31,
        authors: ["Ada", "Ben"],
        comments: 1,
        versions: ["Draft"],
        mentions: [told({}), told({ id: "2" })],
        waitingCount: 2,
        decided: [
          { ...suggestion, state: "merged", isMine: true },
          { ...suggestion, state: "discarded" },
        ],
      }),
      "en",
      english,
    );
    expect(facts).toEqual([
      "Ada mentions you",
      "your suggestion was taken",
      "Ben’s suggestion was discarded",
      "2 suggestions wait",
      "2 sessions of work, 31 edits, by Ada and Ben",
      "1 comment",
      "named: “Draft”",
    ]);
    expect(factsOf(news({ sessions: 1, edits: 1, authors: ["Ada"], moreAuthors: 3 }), "en", english)).toEqual([
      "1 session of work, 1 edit, by Ada and 3 more",
    ]);
    expect(factsOf(news({ sessions: 1, edits: 1 }), "en", english)).toEqual(["1 session of work, 1 edit"]);
  });

  test("is compared from the newest version that is not younger", () => {
    const version = (id: string, at: number) => ({ id, name: id, at, by: null }) as never;
    const entries = daysOf([], [version("old", 10), version("new", 20)]).flatMap(({ entries }) => entries);
    expect(versionBefore(entries, 25)?.at).toBe(20);
    expect(versionBefore(entries, 20)?.at).toBe(20);
    expect(versionBefore(entries, 19)?.at).toBe(10);
    expect(versionBefore(entries, 9)).toBeNull();
  });
});

describe("what is offered", () => {
  const joined = { seq: 1, at: 1, actor: "Cem", member: null, act: "member-joined", detail: {}, hash: "" };
  const all = digest({
    documents: [
      news({ mentions: [told({})], sessions: 1, comments: 4, waitingCount: 2 }),
      news({ name: "c" as DocumentName, title: "Charter", access: "read", sessions: 1 }),
    ],
    decisions: [joined, { ...joined, seq: 2 }],
    public: [{ name: document, title: "Sepsis" }],
    requests: 3,
  });
  const kinds = (...chosen: ChosenRole[]) => forYou({ ...all, chosen }, community, true).map(({ kind }) => kind);

  test("begins with what one is here for, and holds what concerns everybody", () => {
    expect(kinds()).toEqual(["mention", "requests", "waiting"]);
    expect(kinds("lead")).toEqual(["requests", "waiting", "mention"]);
    expect(kinds("contributor")).toEqual(["go-on", "mention", "requests", "waiting"]);
    expect(kinds("consultant")).toEqual(["waiting", "comments", "mention", "requests"]);
    expect(kinds("guide")).toEqual(["newcomers", "mention", "requests", "waiting"]);
    expect(kinds("promoter")).toEqual(["public", "invite", "mention", "requests", "waiting"]);
    expect(kinds("lead", "contributor", "consultant", "guide", "promoter")).toHaveLength(FOR_YOU_MAX);
  });

  test("says whose term ends, before what waits in documents", () => {
    const until = Date.UTC(2026, 11, 3, 12);
    const ending = { account: "a1" as AccountId, name: "Petra", role: "guest", until } as const;
    const offers = forYou({ ...all, endings: [ending] }, community, true);
    expect(offers.map(({ kind }) => kind)).toEqual(["mention", "requests", "ending", "waiting"]);
    const said = offers.map((offer) => sayOffer(offer, "en", english))[2];
    expect(said).toMatch(/^Petra is a guest until .*2026: make it longer, or let it end$/);
  });

  test("is what the digest knows, and nothing that the member may not do", () => {
    expect(forYou(digest({ chosen: ["promoter", "lead"] }), community, false)).toEqual([]);
    const offers = forYou({ ...all, chosen: ["guide", "contributor"] }, community, false);
    expect(offers.map((offer) => sayOffer(offer, "en", english))).toEqual([
      "New here: Cem",
      "Ada mentions you in “Sepsis”",
      "Go on with “Sepsis”",
      "3 people ask to join",
      "2 suggestions wait in “Sepsis”",
    ]);
    expect(new Set(offers.map(({ key }) => key)).size).toBe(offers.length);
  });

  test("a digest without anything says so", () => {
    expect(isNews(digest({}))).toBe(false);
    expect(isNews(digest({ requests: 0 }))).toBe(false);
    expect(isNews(all)).toBe(true);
  });
});

test("a digest is read as it is, and unknown words are passed over", async () => {
  const entry = { name: "a", title: "A", sessions: 1, edits: 2, authors: ["Ada", 5], versions: [], comments: 0 };
  const answer = {
    since: 7,
    documents: [{ ...entry, access: "own", mentions: [], waiting: [{ name: "b", author: "Ben" }], decided: [] }],
    decisions: [],
    public: [],
    chosenRoles: ["promoter", "king", "lead"],
  };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer))));
  const read = await digestApi(restAt("http://localhost")).of(community);
  vi.unstubAllGlobals();
  expect(read).toMatchObject({ since: 7, moreDocuments: 0, requests: null, chosen: ["lead", "promoter"] });
  expect(read.documents[0]).toMatchObject({ access: "read", authors: ["Ada"], waitingCount: 0 });
  expect(read.documents[0]?.waiting[0]).toMatchObject({ author: "Ben", isMine: false, state: "open" });
});
