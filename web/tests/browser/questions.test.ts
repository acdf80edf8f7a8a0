/** Clinical questions: two people fill one in, one of them without network, and a person decides where they differ. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found, invite, inviteReaders, signUp, visit } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { eventually, launch, Visitor, type VisitorOptions, whenSaved } from "./harness/visitor.ts";

/** Six pictures of each of several states, in milliseconds. */
const LOOK_MS = 600_000;

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
  visitor.expect(/status of (401|403|404)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  return visitor;
}

interface Pair {
  readonly ada: Visitor;
  readonly ben: Visitor;
  readonly adas: Page;
  readonly bens: Page;
  readonly community: string;
  /** The path of the document. */
  readonly document: string;
  /** The path of its question. */
  readonly question: string;
}

const TITLE = "Antibiotics within one hour?";

/** Two members of a community with a question of its first document open. */
async function pair(tag: string, ofAda: VisitorOptions = {}): Promise<Pair> {
  const [ada, ben] = [await arrive("Ada Lindqvist", ofAda), await arrive("Ben Okafor")];
  const adas = await comeIn(server, ada, `ada-${tag}@example.org`);
  const community = await found(adas, `Panel ${tag}`);
  const document = new URL(adas.url()).pathname;
  await adas.getByRole("button", { name: "Document actions" }).click();
  await adas.getByRole("menuitem", { name: "Clinical questions" }).click();
  await adas.getByRole("heading", { name: "No clinical question yet" }).waitFor();
  await adas.getByRole("textbox", { name: "New question" }).fill(TITLE);
  await adas.getByRole("button", { name: "Begin" }).click();
  await field(adas, "Population").waitFor();
  const question = new URL(adas.url()).pathname;
  const members = await visit(ada, `${community}/members`);
  const link = await invite(members);
  await members.close();
  const bens = await signUp(ben, link, `ben-${tag}@example.org`);
  await bens.goto(`${ben.wire.url}${question}`);
  await field(bens, "Population").waitFor();
  return { ada, ben, adas, bens, community, document, question };
}

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const choice = (page: Page, name: string) => page.getByRole("combobox", { name, exact: true });
const conflict = (page: Page, of: string) => page.getByRole("region", { name: `Different values: ${of}` });
const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("two people fill a question in at once, and their letters merge", async () => {
  const { adas, bens } = await pair("fill");
  await field(adas, "Population").pressSequentially("Adults with sepsis");
  await field(bens, "Intervention").pressSequentially("Antibiotics within one hour");
  await eventually(() => field(bens, "Population").inputValue(), "Adults with sepsis");
  await eventually(() => field(adas, "Intervention").inputValue(), "Antibiotics within one hour");
  // In the same field at the same time: nobody's letters are lost.
  await Promise.all([
    field(adas, "Comparison").pressSequentially("Within three hours. "),
    field(bens, "Comparison").pressSequentially("Whenever cultures are back. "),
  ]);
  const letters = (words: string): string => [...words].sort().join("");
  await eventually(
    async () => letters(await field(adas, "Comparison").inputValue()),
    letters("Within three hours. Whenever cultures are back. "),
  );
  const whole = await field(adas, "Comparison").inputValue();
  await eventually(() => field(bens, "Comparison").inputValue(), whole);

  await choice(adas, "Direction").selectOption("For");
  await choice(bens, "Strength").selectOption("Strong");
  await field(bens, "Action").fill("antibiotics within one hour");
  await adas.getByText("We recommend antibiotics within one hour.").waitFor();
  await adas.getByRole("button", { name: "Take this wording" }).click();
  await eventually(() => field(bens, "Statement").inputValue(), "We recommend antibiotics within one hour.");
  // The words follow the strength, or the page says that they do not.
  await choice(bens, "Strength").selectOption("Weak (conditional)");
  await adas.getByText("The statement does not begin with “We suggest”").waitFor();
  await whenSaved(adas, "safe");
  await adas.reload();
  await eventually(() => choice(adas, "Strength").inputValue(), "weak");
  await eventually(() => field(adas, "Population").inputValue(), "Adults with sepsis");
});

