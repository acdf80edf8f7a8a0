/** Comments beside the text, and who wrote it: real server, real browsers, two people. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { editorFollows, selectLast, typeAtEnd, typeAtStart } from "./harness/caret.ts";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, type VisitorOptions, whenSaved } from "./harness/visitor.ts";

/** Six pictures of each of several states, in milliseconds. */
const LOOK_MS = 400_000;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function arrive(name: string, options: VisitorOptions = {}): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name, options);
  onTestFinished(() => visitor.leave());
  visitor.expect(/status of (403|404)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  return visitor;
}

interface Pair {
  readonly ada: Visitor;
  readonly ben: Visitor;
  readonly adas: Page;
  readonly bens: Page;
  readonly community: string;
  readonly document: string;
}

/** Two members of a community with its first document open, in which Ada has written a paragraph. */
async function pair(tag: string, ofBen: VisitorOptions = {}): Promise<Pair> {
  const [ada, ben] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor", ofBen)];
  const adas = await comeIn(server, ada, `ada-${tag}@example.org`);
  const community = await found(adas, `Panel ${tag}`);
  await typeAtEnd(adas, PARAGRAPH);
  await whenSaved(adas, "safe");
  const document = new URL(adas.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const link = await invite(members);
  await members.close();
  const bens = await signUp(ben, link, `ben-${tag}@example.org`);
  await bens.goto(`${ben.wire.url}${document}`);
  await eventually(async () => (await blocksOn(bens)).join("\n").includes(PARAGRAPH), true);
  return { ada, ben, adas, bens, community, document };
}

const PARAGRAPH = "Give 500 mg of the drug twice a day.";

/** What is marked in the text as commented on. */
function marked(page: Page): Promise<readonly string[]> {
  return textOf(page)
    .locator(".comment-mark")
    .evaluateAll((marks) => {
      const texts = new Map<string, string>();
      for (const mark of marks as HTMLElement[]) {
        const thread = mark.dataset["thread"] ?? "";
        texts.set(thread, (texts.get(thread) ?? "") + mark.textContent);
      }
      return [...texts.values()];
    });
}

const panel = (page: Page) => page.getByRole("complementary", { name: "Comments" });

async function openComments(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Comments/ }).click();
  await panel(page).waitFor();
}

async function write(page: Page, label: string, words: string, submit: string): Promise<void> {
  await panel(page).getByRole("textbox", { name: label }).fill(words);
  await panel(page).getByRole("button", { name: submit, exact: true }).last().click();
}

const whenCommentsSafe = (page: Page) => page.locator('[data-save-comments="safe"]').waitFor();

test("two people comment, reply, resolve and reopen; the place stays with its words", async () => {
  const { adas, bens } = await pair("talk");

  // Ada selects the last words and comments by keyboard alone.
  await selectLast(adas, "twice a day.");
  await adas.keyboard.press("Control+Alt+m");
  await panel(adas).getByRole("textbox", { name: "Your comment" }).focus();
  await adas.keyboard.type("Is that not too often? @ben");
  await panel(adas).getByRole("option", { name: "Ben Okafor" }).waitFor();
  await adas.keyboard.press("Enter");
  await adas.keyboard.type("please look.");
  await adas.keyboard.press("Control+Enter");
  await panel(adas).getByText("Is that not too often? @Ben Okafor please look.").waitFor();
  await whenCommentsSafe(adas);
  expect(await marked(adas)).toEqual(["twice a day."]);

  // Ben sees the mark at once, and presses it.
  await bens.getByRole("button", { name: "Comments: 1 open thread" }).waitFor();
  await eventually(() => marked(bens), ["twice a day."]);
  await textOf(bens).locator(".comment-mark").click();
  await panel(bens).getByText("Is that not too often?").waitFor();
  await panel(bens).getByRole("article", { name: "Comment by Ada Lindqvist" }).waitFor();
  expect(await panel(bens).locator(".mention--me").textContent()).toBe("@Ben Okafor");
  await panel(bens).getByRole("button", { name: "Reply" }).click();
  await write(bens, "Your reply", "Once is enough.", "Reply");
  await panel(adas).getByText("Once is enough.").waitFor();
  await eventually(() => panel(adas).locator(".comment__name").allTextContents(), ["Ada Lindqvist", "Ben Okafor"]);

  // Nobody but its author can change a comment.
  expect(await panel(adas).getByRole("button", { name: "Edit this comment" }).count()).toBe(1);
  await panel(bens).getByRole("button", { name: "Edit this comment" }).click();
  await write(bens, "Your comment", "Once a day is enough.", "Save");
  await panel(adas).getByText("Once a day is enough.").waitFor();
  await panel(adas).getByText("edited").waitFor();

  // What is written before the passage, and within it, moves the mark with its words.
  await typeAtStart(bens, "Before all. ");
  await selectLast(bens, "a day.");
  await bens.keyboard.press("ArrowLeft");
  await editorFollows(bens);
  await bens.keyboard.type("(really) ");
  await eventually(() => marked(adas), ["twice (really) a day."]);
  await eventually(() => marked(bens), ["twice (really) a day."]);

  // Resolved, it is out of the way; it can be seen, and reopened.
  await panel(bens).getByRole("button", { name: "Resolve", exact: true }).click();
  await adas.getByRole("button", { name: "Comments", exact: true }).waitFor();
  await panel(adas)
    .getByText(/Resolved by Ben Okafor/)
    .waitFor();
  await panel(adas).getByRole("article").focus();
  await adas.keyboard.press("Escape");
  await eventually(() => marked(adas), []);
  await openComments(adas);
  await panel(adas).getByText("No open comments.").waitFor();
  await panel(adas).getByRole("checkbox", { name: "Show resolved (1)" }).check();
  await panel(adas)
    .getByText(/Resolved by Ben Okafor/)
    .waitFor();
  await panel(adas).getByRole("button", { name: "Reopen" }).click();
  await eventually(() => marked(bens), ["twice (really) a day."]);

  // Where the text is gone the thread says so, and stays.
  await selectLast(adas, "twice (really) a day.");
  await adas.keyboard.press("Delete");
  await eventually(() => marked(bens), []);
  await panel(bens).getByText("The text that this is about is gone.").waitFor();
  await panel(bens).getByText("Once a day is enough.").waitFor();

  // Ben takes his words back: nothing of them is left in the document.
  await panel(bens).getByRole("button", { name: "Delete this comment" }).click();
  await panel(adas).getByText("This comment was deleted.").waitFor();
  await whenCommentsSafe(bens);
  expect(await panel(adas).getByText("Once a day is enough.").count()).toBe(0);
});

