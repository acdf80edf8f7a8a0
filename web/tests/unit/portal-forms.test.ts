/** Forms of the portal: what is said before the server is asked, and what is made of its refusals. */
import { describe, expect, test } from "vitest";
import { en } from "../../src/messages/en.ts";
import { wordsInPortal } from "../../src/messages/index.ts";
import { ApiError, type ApiFailure } from "../../src/sync/index.ts";
import {
  checkCommunityName,
  checkEmail,
  checkName,
  checkNewPassword,
  checkReason,
} from "../../src/ui/portal/form/rules.ts";
import { describeFormFailure, describePortalFailure } from "../../src/ui/words/form-failure.ts";

const words = en.portal;

describe("a new password", () => {
  test.each([
    ["nine char", "1 more character needed: at least 10."],
    ["", "10 more characters needed: at least 10."],
    ["a".repeat(513), words.form.passwordLong],
    ["ä".repeat(257), words.form.passwordLong],
    ["Ada@Example.org ", words.form.passwordIsYou],
    ["Ada Lindqvist", words.form.passwordIsYou],
    ["ten chars!", undefined],
    // Characters as people count them.
    ["🦔".repeat(10), undefined],
    ["🦔".repeat(9), "1 more character needed: at least 10."],
  ])("%s", (password, expected) => {
    expect(checkNewPassword(password, { name: "Ada Lindqvist", email: "ada@example.org" }, words)).toBe(expected);
  });
});

test.each([
  ["ada@example.org", true],
  [" ada@example.org ", true],
  ["ada@localhost", true],
  ["ada", false],
  ["@example.org", false],
  ["a b@example.org", false],
  ["a@b@c", false],
])("the e-mail address %s", (email, isFine) => {
  expect(checkEmail(email, words) === undefined).toBe(isFine);
});

test("names are lines of their length, counted as people do, without what is no part of one", () => {
  expect([checkName("\u202e ", words), checkName("🦔".repeat(60), words), checkName("a".repeat(61), words)]).toEqual([
    words.form.nameMissing,
    undefined,
    words.form.nameTooLong,
  ]);
  expect([checkCommunityName(" ", words), checkCommunityName("a".repeat(121), words)]).toEqual([
    words.found.nameMissing,
    words.found.nameTooLong,
  ]);
});

test("a reason says something, and is no essay", () => {
  expect(["  a ", "abc", "a".repeat(500), "a".repeat(501)].map((reason) => checkReason(reason, words))).toEqual([
    words.sharing.reasonShort,
    undefined,
    undefined,
    words.sharing.reasonLong,
  ]);
});

describe("a refusal", () => {
  const refusal = (failure: ApiFailure, code: string, field: string | null = null, waitSeconds: number | null = null) =>
    new ApiError(failure, { code, field, detail: null, waitSeconds });
  const fields = ["name", "email", "password"] as const;

  test("stands beside the field that the server names, by its code", () => {
    const error = refusal({ kind: "other", title: "x" }, "email-taken", "email");
    expect(describeFormFailure(error, fields, en)).toEqual({
      fields: new Map([["email", words.codes["email-taken"]]]),
      whole: null,
    });
  });

  test("of a field without words for its code says that the server refused it", () => {
    const error = refusal({ kind: "other", title: "x" }, "strange-code", "name");
    expect(describeFormFailure(error, fields, en).fields.get("name")).toBe(words.form.refused);
  });

  test("that names no field of the form stands above it", () => {
    const error = refusal({ kind: "unauthorised" }, "wrong-credentials", "elsewhere");
    expect(describeFormFailure(error, fields, en)).toEqual({
      fields: new Map(),
      whole: words.codes["wrong-credentials"],
    });
  });

  test("means what the form says that it means", () => {
    const error = refusal({ kind: "forbidden" }, "wrong-credentials", "name");
    const said = describeFormFailure(error, fields, en, { "wrong-credentials": "Not your current one." });
    expect(said.fields.get("name")).toBe("Not your current one.");
  });

  test("says how long to wait", () => {
    const error = (seconds: number) => refusal({ kind: "too-many" }, "too-many-attempts", null, seconds);
    expect(describePortalFailure(error(1), en)).toContain("Try again in 1 second.");
    expect(describePortalFailure(error(600), en)).toContain("Try again in 10 minutes.");
  });

  test("without the server’s own words is told as any failure, in the words of a portal", () => {
    const text = wordsInPortal(en);
    expect(describePortalFailure(new ApiError({ kind: "unreachable" }), text)).toBe(en.api.unreachable);
    expect(describePortalFailure(new ApiError({ kind: "not-found" }), text)).not.toMatch(/link/);
    expect(describePortalFailure(new TypeError("x is undefined"), text)).toBe(en.api.server(null));
  });
});

test("in a portal nobody is told about personal links", () => {
  const { api, account, reasons, problems, documents } = wordsInPortal(en);
  for (const said of [
    ...Object.values(api).map((value) => (typeof value === "string" ? value : "")),
    account.menu("Ada"),
    reasons["forbidden"],
    reasons["token-expired"],
    problems.deniedBody("x"),
    problems.expiredBody,
    documents.needsWriting,
  ]) {
    expect(said).not.toMatch(/\blink\b/i);
  }
});
