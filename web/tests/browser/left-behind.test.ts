/** What somebody writes offline while they lose the right to: it is a suggestion by itself, and they are told (I3, D11). */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { typeAtEnd } from "./harness/caret.ts";
import { inspectEverywhere } from "./harness/inspect.ts";
import { changeRole, comeIn, found, invite, signUp, visit } from "./harness/portal.ts";
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

const holds = (page: Page, words: string) => async () => (await blocksOn(page)).join("\n").includes(words);

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  return visitor;
}

test("one is made a guest and one is removed while they write offline: both are told, and the leader takes their words", async () => {
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Panel on sepsis");
  await typeAtEnd(adas, "Last words of the document.");
  await whenSaved(adas, "safe");
  await adas.getByRole("button", { name: /^Who can see this/ }).click();
  await adas.getByRole("radio", { name: "Everybody on this server" }).check();
  await adas.getByRole("textbox", { name: "Why open it to more people?" }).fill("For the library.");
  await adas.getByRole("button", { name: "Change" }).click();
  await adas.getByRole("dialog").waitFor({ state: "detached" });
  const open = new URL(adas.url()).pathname;

  const [tom, toms] = await writerOf(ada, community, open, "Tom Reyes", "tom@example.org");
  const [uma, umas] = await writerOf(ada, community, open, "Uma Iyer", "uma@example.org");
  await Promise.all([tom.goOffline(), uma.goOffline()]);
  await typeAtEnd(toms, " Written offline by Tom.");
  await typeAtEnd(umas, " Written offline by Uma.");
  await Promise.all([whenSaved(toms, "device"), whenSaved(umas, "device")]);

  // Tom may still read; Uma is out, and nothing that is written now reaches her.
  const members = await visit(ada, `${community}/members`);
  await members.getByText("Tom Reyes").first().waitFor();
  await changeRole(members, "Tom Reyes", "Guest");
  await members.getByRole("button", { name: "More actions for Uma Iyer" }).click();
  await members.getByRole("menuitem", { name: "Remove from the community" }).click();
  await members.getByRole("button", { name: "Remove" }).click();
  await members.getByRole("dialog").waitFor({ state: "detached" });
  await adas.getByRole("button", { name: /^Who can see this/ }).click();
  await adas.getByRole("radio", { name: /^The community/ }).check();
  await adas.getByRole("button", { name: "Change" }).click();
  await adas.getByRole("dialog").waitFor({ state: "detached" });
  await members.getByText("Tom Reyes").first().waitFor();
  await typeAtEnd(adas, " Written after by Ada.");
  await whenSaved(adas, "safe");

  await Promise.all([tom.comeBack(), uma.comeBack()]);
  for (const page of [toms, umas]) {
    await page.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
    await page.getByText("was handed to those who write the document, as a suggestion").waitFor();
    expect(await page.getByText("Written after").count()).toBe(0);
  }
  await inspectEverywhere(umas, "left-behind-lost");
  await umas.getByRole("link", { name: "Read what is kept" }).click();
  await umas.getByRole("heading", { name: /handed in as a suggestion/ }).waitFor();
  expect(await umas.getByRole("button", { name: "Suggest it instead" }).count(), "it would come twice").toBe(0);
  expect(await umas.getByRole("button", { name: "Put it back into the document" }).count()).toBe(0);
  await inspectEverywhere(umas, "left-behind-kept");

  // The leader sees whose it is and that it came too late, and takes both.
  await adas.goto(`${ada.wire.url}${open}/suggestions`);
  await adas.getByRole("heading", { name: "Written by Tom Reyes" }).waitFor();
  await adas.getByRole("heading", { name: "Written by Uma Iyer" }).waitFor();
  expect(await adas.getByText("Edits that arrived after access had ended").count()).toBe(2);
  await inspectEverywhere(adas, "left-behind-list");
  for (const who of ["Tom", "Uma"]) {
    const card = adas.getByRole("listitem").filter({ hasText: `Written by ${who}` });
    await card.getByRole("link", { name: "See the changes" }).click();
    await adas.getByRole("heading", { name: new RegExp(`^What ${who} .* left behind`) }).waitFor();
    // "Written" may be the first word of Ada's sentence behind it: which words came in is the shortest way to tell it.
    await adas.getByText(`offline by ${who}.`).first().waitFor();
    if (who === "Tom") {
      await inspectEverywhere(adas, "left-behind-changes");
    }
    await adas.getByRole("button", { name: "Take all" }).click();
    await adas.waitForURL(`**${open}`);
    await eventually(holds(adas, `Written offline by ${who}.`), true);
    await adas.goto(`${ada.wire.url}${open}/suggestions`);
  }
  await adas.goto(`${ada.wire.url}${community}/ledger`);
  await adas.getByText(/took the suggestion of Uma Iyer into/).waitFor();
}, 600_000);

test("who is made a reader while writing offline sees the document as it is, and the way to their suggestion", async () => {
  const eva = await arrive("Eva Novak");
  const evas = await comeIn(server, eva, "eva@example.org");
  const community = await found(evas, "Panel on asthma");
  await typeAtEnd(evas, "Last words of the document.");
  await whenSaved(evas, "safe");
  await evas.getByRole("button", { name: /^Who can see this/ }).click();
  await evas.getByRole("radio", { name: "Everybody on this server" }).check();
  await evas.getByRole("textbox", { name: "Why open it to more people?" }).fill("For the library.");
  await evas.getByRole("button", { name: "Change" }).click();
  await evas.getByRole("dialog").waitFor({ state: "detached" });
  const open = new URL(evas.url()).pathname;
  const [ben, bens] = await writerOf(eva, community, open, "Ben Okafor", "ben@example.org");
  await ben.goOffline();
  await typeAtEnd(bens, " Written offline by Ben.");
  await whenSaved(bens, "device");
  const members = await visit(eva, `${community}/members`);
  await members.getByText("Ben Okafor").first().waitFor();
  await changeRole(members, "Ben Okafor", "Guest");
  await ben.comeBack();
  await bens.getByText("You may no longer write here").waitFor();
  await eventually(() => textOf(bens).getAttribute("contenteditable"), "false");
  await eventually(holds(bens, "Written offline by Ben."), false);
  await eventually(holds(bens, "Last words of the document."), true);
  await inspectEverywhere(bens, "left-behind-reader");
  await bens.getByRole("link", { name: "See it" }).click();
  await bens.getByRole("heading", { name: "Written by Ben Okafor" }).waitFor();
  await bens.getByRole("link", { name: "Open the text" }).click();
  await bens.getByRole("heading", { name: /^What you left behind in/ }).waitFor();
  await eventually(holds(bens, "Written offline by Ben."), true);
}, 600_000);

/** A member who has the document open and may write. */
async function writerOf(
  leader: Visitor,
  community: string,
  document: string,
  name: string,
  email: string,
): Promise<readonly [Visitor, Page]> {
  const writer = await arrive(name);
  writer.expect(/status of (401|403|404)/);
  writer.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  const members = await visit(leader, `${community}/members`);
  const page = await signUp(writer, await invite(members, "Member"), email);
  await members.close();
  await page.goto(`${writer.wire.url}${document}`);
  await eventually(() => textOf(page).getAttribute("contenteditable"), "true");
  await eventually(holds(page, "Last words of the document."), true);
  return [writer, page];
}
