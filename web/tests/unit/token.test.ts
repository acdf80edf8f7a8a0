/** The personal link: taken from the address, kept for the tab, read for display only. */
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { heldToken, readClaims, takeTokenFromAddress, tokenStanding, watchAddress } from "../../src/sync/token.ts";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (claims: unknown): string => `${part({ alg: "HS256" })}.${part(claims)}.c2lnbmF0dXJl`;

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

test("the token leaves the address, and the rest of the address stays", () => {
  history.replaceState(null, "", "/d/one?a=1#token=abc.def.ghi&section=2");
  takeTokenFromAddress();
  expect(heldToken()).toBe("abc.def.ghi");
  expect(`${location.pathname}${location.search}${location.hash}`).toBe("/d/one?a=1#section=2");
});

test("an address without a token changes nothing", () => {
  history.replaceState(null, "", "/d/one#heading");
  takeTokenFromAddress();
  expect([heldToken(), location.hash]).toEqual([null, "#heading"]);
});

test("a token that comes while the page is open is taken at once, and told of when it is another", () => {
  let told = 0;
  onTestFinished(watchAddress(() => told++));
  const come = (hash: string): void => {
    history.replaceState(null, "", `/d/one${hash}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
  come("#token=a.b.c");
  expect([heldToken(), location.hash, told]).toEqual(["a.b.c", "", 1]);
  come("#token=a.b.c");
  come("#text");
  expect([heldToken(), location.hash, told]).toEqual(["a.b.c", "#text", 1]);
  come("#token=d.e.f");
  expect([heldToken(), location.hash, told]).toEqual(["d.e.f", "", 2]);
});

test("claims are read, names of every script included", () => {
  expect(readClaims(token({ sub: "u1", name: "Zoë 医師", exp: 100 }))).toMatchObject({
    subject: "u1",
    name: "Zoë 医師",
    expiresAt: 100_000,
  });
  expect(readClaims(token({}))).toMatchObject({ subject: null, name: null, expiresAt: null });
});

test.each(["", "abc", "a.b.c", `${part({})}.${Buffer.from("[1").toString("base64url")}.x`])(
  "%j is no token to read",
  (text) => {
    expect(readClaims(text)).toBeNull();
  },
);

test("a token is missing, no token at all, valid until its end, or expired", () => {
  expect(tokenStanding(null, 0)).toBe("missing");
  expect(tokenStanding("garbage", 0)).toBe("unreadable");
  expect(tokenStanding(token({ exp: 100 }), 99_999)).toBe("valid");
  expect(tokenStanding(token({ exp: 100 }), 100_000)).toBe("expired");
  expect(tokenStanding(token({}), 1e15)).toBe("valid");
});
