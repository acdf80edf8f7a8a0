/** Meetings: what the server sends is read as a whole, what is sent is what the server reads, and time does not drift. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import rules from "../../../docs/meetings.md?raw";
import { de } from "../../src/messages/de.ts";
import { en } from "../../src/messages/en.ts";
import { Answer } from "../../src/sync/answer.ts";
import type { AccountId, CommunityId, DocumentName } from "../../src/sync/index.ts";
import { BallotSecrets } from "../../src/sync/meeting/ballot-secrets.ts";
import { ServerClock } from "../../src/sync/meeting/clock.ts";
import { type Command, writeCommand } from "../../src/sync/meeting/command.ts";
import { type MeetingId, parseMeetingId } from "../../src/sync/meeting/ids.ts";
import { LiveMeeting, REOPEN_MS, type Stream, TELL_MS } from "../../src/sync/meeting/live-meeting.ts";
import { meetingsApi } from "../../src/sync/meeting/meetings-api.ts";
import { readMinutes } from "../../src/sync/meeting/minutes.ts";
import { readGlimpse, readView } from "../../src/sync/meeting/read-view.ts";
import type { Inside, View } from "../../src/sync/meeting/view.ts";
import { ApiError, restAt } from "../../src/sync/rest.ts";
import { findNames } from "../../src/ui/portal/meeting/choose-people.tsx";
import { sayLeft } from "../../src/ui/portal/meeting/countdown.tsx";
import { areOptions, optionsIn } from "../../src/ui/portal/meeting/options-text.ts";
import { headingsShown } from "../../src/ui/portal/meeting/places.ts";
import { describeMeetingFailure } from "../../src/ui/portal/meeting/refusal-words.ts";
import { placeOfHand, sayStanding, whyNot } from "../../src/ui/portal/meeting/standing.ts";
import scenes from "../fake/meeting-views.json";

/** As the model’s own tests play them, in the language of its scripts. */
const played: {
  readonly views: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly commands: readonly unknown[];
} = scenes;

const START = 1_800_000_000_000;
const [mia, max, lena, mo] = ["mia", "max", "lena", "mo"] as unknown as [AccountId, AccountId, AccountId, AccountId];
const q1 = "q1" as DocumentName;
const q2 = "q2" as DocumentName;

function viewOf(name: string): View {
  return readView(new Answer(played.views[name]));
}

