/** States in words: always truthful, never silent. */
import { describe, expect, test } from "vitest";
import { en } from "../../src/messages/en.ts";
import { english, loadCatalogue, pickLanguage } from "../../src/messages/index.ts";
import { ApiError, type DocumentProblem, type DocumentState, type SaveState } from "../../src/sync/index.ts";
import { dayValue } from "../../src/ui/portal/community/term.ts";
import { describeConnection } from "../../src/ui/words/connection.ts";
import { describeFailure } from "../../src/ui/words/failure.ts";
import { describeProblem } from "../../src/ui/words/problem.ts";
import { describeSave } from "../../src/ui/words/save.ts";
import { dayOf, pointInTime, timeAgo } from "../../src/ui/words/time.ts";
import { calmState } from "../fake/replica.ts";

const save = (state: SaveState, change: Partial<DocumentState> = {}) =>
  describeSave({ ...calmState, save: state, ...change }, en.save);

const problem = (given: DocumentProblem, change: Partial<DocumentState> = {}) =>
  describeProblem(given, "here", { ...calmState, ...change }, en);

const noDevice: Partial<DocumentState> = { problems: [{ code: "device-storage", cause: "quota" }] };

describe("the save state", () => {
  test("names the place that the newest edit has reached", () => {
    expect([save("saving").label, save("device").label, save("sent").label, save("safe").label]).toEqual([
      "Saving…",
      "Saved on this device",
      "Sent",
      "Safe on the server",
    ]);
  });

  test("claims the device only when the device keeps edits", () => {
    expect(save("saving", noDevice)).toMatchObject({ label: "Not saved", tone: "alarm" });
    expect(save("sent", noDevice)).toMatchObject({
      tone: "alarm",
      reached: { device: false, sent: true, safe: false },
    });
    expect(save("safe", noDevice).reached).toEqual({ device: false, sent: true, safe: true });
  });

  test("does not claim a device that cannot be read, nor that nothing waits there", () => {
    const unread: Partial<DocumentState> = { problems: [{ code: "device-storage", cause: "blocked" }] };
    expect(save("device", unread)).toMatchObject({
      label: "On the server",
      tone: "busy",
      reached: { device: false, sent: true, safe: true },
    });
    expect(save("device", { ...unread, unconfirmed: 1 })).toMatchObject({ label: "Saved on this device" });
  });

  test("says why words wait on the device", () => {
    expect(save("device").detail).toContain("when the server can be reached");
    expect(save("device", { problems: [{ code: "server-storage" }] }).detail).toContain("when the server can store");
    expect(save("device", { access: "read" }).detail).toContain("you may not change");
  });

  test("a store that was deleted and filled again counts as one", () => {
    const deleted: Partial<DocumentState> = { problems: [{ code: "device-storage", cause: "deleted" }] };
    expect(save("safe", deleted).reached.device).toBe(true);
    expect(save("saving", deleted)).toMatchObject({ label: "Saving…" });
  });

  test("claims the server only when the server has confirmed", () => {
    for (const state of ["saving", "device", "sent"] as const) {
      expect(save(state).reached.safe).toBe(false);
      expect(save(state).tone).not.toBe("calm");
    }
    expect(save("safe")).toMatchObject({ tone: "calm", reached: { safe: true } });
  });

  test("is not safe without reserve while edits are set aside", () => {
    const rejected: Partial<DocumentState> = { problems: [{ code: "rejected", reason: "too-large", kept: "server" }] };
    expect(save("safe", rejected)).toMatchObject({ label: "Safe, except edits set aside" });
    expect(save("safe", rejected).tone).not.toBe("calm");
    expect(save("sent", rejected).label).toBe("Sent");
    const handedIn: Partial<DocumentState> = { problems: [{ code: "rejected", reason: "handed-in", kept: "server" }] };
    expect(save("safe", handedIn)).toMatchObject({ label: "Safe, some of it as a suggestion", tone: "calm" });
  });

  test("says that the newest state is still on its way", () => {
    expect(save("safe", { synced: false })).toMatchObject({ label: "Opening…", tone: "busy" });
  });
});

