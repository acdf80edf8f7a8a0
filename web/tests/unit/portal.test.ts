/** A visit to a portal: signing in and out, in this tab and in others, with and without network. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { rememberedAccount } from "../../src/sync/portal/memory.ts";
import { Portal } from "../../src/sync/portal/portal.ts";
import { ApiError } from "../../src/sync/rest.ts";
import { ADA, BEN, FakePortal, PASSWORD } from "../fake/portal.ts";
import { FakeReplica } from "../fake/replica.ts";
import { BASE, servePortal } from "../fake/serve-portal.ts";

const config = { mode: "portal", product: "Consilium", version: "0" } as const;

let server: FakePortal;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  server = new FakePortal();
  servePortal(server);
});

afterEach(() => vi.unstubAllGlobals());

function visit(): Portal {
  const portal = new Portal(config, BASE);
  portal.start();
  onTestFinished(() => portal.dispose());
  return portal;
}

const isIn = (portal: Portal, name: string) =>
  vi.waitFor(() => expect(portal.standing.value).toMatchObject({ kind: "in", account: { name } }));
const isOut = (portal: Portal, why: string) =>
  vi.waitFor(() => expect(portal.standing.value).toEqual({ kind: "out", why }));

test("the first visit asks, and finds nobody", async () => {
  const portal = visit();
  expect(portal.standing.value).toEqual({ kind: "unknown", reach: "asking" });
  await isOut(portal, "never");
});

test("a wrong password is refused with the server’s code, and nobody is in", async () => {
  const portal = visit();
  await expect(portal.signIn(ADA.email, "wrong")).rejects.toMatchObject({ problem: { code: "wrong-credentials" } });
  await isOut(portal, "never");
});

test("who signs in is remembered, and begins the next visit inside, without network too", async () => {
  await visit().signIn(ADA.email, PASSWORD);
  expect(rememberedAccount()).toEqual(ADA);
  server.unreachable = true;
  const next = visit();
  expect(next.standing.value).toEqual({ kind: "in", account: ADA, sessionId: null });
  await next.recheck();
  expect(next.standing.value).toEqual({ kind: "in", account: ADA, sessionId: null });
  server.unreachable = false;
  await next.recheck();
  expect(next.standing.value).toMatchObject({ kind: "in", sessionId: expect.stringMatching(/^0190/) });
});

test("without network and without memory the page says so, and goes on by itself", async () => {
  server.unreachable = true;
  const portal = visit();
  await vi.waitFor(() => expect(portal.standing.value).toEqual({ kind: "unknown", reach: "lost" }));
  server.unreachable = false;
  window.dispatchEvent(new Event("online"));
  await isOut(portal, "never");
});

test("a session that the server ended ends here with the next request, and is forgotten", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  server.signedIn = null;
  await expect(portal.api.communities.mine()).rejects.toBeInstanceOf(ApiError);
  await isOut(portal, "ended");
  expect(rememberedAccount()).toBeNull();
});

test("signing out, and in as somebody else, reaches the other tabs", async () => {
  const [here, there] = [visit(), visit()];
  await here.signIn(ADA.email, PASSWORD);
  await isIn(there, ADA.name);
  await there.signOut();
  await isOut(here, "left");
  await isOut(there, "left");
  await there.signIn(BEN.email, PASSWORD);
  await isIn(here, BEN.name);
});

test("signing out without network is refused, and one stays in", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  server.unreachable = true;
  await expect(portal.signOut()).rejects.toMatchObject({ failure: { kind: "unreachable" } });
  expect(portal.standing.value.kind).toBe("in");
});

test("an answer from before somebody signed in says nothing any more", async () => {
  const portal = visit();
  await isOut(portal, "never");
  const stale = portal.recheck();
  await portal.signIn(ADA.email, PASSWORD);
  await stale;
  expect(portal.standing.value.kind).toBe("in");
});

test("a new account by an invitation, and a password by a link, are signed in at once", async () => {
  const portal = visit();
  const person = { name: "Carla Neri", email: "carla@example.org", password: PASSWORD };
  await portal.signUp("invitation", person);
  await isIn(portal, "Carla Neri");
  await portal.signOut();
  await expect(portal.signUp("invitation", person)).rejects.toMatchObject({
    problem: { code: "email-taken", field: "email" },
  });
  await portal.setPassword("password", "another long password");
  await isIn(portal, ADA.name);
});

test("a new name is known at once, and remembered", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  await portal.rename("Ada L.");
  await isIn(portal, "Ada L.");
  expect(rememberedAccount()?.name).toBe("Ada L.");
});

test("why nobody is in is still known when the page begins anew", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  await portal.signOut();
  await isOut(visit(), "left");
  await portal.signIn(ADA.email, PASSWORD);
  server.signedIn = null;
  await portal.recheck();
  await isOut(visit(), "ended");
});

test("a page through which somebody opened documents is spent when they are not in any more, and waits for their words", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  const replica = new FakeReplica();
  portal.uses(replica);
  replica.unsaved.set(true);
  expect(portal.isSpent).toBe(false);
  await portal.rename("Ada L.");
  expect(portal.isSpent).toBe(false);
  await portal.signOut();
  expect(portal.isSpent).toBe(true);
  let isKept = false;
  portal.onceKept(() => {
    isKept = true;
  });
  expect(isKept).toBe(false);
  replica.unsaved.set(false);
  expect(isKept).toBe(true);
});

test("where the session ended otherwise the page stays, until its person goes or is in again", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  portal.uses(new FakeReplica());
  server.signedIn = null;
  await portal.recheck();
  expect(portal.standing.value).toEqual({ kind: "out", why: "ended" });
  expect([portal.isSpent, portal.staying]).toEqual([false, ADA]);
  await visit().signIn(ADA.email, PASSWORD);
  await isIn(portal, ADA.name);
  expect([portal.isSpent, portal.staying]).toEqual([false, null]);
  server.signedIn = null;
  await portal.recheck();
  expect(portal.staying).toEqual(ADA);
  portal.beginAnew();
  expect([portal.isSpent, portal.staying]).toEqual([true, null]);
});

test("a page that stays goes when somebody else signs in", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  portal.uses(new FakeReplica());
  server.signedIn = null;
  await portal.recheck();
  await visit().signIn(BEN.email, PASSWORD);
  await isIn(portal, BEN.name);
  expect([portal.isSpent, portal.staying]).toEqual([true, null]);
});

test("a page that opened none goes on as it is", async () => {
  const portal = visit();
  await portal.signIn(ADA.email, PASSWORD);
  await portal.signOut();
  expect(portal.isSpent).toBe(false);
});