test("values set at once, one of them without network, are both there until a person decides", async () => {
  const { ada, adas, bens, question } = await pair("conflict");
  await choice(adas, "Direction").selectOption("For");
  await eventually(() => choice(bens, "Direction").inputValue(), "for");
  await whenSaved(adas, "safe");
  await ada.goOffline();
  await choice(adas, "Strength").selectOption("Strong");
  await field(adas, "Population").fill("Adults");
  await whenSaved(adas, "device");
  // What a device knows survives the page.
  await choice(bens, "Strength").selectOption("Weak (conditional)");
  await whenSaved(bens, "safe");
  expect(await conflict(bens, "Strength").count()).toBe(0);
  await ada.comeBack();

  for (const page of [adas, bens]) {
    await conflict(page, "Strength").waitFor();
    await eventually(
      async () => (await conflict(page, "Strength").getByRole("listitem").allTextContents()).map(withoutTime).sort(),
      ["StrongAda Lindqvist, Choose this", "Weak (conditional)Ben Okafor, Choose this"],
    );
    expect(await choice(page, "Strength").inputValue()).toBe("");
    await page.getByText("1 open conflict").waitFor();
  }
  // The list says so as well.
  const list = await visit(ada, question.replace(/\/[^/]*$/, ""));
  await list.getByText("1 open conflict").waitFor();

  await conflict(bens, "Strength").getByRole("button", { name: "Choose this: Strong, set by Ada Lindqvist" }).click();
  for (const page of [adas, bens]) {
    await conflict(page, "Strength").waitFor({ state: "detached" });
    await eventually(() => choice(page, "Strength").inputValue(), "strong");
  }
  await eventually(() => field(bens, "Population").inputValue(), "Adults");
});

test("letters of two doses never mix, what is typed is kept without leaving the field, and no decimal becomes a whole number", async () => {
  const { ada, adas, bens } = await pair("doses");
  await field(adas, "Action").fill("10 mg daily");
  await field(adas, "Statement").fill("We recommend 10 mg daily.");
  await eventually(() => field(bens, "Statement").inputValue(), "We recommend 10 mg daily.");
  await whenSaved(adas, "safe");
  await ada.goOffline();
  await field(adas, "Statement").fill("We recommend 20 mg daily.");
  await whenSaved(adas, "device");
  await field(bens, "Statement").fill("We recommend 50 mg daily.");
  await whenSaved(bens, "safe");
  await ada.comeBack();
  for (const page of [adas, bens]) {
    await eventually(
      () =>
        conflict(page, "Statement")
          .locator(".question-conflict__value")
          .allTextContents()
          .then((all) => all.sort()),
      ["We recommend 20 mg daily.", "We recommend 50 mg daily."],
    );
  }
  await field(bens, "Statement").blur();
  const choose = conflict(bens, "Statement").getByRole("button", { name: "Choose this: We recommend 20 mg daily." });
  await choose.press("Enter");
  await eventually(() => field(adas, "Statement").inputValue(), "We recommend 20 mg daily.");
  expect(await field(bens, "Statement").evaluate((element) => element === document.activeElement)).toBe(true);

  // The field is not left, and the page goes away all the same.
  await adas.getByRole("button", { name: "Add an outcome" }).click();
  const studies = (page: Page) => field(page, "Number of studies");
  await studies(adas).fill("17");
  await eventually(() => studies(bens).inputValue(), "17");
  await adas.reload();
  await eventually(() => studies(adas).inputValue(), "17");
  await studies(adas).fill("1.5");
  await studies(adas).blur();
  await adas.getByText("Enter a whole number, or leave it empty.").waitFor();
  expect(await studies(bens).inputValue()).toBe("17");
  await studies(adas).fill("1,500");
  await studies(adas).blur();
  await eventually(() => studies(bens).inputValue(), "1500");

  // Others set a number while one is being typed: the field does not change under the fingers, and both are shown.
  await studies(adas).focus();
  await studies(adas).fill("12");
  await studies(bens).fill("30");
  await studies(bens).press("Enter");
  await studies(adas).pressSequentially("5");
  await studies(adas).press("Enter");
  await eventually(
    () =>
      conflict(adas, "Number of studies")
        .locator(".question-conflict__value")
        .allTextContents()
        .then((all) => all.sort()),
    ["125", "30"],
  );

  // What does not fit is not pasted in part.
  await field(adas, "Comment").evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "x".repeat(28_000));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await adas.getByText("Nothing was pasted: it would be 28,000 characters, and 20,000 fit here.").waitFor();
});