describe("the connection", () => {
  test("counts down, and offers to try at once", () => {
    const waiting = { kind: "waiting", at: 10_500, reason: "lost" } as const;
    expect(describeConnection(waiting, 3000, en)).toMatchObject({
      label: "Connection lost. Next attempt in 8 s",
      canRetry: true,
    });
    expect(describeConnection(waiting, 11_000, en)).toMatchObject({ canRetry: false });
  });

  test("says what being away means for the text", () => {
    expect(describeConnection({ kind: "offline" }, 0, en).detail).toContain("saved on this device");
    expect(describeConnection({ kind: "refused", reason: "too old" }, 0, en)).toMatchObject({
      tone: "alarm",
    });
    expect(describeConnection({ kind: "online" }, 0, en)).toMatchObject({ tone: "calm", detail: null });
  });
});

describe("problems", () => {
  const problems: readonly DocumentProblem[] = [
    { code: "denied", reason: "not a member" },
    { code: "expired" },
    { code: "server-storage" },
    { code: "rejected", reason: "frozen", kept: "server" },
    { code: "rejected", reason: "frozen", kept: "device" },
    { code: "forked", fork: "other", original: "here" },
    { code: "forked", fork: "here", original: "other" },
    { code: "device-storage", cause: "quota" },
    { code: "device-storage", cause: "blocked" },
    { code: "device-storage", cause: "deleted" },
    { code: "device-storage", cause: "unavailable" },
  ];

  test("each has a title and says what to do, and no two read the same", () => {
    const words = problems.map((given) => problem(given, { save: "saving" }));
    expect(words.every(({ title, body }) => title.length > 10 && body.length > 20)).toBe(true);
    expect(new Set(words.map(({ title }) => title)).size).toBe(problems.length);
  });

  test("a failing device is an alarm only while the server does not have the words", () => {
    const full = { code: "device-storage", cause: "quota" } as const;
    expect(problem(full, { save: "saving" })).toMatchObject({ tone: "alarm" });
    expect(problem(full, { save: "saving" }).body).toContain("Keep this page open");
    expect(problem(full, { save: "safe" })).toMatchObject({ tone: "notice" });
    expect(problem(full, { save: "safe" }).body).not.toContain("Keep this page open");
    expect(problem(full, { save: "device", problems: [full] }).body).not.toContain("Keep this page open");
    expect(problem(full, { save: "device", problems: [full], unconfirmed: 1 }).body).toContain("Keep this page open");
  });

  test("say that edits wait, where access was taken away", () => {
    const denied = { code: "denied", reason: "read-only" } as const;
    const words = problem(denied, { access: "read", unconfirmed: 3 });
    expect(words.title).toContain("no longer change it");
    expect(words.body).toContain("Edits of yours wait");
    expect(words.ways).toEqual([{ kind: "aside", label: "Read what waits" }]);
    expect(problem(denied, { access: "none", unconfirmed: 1 }).body).toContain("Edits of yours wait");
    expect(problem(denied, { access: "none" }).ways).toEqual([]);
  });

  test.each([
    "token-missing",
    "token-expired",
    "token-not-yet-valid",
    "token-unknown-key",
    "token-too-long",
    "token-malformed",
    "token-algorithm",
    "token-signature",
    "token-audience",
    "token-issuer",
    "token-claims",
  ])("say %s in words, on a document and where the connection is refused", (code) => {
    expect(problem({ code: "denied", reason: code }).body).not.toContain(code);
    expect(describeConnection({ kind: "refused", reason: code }, 0, en).detail).not.toContain(code);
  });

  test("say nothing in keystrokes", () => {
    const denied = { code: "denied", reason: "forbidden" } as const;
    expect(problem(denied, { access: "none", unconfirmed: 26 }).body).not.toMatch(/\d/);
    expect(problem(denied, { access: "read", unconfirmed: 26 }).body).not.toMatch(/\d/);
    expect(en.documents.waiting).toBe("Edits not yet on the server");
  });

  test("say the server’s codes in words, and a code without words as it is", () => {
    expect(problem({ code: "denied", reason: "forbidden" }, { save: "safe" }).body).toContain(
      "your link does not cover it",
    );
    expect(problem({ code: "denied", reason: "not a member" }, { save: "safe" }).body).toContain("not a member");
  });

  test("give the server’s reason, and the ways between a document and its copy", () => {
    expect(problem({ code: "denied", reason: "not a member" }).body).toContain("not a member");
    expect(problem({ code: "forked", fork: "other", original: "here" }).ways).toMatchObject([
      { kind: "document", name: "other" },
      { kind: "aside" },
    ]);
    expect(problem({ code: "forked", fork: "here", original: "other" }).ways).toMatchObject([
      { kind: "document", name: "other" },
      { kind: "keep" },
    ]);
  });
});