function insideOf(name: string, change: Partial<Inside> = {}): Inside {
  const view = viewOf(name);
  if (view.kind !== "inside") {
    throw new Error(`${name} is ${view.kind}`);
  }
  return { ...view.inside, ...change };
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a view", () => {
  test("is read with everything that goes on in the room", () => {
    const { room, ...inside } = insideOf("mia");
    expect(inside).toMatchObject({
      phase: "open",
      seat: "member",
      lead: { kind: "chair", chair: lena },
      leader: lena,
      deputies: ["dora"],
      current: 0,
      recused: null,
      timer: { kind: "running", until: START + 600_000 },
      floor: { kind: "hands" },
      freeze: [lena, mia],
      locks: [{ place: { document: q2, section: null }, editors: [mia] }],
      balance: null,
    });
    expect(inside.may.has("raise-hand") && !inside.may.has("freeze")).toBe(true);
    expect(inside.present.get("gus" as AccountId)).toBe("guest");
    expect(inside.items[0]).toMatchObject({ title: "Fever", timeBox: 600_000, place: { document: q1, section: null } });
    expect(inside.items[0]?.recused.get(mo)).toBe("read-only");
    expect(room?.turn).toEqual({ who: max, until: START + 120_000 });
    expect(room?.hands).toEqual([{ who: mia, isFirst: true }]);
    expect(room?.gathering).toEqual({ place: { document: q1, section: "Doses" }, at: START + 10_000, staying: [mia] });
    expect(room?.spotlight).toEqual({ document: q2, section: null });
    expect(room?.presenting).toEqual({ who: lena, document: q2 });
    expect(room?.poll).toMatchObject({
      poll: { kind: "question", question: "Tea?", options: ["yes", "no"] },
      answered: 1,
      mine: { kind: "choice", option: 0 },
      counts: null,
    });
    const [counted, voided, open] = room?.rounds ?? [];
    expect(counted).toMatchObject({ result: { cast: 2, counts: [0, 1], abstained: 1, isQuorate: true } });
    expect(counted?.named.get(max)).toEqual({ kind: "abstain" });
    expect(voided?.voided).toEqual({ kind: "chair", reason: "mistake" });
    expect(open).toMatchObject({ mayVote: true, haveVoted: true, mine: { kind: "choice", option: 1 }, result: null });
    expect(room?.motions.map(({ text, by }) => [text, by])).toEqual([
      ["Twice", mia],
      ["Thrice", max],
    ]);
    expect(room?.decided).toMatchObject([{ motion: { text: "Once", secondedBy: max }, end: "carried" }]);
    expect(insideOf("lena").balance?.get(max)).toEqual({ hands: 1, turns: 1 });
  });

  test("is read in every other state that the model plays", () => {
    expect(insideOf("grace").lead).toEqual({ kind: "grace", chair: lena, until: START + 45_000 });
    expect(insideOf("election").lead).toMatchObject({ kind: "election", until: START + 106_000 });
    expect(insideOf("over")).toMatchObject({ timer: { kind: "over" }, floor: { kind: "editors", names: [mia] } });
    expect(insideOf("absent")).toMatchObject({ recused: "absent", room: null });
    expect(insideOf("paused").timer).toEqual({ kind: "paused", left: 60_000 });
    expect(insideOf("peers")).toMatchObject({ seat: "peer", leader: null, lead: { kind: "nobody" } });
    expect(viewOf("lobby")).toEqual({ kind: "lobby", ahead: 0, removed: null });
    expect(viewOf("removed")).toEqual({ kind: "removed", reason: "loud", by: lena });
    expect(viewOf("outside")).toEqual({ kind: "outside" });
  });

  test.each([
    ["timer", { fast: 1 }],
    ["timer", { running: 1, paused: 2 }],
    ["lead", "everybody"],
    ["floor", { editors: "mia" }],
    ["phase", "paused"],
    ["present", null],
    ["items", [{ id: 0 }]],
    ["room", {}],
  ])("with a %s that is not understood is not half-read", (field, value) => {
    const strange = { ...played.views["mia"], [field]: value };
    expect(() => readView(new Answer(strange))).toThrow(ApiError);
  });

  test("with a deed that this app does not know offers the others", () => {
    const view = readView(new Answer({ ...played.views["mia"], may: ["dance", "stay"] }));
    expect(view.kind === "inside" && [...view.inside.may]).toEqual(["stay"]);
  });
});

test("commands are written as the model reads them", () => {
  const text = "74".repeat(32);
  const commands: readonly Command[] = [
    { do: "set-floor", mode: { kind: "editors", names: [max, mia] } },
    { do: "set-floor", mode: { kind: "hands" } },
    { do: "open-poll", poll: { kind: "question", question: "Lunch?", options: ["now", "later"] } },
    { do: "open-poll", poll: { kind: "overrun" } },
    { do: "cast-ballot", round: 0, text, slot: "61".repeat(32), ballot: { kind: "choice", option: 1 } },
    { do: "cast-ballot", round: 0, text, slot: null, ballot: { kind: "abstain" } },
    { do: "freeze", except: [] },
    { do: "gather", place: { document: q1, section: "Doses" }, countdown: 10_000 },
    { do: "give-floor", who: mia, time: null },
    { do: "add-item", item: { title: "Fever", place: { document: q1, section: null }, timeBox: 600_000 } },
    {
      do: "open-round",
      round: {
        item: 0,
        document: q1,
        text,
        rule: {
          words: "More than half of those who vote.",
          hash: "72".repeat(32),
          quorum: { numerator: 1, denominator: 2 },
          anonymity: "named",
        },
        options: ["yes", "no"],
      },
    },
    { do: "decide-motion", motion: 0, end: "lost", becomes: null },
    { do: "extend-timer", by: 60_000 },
    { do: "present", document: q2 },
    { do: "stop-presenting" },
  ];
  expect(commands.map((command) => JSON.parse(JSON.stringify(writeCommand(command))))).toEqual(played.commands);
});