test("a passage is known again when its paragraph is split", async () => {
  const { adas, bens } = await pair("split");
  await selectLast(adas, "twice a day.");
  await adas.getByRole("button", { name: /^Comment \(/ }).click();
  await write(adas, "Your comment", "Why?", "Comment");
  await eventually(() => marked(bens), ["twice a day."]);
  // In the middle of the passage: the CRDT writes the rest anew.
  await selectLast(adas, "a day.");
  await adas.keyboard.press("ArrowLeft");
  await editorFollows(adas);
  await adas.keyboard.press("Enter");
  await eventually(() => marked(bens), ["twice a day."]);
  await eventually(async () => (await blocksOn(bens)).join("\n").includes("twice a day."), false);
  await eventually(() => marked(bens), ["twice a day."]);
});

test("comments are written without network, are safe on the device, and arrive", async () => {
  const { ben, adas, bens, document } = await pair("offline");
  await openComments(adas);
  await openComments(bens);
  await whenCommentsSafe(bens);
  // Only once the app itself is kept can a page be opened again without network.
  await bens.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await ben.goOffline();
  await bens.keyboard.press("Escape");
  await selectLast(bens, "twice a day.");
  await bens.keyboard.press("Control+Alt+m");
  await write(bens, "Your comment", "Written on the train.", "Comment");
  await bens.locator(':is([data-save-comments="device"], [data-save-comments="sent"])').waitFor();
  expect(await panel(adas).getByText("Written on the train.").count()).toBe(0);

  // The page is closed and opened again, still without network: the comment is there, under its author’s name.
  await bens.reload();
  await bens.getByRole("button", { name: "Comments: 1 open thread" }).click();
  await panel(bens).getByText("Written on the train.").waitFor();
  await eventually(() => panel(bens).locator(".comment__name").allTextContents(), ["Ben Okafor"]);
  await panel(bens).getByRole("button", { name: "Delete this comment" }).waitFor();

  await ben.comeBack();
  await whenCommentsSafe(bens);
  await panel(adas).getByText("Written on the train.").waitFor();
  await eventually(() => panel(adas).locator(".comment__name").allTextContents(), ["Ben Okafor"]);
  await eventually(() => marked(adas), ["twice a day."]);
  expect(new URL(bens.url()).pathname).toBe(document);
});

test("on a phone the comments are a sheet under the text", async () => {
  const { adas, bens } = await pair("phone", { width: 390, height: 844 });
  await selectLast(bens, "twice a day.");
  await bens.getByRole("button", { name: /^Comment \(/ }).click();
  await panel(bens).getByRole("textbox", { name: "Your comment" }).waitFor();
  const box = await panel(bens).boundingBox();
  expect(box?.x).toBe(0);
  expect(box?.width).toBe(390);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(844);
  // The passage stays in sight above it.
  const isInSight = async (): Promise<boolean> => {
    const mark = await textOf(bens).locator(".comment-mark").first().boundingBox();
    return mark !== null && mark.y > 100 && mark.y + mark.height < (box?.y ?? 0);
  };
  await eventually(isInSight, true);
  await write(bens, "Your comment", "Typed with a thumb.", "Comment");
  await panel(bens).getByText("Typed with a thumb.").waitFor();
  await eventually(() => marked(adas), ["twice a day."]);
  await inspect(bens, "comments-phone");
  await panel(bens).getByRole("button", { name: "Close the comments" }).click();
  await panel(bens).waitFor({ state: "detached" });
});

test("who reads the text because it is open to everybody does not see what is said about it", async () => {
  const { adas, bens, ben, ada, community, document } = await pair("reader");
  await selectLast(adas, "twice a day.");
  await adas.keyboard.press("Control+Alt+m");
  await write(adas, "Your comment", "For us to read.", "Comment");
  await adas.getByRole("button", { name: /^Who can see this/ }).click();
  await adas.getByRole("radio", { name: "Everybody on this server" }).check();
  await adas.getByRole("textbox", { name: "Why open it to more people?" }).fill("For the readers.");
  await adas.getByRole("button", { name: "Change" }).click();
  await adas.getByRole("dialog").waitFor({ state: "detached" });
  const cara = await arrive("Cara Novak");
  // Asked for once, before the page knows that she is no more than a reader.
  cara.expect(/status of (403|404)/);
  const members = await visit(ada, `${community}/members`);
  const caras = await signUp(cara, await invite(members, "Listener"), "cara-reader@example.org");
  await caras.goto(`${cara.wire.url}${document}`);
  await eventually(async () => (await blocksOn(caras)).join("\n").includes(PARAGRAPH), true);
  await eventually(() => caras.getByRole("button", { name: /^Comments/ }).count(), 0);
  await caras.getByRole("button", { name: "Document actions" }).click();
  await caras.getByRole("menuitem", { name: "Find and replace" }).waitFor();
  expect(await caras.getByRole("menuitem", { name: /^History/ }).count()).toBe(0);
  expect(await marked(caras)).toEqual([]);
  // Whoever is let in to read reads the comments too, and writes none.
  const gus = await arrive("Gus Lund");
  const guests = await signUp(gus, await inviteReaders(members, /Guideline/), "gus-comments@example.org");
  await guests.goto(`${gus.wire.url}${document}`);
  await openComments(guests);
  await panel(guests).getByText("For us to read.").waitFor();
  await panel(guests).getByText("You may read the comments, but not write any.").waitFor();
  expect(await panel(guests).getByRole("button", { name: "Reply" }).count()).toBe(0);
  await eventually(() => marked(guests), ["twice a day."]);
  // In the bin, the document has no comments for anybody, until it is restored.
  await openComments(bens);
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "Move to bin" }).click();
  await panel(bens)
    .getByText(/lies in the bin/)
    .waitFor();
  expect(ben.name).toBe("Ben Okafor");
});

