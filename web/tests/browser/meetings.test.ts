/** A meeting from its plan to its end: leader, deputy, member and guest, each in a browser; real server (issue 7). */
import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import {
  act,
  addItem,
  agendaOn,
  barOf,
  chairOf,
  holds,
  MARK,
  nowOn,
  type Panel,
  panelOf as panelFor,
  plan,
  standing,
  write,
} from "./harness/meetings.ts";
import { invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Four people, a grace period of 45 seconds, and pages that are each looked at six times, in milliseconds. */
const MEETING_MS = 900_000;

/** A chair who is gone is waited for this long, and a little, in milliseconds. */
const GRACE_MS = 75_000;

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
  // Whom a meeting refuses is told so; the browser reports the answer too.
  visitor.expect(/status of (401|409)/);
  return visitor;
}

async function panelOf(name: string, email: string): Promise<Panel> {
  return await panelFor(server, await arrive(name), email);
}

test(
  "a meeting is planned, led, enforced, survives the loss of its leader, and ends",
  async () => {
    const panel = await panelOf("Lena Voss", "lena@example.org");
    const { lena, lenas, community, document } = panel;
    const members = await visit(lena, `${community}/members`);
    const dora = await arrive("Dora Lind");
    const doras = await signUp(dora, await invite(members, "Deputy leader"), "dora@example.org");
    const mia = await arrive("Mia Brandt");
    const mias = await signUp(mia, await invite(members, "Member"), "mia@example.org");
    const gus = await arrive("Gus Lund");
    const guses = await signUp(gus, await inviteReaders(members, /Guideline on fever/), "gus@example.org");
    await members.close();

    // Planned by the leader, with a deputy; nothing of it can be done before it is opened.
    await lenas.goto(`${lena.wire.url}${community}`);
    const path = await plan(lenas, "Panel meeting", { deputies: ["Dora Lind"] });
    await addItem(lenas, "Doses", "30");
    await addItem(lenas, "Wording");
    await agendaOn(lenas).getByRole("button", { name: "Move “Wording” up" }).focus();
    await lenas.keyboard.press("Enter");
    await eventually(() => agendaOn(lenas).locator(".agenda__title").allTextContents(), ["Wording", "Doses"]);
    await agendaOn(lenas).getByRole("button", { name: "Move “Wording” down" }).click();
    await eventually(() => agendaOn(lenas).locator(".agenda__title").allTextContents(), ["Doses", "Wording"]);

    // The others find it in the community and come in.
    for (const page of [doras, mias, guses]) {
      await page.getByRole("link", { name: "Meetings", exact: true }).click();
      await page.getByRole("link", { name: "Panel meeting" }).click();
      await barOf(page).getByText("Not begun").waitFor();
    }
    await agendaOn(lenas).getByText("4 people · 1 guest", { exact: false }).waitFor();
    expect(await chairOf(mias).count(), "a member leads nothing").toBe(0);
    await chairOf(lenas).getByRole("button", { name: "Open the meeting" }).click();
    await eventually(() => standing(lenas).textContent(), "You lead the meeting. You may write.");
    await eventually(
      () =>
        standing(guses)
          .textContent()
          .then((said) => said?.includes("no vote")),
      true,
    );

    // The item and its time are on every screen, and no screen is a second from another.
    await nowOn(lenas).getByRole("button", { name: "Begin “Doses”" }).click();
    for (const page of [lenas, doras, mias, guses]) {
      await barOf(page).getByText("Now: Doses").waitFor();
    }
    const left = async (page: Page): Promise<number> => {
      const [minutes, seconds] = ((await barOf(page).getByRole("timer").textContent()) ?? "").split(":");
      return Number(minutes) * 60 + Number(seconds);
    };
    await expect
      .poll(async () => {
        const [one, other] = await Promise.all([left(lenas), left(guses)]);
        return one > 1_700 && Math.abs(one - other) <= 1;
      })
      .toBe(true);
    await nowOn(lenas).getByRole("button", { name: "Pause" }).click();
    await barOf(mias).getByText("Paused").waitFor();
    await nowOn(lenas).getByRole("button", { name: "Go on" }).click();

    // An open document says that it is under a meeting.
    const beside = await visit(mia, document);
    await beside.getByText("The meeting “Panel meeting” is about this document").waitFor();
    expect(await beside.getByRole("link", { name: "Go to the meeting" }).getAttribute("href")).toBe(path);
    await beside.close();

    // One writer at a time: Mia asks, Lena gives, Mia writes and all see it.
    await chairOf(lenas).getByRole("button", { name: "Who writes" }).click();
    await lenas.getByRole("radio", { name: "Whoever has the floor" }).check();
    await lenas.getByRole("button", { name: "So it is" }).click();
    await eventually(() => standing(mias).textContent(), "Raise your hand to get the floor.");
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "false");
    await barOf(doras).getByRole("button", { name: "Raise hand" }).click();
    await nowOn(lenas).getByText("Dora Lind").waitFor();
    await barOf(mias).getByRole("button", { name: "Raise hand" }).click();
    await eventually(() => standing(mias).textContent(), "Your hand is up: place 2.");
    await nowOn(lenas).getByRole("button", { name: "Move Mia Brandt up" }).focus();
    await lenas.keyboard.press("Enter");
    await eventually(() => standing(mias).textContent(), "Your hand is up. You are next.");
    await nowOn(lenas).locator(".hands__row", { hasText: "Mia Brandt" }).getByText("has not spoken yet").waitFor();
    await nowOn(lenas).getByRole("button", { name: "Give floor to Mia Brandt" }).click();
    await barOf(guses).getByText("Mia Brandt has the floor").waitFor();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");
    await write(mias, " Written with the floor.");
    for (const page of [lenas, doras, guses]) {
      await eventually(holds(page, "Written with the floor."), true);
    }
    await whenSaved(mias, "safe");
    await inspectEverywhere(lenas, "meeting-chair");
    await inspectEverywhere(mias, "meeting-floor");

    // The floor is taken: what Mia writes next is a suggestion of hers, and she has not left the meeting.
    await nowOn(lenas).getByRole("button", { name: "Take the floor from them" }).click();
    await mias.getByText("Only whoever has the floor writes: what you write").waitFor();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "false");
    await mias.getByRole("button", { name: "Write a suggestion" }).click();
    await mias.getByRole("heading", { name: /^Your draft for/ }).waitFor();
    await eventually(holds(mias, MARK), true);
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");
    await write(mias, " Only suggested.");
    await eventually(holds(mias, "Only suggested."), true);
    await whenSaved(mias, "safe");
    expect(await holds(lenas, "Only suggested.")()).toBe(false);
    await inspectEverywhere(mias, "meeting-suggestion");
    await mias.getByRole("button", { name: "Back to the document" }).click();
    await eventually(holds(mias, "Only suggested."), false);
    await nowOn(lenas).getByRole("button", { name: "Take down the hand of Dora Lind" }).click();
    await nowOn(lenas).getByText("No hand is up.").waitFor();

    // Frozen for all but Dora.
    await chairOf(lenas).getByRole("button", { name: "Who writes" }).click();
    await lenas.getByRole("radio", { name: "Everybody", exact: true }).check();
    await lenas.getByRole("button", { name: "So it is" }).click();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");
    await chairOf(lenas).getByRole("button", { name: "Freeze the text" }).click();
    await lenas.getByRole("dialog").getByRole("checkbox", { name: "Dora Lind" }).check();
    await lenas.getByRole("button", { name: "Freeze", exact: true }).click();
    await mias.getByText("The text is frozen: what you write goes into a suggestion of yours.").waitFor();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "false");
    await eventually(() => textOf(lenas).getAttribute("contenteditable"), "false");
    await eventually(() => textOf(doras).getAttribute("contenteditable"), "true");
    await nowOn(mias).getByText("These write on: Dora Lind.").waitFor();
    await inspectEverywhere(mias, "meeting-frozen");
    await chairOf(lenas).getByRole("button", { name: "End the freeze" }).click();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");

    // A question to the room is blind until it is closed.
    await chairOf(lenas).getByRole("button", { name: "Ask the room" }).click();
    await lenas.getByRole("textbox", { name: "Question" }).fill("Break now?");
    await lenas.getByRole("button", { name: "Ask", exact: true }).click();
    await nowOn(mias).getByRole("radio", { name: "Yes" }).check();
    await nowOn(doras).getByRole("radio", { name: "No", exact: true }).check();
    await nowOn(lenas).getByText("2 have answered").waitFor();
    expect(await nowOn(guses).getByRole("radio").count(), "a guest answers nothing").toBe(0);
    expect(await nowOn(lenas).locator(".tally").count()).toBe(0);
    await nowOn(lenas).getByRole("button", { name: "Close and show" }).click();
    await eventually(() => nowOn(guses).locator(".tally__count").allTextContents(), ["1", "1", "0"]);

    // A formal vote: the rule is read by all, nobody changes the text meanwhile, and a ballot can be changed until the close.
    await chairOf(lenas).getByRole("button", { name: "Hold a vote" }).click();
    await lenas.getByRole("textbox", { name: /^What is decided/ }).fill("The dose is 2 g. More than half decide.");
    await lenas.getByRole("radio", { name: "Nobody", exact: true }).check();
    await lenas.getByRole("button", { name: "Open the vote" }).click();
    await mias.getByText("A vote about this text is open").waitFor();
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "false");
    for (const [page, choice] of [
      [lenas, "Yes"],
      [doras, "Yes"],
      [mias, "No"],
    ] as const) {
      await nowOn(page).getByText("The dose is 2 g. More than half decide.").waitFor();
      await nowOn(page).getByRole("radio", { name: choice, exact: true }).check();
      await nowOn(page).getByRole("button", { name: "Cast my ballot" }).click();
      await nowOn(page).getByText("You have voted.", { exact: false }).waitFor();
    }
    await nowOn(guses).getByText("You have no vote in this one.").waitFor();
    await nowOn(mias).getByRole("radio", { name: "Abstain" }).check();
    await nowOn(mias).getByRole("button", { name: "Change my ballot" }).click();
    await mias.getByText("Your ballot is in.").waitFor();
    await nowOn(lenas).getByText("3 of 3 have voted").waitFor();
    await inspectEverywhere(mias, "meeting-vote");
    await nowOn(lenas).getByRole("button", { name: "Close and count" }).click();
    await nowOn(guses).getByText("3 of 3 voted, 1 abstained.").waitFor();
    await eventually(() => nowOn(guses).locator(".round .tally__count").allTextContents(), ["2", "0"]);
    expect(
      await mias.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("consilium.ballot"))),
      "the key to the ballot is forgotten",
    ).toEqual([]);

    // A motion, supported, amended and carried.
    await nowOn(mias).getByRole("button", { name: "Move something" }).click();
    await mias.getByRole("textbox", { name: "What is to be decided?" }).fill("Publish in May");
    await mias.getByRole("button", { name: "Move it" }).click();
    await nowOn(doras).getByRole("button", { name: "Support" }).click();
    await nowOn(lenas).getByText("Supported by Dora Lind").waitFor();
    await nowOn(lenas).getByRole("button", { name: "Carried" }).click();
    await nowOn(guses).getByText("1 decided").waitFor();

    // Everyone is brought to a place; whoever stays, stays.
    await chairOf(lenas).getByRole("button", { name: "Bring everyone…" }).click();
    await lenas.getByRole("combobox", { name: "Countdown" }).selectOption({ label: "5 seconds" });
    await lenas.getByRole("button", { name: "Bring them" }).click();
    await nowOn(doras).getByRole("button", { name: "Stay here" }).click();
    await nowOn(doras).getByText("You stay here.", { exact: false }).waitFor();
    await nowOn(mias).getByText("You are brought to", { exact: false }).waitFor();
    await nowOn(mias).getByText("You are brought to", { exact: false }).waitFor({ state: "detached" });

    // The guest is put out, with a reason that stands in the ledger; they wait in the lobby when they ask.
    await agendaOn(lenas).getByRole("button", { name: "Show everybody" }).click();
    await lenas.getByRole("button", { name: "Actions for Gus Lund" }).click();
    await inspectEverywhere(lenas, "meeting-people");
    await lenas.getByRole("button", { name: "Put out of the meeting" }).click();
    await lenas.getByRole("textbox", { name: "Why?" }).fill("Spoke over others.");
    await lenas.getByRole("button", { name: "Put them out" }).click();
    await guses.getByRole("heading", { name: "You were asked to leave this meeting" }).waitFor();
    await guses.getByText("Spoke over others.", { exact: false }).waitFor();
    await guses.getByText("Lena Voss, who leads it, decided so.").waitFor();
    await guses.getByText("You can ask to be let in again", { exact: false }).waitFor();
    await inspectEverywhere(guses, "meeting-removed");
    await guses.getByRole("button", { name: "Ask to be let in again" }).click();
    await guses.getByRole("heading", { name: "You are waiting to be let in" }).waitFor();
    await nowOn(lenas).getByRole("button", { name: "Let in Gus Lund" }).click();
    await barOf(guses).waitFor();

    // The leader's browser is gone: after the grace the deputy leads, without anybody having done anything.
    await lenas.close();
    await nowOn(mias).getByText("Lena Voss is gone and led the meeting.", { exact: false }).waitFor();
    await expect
      .poll(() => standing(doras).textContent(), { timeout: GRACE_MS, interval: 250 })
      .toContain("You lead the meeting.");
    await chairOf(doras).getByRole("button", { name: "Freeze the text" }).waitFor();
    await agendaOn(mias).getByText("Dora Lind leads").waitFor();

    // She comes back as one of many, and takes the chair back.
    const again = await visit(lena, path);
    await chairOf(again).getByRole("button", { name: "Take the chair back" }).click();
    await eventually(
      () =>
        standing(again)
          .textContent()
          .then((said) => said?.startsWith("You lead the meeting.")),
      true,
    );
    await eventually(() => chairOf(doras).count(), 0);

    // It ends, and everybody is told.
    await chairOf(again).getByRole("button", { name: "More" }).click();
    await again.getByRole("menuitem", { name: "End the meeting" }).click();
    await again.getByRole("dialog").getByRole("button", { name: "End the meeting" }).click();
    for (const page of [again, doras, mias, guses]) {
      await page.getByRole("heading", { name: "“Panel meeting” is over" }).waitFor();
    }
    // The minutes say who was there and when, what was dealt with and when, and what was decided with its counts and text.
    const minutes = again.getByRole("region", { name: "Minutes" });
    await minutes.getByRole("listitem").filter({ hasText: "Gus Lund (guest)" }).getByText(/\d\d/).waitFor();
    await minutes.getByRole("listitem").filter({ hasText: "Wording" }).getByText("Not taken up").waitFor();
    await minutes
      .getByRole("listitem")
      .filter({ hasText: "Doses" })
      .getByText("Dealt with", { exact: false })
      .waitFor();
    const vote = minutes.getByRole("listitem").filter({ hasText: "The dose is 2 g." }).first();
    await vote.getByText("Voted on: “Guideline on fever” as it was written then, version", { exact: false }).waitFor();
    await vote.getByText("3 of 3 voted, 1 abstained.", { exact: false }).waitFor();
    await minutes.getByText("Motion: Publish in May").first().waitFor();
    await minutes.getByText("Moved by Mia Brandt · Supported by Dora Lind").waitFor();
    await minutes.getByRole("button", { name: "Print" }).waitFor();
    await inspectEverywhere(again, "meeting-over");
    const ledger = await visit(lena, `${community}/ledger`);
    await ledger.getByText("Lena Voss put Gus Lund out of the meeting “Panel meeting”").waitFor();
    await ledger.getByText("Spoke over others.", { exact: false }).waitFor();
    await ledger.getByText("Lena Voss ended the meeting “Panel meeting”").waitFor();
    const mine = await visit(mia, document);
    await eventually(() => textOf(mine).getAttribute("contenteditable"), "true");
    expect(await holds(mine, "Only suggested.")()).toBe(false);
  },
  MEETING_MS,
);