describe("the server’s clock", () => {
  test("is believed by the message that took the shortest, and not by a slow one", () => {
    let device = 1_000;
    const clock = new ServerClock(() => device);
    expect(clock.now()).toBe(1_000);
    clock.heard(5_900);
    device = 2_000;
    // This one took two seconds: it says less than what is known.
    clock.heard(5_000);
    expect(clock.now()).toBe(6_900);
    device = 3_000;
    clock.heard(8_000);
    expect(clock.now()).toBe(8_000);
  });

  test("is learned anew after the device’s clock was set, and with a new connection", () => {
    let device = 10_000;
    const clock = new ServerClock(() => device);
    clock.heard(10_000);
    device = 70_000;
    for (let message = 0; message < 8; message++) {
      clock.heard(11_000);
    }
    expect(clock.now()).toBe(11_000);
    clock.forget();
    clock.heard(12_000);
    expect(clock.now()).toBe(12_000);
  });
});

const id = "0190c0de-0000-7000-8000-000000000001" as MeetingId;

describe("the secret of an anonymous ballot", () => {
  test("is drawn once a round, kept on the device, and forgotten", () => {
    const secrets = new BallotSecrets(mia, id);
    const first = secrets.of(3);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(secrets.of(3)).toBe(first);
    expect(new BallotSecrets(mia, id).of(3), "another page of this device").toBe(first);
    expect(secrets.of(4)).not.toBe(first);
    expect(new BallotSecrets(max, id).of(3), "another person").not.toBe(first);
    secrets.forget(3);
    expect(secrets.of(3)).not.toBe(first);
  });

  test("is also one where the browser keeps nothing", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("forbidden");
    });
    const secrets = new BallotSecrets(mia, id);
    expect(secrets.of(1)).toBe(secrets.of(1));
  });
});

/** A stream that a test speaks for. */
class FakeStream implements Stream {
  readyState = 1;
  closed = false;
  readonly #listeners = new Map<string, (event: { readonly data?: unknown }) => void>();

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data?: unknown): void {
    this.#listeners.get(type)?.(data === undefined ? {} : { data: JSON.stringify(data) });
  }
}

