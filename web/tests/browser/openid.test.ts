/**
 * Signing in with an OpenID Connect provider: a real server, a real provider beside it, real browsers. Pictures go to
 * `.screenshots/`.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, PASSWORD, signIn, visit } from "./harness/portal.ts";
import { freePort, identify, PROVIDER_NAME, Provider, walk } from "./harness/provider.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, Visitor } from "./harness/visitor.ts";

/** Pages that are each measured six times, in milliseconds. */
const TOUR_MS = 600_000;

const CONTINUE = { name: `Continue with ${PROVIDER_NAME}` };

let browser: Browser;
let server: Server;
let provider: Provider;

beforeAll(async () => {
  const port = await freePort();
  provider = await Provider.start(`http://127.0.0.1:${port}`);
  const options = ["--public-url", `http://127.0.0.1:${port}`, ...provider.options];
  [browser, server] = await Promise.all([launch(), Server.start("portal", { port, options })]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await provider?.stop();
});

/** Somebody who may visit the provider, and comes back to where the server says that it is. */
async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  for (const { port } of [server, provider]) {
    visitor.expect(new RegExp(`^third party: http://127\\.0\\.0\\.1:${port}/`));
  }
  // Nobody is signed in at first.
  visitor.expect(/status of 401/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

/** A community of somebody with a password, and an invitation into it. */
async function invitation(name: string): Promise<string> {
  const ada = await arrive("Ada Lindqvist");
  const page = await comeIn(server, ada, `ada-${name}@example.org`);
  const community = await found(page, `Panel of ${name}`);
  return await invite(await visit(ada, `${community}/members`));
}

/** As whom the page is signed in; `null` for nobody. */
function whoIsIn(page: Page): Promise<string | null> {
  return page.evaluate(async () => {
    const response = await fetch("/api/v1/session");
    return response.ok ? ((await response.json()) as { account: { email: string } }).account.email : null;
  });
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `You are ${name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
}

test("an invitation makes an account of whoever the provider knows, who signs in again without a password", async () => {
  const link = await invitation("story");
  const ben = await arrive("Ben of the Provider");
  const page = await visit(ben, link);
  await page.getByRole("button", CONTINUE).click();
  await identify(page, "ben");
  // In the community, with the name and the address that the provider says.
  await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
  expect(new URL(page.url()).origin).toBe(server.url);
  expect(await whoIsIn(page)).toBe("ben@example.org");
  await page.getByText("You are a member.").waitFor();
  const wanted = new URL(page.url()).pathname;

  // The account has this way in only, and it stays.
  await page.goto(`${server.url}/account`);
  await page.getByText("You have no password here.").waitFor();
  await page.getByText("It is your only way in, so it stays.").waitFor();
  expect(await page.getByRole("button", { name: `Disconnect ${PROVIDER_NAME}` }).count()).toBe(0);
  expect(await page.getByRole("heading", { name: "Password", exact: true }).count()).toBe(0);
  await page.getByText(/you stay signed in at Example ID/).waitFor();
  await page.getByText("This browser").waitFor();

  // Signed out here, one is still known there: nobody asks, and the page is the one that was wanted.
  await signOut(page, "Ben of the Provider");
  await page.goto(`${server.url}${wanted}`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByRole("button", CONTINUE).click();
  await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
  expect(new URL(page.url()).pathname).toBe(wanted);
  expect(await whoIsIn(page)).toBe("ben@example.org");

  // Locked, with the provider as with a password.
  await signOut(page, "Ben of the Provider");
  server.admin("lock", "--email", "ben@example.org");
  await page.getByRole("button", CONTINUE).click();
  await page.getByRole("heading", { name: "This account is locked" }).waitFor();
});

test("an account with a password is connected, signs in so, and is disconnected", async () => {
  const cara = await arrive("Cara Nilsson");
  const page = await comeIn(server, cara, "cara@example.org");
  await page.goto(`${server.url}/account`);
  await page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` }).click();
  await identify(page, "cara-elsewhere");
  await page.getByText("You are cara-elsewhere@example.org there.").waitFor();
  await signOut(page, "Cara Nilsson");
  await page.getByRole("button", CONTINUE).click();
  // Not where one was: whoever signs in next need not be whoever signed out.
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
  expect(await whoIsIn(page)).toBe("cara@example.org");

  // Nobody else can be connected with the same person of the provider.
  const dora = await arrive("Dora Weiss");
  const doras = await comeIn(server, dora, "dora@example.org");
  await doras.goto(`${server.url}/account`);
  await doras.getByRole("button", { name: `Connect ${PROVIDER_NAME}` }).click();
  await identify(doras, "cara-elsewhere");
  await doras.getByRole("heading", { name: "It is connected with another account" }).waitFor();

  await page.goto(`${server.url}/account`);
  await page.getByRole("button", { name: `Disconnect ${PROVIDER_NAME}` }).click();
  await page.getByText(`${PROVIDER_NAME} does not sign you in any more`).waitFor();
  await page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` }).waitFor();
  await signOut(page, "Cara Nilsson");
  await page.getByRole("button", CONTINUE).click();
  await page.getByRole("heading", { name: "There is no account for you here yet" }).waitFor();
  expect(await whoIsIn(page)).toBeNull();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "cara@example.org", PASSWORD);
  // Where it was said that one can connect.
  await page.getByRole("heading", { name: "How you sign in" }).waitFor();
});

test(
  "who signs in with the provider only gives their account up after signing in there once more",
  async () => {
    const link = await invitation("farewell");
    const gina = await arrive("Gina of the Provider");
    const page = await visit(gina, link);
    await page.getByRole("button", CONTINUE).click();
    await identify(page, "gina");
    await page.getByText("You are a member.").waitFor();
    await page.goto(`${server.url}/account`);
    await page.getByRole("button", { name: "Give up my account" }).click();
    const asked = page.getByRole("dialog");
    await asked.getByText(/sign in with Example ID once more first/).waitFor();
    expect(await asked.getByRole("button", { name: "Give up my account" }).count()).toBe(0);
    await inspectEverywhere(page, "openid-farewell");

    // Though they are signed in there, they are asked; and nobody else will do.
    const again = { name: `Sign in with ${PROVIDER_NAME} once more` };
    await asked.getByRole("button", again).click();
    await identify(page, "somebody-else");
    await page.getByRole("heading", { name: "You signed in there as somebody else" }).waitFor();
    await page.getByRole("link", { name: "Go to your account" }).click();
    await page.getByRole("button", { name: "Give up my account" }).click();
    await page.getByRole("dialog").getByRole("button", again).click();
    await identify(page, "gina");
    const last = page.getByRole("dialog");
    await last.getByText("You have signed in with Example ID once more.", { exact: false }).waitFor();
    await last.getByRole("button", { name: "Give up my account" }).click();
    // To the letter: the page of the account, which is there until the server has answered, says “How you sign in”.
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
    expect(await whoIsIn(page)).toBeNull();
    await page.getByRole("button", CONTINUE).click();
    await page.getByRole("heading", { name: "There is no account for you here yet" }).waitFor();
  },
  TOUR_MS,
);

test("an e-mail address opens nobody’s account, and one that nobody has checked makes none", async () => {
  const link = await invitation("addresses");
  const owner = await arrive("Eva Brandt");
  await comeIn(server, owner, "eva@example.org");
  const other = await arrive("Somebody else");
  const page = await visit(other, link);
  await page.getByRole("button", CONTINUE).click();
  await identify(page, "eva");
  await page.getByRole("heading", { name: "There is an account with your e-mail address already" }).waitFor();
  expect(await whoIsIn(page)).toBeNull();

  const unchecked = await arrive("Unchecked");
  const theirs = await visit(unchecked, link);
  await theirs.getByRole("button", CONTINUE).click();
  await identify(theirs, "unverified-fred");
  await theirs.getByRole("heading", { name: "Your e-mail address is not known" }).waitFor();
  expect(await whoIsIn(theirs)).toBeNull();
});

test("whoever breaks it off, comes with a forged state, or too late, is told in words", async () => {
  const gus = await arrive("Gus Hallberg");
  const page = await visit(gus, "/sign-in");
  await page.getByRole("button", CONTINUE).click();
  await page.getByRole("button", { name: "Do not" }).click();
  await page.getByRole("heading", { name: "You did not go on" }).waitFor();
  expect(await page.content()).not.toContain("words of the provider");
  expect(page.url()).toBe(`${server.url}/openid/denied`);

  // Somebody else’s way back, opened in this browser: nobody is signed in by it.
  const { address: forged } = await walk(server.url, "attacker");
  for (const address of [
    forged,
    `${server.url}/api/v1/openid/callback?code=x&state=y`,
    `${server.url}/api/v1/openid/callback?error=%3Cb%3Eoh%3C/b%3E&state=`,
    `${server.url}/api/v1/openid/callback`,
  ]) {
    await page.goto(address);
    await page.getByRole("heading", { name: "This was not begun here, or too long ago" }).waitFor();
    expect(await whoIsIn(page)).toBeNull();
  }
  // The same while something of one’s own is under way.
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", CONTINUE).click();
  await page.getByRole("textbox", { name: "Who are you?" }).waitFor();
  await page.goto(forged);
  await page.getByRole("heading", { name: "This was not begun here, or too long ago" }).waitFor();
  expect(await whoIsIn(page)).toBeNull();
});

test("a provider that goes away in between, and one that does not answer at all", async () => {
  const hana = await arrive("Hana Sato");
  hana.expect(/status of 503/);
  const page = await visit(hana, "/sign-in");
  await page.getByRole("button", CONTINUE).waitFor();
  const { address, cookie } = await walk(server.url, "hana");
  await provider.stop();
  await hana.context.addCookies([{ ...cookie, url: server.url }]);
  await page.goto(address);
  await page.getByRole("heading", { name: "The provider does not answer" }).waitFor();
  expect(await whoIsIn(page)).toBeNull();

  // A server that has never heard of it says so beside the button, and goes on as soon as it is back.
  await server.stop();
  await server.start();
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", CONTINUE).click();
  await page.getByText("the provider does not answer").waitFor();
  await provider.start();
  await eventually(async () => {
    await page.getByRole("button", CONTINUE).click();
    return await page
      .getByRole("textbox", { name: "Who are you?" })
      .waitFor({ timeout: 1_000 })
      .then(
        () => true,
        () => false,
      );
  }, true);
});

test(
  "the pages are as they should be at every width, in light and dark, and by keyboard",
  async () => {
    const ida = await arrive("Ida Berg");
    ida.expect(/status of 404/);
    const page = await visit(ida, "/sign-in");
    await page.getByRole("button", CONTINUE).waitFor();
    await inspectEverywhere(page, "openid-sign-in");
    // From the password to the button below, and on without a mouse.
    await page.getByRole("textbox", { name: "Password" }).focus();
    for (let presses = 0; presses < 4; presses++) {
      if (await page.getByRole("button", CONTINUE).evaluate((button) => button === document.activeElement)) {
        break;
      }
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Who are you?" }).waitFor();
    for (const word of ["denied", "email-taken", "unknown"]) {
      await page.goto(`${server.url}/openid/${word}`);
      await page.getByRole("link", { name: "Sign in" }).waitFor();
      await inspectEverywhere(page, `openid-${word}`);
    }
    const link = await invitation("looks");
    await page.goto(`${server.url}${link}`);
    await page.getByRole("button", CONTINUE).waitFor();
    await inspectEverywhere(page, "openid-join");
    await page.getByRole("button", CONTINUE).click();
    await identify(page, "ida");
    await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
    await page.goto(`${server.url}/account`);
    await page.getByText("It is your only way in, so it stays.").waitFor();
    await inspectEverywhere(page, "openid-account");
  },
  TOUR_MS,
);