test(
  "time that is up asks the chair, a cut connection is told, and a lobby lets in",
  async () => {
    const panel = await panelOf("Nora Falk", "nora@example.org");
    const { lena: nora, lenas: noras, community } = panel;
    const members = await visit(nora, `${community}/members`);
    const ben = await arrive("Ben Okafor");
    const bens = await signUp(ben, await invite(members, "Member"), "ben-meets@example.org");
    await members.close();
    await noras.goto(`${nora.wire.url}${community}`);
    await noras.getByRole("link", { name: "Meetings", exact: true }).click();
    await noras.getByRole("button", { name: "Plan a meeting" }).click();
    await noras.getByRole("dialog").getByRole("checkbox", { name: "Guideline on fever" }).waitFor();
    await inspectEverywhere(noras, "meeting-plan");
    await noras.keyboard.press("Escape");
    await noras.getByRole("dialog").waitFor({ state: "detached" });
    await plan(noras, "Next meeting", { at: "2031-03-04T16:30" });
    const begins = await noras.evaluate(() => new Date("2031-03-04T16:30").toISOString());
    await noras.goto(`${nora.wire.url}${community}`);
    const path = await plan(noras, "Short meeting", { knock: true });
    await addItem(noras, "Doses");
    await chairOf(noras).getByRole("button", { name: "Open the meeting" }).click();

    await bens.goto(`${ben.wire.url}${community}/meetings`);
    await bens.getByRole("link", { name: "Short meeting" }).waitFor();
    await inspectEverywhere(bens, "meeting-list");
    const entry = bens.waitForEvent("download");
    await bens.getByRole("button", { name: "Add to calendar: the meeting “Next meeting”" }).click();
    expect((await entry).suggestedFilename()).toBe("next-meeting.ics");
    const event = readFileSync(await (await entry).path(), "utf8");
    expect(event).toContain(`\r\nDTSTART:${begins.replace(/[-:]|\.000/g, "")}\r\n`);
    expect(event).toContain("\r\nSUMMARY:Next meeting\r\nDESCRIPTION:About Guideline on fever\\n\\nThis entry");
    await bens.getByRole("link", { name: "Short meeting" }).click();
    await bens.getByRole("heading", { name: "You are waiting to be let in" }).waitFor();
    await inspectEverywhere(bens, "meeting-lobby");
    await nowOn(noras).getByRole("button", { name: "Let in Ben Okafor" }).click();
    await barOf(bens).waitFor();

    // The shortest time box there is, which no form offers.
    expect(await act(noras, { do: "add-item", item: { title: "Quick", place: null, timeBox: 10_000 } })).toBe(200);
    await agendaOn(noras).getByRole("button", { name: "Begin “Quick”" }).click();
    await barOf(bens).getByText("Time is up").waitFor();
    await nowOn(bens).getByText("Whoever leads decides how it goes on.", { exact: false }).waitFor();
    const asked = nowOn(noras).getByRole("group", { name: "Time is up. What now?" });
    await inspectEverywhere(noras, "meeting-overrun");
    await asked.getByRole("button", { name: "Ask the room" }).click();
    await nowOn(bens).getByRole("radio", { name: "Leave it for later" }).check();
    await nowOn(noras).getByText("1 has answered", { exact: false }).waitFor();
    await nowOn(noras).getByRole("button", { name: "Close and show" }).click();
    await asked.getByRole("button", { name: "5 more minutes" }).click();
    await barOf(bens)
      .getByText(/^[45]:\d\d$/)
      .waitFor();

    // A member cannot do what is for the chair, whatever they send.
    expect(await act(bens, { do: "freeze", except: [] })).toBe(409);
    expect(await act(bens, { do: "give-floor", who: "x", time: null })).toBe(409);

    // For the wall.
    const wall = await visit(nora, `${path}/projector`);
    await wall.getByRole("heading", { name: "Quick" }).waitFor();
    await inspectEverywhere(wall, "meeting-projector");
    await wall.close();

    // Without network the page says that it may be old; with it, it goes on by itself.
    ben.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_NETWORK|ERR_INCOMPLETE|ERR_EMPTY|ERR_FAILED|WebSocket/);
    await ben.goOffline();
    await barOf(bens).getByText("The connection is cut. What you see may be old.").waitFor();
    await ben.comeBack();
    await barOf(bens).getByText("The connection is cut. What you see may be old.").waitFor({ state: "detached" });
    await agendaOn(noras).getByText("2 people", { exact: false }).waitFor();

    // Recused and out of the room: nothing of it is seen, until the item is done.
    await agendaOn(bens).getByRole("button", { name: "More about “Quick”" }).click();
    await bens.getByRole("menuitem", { name: "Recuse myself" }).click();
    await bens.getByRole("radio", { name: "I leave the room" }).check();
    await bens.getByRole("dialog").getByRole("button", { name: "Recuse myself" }).click();
    await eventually(
      () =>
        standing(bens)
          .textContent()
          .then((said) => said?.includes("out of the room")),
      true,
    );
    await nowOn(noras).getByRole("button", { name: "Done" }).click();
    await eventually(() => standing(bens).textContent(), "You may write.");

    await barOf(bens).getByRole("button", { name: "Leave" }).click();
    await bens.getByRole("heading", { name: "Meetings", exact: true }).waitFor();
    await agendaOn(noras).getByText("1 person", { exact: false }).waitFor();
  },
  MEETING_MS,
);