describe("a live meeting", () => {
  const glimpse = (name: string) => ({ at: START, names: { mia: "Mia" }, view: played.views[name] });

  function live(ask: () => Promise<unknown> = () => Promise.resolve()) {
    const streams: FakeStream[] = [];
    const meeting = new LiveMeeting("/live", {
      open: () => {
        const stream = new FakeStream();
        streams.push(stream);
        return stream;
      },
      ask,
    });
    const last = (): FakeStream => {
      const stream = streams.at(-1);
      if (stream === undefined) {
        throw new Error("no stream was opened");
      }
      return stream;
    };
    return { meeting, streams, last };
  }

  test("shows what comes, with names", () => {
    const { meeting, last } = live();
    expect(meeting.state.value).toEqual({ seen: null, link: "joining" });
    last().say("view", glimpse("mia"));
    expect(meeting.state.value.link).toBe("live");
    expect(meeting.state.value.seen?.names.get("mia")).toBe("Mia");
    meeting.dispose();
    expect(last().closed).toBe(true);
  });

  test("keeps what was seen while the stream is cut, says so, and goes on when the browser has mended it", () => {
    const { meeting, streams, last } = live();
    last().say("view", glimpse("mia"));
    last().readyState = 0;
    last().say("error");
    expect(meeting.state.value).toMatchObject({ link: "cut", seen: { at: START } });
    expect(streams).toHaveLength(1);
    last().say("view", glimpse("grace"));
    expect(meeting.state.value.link).toBe("live");
    meeting.dispose();
  });

  test("opens another stream where the browser has given up, and asks first whether there is a meeting", async () => {
    vi.useFakeTimers();
    const answers: (() => Promise<unknown>)[] = [
      () => Promise.reject(new ApiError({ kind: "unreachable" })),
      () => Promise.resolve(),
    ];
    const { meeting, streams, last } = live(() => answers.shift()?.() ?? Promise.resolve());
    last().say("view", glimpse("mia"));
    last().readyState = 2;
    last().say("error");
    await vi.advanceTimersByTimeAsync(REOPEN_MS);
    expect(streams, "the server could not be asked").toHaveLength(1);
    await vi.advanceTimersByTimeAsync(REOPEN_MS);
    expect(streams).toHaveLength(2);
    last().say("view", glimpse("mia"));
    expect(meeting.state.value.link).toBe("live");
    meeting.dispose();
  });

  test("ends when the meeting is gone, by the stream’s word or by the server’s answer", async () => {
    vi.useFakeTimers();
    const told = live();
    told.last().say("gone");
    expect(told.meeting.state.value.link).toBe("gone");
    expect(told.last().closed).toBe(true);
    told.meeting.dispose();

    const asked = live(() => Promise.reject(new ApiError({ kind: "not-found" })));
    asked.last().readyState = 2;
    asked.last().say("error");
    await vi.advanceTimersByTimeAsync(REOPEN_MS);
    expect(asked.meeting.state.value.link).toBe("gone");
    asked.meeting.dispose();
  });

  test("says every 20 seconds that the page is there, while it is", async () => {
    vi.useFakeTimers();
    const stream = new FakeStream();
    const tell = vi.fn(() => Promise.resolve());
    const meeting = new LiveMeeting("/live", { open: () => stream, ask: () => Promise.resolve(), tell });
    await vi.advanceTimersByTimeAsync(TELL_MS);
    expect(tell, "nothing has been seen yet").not.toHaveBeenCalled();
    stream.say("view", glimpse("mia"));
    await vi.advanceTimersByTimeAsync(3 * TELL_MS);
    expect(tell).toHaveBeenCalledTimes(3);
    meeting.dispose();
    await vi.advanceTimersByTimeAsync(3 * TELL_MS);
    expect(tell).toHaveBeenCalledTimes(3);
  });

  test("counts a crowd from the view, and knows its people from the list that comes apart", () => {
    const { meeting, last } = live();
    const inside = (): Inside => {
      const seen = meeting.state.value.seen;
      return seen?.view.kind === "inside" ? seen.view.inside : expect.fail("nothing is seen");
    };
    const crowd = { members: 518, guests: 2 };
    const view = { ...played.views["mia"], present: null, crowd };
    last().say("people", { names: { mo: "Mo", mia: "Mia" }, present: { mo: "member", mia: "member" } });
    expect(meeting.state.value.seen, "a list alone is no view").toBeNull();
    last().say("view", { at: START, names: { max: "Max" }, view });
    expect(inside().crowd).toEqual(crowd);
    expect([...inside().present.keys()]).toEqual([mo, mia]);
    expect(meeting.state.value.seen?.names.get("mo")).toBe("Mo");
    expect(meeting.state.value.seen?.names.get("max")).toBe("Max");
    last().say("people", { names: { gus: "Gus" }, present: { gus: "guest" } });
    expect([...inside().present]).toEqual([["gus", "guest"]]);
    // They have become few: the view lists them itself.
    last().say("view", glimpse("mia"));
    expect(inside().crowd).toBeNull();
    expect(inside().present.size).toBe(6);
    last().say("people", { names: {}, present: { gus: "ghost" } });
    expect(meeting.state.value.link).toBe("strange");
    meeting.dispose();
  });

  test("knows at once that there is no network, and seeks the server when there is one", () => {
    const { meeting, streams, last } = live();
    last().say("view", glimpse("mia"));
    window.dispatchEvent(new Event("offline"));
    expect(meeting.state.value.link).toBe("cut");
    window.dispatchEvent(new Event("online"));
    expect(streams).toHaveLength(2);
    expect(streams[0]?.closed).toBe(true);
    meeting.dispose();
  });

  test("says that it does not understand instead of showing half", () => {
    const { meeting, last } = live();
    last().say("view", { at: START, names: {}, view: { view: "inside" } });
    expect(meeting.state.value).toEqual({ seen: null, link: "strange" });
    last().say("view", glimpse("mia"));
    expect(meeting.state.value.link).toBe("live");
    meeting.dispose();
  });

  test("needs the moment and the names of every word", () => {
    expect(() => readGlimpse({ names: {}, view: { view: "outside" } })).toThrow(ApiError);
    expect(() => readGlimpse({ at: 1, view: { view: "outside" } })).toThrow(ApiError);
  });
});