test("who wrote what is shown on demand", async () => {
  const { adas, bens } = await pair("wrote");
  await typeAtEnd(bens, " And water.");
  await eventually(async () => (await blocksOn(adas)).join("").includes(`${PARAGRAPH} And water.`), true);
  expect(await textOf(adas).locator(".written").count()).toBe(0);
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "Who wrote this" }).click();
  const legend = adas.getByRole("region", { name: "Who wrote this" });
  await legend.getByText("Ada Lindqvist").waitFor();
  await legend.getByText("Ben Okafor").waitFor();
  const bensWords = () => textOf(adas).locator('.written[title="Ben Okafor"]').allTextContents();
  await eventually(async () => (await bensWords()).join(""), " And water.");
  await typeAtEnd(bens, " And rest.");
  await eventually(async () => (await bensWords()).join(""), " And water. And rest.");
  await inspect(adas, "written-by");
  await legend.getByRole("button", { name: "Hide who wrote this" }).click();
  await eventually(() => textOf(adas).locator(".written").count(), 0);
});

test(
  "how it looks",
  async () => {
    const { adas, bens } = await pair("look");
    await selectLast(adas, "twice a day.");
    await adas.keyboard.press("Control+Alt+m");
    await adas.keyboard.type("@");
    await panel(adas).getByRole("option", { name: "Ben Okafor" }).waitFor();
    await inspectEverywhere(adas, "comments-writing");
    await adas.keyboard.press("Enter");
    await adas.keyboard.type(
      "is that not too often? The leaflet says once a day for adults, and less for children under 12.",
    );
    await adas.keyboard.press("Control+Enter");
    await eventually(() => marked(bens), ["twice a day."]);
    await openComments(bens);
    await panel(bens).getByRole("button", { name: "Reply" }).click();
    await write(bens, "Your reply", "You are right. I change it.", "Reply");
    await selectLast(bens, PARAGRAPH);
    await bens.keyboard.press("Control+Alt+m");
    await write(bens, "Your comment", "This needs a source.", "Comment");
    await panel(adas).getByText("This needs a source.").waitFor();
    await panel(adas).getByRole("article").first().getByRole("button", { name: "Resolve", exact: true }).click();
    await panel(adas)
      .getByRole("checkbox", { name: /Show resolved/ })
      .check();
    await inspectEverywhere(adas, "comments");
    await adas.getByRole("button", { name: "Close the comments" }).click();
    await adas.getByRole("button", { name: "Document actions" }).click();
    await adas.getByRole("menuitem", { name: "Who wrote this" }).click();
    await adas.getByRole("region", { name: "Who wrote this" }).getByText("Ada Lindqvist").waitFor();
    await inspectEverywhere(adas, "written-by");
  },
  LOOK_MS,
);
