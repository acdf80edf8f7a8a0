/** Votes over days: four members, one recused, one without network who votes late; with names and without. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf } from "./harness/caret.ts";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, goTo, invite, signUp } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

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
  // What comes too late is refused, and without network nothing is answered.
  visitor.expect(/status of (401|403|404|409)|ERR_|WebSocket/);
  onTestFinished(() => visitor.leave());
  return visitor;
}

/** A community of Ada’s with Ben, Cleo and Dan in it; each with a page of their own. */
async function panel(community: string) {
  const address = community.toLowerCase().replaceAll(" ", "-");
  const ada = await arrive("Ada Lindqvist");
  const adas = await comeIn(server, ada, `ada.${address}@example.org`);
  const path = await found(adas, community);
  const document = new URL(adas.url()).pathname;
  await whenSaved(adas, "safe");
  await adas.goto(`${ada.wire.url}${path}/members`);
  const join = async (name: string) => {
    const visitor = await arrive(name);
    const email = `${name.split(" ")[0]?.toLowerCase()}.${address}@example.org`;
    return { visitor, page: await signUp(visitor, await invite(adas), email) };
  };
  const ben = await join("Ben Okafor");
  const cleo = await join("Cleo Marin");
  const dan = await join("Dan Abara");
  await adas.goto(`${ada.wire.url}${document}`);
  await textOf(adas).waitFor();
  return { ada, adas, ben, cleo, dan, path, document };
}

async function putToVote(page: Page) {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "Put to the vote …" }).click();
  const dialog = page.getByRole("dialog", { name: "Put to the vote" });
  await dialog.getByRole("textbox", { name: /^What is asked/ }).waitFor();
  return dialog;
}

test("a vote with names: put, voted on by keyboard, closed, one too late, and the text changed since", async () => {
  const { ada, adas, ben, cleo, dan, path, document } = await panel("Voting panel");
  const dialog = await putToVote(adas);
  await dialog.getByRole("button", { name: "Open the vote" }).click();
  await dialog.getByText("Ask something, in at most 500 characters.").waitFor();
  await dialog.getByRole("textbox", { name: /^What is asked/ }).fill("Do we make this recommendation?");
  await dialog.getByRole("combobox", { name: "Open for" }).selectOption({ label: "Until it is closed by hand" });
  await dialog.getByRole("button", { name: "Recuse somebody" }).click();
  await dialog.getByRole("combobox", { name: "Member" }).selectOption({ label: "Dan Abara" });
  await dialog.getByRole("textbox", { name: "Why" }).fill("His own study");
  await dialog.getByText(/Strong consensus needs more than 95 %/).waitFor();
  await inspectEverywhere(adas, "rounds-put");
  await dialog.getByRole("button", { name: "Open the vote" }).click();
  await adas.getByRole("heading", { level: 1, name: "Do we make this recommendation?" }).waitFor();
  const address = new URL(adas.url()).pathname;
  await adas.getByText("3 people; 1 is recused.").waitFor();
  await inspectEverywhere(adas, "rounds-open");

  // Ben is told, and votes with the keyboard alone.
  const bens = ben.page;
  await bens.goto(`${ben.visitor.wire.url}${path}`);
  await bens.getByRole("link", { name: "Your vote is missing: Do we make this recommendation?" }).waitFor();
  await goTo(bens, "Votes");
  await bens.getByText("1 waits for your vote").waitFor();
  await inspectEverywhere(bens, "rounds-list");
  await bens.getByRole("link", { name: "Do we make this recommendation?" }).click();
  await bens.getByRole("radio", { name: "Approve" }).focus();
  await bens.keyboard.press("Space");
  await bens.keyboard.press("ArrowDown");
  expect(await bens.getByRole("radio", { name: "Object" }).isChecked()).toBe(true);
  await bens.getByRole("textbox", { name: /^Why you object/ }).fill("The evidence is thin.");
  await bens.getByRole("button", { name: "Hand in my vote" }).focus();
  await bens.keyboard.press("Enter");
  await bens.getByText("You chose: Object. You can change it until the vote ends.").waitFor();
  await bens.getByText("1 of 3 have voted").waitFor();

  const dans = dan.page;
  await dans.goto(`${dan.visitor.wire.url}${address}`);
  await dans.getByText("You are recused from this vote: His own study").waitFor();
  expect(await dans.getByRole("button", { name: "Hand in my vote" }).count()).toBe(0);

  // Cleo reads it, loses the network, and votes all the same.
  const cleos = cleo.page;
  await cleos.goto(`${cleo.visitor.wire.url}${address}`);
  await cleos.getByRole("radio", { name: "Approve" }).waitFor();
  await cleo.visitor.goOffline();
  await cleos.getByRole("radio", { name: "Approve" }).check();
  await cleos.getByRole("button", { name: "Hand in my vote" }).click();
  await cleos.getByText("Your vote is kept on this device and was not handed in yet", { exact: false }).waitFor();
  await inspect(cleos, "rounds-waiting");

  await adas.getByRole("radio", { name: "Approve" }).check();
  await adas.getByRole("button", { name: "Hand in my vote" }).click();
  await adas.getByText("2 of 3 have voted").waitFor();
  await adas.getByRole("button", { name: "Close and count" }).click();
  await adas.getByRole("dialog").getByRole("button", { name: "Close and count" }).click();
  await adas.getByText("No majority", { exact: true }).waitFor();
  await adas.getByRole("row", { name: "Ben Okafor Object The evidence is thin." }).waitFor();
  await adas.getByText("50.0 % of 2 approve").waitFor();
  await inspectEverywhere(adas, "rounds-result");

  await cleo.visitor.comeBack();
  const late = cleos.getByText("Your vote on “Do we make this recommendation?” came too late", { exact: false });
  await late.waitFor();
  await inspectEverywhere(cleos, "rounds-late");
  await cleos.getByRole("button", { name: "Understood" }).click();
  await late.waitFor({ state: "detached" });
  expect(await cleos.getByRole("row", { name: /^Cleo Marin/ }).count()).toBe(0);

  await adas.goto(`${ada.wire.url}${document}`);
  await caretAtEndOf(adas, textOf(adas).locator("p").first());
  await adas.keyboard.type(" And one word more.");
  await whenSaved(adas, "safe");
  await bens.goto(`${ben.visitor.wire.url}${address}`);
  await bens.getByText("The text has changed since this vote.").waitFor();
  await inspectEverywhere(bens, "rounds-changed");
  await bens.goto(`${ben.visitor.wire.url}${path}/rounds`);
  await bens.getByText("The text has changed since this vote.").waitFor();
  await goTo(bens, "Ledger");
  await bens.getByText(/^The vote about “.*” has ended: No majority\. 2 of 3 voted\./).waitFor();
});

