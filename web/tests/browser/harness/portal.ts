/** People of a portal: how they come in, and what they find. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Server } from "./server.ts";
import { textOf, type Visitor } from "./visitor.ts";

export const PASSWORD = "a tortoise in the library";

/** The path of the link by which a new account gets its password. */
export function createAccount(server: Server, name: string, email: string): string {
  const said = server.admin("create-account", "--email", email, "--name", name);
  return pathIn(said);
}

/** The path for setting a password in what the command line says. */
export function pathIn(said: string): string {
  const path = /\/set-password\/[\w-]+/.exec(said)?.[0];
  expect(path, said).toBeDefined();
  return path ?? "";
}

/** A page at `path`, whoever is signed in. Asking who that is answers 401 when it is nobody. */
export async function visit(visitor: Visitor, path: string): Promise<Page> {
  visitor.expect(/status of 401/);
  const page = await visitor.context.newPage();
  await page.goto(`${visitor.wire.url}${path}`);
  return page;
}

/** Makes an account by the command line and comes in by its link; the page is the first one then. */
export async function comeIn(server: Server, visitor: Visitor, email: string): Promise<Page> {
  const page = await visit(visitor, createAccount(server, visitor.name, email));
  await page.getByRole("textbox", { name: "New password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "Your communities" }).waitFor();
  return page;
}

export async function signIn(page: Page, email: string, password: string = PASSWORD): Promise<void> {
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Founds a community from the first page; the page is its first document then. Gives the community’s path. */
export async function found(page: Page, name: string, kind = "Guideline panel"): Promise<string> {
  await page.getByRole("link", { name: "Found a community" }).click();
  await page.getByRole("radio", { name: kind }).check();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Found it and open the first document" }).click();
  await textOf(page).waitFor();
  const home = page.locator('a.editor-bar__back[href^="/c/"]');
  await home.waitFor();
  return (await home.getAttribute("href")) ?? "";
}

/** Makes an invitation on the page of a community’s members; gives the path of its link. */
export async function invite(page: Page, role = "Member"): Promise<string> {
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByRole("radio", { name: role, exact: true }).check();
  await page.getByRole("button", { name: "Make the link" }).click();
  const address = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  return new URL(address).pathname;
}

/** The same for guests who are to read documents of this name, and no more. */
export async function inviteReaders(page: Page, document: RegExp): Promise<string> {
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByRole("radio", { name: "Guest", exact: true }).check();
  await page.getByRole("dialog").getByRole("checkbox", { name: document }).check();
  await page.getByRole("combobox", { name: /^What guests may do in/ }).selectOption("Read");
  await page.getByRole("button", { name: "Make the link" }).click();
  const address = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  return new URL(address).pathname;
}

/** Makes an account by an invitation; the page is the community then. */
export async function signUp(visitor: Visitor, path: string, email: string): Promise<Page> {
  const page = await visit(visitor, path);
  await page.getByRole("textbox", { name: "Your name" }).fill(visitor.name);
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account and join" }).click();
  await page.getByRole("navigation", { name: "Sections of the community" }).waitFor();
  return page;
}

/** Goes to a section of the community that the page shows. */
export async function goTo(page: Page, section: string): Promise<void> {
  const link = page
    .getByRole("navigation", { name: "Sections of the community" })
    .getByRole("link", { name: section, exact: true });
  await link.click();
  await page.locator(`nav a[aria-current="page"]`, { hasText: section }).waitFor();
}

/** Gives somebody another role, on the page of the members. Gives when the server had it, on the clock of this process. */
export async function changeRole(page: Page, whom: string, role: string): Promise<number> {
  await page.getByRole("button", { name: `More actions for ${whom}` }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await page.getByRole("radio", { name: role, exact: true }).check();
  const [response] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === "PATCH"),
    page.getByRole("button", { name: "Save" }).click(),
  ]);
  expect(response.status()).toBe(200);
  return performance.now();
}