test("meetings are asked for, planned and acted in, and a refusal keeps its rule", async () => {
  const asked: string[] = [];
  let body: unknown = null;
  let status = 200;
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const sent = typeof init?.body === "string" ? ` ${init.body}` : "";
    asked.push(`${request.method} ${new URL(request.url).pathname}${sent}`);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  const api = meetingsApi(restAt("https://consilium.example"));
  const community = "c" as CommunityId;
  const entry = {
    id,
    community,
    title: "Panel",
    startsAt: null,
    phase: "open",
    documents: [{ name: q1, title: " A " }],
    mayCancel: true,
  };
  body = entry;
  expect(await api.one(id)).toEqual({ ...entry, documents: [{ name: q1, title: "A" }] });
  await api.plan(community, {
    title: "Panel",
    startsAt: 5,
    documents: [q1],
    deputies: [mia],
    lobby: "knock",
    peers: false,
  });
  body = { meetings: [entry] };
  expect(await api.list(community)).toHaveLength(1);
  await api.cancel(id);
  body = { type: "about:blank", code: "meeting-refused", refusal: "no-quorum" };
  status = 409;
  const refused = await api.command(id, { do: "raise-hand" }).catch((error: unknown) => error);
  expect(describeMeetingFailure(refused, en)).toBe("Too few of those who may vote are here.");
  expect(describeMeetingFailure(refused, de)).toBe("Zu wenige von denen, die abstimmen dürfen, sind da.");
  expect(asked).toEqual([
    `GET /api/v1/meetings/${id}`,
    'POST /api/v1/communities/c/meetings {"title":"Panel","startsAt":5,"documents":["q1"],"deputies":["mia"],"lobby":"knock","peers":false}',
    "GET /api/v1/communities/c/meetings",
    `DELETE /api/v1/meetings/${id}`,
    `POST /api/v1/meetings/${id}/commands {"do":"raise-hand"}`,
  ]);
  expect([parseMeetingId(id), parseMeetingId("x")]).toEqual([id, null]);
});

test("every refusal of docs/meetings.md has a sentence in both languages", () => {
  const codes = rules
    .slice(rules.indexOf("## Refusals"), rules.indexOf("## Over REST"))
    .split("\n")
    .flatMap((line) => /^\| ([a-z-]+) \|/.exec(line)?.[1] ?? [])
    .filter((code) => code !== "code")
    .concat("no-such-section", "text-held");
  expect(codes.length).toBeGreaterThan(30);
  for (const catalogue of [en, de]) {
    expect(codes.filter((code) => catalogue.meeting.refusals[code] === undefined)).toEqual([]);
  }
});

test("the agenda of minutes is in its last order, with every time at which an item was dealt with", () => {
  const item = (title: string) => ({ title, place: null, timeBox: null });
  const entries = [
    { what: "item-added", id: 0, item: item("Doses") },
    { what: "item-added", id: 1, item: item("Wording") },
    { what: "item-added", id: 2, item: item("Later") },
    { what: "item-moved", item: 1, to: 0 },
    { what: "item-began", item: 0, until: null },
    { what: "item-parked", item: 0 },
    { what: "item-began", item: 1, until: null },
    { what: "item-began", item: 0, until: null },
    { what: "item-parked", item: 2 },
    { what: "ended" },
  ];
  const { agenda } = readMinutes(
    new Answer({
      title: "Panel",
      openedAt: 1,
      endedAt: 2,
      documents: [],
      attendance: [],
      entries: entries.map((entry, at) => ({ at, ...entry })),
      names: {},
    }),
  );
  expect(agenda.map(({ title, end, times }) => [title, end, times.map(({ from, until }) => [from, until])])).toEqual([
    ["Wording", "done", [[6, 7]]],
    [
      "Doses",
      "done",
      [
        [4, 5],
        [7, 9],
      ],
    ],
    ["Later", "parked", []],
  ]);
});

