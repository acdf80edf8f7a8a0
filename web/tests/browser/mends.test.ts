/** What must not be lost when access, a session or a suggestion ends under somebody’s hands; real server, real browsers. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { changeRole, comeIn, found, invite, signIn, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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
  return visitor;
}

const holds = (page: Page, words: string) => async () => (await blocksOn(page)).join("\n").includes(words);

/** Ends the session of the one other place, on the page of the account. */
async function endElsewhere(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Sign out there: / }).click();
  await page.getByText("Signed out there").waitFor();
}

test("a session that ends elsewhere takes no letter from whoever is typing, and no focus", async () => {
  const [here, there] = [await arrive("Finn Olsen"), await arrive("Finn Olsen")];
  here.expect(/status of 40[13]/);
  const page = await comeIn(server, here, "finn@example.org");
  await found(page, "Finn’s group");
  await typeAtEnd(page, "Before. ");
  await whenSaved(page, "safe");
  const path = new URL(page.url()).pathname;
  const other = await visit(there, "/account");
  await signIn(other, "finn@example.org");
  await other.getByRole("button", { name: /^Sign out there: / }).waitFor();

  const notice = page.getByRole("region", { name: "Your session has ended." });
  let isSaid = false;
  const ended = Promise.all([endElsewhere(other), notice.waitFor()]).then(() => {
    isSaid = true;
  });
  let typed = "";
  const typeOn = async (): Promise<void> => {
    const letter = "abcdefghij".charAt(typed.length % 10);
    typed += letter;
    await page.keyboard.type(letter, { delay: 40 });
  };
  // Before the end, through it, and after it.
  while (!isSaid) {
    await typeOn();
  }
  await ended;
  for (let more = 0; more < 40; more++) {
    await typeOn();
  }
  await eventually(holds(page, `Before. ${typed}`), true);
  expect(await textOf(page).evaluate((text) => text.contains(document.activeElement))).toBe(true);
  expect(new URL(page.url()).pathname).toBe(path);
  await whenSaved(page, "device");
  await inspectEverywhere(page, "session-ended");

  // In again, one is where one was, and what was written is sent.
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await signIn(page, "finn@example.org");
  await eventually(holds(page, `Before. ${typed}`), true);
  await whenSaved(page, "safe");
});

test("a page whose session ended goes on by itself when its person signs in in another tab", async () => {
  const [here, there] = [await arrive("Gunn Hald"), await arrive("Gunn Hald")];
  here.expect(/status of 40[13]/);
  const page = await comeIn(server, here, "gunn@example.org");
  await found(page, "Gunn’s group");
  await typeAtEnd(page, "Before. ");
  await whenSaved(page, "safe");
  const other = await visit(there, "/account");
  await signIn(other, "gunn@example.org");
  await other.getByRole("button", { name: /^Sign out there: / }).waitFor();
  await endElsewhere(other);
  const notice = page.getByRole("region", { name: "Your session has ended." });
  await notice.waitFor();
  await page.keyboard.type("Meanwhile.");
  await whenSaved(page, "device");
  const tab = await visit(here, "/");
  await signIn(tab, "gunn@example.org");
  await notice.waitFor({ state: "detached" });
  await eventually(holds(page, "Before. Meanwhile."), true);
  await whenSaved(page, "safe");
});

const panel = (page: Page) => page.getByRole("complementary", { name: "Comments" });
const field = (page: Page) => page.getByRole("textbox", { name: "Your comment" });

