/** Following whoever presents: leader, deputy, member on a phone and guest, each in a browser; real server (issue 7, point 7). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { caretAtStart } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { act, barOf, chairOf, panelOf, plan } from "./harness/meetings.ts";
import { invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, PATIENCE_MS, textOf, Visitor } from "./harness/visitor.ts";

/** Four people, and pages that are each looked at six times, in milliseconds. */
const MEETING_MS = 600_000;

const PARAGRAPHS = 160;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("portal")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

async function arrive(name: string, width?: number): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name, width === undefined ? {} : { width });
  onTestFinished(() => visitor.leave());
  // Whom a meeting refuses is told so; the browser reports the answer too.
  visitor.expect(/status of (401|409)/);
  return visitor;
}

/** Writes many numbered paragraphs into a document, as whoever is signed in on the page. */
async function writeLong(page: Page, name: string): Promise<void> {
  const doc = new Y.Doc();
  const body = doc.getXmlFragment("body");
  const blocks = Array.from({ length: PARAGRAPHS }, (_, number) => {
    const words = `Paragraph ${number}. ${"The first dose is given within one hour, and the time is recorded. ".repeat(2 + (number % 4))}`;
    const block = new Y.XmlElement("paragraph");
    block.insert(0, [new Y.XmlText(words)]);
    return block;
  });
  body.insert(0, blocks);
  const status = await page.evaluate(
    async ([document, update]) => {
      const session = await fetch("/api/v1/session/token", { method: "POST" });
      const { token } = (await session.json()) as { token: string };
      const answer = await fetch(`/api/v1/docs/${document}/update`, {
        method: "POST",
        headers: { "content-type": "application/octet-stream", authorization: `Bearer ${token}` },
        body: new Uint8Array(update),
      });
      return answer.status;
    },
    [encodeURIComponent(name), [...Y.encodeStateAsUpdate(doc)]] as const,
  );
  expect(status).toBe(204);
}

/** The number of the paragraph that is read at the top: the first that ends below the heads of the page. */
async function topOf(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const heads = [...document.querySelectorAll<HTMLElement>(".meeting-head, .meeting-text .editor-head")];
    const line =
      Math.max(...heads.map((head) => Number.parseFloat(getComputedStyle(head).top) + head.offsetHeight)) + 8;
    const shown = [...document.querySelectorAll<HTMLElement>(".sheet__text .prose > p")];
    const first = shown.find((block) => block.getBoundingClientRect().bottom > line);
    return Number(/Paragraph (\d+)/.exec(first?.textContent ?? "")?.[1] ?? -1);
  });
}

const saidOn = (page: Page) => page.locator(".follow-line p");
const isSaid = (page: Page, words: string): Promise<void> => eventually(() => saidOn(page).textContent(), words);
const height = (page: Page): Promise<number> => page.evaluate(() => Math.round(window.scrollY));

/** The wheel, with the pointer over the text. */
async function wheel(page: Page, by: number): Promise<void> {
  const { width, height: tall } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width / 2, tall / 2);
  await page.mouse.wheel(0, by);
}

/** Scrolls until the window rests; what is read at its top then. */
async function readOn(page: Page, by: number): Promise<number> {
  const before = await height(page);
  await wheel(page, by);
  await expect.poll(() => height(page)).not.toBe(before);
  let last = -1;
  await expect
    .poll(async () => {
      const now = await height(page);
      const rests = now === last;
      last = now;
      return rests;
    })
    .toBe(true);
  return await topOf(page);
}

/** All of them read where that one does; parts of a pixel may make it the paragraph beside. */
async function together(pages: readonly Page[], leader: Page): Promise<void> {
  for (const page of pages) {
    const apart = async (): Promise<number> => Math.abs((await topOf(page)) - (await topOf(leader)));
    await expect.poll(apart, { timeout: PATIENCE_MS }).toBeLessThanOrEqual(1);
  }
}

/** A client with a socket of its own, which says of itself that it is `victim`, and that it reads at the very end. */
async function pretend(page: Page, name: string, victim: string): Promise<void> {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  awareness.setLocalState({
    user: { id: victim, name: "Lena Voss", color: "#336699" },
    presenting: { at: 9e15, place: { block: null, fraction: 0 }, selection: null },
  });
  const payload = [...encodeAwarenessUpdate(awareness, [doc.clientID])];
  awareness.destroy();
  await page.evaluate(
    async ([document, said]) => {
      const session = await fetch("/api/v1/session/token", { method: "POST" });
      const { token } = (await session.json()) as { token: string };
      const address = new URL(
        `/yjs/${document}?token=${encodeURIComponent(token)}`,
        location.origin.replace("http", "ws"),
      );
      const socket = new WebSocket(address);
      socket.binaryType = "arraybuffer";
      await new Promise<void>((resolve, reject) => {
        socket.onerror = () => reject(new Error("the impostor was not let in"));
        let told = false;
        socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          const frame = new Uint8Array(data);
          if (!told) {
            told = true;
            const length: number[] = [];
            for (let left = said.length; ; left = Math.floor(left / 128)) {
              if (left < 128) {
                length.push(left);
                break;
              }
              length.push((left % 128) + 128);
            }
            socket.send(new Uint8Array([1, ...length, ...said]));
          } else if (frame[0] === 1 && new TextDecoder().decode(frame).includes("9000000000000000")) {
            // The server has told everybody, this socket included.
            resolve();
          }
        };
      });
    },
    [encodeURIComponent(name), payload] as const,
  );
}

async function accountOn(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const answer = await fetch("/api/v1/session");
    return ((await answer.json()) as { account: { id: string } }).account.id;
  });
}