describe("what a meeting means for somebody", () => {
  const calm: Partial<Inside> = { freeze: null, locks: [], floor: { kind: "open" }, recused: null };
  const room = insideOf("mia").room;
  const quiet = room === null ? null : { ...room, rounds: [], turn: null, hands: [], poll: null };

  test("why not is told by the first rule that holds, as the server looks at them", () => {
    const at = (change: Partial<Inside>, who = mia, document = q1) =>
      whyNot(insideOf("mia", { ...calm, room: quiet, ...change }), who, document, START);
    expect(at({})).toBeNull();
    expect(at({ room }), "a vote is open about it").toBe("under-vote");
    expect(at({ room }, mia, q2)).toBeNull();
    expect(at({ freeze: [lena] })).toBe("frozen");
    expect(at({ freeze: [mia] })).toBeNull();
    expect(at({}, mo), "recused from the item about it").toBe("recused");
    expect(at({}, mo, q2)).toBeNull();
    expect(at({ locks: [{ place: { document: q1, section: null }, editors: [] }] })).toBe("locked");
    expect(at({ floor: { kind: "hands" } })).toBe("no-floor");
    expect(at({ floor: { kind: "editors", names: [mia] } })).toBeNull();
    expect(at({ floor: { kind: "editors", names: [] } })).toBe("no-editor");
    expect(at({ floor: { kind: "suggestions", names: [] } })).toBe("suggest-only");
    expect(at({ freeze: [], phase: "planned" })).toBeNull();
  });

  test("a turn that has run out counts for nothing, whether the server has said so or not", () => {
    const turn = { who: mia, until: START + 1_000 };
    const inside = insideOf("mia", { ...calm, floor: { kind: "hands" }, room: quiet && { ...quiet, turn } });
    expect(whyNot(inside, mia, q1, START + 999)).toBeNull();
    expect(whyNot(inside, mia, q1, START + 1_000)).toBe("no-floor");
  });

  test("what one can do now is said in a sentence or two", () => {
    const said = (change: Partial<Inside>, who = mia) =>
      sayStanding(insideOf("mia", { ...calm, room: quiet, ...change }), who, q1, START, en.meeting);
    expect(said({})).toBe("You may write.");
    expect(said({}, lena)).toBe("You lead the meeting. You may write.");
    expect(said({ phase: "planned" })).toBe("The meeting has not begun.");
    expect(said({ floor: { kind: "hands" } })).toBe("Raise your hand to get the floor.");
    const hands = [max, mia].map((who) => ({ who, isFirst: true }));
    expect(said({ floor: { kind: "hands" }, room: quiet && { ...quiet, hands } })).toBe("Your hand is up: place 2.");
    expect(placeOfHand(insideOf("mia", { room: quiet && { ...quiet, hands } }), max)).toBe(1);
    expect(said({ floor: { kind: "hands" }, room: quiet && { ...quiet, turn: { who: mia, until: null } } })).toBe(
      "You have the floor: you write.",
    );
    expect(said({ recused: "absent", room: null })).toContain("out of the room");
    expect(said({ seat: "guest" })).toContain("no vote");
  });
});

test("time that is left is said in hours only where there are any", () => {
  expect([0, 9, 65, 3_600, 3_725].map(sayLeft)).toEqual(["0:00", "0:09", "1:05", "1:00:00", "1:02:05"]);
});

test("choices are one a line, 2 to 12, each another", () => {
  expect(optionsIn(" yes \n\n no")).toEqual(["yes", "no"]);
  expect([["a"], ["a", "b"], ["a", "a"], Array.from({ length: 13 }, (_, at) => `${at}`)].map(areOptions)).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect(areOptions(["a", "ä".repeat(151)])).toBe(false);
});

