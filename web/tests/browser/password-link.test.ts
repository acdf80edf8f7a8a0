/** A leader helps a member who has forgotten their password: real server, real browsers, two people. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, Visitor } from "./harness/visitor.ts";

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

test("a leader makes a link for a new password, which is told to its owner and stands in the ledger", async () => {
  const [ada, ben, elsewhere] = [await arrive("Ada Lindqvist"), await arrive("Ben Okafor"), await arrive("Ben Okafor")];
  ada.expect(/status of 409/);
  const adas = await comeIn(server, ada, "ada@example.org");
  const community = await found(adas, "Panel on sepsis");
  await adas.goto(`${ada.wire.url}${community}/members`);
  const bens = await signUp(ben, await invite(adas), "ben@example.org");

  await adas.reload();
  await adas.getByRole("button", { name: "More actions for Ben Okafor" }).click();
  await adas.getByRole("menuitem", { name: "New password for them" }).click();
  const dialog = adas.getByRole("dialog", { name: "Has Ben Okafor forgotten the password?" });
  await dialog.getByText("Ben Okafor is told that you did this").waitFor();
  await inspectEverywhere(adas, "password-link");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const field = adas.getByRole("dialog", { name: "The link is ready" }).getByRole("textbox", { name: "Link" });
  await eventually(() => field.evaluate((element) => element === document.activeElement), true);
  await inspectEverywhere(adas, "password-link-made");
  const link = new URL(await field.inputValue());
  await adas.getByRole("button", { name: "Done" }).click();

  // Ben, who could not sign in any more, sets another one in another browser.
  const page = await visit(elsewhere, link.pathname);
  await page.getByRole("textbox", { name: "New password" }).fill("three quiet herons");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
  await page.getByRole("button", { name: /^Notifications/ }).click();
  const told = page.getByRole("link", { name: /Ada Lindqvist had a link made with which your password can be set/ });
  await told.click();
  await eventually(() => Promise.resolve(new URL(page.url()).pathname), `${community}/members`);
  // Where he was signed in before, he is no longer.
  await bens.reload();
  await bens.getByRole("button", { name: "Sign in" }).waitFor();

  await adas.goto(`${ada.wire.url}${community}/ledger`);
  await adas.getByText("Ada Lindqvist made a link for a new password of Ben Okafor").waitFor();

  // Who is in another community as well is not Ada’s to help.
  await page.goto(`${elsewhere.wire.url}/`);
  await found(page, "Ben’s own group");
  await adas.goto(`${ada.wire.url}${community}/members`);
  await adas.getByRole("button", { name: "More actions for Ben Okafor" }).click();
  await adas.getByRole("menuitem", { name: "New password for them" }).click();
  await adas.getByRole("button", { name: "Make the link" }).click();
  await adas.getByText("This is for whoever runs this server.").waitFor();
  expect(await adas.getByRole("textbox", { name: "Link" }).count()).toBe(0);
});