test("a vote without names: rated, changed, counted, and each finds their ballot in it", async () => {
  const { adas, ben, cleo, dan } = await panel("Rating panel");
  const dialog = await putToVote(adas);
  await dialog.getByRole("textbox", { name: /^What is asked/ }).fill("Is this appropriate?");
  await dialog.getByRole("combobox", { name: /^What is put to the vote/ }).selectOption({ index: 1 });
  await dialog
    .getByRole("combobox", { name: "How it is decided" })
    .selectOption({ label: "Appropriateness, rated 1 to 9 (RAND/UCLA)" });
  await dialog.getByRole("radio", { name: "Without names" }).check();
  await dialog.getByText(/At least 3 have to vote\./).waitFor();
  await dialog.getByRole("combobox", { name: "Open for" }).selectOption({ label: "1 day" });
  await dialog.getByRole("button", { name: "Open the vote" }).click();
  await adas.getByRole("heading", { level: 1, name: "Is this appropriate?" }).waitFor();
  const address = new URL(adas.url()).pathname;

  await adas.getByRole("button", { name: "Recuse myself" }).waitFor();
  await adas.getByRole("radio", { name: "1", exact: true }).focus();
  for (let rating = 1; rating < 8; rating++) {
    await adas.keyboard.press("ArrowRight");
  }
  await inspectEverywhere(adas, "rounds-scale");
  await adas.getByRole("button", { name: "Hand in my vote" }).click();
  await adas.getByText("You chose: 8.", { exact: false }).waitFor();
  for (const [{ visitor, page }, rating] of [
    [ben, "7"],
    [cleo, "9"],
  ] as const) {
    await page.goto(`${visitor.wire.url}${address}`);
    await page.getByRole("radio", { name: rating, exact: true }).check();
    await page.getByRole("textbox", { name: /^Why/ }).fill(`Said with ${rating}.`);
    await page.getByRole("button", { name: "Hand in my vote" }).click();
    await page.getByText(`You chose: ${rating}.`, { exact: false }).waitFor();
  }
  // Another browser of hers has no secret, and is told so.
  const elsewhere = await arrive("Cleo Marin");
  const again = await elsewhere.context.newPage();
  await again.goto(`${elsewhere.wire.url}${address}`);
  await again.getByRole("textbox", { name: "E-mail" }).fill("cleo.rating-panel@example.org");
  await again.getByRole("textbox", { name: "Password" }).fill("a tortoise in the library");
  await again.getByRole("button", { name: "Sign in" }).click();
  await again.getByText("You voted with another browser.", { exact: false }).waitFor();
  await inspect(again, "rounds-elsewhere");
  await cleo.page.getByRole("radio", { name: "6", exact: true }).check();
  await cleo.page.getByRole("button", { name: "Change my vote" }).click();
  await cleo.page.getByText("You chose: 6.", { exact: false }).waitFor();

  const dans = dan.page;
  await dans.goto(`${dan.visitor.wire.url}${address}`);
  await dans.getByRole("button", { name: "Recuse myself" }).click();
  await dans.getByRole("dialog").getByRole("textbox", { name: "Why" }).fill("I advise the maker.");
  await inspect(dans, "rounds-recuse");
  await dans.getByRole("dialog").getByRole("button", { name: "Recuse myself" }).click();
  await dans.getByText("You are recused from this vote: I advise the maker.").waitFor();

  // Nobody is missing any more, so it may be closed before its time.
  await adas.reload();
  await adas.getByRole("button", { name: "Close and count" }).click();
  await adas.getByRole("dialog").getByRole("button", { name: "Close and count" }).click();
  await adas.getByText("Appropriate", { exact: true }).waitFor();
  await adas.getByText("Your ballot is in it: 8.").waitFor();
  await adas.getByText("All ballots").click();
  await adas.getByText("Said with 9.").waitFor();
  expect(await adas.getByText("Cleo Marin").count()).toBe(
    await adas.locator(".round-roll", { hasText: "Cleo Marin" }).count(),
  );
  await inspectEverywhere(adas, "rounds-anonymous");
  await cleo.page.reload();
  await cleo.page.getByText("Your ballot is in it: 6.").waitFor();
});
