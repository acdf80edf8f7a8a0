/**
 * Catching up with real browsers and a real server: a mention rings the bell and leads to its thread; what has changed since
 * one was last there, and the way to compare it; what one is here for. How all of it looks, at every width.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, Visitor, whenSaved } from "./harness/visitor.ts";

/** Several states, each measured six times, in milliseconds. */
const LOOK_MS = 400_000;

/** The server looks every two seconds, an open page asks every fifteen; on a busy machine that takes longer. */
const RINGS_MS = 60_000;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  visitor.expect(/status of (403|404)/);
  return visitor;
}

interface Pair {
  readonly ben: Visitor;
  readonly adas: Page;
  readonly bens: Page;
  readonly community: string;
  readonly document: string;
}

/** Two members of a community: Ada with its first document open, Ben on the page of the community. */
async function pair(tag: string): Promise<Pair> {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  const adas = await comeIn(server, ada, `ada-${tag}@example.org`);
  const community = await found(adas, `Panel for catching up, ${tag}`);
  await whenSaved(adas, "safe");
  const document = new URL(adas.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const link = await invite(members);
  await members.close();
  const bens = await signUp(ben, link, `ben-${tag}@example.org`);
  return { ben, adas, bens, community, document };
}

const comments = (page: Page) => page.getByRole("complementary", { name: "Comments" });

/** Says something about the document as a whole. */
async function comment(page: Page, words: readonly string[]): Promise<void> {
  if (!(await comments(page).isVisible())) {
    await page.getByRole("button", { name: /^Comments/ }).click();
  }
  await comments(page).getByRole("button", { name: "Comment", exact: true }).click();
  await comments(page).getByRole("textbox", { name: "Your comment" }).focus();
  for (const word of words) {
    await page.keyboard.type(word);
    if (word.startsWith("@")) {
      await comments(page).getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
    }
  }
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-save-comments="safe"]').waitFor();
}

const bell = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const panel = (page: Page) => page.getByRole("region", { name: "Notifications" });

test(
  "a mention rings the bell, and one press leads to its thread",
  async () => {
    const { adas, bens, community } = await pair("bell");
    await bens.goto(new URL("/", bens.url()).href);
    await bens.getByRole("heading", { name: "Your communities" }).waitFor();
    await bell(bens, "Notifications").waitFor();

    await comment(adas, ["Is that so? ", "@ben", " please look."]);
    await bell(bens, "Notifications: 1 unread").waitFor({ timeout: RINGS_MS });
    // It is said, once and politely, to whoever does not see the bell.
    await bens.getByText("New: Ada Lindqvist mentioned you in a comment").waitFor({ state: "attached" });
    await inspectEverywhere(bens, "catching-up-home");

    // By keyboard: in, out again with the focus where it was, in and there.
    await bell(bens, /^Notifications/).focus();
    await bens.keyboard.press("Enter");
    await panel(bens).getByText("Ada Lindqvist mentioned you in a comment").waitFor();
    await bens.keyboard.press("Escape");
    await panel(bens).waitFor({ state: "detached" });
    await eventually(
      () => bens.evaluate(() => document.activeElement?.getAttribute("aria-label")),
      "Notifications: 1 unread",
    );
    await bens.keyboard.press("Enter");
    const mention = panel(bens).getByRole("link", { name: /Ada Lindqvist mentioned you/ });
    await mention.waitFor();
    // On a page with little on it: what the panel lies over is no part of it.
    await bens.goto(new URL("/library", bens.url()).href);
    await bell(bens, "Notifications: 1 unread").click();
    await mention.waitFor();
    await inspectEverywhere(bens, "catching-up-panel");
    await bell(bens, /^Notifications/).focus();
    // Not what is on the screen: the panel may be on its way.
    if ((await bell(bens, /^Notifications/).getAttribute("aria-expanded")) === "false") {
      await bens.keyboard.press("Enter");
    }
    await mention.focus();
    await bens.keyboard.press("Enter");
    await comments(bens).getByRole("article", { name: "Comment by Ada Lindqvist" }).waitFor();
    await comments(bens).getByText("please look.").waitFor();
    expect(new URL(bens.url()).searchParams.get("thread")).toMatch(/^\d+\.\d+$/);
    await bell(bens, "Notifications").waitFor();
    await inspectEverywhere(bens, "catching-up-thread");

    // An answer calls whoever asked; all can be read at once.
    await comments(bens).getByRole("button", { name: "Reply" }).click();
    await comments(bens).getByRole("textbox", { name: "Your reply" }).fill("It is.");
    await comments(bens).getByRole("button", { name: "Reply", exact: true }).last().click();
    await bell(adas, /^Notifications: \d+ unread/).waitFor({ timeout: RINGS_MS });
    await bell(adas, /^Notifications/).click();
    await panel(adas).getByText("Ben Okafor replied in a thread that you wrote in").waitFor();
    await panel(adas).getByRole("button", { name: "Mark all as read" }).click();
    await bell(adas, "Notifications").waitFor();
    await adas.keyboard.press("Escape");

    // Whoever is removed is shown nothing of it.
    await adas.goto(new URL(`${community}/members`, adas.url()).href);
    await adas.getByRole("button", { name: "More actions for Ben Okafor" }).click();
    await adas.getByRole("menuitem", { name: "Remove from the community" }).click();
    await adas.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await adas.getByRole("dialog").waitFor({ state: "detached" });
    await bens.goto(new URL("/", bens.url()).href);
    await bell(bens, "Notifications").click();
    await panel(bens).getByText("Nothing concerns you yet").waitFor();
    await inspectEverywhere(bens, "catching-up-empty");
  },
  LOOK_MS,
);