test("people are found by a part of their name", () => {
  const people = [
    { id: mia, name: "Mia Brandt" },
    { id: max, name: "Max Okafor" },
  ];
  expect(findNames(people, " OKA").map(({ id: who }) => who)).toEqual([max]);
  expect(findNames(people, "")).toHaveLength(2);
});

test("places are the headings of the text on the screen, without the cursors of others", () => {
  document.body.innerHTML =
    '<div class="sheet__text"><h2>Doses<span class="caret">Mia</span></h2><p>x</p><h2> Doses </h2><h3></h3></div><h2>Other</h2>';
  expect(headingsShown(document)).toEqual(["Doses"]);
  document.body.innerHTML = "";
});

test("minutes say what each outcome was about, and leave out what nobody looks for", () => {
  const quorum = { numerator: 1, denominator: 2 };
  const rule = { words: "More than half.", hash: "72".repeat(32), quorum, anonymity: "named" };
  const round = { item: 0, document: "q1", text: "74".repeat(32), rule, options: ["yes", "no"] };
  const result = { eligible: 3, cast: 2, abstained: 0, recused: 0, isQuorate: true, counts: [1, 1] };
  const entries = [
    { what: "item-added", id: 0, item: { title: "Doses", place: null, timeBox: null } },
    { what: "opened" },
    { what: "chair-taken", who: "lena", how: "opened" },
    { what: "item-began", item: 0, until: null },
    { what: "timer-paused", left: 5 },
    { what: "recused", who: "mo", item: 0, how: "absent" },
    { what: "poll-opened", id: 0, poll: "overrun" },
    { what: "poll-closed", poll: 0, counts: [2, 1] },
    { what: "round-opened", id: 0, round, roll: [], recused: 0 },
    { what: "round-closed", round: 0, result, named: { mia: { choice: 1 }, max: "abstain" } },
    { what: "round-voided", round: 0, why: "text-changed" },
    { what: "proposed", id: 0, text: "Publish", by: "mia" },
    { what: "seconded", motion: 0, by: "max" },
    { what: "motion-ended", motion: 0, end: "carried", becomes: null },
    { what: "removed", who: "max", reason: "loud" },
    { what: "ended" },
  ];
  const minutes = readMinutes(
    new Answer({
      title: "Panel",
      openedAt: 1,
      endedAt: 2,
      documents: [{ name: "q1", title: " Fever " }],
      attendance: [{ who: "mia", name: "Mia", kind: "member", from: 1, until: 2, present: [{ from: 1, until: 2 }] }],
      entries: entries.map((entry, at) => ({ at, ...entry })),
      names: { mia: "Mia" },
    }),
  );
  expect(minutes).toMatchObject({
    openedAt: 1,
    endedAt: 2,
    documents: [{ name: "q1", title: "Fever" }],
    attendance: [{ who: mia, name: "Mia", kind: "member", present: [{ from: 1, until: 2 }] }],
    agenda: [{ title: "Doses", end: "done", times: [{ from: 3, until: 15 }], recused: new Map([[mo, "absent"]]) }],
  });
  expect(minutes.entries.map(({ deed }) => deed)).toEqual([
    { what: "opened" },
    { what: "chair-taken", who: lena },
    { what: "item-began", item: "Doses" },
    { what: "recused", who: mo, item: "Doses", how: "absent" },
    { what: "poll-closed", poll: { kind: "overrun" }, counts: [2, 1] },
    {
      what: "round-closed",
      rule: "More than half.",
      options: ["yes", "no"],
      text: { document: "q1", hash: "74".repeat(32) },
      result,
      named: new Map([
        [mia, { kind: "choice", option: 1 }],
        [max, { kind: "abstain" }],
      ]),
    },
    { what: "round-voided", rule: "More than half.", why: { kind: "text-changed" } },
    { what: "motion-ended", motion: "Publish", by: mia, seconds: [max], end: "carried", becomes: null },
    { what: "removed", who: max, reason: "loud" },
    { what: "ended" },
  ]);
  expect(minutes.entries[0]?.at, "when, of each").toBe(1);
});