test("the certainty of each outcome is computed, with its reasons, and a panel can put another in its place", async () => {
  const { adas, bens } = await pair("evidence");
  await adas.getByRole("button", { name: "Add an outcome" }).click();
  const outcome = (page: Page) => page.getByRole("article");
  await outcome(adas).getByRole("textbox", { name: "Outcome", exact: true }).fill("Death within 28 days");
  await choice(adas, "Importance, 1 to 9").selectOption("9");
  await field(adas, "Number of studies").fill("11");
  await field(adas, "Number of participants").fill("12,345");
  await field(adas, "Number of participants").press("Enter");
  await field(adas, "Effect").fill("RR 0.89 (95% CI 0.77 to 1.02)");
  await outcome(bens).getByText("Not judged").waitFor();
  await outcome(bens).getByText("Judge the certainty").click();
  await choice(bens, "Kind of studies").selectOption("Randomised trials");
  await choice(bens, "Imprecision").selectOption("Serious concern");
  await choice(bens, "Indirectness").selectOption("Serious concern");
  const row = part(adas, "Summary of findings").getByRole("row", { name: /^Death within 28 days/ });
  await eventually(
    () => row.getByRole("cell").allTextContents(),
    [
      "9, critical",
      "12,345 (11)",
      "RR 0.89 (95% CI 0.77 to 1.02)",
      "LowRandomised trials; lowered for Indirectness (serious concern), Imprecision (serious concern)",
      "–",
    ],
  );
  await outcome(bens).getByRole("button", { name: "Set another certainty" }).click();
  const why = outcome(bens).getByRole("textbox", { name: "Why" });
  expect(await outcome(bens).getByRole("button", { name: "Set it" }).isDisabled()).toBe(true);
  await outcome(bens).getByRole("combobox", { name: "Certainty of the evidence:" }).selectOption("Moderate");
  await why.fill("The trials are large.");
  await outcome(bens).getByRole("button", { name: "Set it" }).click();
  await row.getByText("Set by the panel: The trials are large. Computed: Low.").waitFor();
  await outcome(bens).getByRole("button", { name: "Back to the computed one" }).click();
  await row.getByText("Low", { exact: true }).waitFor();

  // Judgements on the decision, and an outcome that is not wanted any more.
  await choice(adas, "Judgement: Equity").selectOption("Probably increased");
  await field(bens, "Evidence and considerations: Equity").fill("Shown in two registries.");
  await eventually(() => choice(bens, "Judgement: Equity").inputValue(), "probably-increased");
  await outcome(adas).getByRole("button", { name: "Set “Death within 28 days” aside" }).click();
  await outcome(bens).waitFor({ state: "detached" });
  await bens.getByRole("button", { name: "Take “Death within 28 days” back" }).click();
  await row.getByText("12,345 (11)").waitFor();
});

test("whoever may only read sees everything and no controls, and nobody else anything", async () => {
  const { ada, adas, bens, community, question } = await pair("read");
  await field(adas, "Population").fill("Adults with sepsis");
  await choice(adas, "Direction").selectOption("For");
  await choice(bens, "Strength").selectOption("Strong");
  await whenSaved(adas, "safe");
  await whenSaved(bens, "safe");
  const gita = await arrive("Gita Guest");
  const members = await visit(ada, `${community}/members`);
  const link = await inviteReaders(members, /./);
  await members.close();
  const gitas = await signUp(gita, link, "gita-read@example.org");
  await gitas.goto(`${gita.wire.url}${question}`);
  await gitas.getByText("Adults with sepsis").waitFor();
  await part(gitas, "Recommendation").getByText("Strong", { exact: true }).waitFor();
  expect(await gitas.locator("main").getByRole("combobox").count()).toBe(0);
  expect(await gitas.locator("main").getByRole("button").count()).toBe(0);
  expect(await gitas.locator("main textarea:not([readonly])").count()).toBe(0);
  await gitas.goto(`${gita.wire.url}${question.replace(/\/[^/]*$/, "")}`);
  await gitas.getByRole("link", { name: TITLE }).waitFor();
  expect(await gitas.getByRole("textbox", { name: "New question" }).count()).toBe(0);

  const eve = await arrive("Eve Stranger");
  const eves = await comeIn(server, eve, "eve-read@example.org");
  await eves.goto(`${eve.wire.url}${question}`);
  await eves.getByRole("heading", { name: "You can no longer see this document" }).waitFor();
  expect(await eves.getByText("Adults with sepsis").count()).toBe(0);
});