test(
  "what has happened since one was last there is said, compared, and done with",
  async () => {
    const { ben, adas, bens, community, document } = await pair("digest");
    await bens.goto(new URL(community, bens.url()).href);
    await bens.getByRole("heading", { name: "Since you were last here" }).waitFor();
    // A moment in the past that has a version; then Ben goes home.
    await adas.goto(new URL(`${document}/history`, adas.url()).href);
    await adas.getByRole("button", { name: "Name this version" }).click();
    await adas.getByRole("textbox", { name: "Name of the version" }).fill("Before the holidays");
    await adas.getByRole("button", { name: "Save", exact: true }).click();
    await adas.getByRole("checkbox", { name: "Compare: Before the holidays" }).waitFor();
    const left = await bens.request.post(
      `${ben.wire.url}/api/v1${community.replace("/c/", "/communities/")}/caught-up`,
      {
        headers: { origin: ben.wire.url },
      },
    );
    expect(left.status()).toBe(204);

    await adas.goto(new URL(document, adas.url()).href);
    await typeAtEnd(adas, " Measure lactate within an hour.");
    await whenSaved(adas, "safe");
    await comment(adas, ["What do you think, ", "@ben", "?"]);

    await bens.reload();
    const digest = bens.getByRole("region", { name: "Since you were last here" });
    await digest.getByText(/1 session of work, \d+ edits?, by Ada Lindqvist/).waitFor();
    await expect
      .poll(
        async () => {
          await bens.reload();
          await digest.getByText(/1 session of work/).waitFor();
          return digest.getByText("Ada Lindqvist mentions you", { exact: true }).count();
        },
        { timeout: RINGS_MS, interval: 1_000 },
      )
      .toBe(1);
    await digest.getByText("1 comment", { exact: true }).waitFor();
    await digest.getByRole("link", { name: /^Ada Lindqvist mentions you in/ }).waitFor();
    await inspectEverywhere(bens, "catching-up-community");

    await digest.getByRole("link", { name: /^Compare with when you were last here: / }).click();
    await bens.getByText(/^Compared with the last version before you left/).waitFor();
    await bens
      .getByText(/Measure lactate/)
      .first()
      .waitFor();
    await eventually(() => bens.getByRole("checkbox", { name: "Compare: Before the holidays" }).isChecked(), true);
    await inspectEverywhere(bens, "catching-up-compare");

    // On the first page it is said in short, and in German too.
    await bens.goto(new URL("/", bens.url()).href);
    const home = bens.getByRole("region", { name: /^Since you were last here/ });
    await home.getByText("Ada Lindqvist mentions you", { exact: true }).waitFor();
    await inspectEverywhere(bens, "catching-up-home-digest");
    await home.getByRole("link", { name: /^All that is new in/ }).click();

    await digest.getByRole("button", { name: "I am caught up" }).click();
    await digest.getByText(/^Nothing has happened since/).waitFor();
    // What is asked of everybody stays until it is done.
    expect(await digest.getByRole("link").allTextContents()).toEqual([
      expect.stringMatching(/^Declare your interests/),
    ]);
  },
  LOOK_MS,
);

test(
  "what one is here for changes what is offered first, is seen by others, and opens nothing",
  async () => {
    const { ben, adas, bens, community, document } = await pair("roles");
    await bens.goto(new URL(community, bens.url()).href);
    await bens.getByRole("heading", { name: "Since you were last here" }).waitFor();
    await goTo(bens, "Members");
    await bens.getByRole("checkbox", { name: "Contributor" }).check();
    await bens.getByRole("checkbox", { name: "Lead" }).check();
    await bens.getByText("here as Lead, Contributor").waitFor();
    await inspectEverywhere(bens, "catching-up-roles");
    expect(await bens.getByRole("button", { name: "Invite people" }).count()).toBe(0);

    await adas.goto(new URL(document, adas.url()).href);
    await typeAtEnd(adas, " More of it.");
    await whenSaved(adas, "safe");
    await adas.goto(new URL(`${community}/members`, adas.url()).href);
    await adas.getByText("here as Lead, Contributor").waitFor();
    await bens.goto(new URL(community, bens.url()).href);
    const digest = bens.getByRole("region", { name: "Since you were last here" });
    await digest.getByRole("link", { name: /^Go on with/ }).waitFor();

    // What one is told is one's own choice, kept by the server.
    await bens.goto(new URL("/account", bens.url()).href);
    const mentions = bens.getByRole("checkbox", { name: "Somebody mentions you in a comment" });
    // By its answer: the words that say so are gone after five seconds, which a page on a busy machine may sleep through.
    const kept = bens.waitForResponse((answer) => answer.request().method() === "PUT" && answer.ok());
    await mentions.uncheck();
    await kept;
    await bens.reload();
    await eventually(() => mentions.isChecked(), false);
    await inspectEverywhere(bens, "catching-up-account");
    expect(ben.name).toBe("Ben Okafor");
  },
  LOOK_MS,
);