test("a comment that was begun outlives the panel, the page and the access, and is gone when it is sent", async () => {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor")];
  ben.expect(/status of 40[134]/);
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Panel of Ada");
  await typeAtEnd(adas, "Words to talk about.");
  await whenSaved(adas, "safe");
  const path = new URL(adas.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const bens = await signUp(ben, await invite(members), "ben@example.org");
  await bens.goto(`${ben.wire.url}${path}`);
  await eventually(holds(bens, "Words to talk about."), true);
  await bens.getByRole("button", { name: "Comments", exact: true }).click();
  await panel(bens).getByRole("button", { name: "Comment", exact: true }).click();
  await field(bens).fill("A thought that took an hour");

  // The panel.
  await panel(bens).getByRole("button", { name: "Close the comments" }).click();
  await bens.getByRole("button", { name: "Comments", exact: true }).click();
  expect(await field(bens).inputValue()).toBe("A thought that took an hour");
  // The page.
  await bens.reload();
  await eventually(() => field(bens).inputValue(), "A thought that took an hour");
  await inspectEverywhere(bens, "draft-back");
  // The access.
  await changeRole(members, "Ben Okafor", "Listener");
  await bens.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
  await bens.getByText("A thought that took an hour").waitFor();
  await expect(bens.getByText("Everything that you had written is in the document.").count()).resolves.toBe(0);
  await inspectEverywhere(bens, "draft-lost");
  await bens.getByRole("button", { name: "Copy text" }).click();
  expect(await bens.evaluate(() => navigator.clipboard.readText())).toBe("A thought that took an hour");

  // Access that is back needs no reload; a comment that is sent is no draft any more.
  await changeRole(members, "Ben Okafor", "Member");
  await eventually(() => field(bens).inputValue(), "A thought that took an hour");
  await panel(bens).getByText("Safe on the server").waitFor();
  await panel(bens).locator("form").getByRole("button", { name: "Comment", exact: true }).click();
  await panel(bens).getByRole("article", { name: "Comment by Ben Okafor" }).waitFor();
  await bens.getByRole("button", { name: "Reply" }).click();
  await bens.getByRole("textbox", { name: "Your reply" }).fill("And an afterthought");
  await bens.reload();
  await eventually(() => bens.getByRole("textbox", { name: "Your reply" }).inputValue(), "And an afterthought");
  await expect(field(bens).count()).resolves.toBe(0);
  await bens.getByRole("button", { name: "Cancel" }).click();
  await bens.reload();
  await textOf(bens).waitFor();
  await bens.getByRole("button", { name: /^Comments/ }).click();
  await panel(bens).getByRole("article", { name: "Comment by Ben Okafor" }).waitFor();
  await expect(bens.getByRole("textbox", { name: "Your reply" }).count()).resolves.toBe(0);
});

test("after the bin the comments of an open page come back by themselves", async () => {
  const ada = await arrive("Ida Berg");
  const page = await comeIn(server, ada, "ida@example.org");
  const community = await found(page, "Panel of Ida");
  await typeAtEnd(page, "Words to talk about.");
  await whenSaved(page, "safe");
  await page.getByRole("button", { name: "Comments", exact: true }).click();
  await panel(page).getByRole("button", { name: "Comment", exact: true }).click();
  await field(page).fill("Said before the bin");
  await panel(page).locator("form").getByRole("button", { name: "Comment", exact: true }).click();
  await panel(page).getByText("Said before the bin").waitFor();
  const list = await visit(ada, community);
  await list.getByRole("button", { name: /^More actions for/ }).click();
  await list.getByRole("menuitem", { name: "Move to bin" }).click();
  await panel(page).getByText("There are no comments to see").waitFor();
  await list.getByRole("button", { name: "Undo" }).click();
  await panel(page).getByText("There are no comments to see").waitFor({ state: "detached" });
  await panel(page).getByText("Said before the bin").waitFor();
  await panel(page).getByRole("button", { name: "Comment", exact: true }).waitFor();
});

const banner = (page: Page) => page.getByRole("region", { name: "About this suggestion" });

/** A document that everybody on the server may read, open at its leader’s, and the path of its community. */
async function openToAll(leader: Visitor, email: string): Promise<{ page: Page; path: string; community: string }> {
  const page = await comeIn(server, leader, email);
  const community = await found(page, `Panel of ${leader.name}`);
  await typeAtEnd(page, "Last words of the document.");
  await whenSaved(page, "safe");
  await page.getByRole("button", { name: /^Who can see this/ }).click();
  await page
    .getByText(/Comments, suggestions and history stay with the community/)
    .first()
    .waitFor();
  await page.getByRole("radio", { name: "Everybody on this server" }).check();
  await page.getByRole("textbox", { name: "Why open it to more people?" }).fill("For the library.");
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  return { page, path: new URL(page.url()).pathname, community };
}

test("words for a suggestion that was discarded meanwhile are set aside, and become another suggestion", async () => {
  const [eva, tom] = [await arrive("Eva Novak"), await arrive("Tom Reyes")];
  tom.expect(/status of 40[134]|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  const { page: evas, path, community } = await openToAll(eva, "eva@example.org");
  const members = await visit(eva, `${community}/members`);
  const toms = await signUp(tom, await invite(members, "Listener"), "tom@example.org");
  await toms.goto(`${tom.wire.url}${path}`);
  await toms.getByRole("button", { name: "Suggest changes" }).click();
  await banner(toms).waitFor();
  await eventually(holds(toms, "Last words of the document."), true);
  await eventually(() => textOf(toms).getAttribute("contenteditable"), "true");
  expect(await toms.title()).toContain("Suggestion for");
  await typeAtEnd(toms, " First.");
  await whenSaved(toms, "safe");
  await banner(toms).getByRole("button", { name: "Hand in" }).click();
  await toms.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await banner(toms)
    .getByRole("heading", { name: /^Your suggestion for/ })
    .waitFor();
  const branch = new URL(toms.url()).pathname;

  // In the list it is told from its document.
  const home = await visit(tom, "/");
  await tom.goOffline();
  await home.getByRole("link", { name: /^Suggestion for “/ }).waitFor();
  await typeAtEnd(toms, " Written offline.");
  await whenSaved(toms, "device");
  await evas.goto(`${eva.wire.url}${branch}`);
  await banner(evas).getByRole("button", { name: "Discard" }).click();
  await evas.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await banner(evas)
    .getByText(/^Eva Novak discarded this suggestion/)
    .waitFor();
  await tom.comeBack();

  // The banner follows by itself, and nobody promises that it will be sent.
  await banner(toms)
    .getByText(/^Eva Novak discarded this suggestion/)
    .waitFor();
  await toms.getByText("Your last words are not in this suggestion").waitFor();
  await expect(toms.getByText(/They are sent if you may write again/).count()).resolves.toBe(0);
  await inspectEverywhere(toms, "branch-late");
  await home.getByRole("link", { name: /^Suggestion for “/ }).waitFor({ state: "detached" });
  await home.getByRole("link", { name: /^Set aside/ }).click();
  await home.getByRole("heading", { name: /^Suggestion for “/ }).waitFor();
  await inspectEverywhere(home, "branch-aside");
  await home.getByRole("button", { name: "Suggest it instead" }).click();
  await banner(home)
    .getByRole("heading", { name: /^Your suggestion for/ })
    .waitFor();
  expect(new URL(home.url()).pathname).not.toBe(branch);
  await eventually(holds(home, "Written offline."), true);
  await whenSaved(home, "safe");
});

test("whoever may only read is told so once, and not that something waits; with the right to write it goes", async () => {
  const [ada, ben] = [await arrive("Nora Lind"), await arrive("Pia Roth")];
  ben.expect(/status of 40[134]/);
  const { path, community } = await openToAll(ada, "nora@example.org");
  const members = await visit(ada, `${community}/members`);
  const page = await signUp(ben, await invite(members), "pia@example.org");
  await page.goto(`${ben.wire.url}${path}`);
  await eventually(() => textOf(page).getAttribute("contenteditable"), "true");
  await changeRole(members, "Pia Roth", "Listener");
  await page.getByText("You can suggest changes").waitFor();
  await expect(page.getByText(/Edits of yours wait/).count()).resolves.toBe(0);
  await expect(page.getByText("You may read this document, but no longer change it").count()).resolves.toBe(0);
  await inspectEverywhere(page, "reader-once");
  await changeRole(members, "Pia Roth", "Member");
  await page.getByText("You can suggest changes").waitFor({ state: "detached" });
  await eventually(() => textOf(page).getAttribute("contenteditable"), "true");

  // Pages without a socket do not wait for one.
  await page.goto(`${ben.wire.url}${path}/history`);
  await page.locator(".connection").getByText("Connected").first().waitFor();
  await page.goto(`${ben.wire.url}${path}/set-aside`);
  await page.getByRole("heading", { name: "Edits set aside" }).waitFor();
  await expect(page.getByText("Connecting…").count()).resolves.toBe(0);
});

test("an invitation that one has used oneself leads to the community", async () => {
  const [ada, ben] = [await arrive("Olga Stein"), await arrive("Rut Lang")];
  ben.expect(/status of 40[14]/);
  const adas = await comeIn(server, ada, "olga@example.org");
  const community = await found(adas, "Panel of Olga");
  const link = await invite(await visit(ada, `${community}/members`));
  const page = await signUp(ben, link, "rut@example.org");
  await page.goto(`${ben.wire.url}${link}`);
  await page.waitForURL(`**${community}`);
  await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
});

test("signing out leads nobody to the last document, and takes the documents from the device where that is wanted", async () => {
  const ada = await arrive("Vera Holm");
  const page = await comeIn(server, ada, "vera@example.org");
  await found(page, "Panel of Vera");
  await typeAtEnd(page, "Of nobody else.");
  await whenSaved(page, "safe");
  await page.getByRole("button", { name: /^You are Vera Holm/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("checkbox", { name: /^Remove my documents/ }).check();
  await inspectEverywhere(page, "sign-out-remove");
  await page.getByRole("button", { name: "Remove and sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
  expect(new URL(page.url()).search).toBe("");
  const kept = await page.evaluate(async () => {
    const names = await indexedDB.databases();
    const sizes = await Promise.all(
      names.map(
        ({ name = "" }) =>
          new Promise<string>((resolve, reject) => {
            const opening = indexedDB.open(name);
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
              const database = opening.result;
              const stores = [...database.objectStoreNames];
              if (stores.length === 0) {
                resolve("");
                return;
              }
              const all = stores.map(
                (store) =>
                  new Promise<string>((done) => {
                    const request = database.transaction(store).objectStore(store).getAll();
                    request.onsuccess = () =>
                      done(
                        JSON.stringify(request.result, (_, value: unknown) =>
                          value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value,
                        ),
                      );
                  }),
              );
              void Promise.all(all).then((texts) => resolve(texts.join()));
            };
          }),
      ),
    );
    return `${sizes.join()} ${JSON.stringify({ ...localStorage })}`;
  });
  expect(kept).not.toContain("Of nobody else.");
  expect(kept).not.toContain("Panel of Vera");
  await signIn(page, "vera@example.org");
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
});

test("without a server the page of a document that is not on the device says so", async () => {
  const ada = await arrive("Una Dahl");
  ada.expect(/ERR_CONNECTION|WebSocket|status of 401/);
  const page = await comeIn(server, ada, "una@example.org");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await ada.wire.pull();
  await page.goto(`${ada.wire.url}/d/01a21683-4a61-7687-956f-bbf8552062e5`);
  await page.getByRole("heading", { name: "This document is not on this device" }).waitFor();
  await inspectEverywhere(page, "not-here");
});