test(
  "a section is locked with named editors: others do not type there, and write everywhere else",
  async () => {
    const panel = await panelOf("Olga Lang", "olga@example.org");
    const { lena: olga, lenas: olgas, community } = panel;
    const members = await visit(olga, `${community}/members`);
    const max = await arrive("Max Roth");
    const maxes = await signUp(max, await invite(members, "Member"), "max@example.org");
    await members.close();
    await olgas.goto(`${olga.wire.url}${community}`);
    const path = await plan(olgas, "Locking");
    await chairOf(olgas).getByRole("button", { name: "Open the meeting" }).click();
    await maxes.goto(`${max.wire.url}${path}`);
    await barOf(maxes).waitFor();

    await chairOf(olgas).getByRole("button", { name: "Lock a section…" }).click();
    const dialog = olgas.getByRole("dialog");
    const option = dialog.getByRole("option", { name: "Next steps" });
    await option.waitFor({ state: "attached" });
    await dialog.getByRole("combobox", { name: "Section" }).selectOption((await option.getAttribute("value")) ?? "");
    await dialog.getByRole("checkbox", { name: "Olga Lang" }).check();
    await inspectEverywhere(olgas, "meeting-lock-dialog");
    await dialog.getByRole("button", { name: "Lock it" }).click();
    await dialog.waitFor({ state: "detached" });

    // Whoever is not named sees who writes there, and their keys do nothing there.
    const band = textOf(maxes).locator(".closed-band");
    await eventually(() => band.textContent(), "Locked. These write here: Olga Lang.");
    const last = (page: Page): Locator => textOf(page).locator("p", { hasText: MARK }).last();
    await caretAtEndOf(maxes, last(maxes));
    await maxes.keyboard.type(" Nonsense.");
    await caretAtEndOf(maxes, textOf(maxes).getByRole("heading", { name: "Carrying it out" }));
    await maxes.keyboard.type(" now");
    await eventually(holds(olgas, "Carrying it out now"), true);
    expect(await holds(maxes, "Nonsense")(), "typed in the locked section").toBe(false);
    await inspectEverywhere(maxes, "meeting-locked-section");
    await caretAtEndOf(olgas, last(olgas));
    await olgas.keyboard.type(" Twice.");
    await eventually(holds(maxes, `${MARK} Twice.`), true);

    await nowOn(olgas)
      .getByRole("button", { name: /^Open “Next steps”/ })
      .click();
    await band.waitFor({ state: "detached" });
    await caretAtEndOf(maxes, last(maxes));
    await maxes.keyboard.type(" Always.");
    await eventually(holds(olgas, "Twice. Always."), true);
  },
  MEETING_MS,
);
