/**
 * Mail: a forgotten password and an invitation. A real server, a real server for mail beside it, real browsers. Pictures
 * go to `.screenshots/`.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { MailServer, pathIn, wordsOf } from "./harness/mail-server.ts";
import { comeIn, found, PASSWORD, signIn, visit } from "./harness/portal.ts";
import { freePort } from "./harness/provider.ts";
import { Server } from "./harness/server.ts";
import { launch, Visitor } from "./harness/visitor.ts";

/** Pages that are each measured six times, in milliseconds. */
const TOUR_MS = 600_000;

const NEW_PASSWORD = "another tortoise in the garden";

let browser: Browser;
let server: Server;
let mail: MailServer;

beforeAll(async () => {
  const port = await freePort();
  mail = await MailServer.start();
  const options = ["--public-url", `http://127.0.0.1:${port}`, ...mail.options];
  [browser, server] = await Promise.all([launch(), Server.start("portal", { port, options })]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await mail?.stop();
});

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, name);
  onTestFinished(() => visitor.leave());
  return visitor;
}

test(
  "a forgotten password: asked for, found in the mail, set, and told about",
  async () => {
    const owner = await arrive("Ada Lindqvist");
    await comeIn(server, owner, "ada@example.org");

    // On another device, where nobody is signed in.
    const ada = await arrive("Ada Lindqvist");
    const page = await visit(ada, "/sign-in");
    await page.getByRole("link", { name: "Password forgotten?" }).waitFor();
    await inspectEverywhere(page, "mail-sign-in");
    await page.getByRole("link", { name: "Password forgotten?" }).click();
    const field = page.getByRole("textbox", { name: "E-mail" });
    await field.waitFor();
    await inspectEverywhere(page, "mail-forgotten");
    await field.fill("ada@example.org");
    await page.keyboard.press("Enter");
    await page.getByText("If there is an account with ada@example.org").waitFor();
    await inspectEverywhere(page, "mail-forgotten-asked");

    const sent = await mail.mailTo("ada@example.org");
    expect(sent.raw).toMatch(/^From: Panel <panel@c.example>\r?$/m);
    expect(sent.raw).toMatch(/^Content-Type: multipart\/alternative/m);
    const address = `${server.url}${pathIn(sent, "/set-password/")}`;
    expect(wordsOf(sent)).toContain(`<a href="${address}">`);
    await page.goto(`${ada.wire.url}${new URL(address).pathname}`);
    await page.getByRole("textbox", { name: "New password" }).fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("heading", { name: "Your communities" }).waitFor();
    const told = await mail.mailTo("ada@example.org", ({ raw }) => raw.includes("Your password was changed"));
    expect(wordsOf(told)).toContain("Hello Ada Lindqvist,");

    // The link is used up, the old password is none, and the new one is.
    ada.expect(/status of 404/);
    const again = await visit(ada, new URL(address).pathname);
    await again.getByRole("heading", { name: "This link can no longer be used" }).waitFor();
    const elsewhere = await arrive("Ada Lindqvist");
    const door = await visit(elsewhere, "/sign-in");
    await signIn(door, "ada@example.org", PASSWORD);
    await door.getByText("The e-mail address or the password is not right.").waitFor();
    await signIn(door, "ada@example.org", NEW_PASSWORD);
    await door.getByRole("heading", { name: "Your communities" }).waitFor();
  },
  TOUR_MS,
);

test("whoever asks for somebody who is not here is told the same, and nobody is written to", async () => {
  const ben = await arrive("Ben Okafor");
  const page = await visit(ben, "/forgotten");
  await page.getByRole("textbox", { name: "E-mail" }).fill("nobody@example.org");
  await page.getByRole("button", { name: "Send me the link" }).click();
  await page.getByText("If there is an account with nobody@example.org").waitFor();
  // A mail that was asked for later has come: an earlier one would be there.
  const cara = await arrive("Cara Nilsson");
  await comeIn(server, cara, "cara@example.org");
  await page.goto(`${ben.wire.url}/forgotten`);
  await page.getByRole("textbox", { name: "E-mail" }).fill("cara@example.org");
  await page.getByRole("button", { name: "Send me the link" }).click();
  await mail.mailTo("cara@example.org");
  expect(mail.mails.filter(({ to }) => to.includes("nobody@example.org"))).toEqual([]);
});

test(
  "an invitation goes by mail, in the language of the community, also when the server for mail comes back later",
  async () => {
    const dora = await arrive("Dora Weiss");
    const page = await comeIn(server, dora, "dora@example.org");
    const community = await found(page, "Panel by mail");
    const leads = await visit(dora, `${community}/members`);
    await mail.stop();
    await leads.getByRole("button", { name: "Invite people" }).click();
    const field = leads.getByRole("textbox", { name: "Send the link by mail to (optional)" });
    await field.fill("no address");
    await leads.getByRole("button", { name: "Make the link" }).click();
    await leads.getByText("Enter an e-mail address, like name@example.org.").waitFor();
    await field.fill("eva@example.org");
    await inspectEverywhere(leads, "mail-invite");
    await leads.getByRole("button", { name: "Make the link" }).click();
    // It is shown as well.
    await leads.getByText("A mail with this link is on its way to eva@example.org.").waitFor();
    const shown = new URL(await leads.getByRole("textbox", { name: "Link" }).inputValue()).pathname;
    await mail.start();
    const sent = await mail.mailTo("eva@example.org");
    expect(pathIn(sent, "/join/")).toBe(shown);
    expect(wordsOf(sent)).toContain("Dora Weiss invites you to the community “Panel by mail”");

    const eva = await arrive("Eva Brandt");
    const theirs = await visit(eva, shown);
    await theirs.getByRole("heading", { name: "Join Panel by mail" }).waitFor();
  },
  TOUR_MS,
);