test("failures of requests never show internal texts", () => {
  expect(describeFailure(new TypeError("x is undefined"), en.api)).toBe(en.api.server(null));
  expect(describeFailure(new ApiError({ kind: "server", reference: "r-17" }), en.api)).toContain("r-17");
  expect(describeFailure(new ApiError({ kind: "unreachable" }), en.api)).toBe(en.api.unreachable);
});

test("any number is told as a time, also one that no calendar has", () => {
  const far = [8_640_000_000_000_001, Number.MAX_SAFE_INTEGER, -9e15, Infinity, -Infinity, Number.NaN, 1.5];
  for (const at of far) {
    for (const language of ["en", "de"]) {
      expect(dayOf(at, language)).not.toBe("");
      expect(pointInTime(at, language)).not.toBe("");
      expect(timeAgo(at, Date.now(), language)).not.toBe("");
      expect(timeAgo(Date.now(), at, language)).not.toBe("");
    }
    expect(dayValue(at)).toMatch(/^\d{4,}-\d{2}-\d{2}$/);
  }
  expect(dayValue(8_640_000_000_000_001)).toBe("9999-12-31");
});

test("times are told in words", () => {
  const minute = 60_000;
  expect([0, 59_000, minute, 59 * minute, 25 * 60 * minute].map((ago) => timeAgo(1e12 - ago, 1e12, "en"))).toEqual([
    "now",
    "now",
    "1 minute ago",
    "59 minutes ago",
    "yesterday",
  ]);
  expect(timeAgo(2e12, 1e12, "en")).toBe("now");
});

test("a language without a catalogue falls back to the next, then to English", () => {
  expect([pickLanguage(["xx", "de-AT", "en"]), pickLanguage(["xx", "en-GB"]), pickLanguage([])]).toEqual([
    "de",
    "en",
    "en",
  ]);
});

test("every language says everything, and nothing in the words of another", async () => {
  const german = await loadCatalogue("de");
  const [ours, theirs] = [leaves(english), leaves(german)];
  expect(theirs.map(([path]) => path).toSorted()).toEqual(ours.map(([path]) => path).toSorted());
  // Long enough to be a sentence: a word may well be the same in both.
  const said = new Map(theirs);
  expect(ours.filter(([path, words]) => words.length > 14 && said.get(path) === words)).toEqual([]);
  expect(theirs.filter(([, words]) => words.trim() === "" || words.includes("undefined"))).toEqual([]);
});

/** Every text of a catalogue with its path; a function is called with values that fit anywhere. */
function leaves(value: unknown, path = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string") {
    return [[path, value]];
  }
  if (typeof value === "function") {
    const given = /(?:signOut\.unsent(?:Lost)?|block\.undecided)$/.test(path) ? [["a"]] : [2, 3, 4, 5];
    return [[path, String(Reflect.apply(value, undefined, given))]];
  }
  return Object.entries(value ?? {}).flatMap(([key, part]) => leaves(part, path === "" ? key : `${path}.${key}`));
}