test(
  "all read where the leader reads, whoever moves by themselves is left alone, and it ends with the leader",
  async () => {
    const lena = await arrive("Lena Voss");
    const { lenas, community, document: address } = await panelOf(server, lena, "lena@example.org");
    const name = decodeURIComponent(address.split("/")[2] ?? "");
    const members = await visit(lena, `${community}/members`);
    const dora = await arrive("Dora Lind", 1680);
    const doras = await signUp(dora, await invite(members, "Deputy leader"), "dora@example.org");
    const mia = await arrive("Mia Brandt", 390);
    const mias = await signUp(mia, await invite(members, "Member"), "mia@example.org");
    const gus = await arrive("Gus Lund");
    const guses = await signUp(gus, await inviteReaders(members, /Guideline on fever/), "gus@example.org");
    await members.close();
    await writeLong(lenas, name);
    const [lenaId, doraId] = [await accountOn(lenas), await accountOn(doras)];

    await lenas.goto(`${lena.wire.url}${community}`);
    const path = await plan(lenas, "Reading together", { deputies: ["Dora Lind"] });
    await chairOf(lenas).getByRole("button", { name: "Open the meeting" }).click();
    const others = [doras, mias, guses];
    for (const [page, visitor] of [
      [doras, dora],
      [mias, mia],
      [guses, gus],
    ] as const) {
      await page.goto(`${visitor.wire.url}${path}`);
      await barOf(page).waitFor();
    }
    for (const page of [lenas, doras, guses]) {
      await textOf(page).getByText("Paragraph 159.").waitFor();
    }
    expect(await act(mias, { do: "present", document: name }), "a member presents nothing").toBe(409);
    expect(await act(guses, { do: "present", document: name })).toBe(409);

    // Dora's caret is in the text, and stays there.
    await caretAtStart(doras);
    // It begins where she is already, and goes where she goes; on the phone the text comes to the front.
    await readOn(lenas, 2_500);
    await chairOf(lenas).getByRole("button", { name: "Present", exact: true }).click();
    await isSaid(lenas, "You present: others see where you read and what you select.");
    for (const page of others) {
      await isSaid(page, "You follow Lena Voss.");
    }
    await together(others, lenas);
    for (const by of [1_800, 3_000, -1_200]) {
      expect(await readOn(lenas, by)).toBeGreaterThan(3);
      await together(others, lenas);
    }

    // What she selects stands out for them.
    const marked = `Paragraph ${(await topOf(lenas)) + 2}. `;
    await lenas.locator(".sheet__text .prose > p", { hasText: marked }).click({ clickCount: 3 });
    for (const page of others) {
      await eventually(
        async () => (await page.locator(".presented-passage").first().textContent())?.slice(0, marked.length),
        marked,
      );
    }

    await inspectEverywhere(doras, "meeting-following");
    await isSaid(doras, "You follow Lena Voss.");
    await together([doras], lenas);

    // Whoever scrolls, or types, is on their own; others follow on.
    await readOn(mias, 900);
    await isSaid(mias, "You are no longer following Lena Voss.");
    await eventually(() => mias.locator(".presented-passage").count(), 0);
    expect(await doras.evaluate(() => document.activeElement?.matches(".prose")), "nothing took the caret").toBe(true);
    await doras.keyboard.type("Mine. ");
    await isSaid(doras, "You are no longer following Lena Voss.");
    await eventually(
      () =>
        textOf(lenas)
          .textContent()
          .then((all) => all?.includes("Mine. ")),
      true,
    );
    const [miaAt, doraAt] = [await topOf(mias), await topOf(doras)];
    await readOn(lenas, 2_000);
    await together([guses], lenas);
    expect(await topOf(mias), "left alone").toBe(miaAt);
    expect(await topOf(doras), "left alone").toBe(doraAt);
    expect(await doras.evaluate(() => document.activeElement?.matches(".prose")), "the caret is hers").toBe(true);

    // A client of its own that says it is Lena, reading at the beginning, moves nobody.
    await pretend(guses, name, lenaId);
    await readOn(lenas, 700);
    await together([guses], lenas);
    expect(await topOf(guses)).toBeGreaterThan(3);

    // Back at once, by the button and by the keyboard.
    await mias.getByRole("button", { name: "Follow again" }).click();
    await isSaid(mias, "You follow Lena Voss.");
    await doras.getByRole("button", { name: "Follow again" }).focus();
    await doras.keyboard.press("Enter");
    await isSaid(doras, "You follow Lena Voss.");
    expect(await doras.evaluate(() => document.activeElement?.textContent), "the focus stays").toBe("Stop following");
    await together(others, lenas);
    await guses.getByRole("button", { name: "Stop following" }).click();
    await isSaid(guses, "You are no longer following Lena Voss.");

    await inspectEverywhere(lenas, "meeting-presenting");
    await inspectEverywhere(guses, "meeting-following-no-longer");

    // Another chair: it is over, until that one presents. Then all follow her, who left Lena too.
    expect(await act(lenas, { do: "hand-over", to: doraId })).toBe(200);
    await mias.getByText("Lena Voss no longer presents.").waitFor();
    for (const page of [lenas, ...others]) {
      await isSaid(page, "");
    }
    await chairOf(doras).getByRole("button", { name: "Present", exact: true }).click();
    await readOn(doras, -1_500);
    for (const page of [lenas, mias, guses]) {
      await isSaid(page, "You follow Dora Lind.");
    }
    await together([lenas, mias, guses], doras);

    // Her page is closed.
    await doras.close();
    await mias.getByText("Dora Lind no longer presents.").waitFor();
    await isSaid(lenas, "");
  },
  MEETING_MS,
);