test("questions are put into an order, into the bin, and taken out again, in German too", async () => {
  const { adas, question } = await pair("order");
  const list = `${new URL(adas.url()).origin}${question.replace(/\/[^/]*$/, "")}`;
  const titles = () => adas.locator(".question-list a").allTextContents();
  await adas.goto(list);
  await adas.getByRole("textbox", { name: "New question" }).fill("And fluids?");
  await adas.getByRole("button", { name: "Begin" }).click();
  await field(adas, "Population").waitFor();
  await adas.goto(list);
  await eventually(titles, [TITLE, "And fluids?"]);
  await adas.getByRole("button", { name: "Move “And fluids?” up" }).press("Enter");
  await eventually(titles, ["And fluids?", TITLE]);
  await adas.getByRole("button", { name: `Put “${TITLE}” into the bin` }).click();
  await eventually(titles, ["And fluids?"]);
  await adas.reload();
  await eventually(titles, ["And fluids?"]);
  // Whoever has it open is told, too.
  await adas.getByRole("link", { name: TITLE }).click();
  await adas.getByText("This question is in the bin").waitFor();
  await adas.goto(list);
  await adas.getByRole("button", { name: `Restore “${TITLE}”` }).click();
  await eventually(titles, ["And fluids?", TITLE]);
  await adas.getByRole("link", { name: "And fluids?" }).click();
  await field(adas, "Population").waitFor();
  await adas.evaluate(() => localStorage.setItem("consilium.language", "de"));
  await adas.reload();
  await adas.getByRole("heading", { name: "Von der Evidenz zur Entscheidung" }).waitFor();
});

test(
  "the pages are accessible and whole at every width, light and dark",
  async () => {
    const { ada, adas, bens, question } = await pair("look", { width: 1024 });
    await field(adas, "Population").fill("Adults with suspected sepsis in the emergency department");
    await adas.getByRole("button", { name: "Add an outcome" }).click();
    await field(adas, "Outcome").fill("Death within 28 days");
    await choice(adas, "Importance, 1 to 9").selectOption("9");
    await adas.getByText("Judge the certainty").click();
    await choice(adas, "Kind of studies").selectOption("Randomised trials");
    await choice(adas, "Large effect").selectOption("Very large effect");
    await choice(adas, "Imprecision").selectOption("Very serious concern");
    await choice(adas, "Direction").selectOption("For");
    await field(adas, "Action").fill("antibiotics within one hour");
    await whenSaved(adas, "safe");
    await ada.goOffline();
    await choice(adas, "Strength").selectOption("Strong");
    await whenSaved(adas, "device");
    await choice(bens, "Strength").selectOption("Weak (conditional)");
    await whenSaved(bens, "safe");
    await ada.comeBack();
    await conflict(adas, "Strength").waitFor();
    for (const heading of ["The question", "Outcomes and evidence", "Summary of findings", "Recommendation"]) {
      await adas.getByRole("heading", { name: heading }).evaluate((element) => element.scrollIntoView());
      await inspectEverywhere(adas, `question-${heading.toLowerCase().replaceAll(" ", "-")}`);
    }
    await adas.goto(`${ada.wire.url}${question.replace(/\/[^/]*$/, "")}`);
    await adas.getByText("1 open conflict").waitFor();
    await inspectEverywhere(adas, "questions");
  },
  LOOK_MS,
);

/** An entry of a conflict without the point in time. */
function withoutTime(entry: string): string {
  return entry.replace(/, \w+ \d+, \d{4}, .*?(?=Choose this)/, ", ");
}
