/** What a meeting takes from people in the middle of something: the floor, the page, the room; real server (issue 7). */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { act, addItem, barOf, chairOf, holds, MARK, panelOf, plan, write } from "./harness/meetings.ts";
import { invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Several people and pages that are each looked at six times, in milliseconds. */
const MEETING_MS = 600_000;

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

test(
  "whoever loses the floor in the middle of a word keeps the rest of it, is told, and is told no more when it is back",
  async () => {
    const lena = await arrive("Lena Voss");
    const { lenas, community, document } = await panelOf(server, lena, "lena@example.org");
    const members = await visit(lena, `${community}/members`);
    const mia = await arrive("Mia Brandt");
    const mias = await signUp(mia, await invite(members), "mia@example.org");
    const miaId = await mias.evaluate(async () => {
      const answer = await fetch("/api/v1/session");
      return ((await answer.json()) as { account: { id: string } }).account.id;
    });
    await members.close();
    await lenas.goto(`${lena.wire.url}${community}`);
    const path = await plan(lenas, "Panel meeting");
    await addItem(lenas, "Doses");
    await chairOf(lenas).getByRole("button", { name: "Open the meeting" }).click();
    await mias.goto(`${mia.wire.url}${path}`);
    await barOf(mias).waitFor();
    expect(await act(lenas, { do: "set-floor", mode: "hands" })).toBe(200);
    expect(await act(lenas, { do: "give-floor", who: miaId, time: null })).toBe(200);
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");
    await write(mias, " Half a");
    await whenSaved(mias, "safe");

    // The floor is taken; her fingers type on.
    expect(await act(lenas, { do: "take-floor" })).toBe(200);
    const bar = mias.getByRole("region", { name: "Not taken" });
    await bar.getByText("Only whoever has the floor writes", { exact: false }).waitFor();
    await mias.keyboard.type(" sentence.");
    await eventually(() => bar.getByRole("blockquote").textContent(), " sentence.");
    expect(await holds(mias, "Half a sentence")()).toBe(false);
    await inspectEverywhere(mias, "meeting-interrupted");
    await bar.getByRole("button", { name: "Suggest it" }).click();
    await mias.getByRole("heading", { name: /^Your draft for/ }).waitFor();
    await eventually(holds(mias, `${MARK} Half a sentence.`), true);
    await bar.waitFor({ state: "detached" });
    await mias.getByRole("button", { name: "Back to the document" }).click();
    await eventually(holds(mias, "sentence."), false);
    expect(await holds(lenas, "sentence.")(), "nobody else's text has it").toBe(false);

    // On her page of the document it is said too, and why.
    const beside = await visit(mia, document);
    await beside.getByText("Only whoever has the floor writes", { exact: false }).waitFor();
    await beside.getByRole("link", { name: "Go to the meeting" }).waitFor();
    expect(await beside.getByText("You may read this document", { exact: false }).count(), "said once").toBe(0);
    await beside.close();

    // Everybody writes again, then the text is frozen under her hands, and freed while she looks at what was not taken.
    expect(await act(lenas, { do: "set-floor", mode: "open" })).toBe(200);
    await eventually(() => textOf(mias).getAttribute("contenteditable"), "true");
    await mias.getByText("Only whoever has the floor writes", { exact: false }).first().waitFor({ state: "detached" });
    await write(mias, " And");
    await whenSaved(mias, "safe");
    expect(await act(lenas, { do: "freeze", except: [] })).toBe(200);
    await bar.getByText("The text is frozen", { exact: false }).waitFor();
    await mias.keyboard.type(" more.");
    await eventually(() => bar.getByRole("blockquote").textContent(), " more.");
    expect(await act(lenas, { do: "unfreeze" })).toBe(200);
    await bar.getByText("You can write here again").waitFor();
    await bar.getByRole("button", { name: "Put it where the cursor is" }).click();
    await eventually(holds(lenas, " And more."), true);
    await whenSaved(mias, "safe");
    await bar.waitFor({ state: "detached" });
    expect(await mias.locator(".save--alarm").count(), "nothing is red").toBe(0);

    // With nothing typed meanwhile the line goes by itself.
    await write(mias, " Last.");
    await whenSaved(mias, "safe");
    expect(await act(lenas, { do: "freeze", except: [] })).toBe(200);
    await bar.getByText("What you type now is not taken", { exact: false }).waitFor();
    expect(await act(lenas, { do: "unfreeze" })).toBe(200);
    await bar.waitFor({ state: "detached" });
  },
  MEETING_MS,
);

test(
  "one meeting at a time holds a text, and whoever leaves its page finds back with one click",
  async () => {
    const nora = await arrive("Nora Falk");
    const { lenas: noras, community } = await panelOf(server, nora, "nora@example.org");
    const members = await visit(nora, `${community}/members`);
    const gus = await arrive("Gus Lund");
    const guses = await signUp(gus, await inviteReaders(members, /Guideline on fever/), "gus@example.org");
    await members.close();
    await noras.goto(`${nora.wire.url}${community}`);
    const first = await plan(noras, "Doses");
    await chairOf(noras).getByRole("button", { name: "Open the meeting" }).click();
    await barOf(noras).getByText("No item").waitFor();

    // Whoever goes elsewhere is led back; whoever says goodbye is not.
    await barOf(noras).getByRole("link", { name: "Leave for the community" }).click();
    const back = noras.getByRole("navigation", { name: "Your meeting" });
    await inspectEverywhere(noras, "meeting-way-back");
    await back.getByRole("link", { name: "Back to the meeting “Doses”" }).click();
    await barOf(noras).waitFor();
    await back.waitFor({ state: "detached" });

    // A guest who may only read is told so once.
    await guses.goto(`${gus.wire.url}${first}`);
    await barOf(guses).waitFor();
    await guses.getByText("You may read this text.", { exact: false }).waitFor();
    expect(await guses.locator(".sheet .notice").count()).toBe(1);
    await inspectEverywhere(guses, "meeting-guest");
    await barOf(guses).getByRole("button", { name: "Leave" }).click();
    await guses.getByRole("heading", { name: "Meetings", exact: true }).waitFor();
    expect(await guses.getByRole("navigation", { name: "Your meeting" }).count()).toBe(0);

    nora.expect(/status of 409/);
    await noras.goto(`${nora.wire.url}${community}`);
    await plan(noras, "Wording");
    await chairOf(noras).getByRole("button", { name: "Open the meeting" }).click();
    await noras.getByText("The meeting “Doses” is under way about a text of this one.", { exact: false }).waitFor();
    await inspectEverywhere(noras, "meeting-text-held");
    await barOf(noras).getByText("Not begun").waitFor();
  },
  MEETING_MS,
);
