/**
 * Documents as Word and HTML files, in a real browser against a real server: out with what is said about them, also
 * without network; in from another program's file; and what is no such file, or a bad one, in words.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CommentRangeEnd,
  CommentRangeStart,
  CommentReference,
  DeletedTextRun,
  Document,
  ExternalHyperlink,
  HeadingLevel,
  InsertedTextRun,
  LevelFormat,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from "docx";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { caretAtEndOf, selectLast, typeAtEnd } from "./harness/caret.ts";
import { inspect, inspectEverywhere } from "./harness/inspect.ts";
import { comeIn, found } from "./harness/portal.ts";
import { Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

/** Several states, each measured six times, in milliseconds. */
const LOOK_MS = 400_000;

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

let browser: Browser;
let portal: Server;
let open: Server;

beforeAll(async () => {
  [browser, portal, open] = await Promise.all([launch(), Server.start("portal"), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await portal?.dispose();
  await open?.dispose();
});

async function arrive(server: Server): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => visitor.leave());
  visitor.expect(/status of (401|403|404)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket/);
  return visitor;
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) {
    chunks.push(chunk as Buffer);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function openDialog(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Document actions" }).click();
  await page.getByRole("menuitem", { name: "Download…" }).click();
  await page.getByRole("dialog", { name: "Download this document" }).waitFor();
}

async function take(page: Page, format: "Word" | "Web page" | "Markdown"): Promise<Download> {
  await openDialog(page);
  const download = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: format, exact: true }).click();
  const taken = await download;
  await page.getByRole("dialog").waitFor({ state: "detached" });
  return taken;
}

/** The parts of a Word file as texts. */
function partsOf(bytes: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, part]) => [name, strFromU8(part)]));
}

async function commentOnLast(page: Page, passage: string, words: string): Promise<void> {
  await selectLast(page, passage);
  await page.keyboard.press("Control+Alt+m");
  const panel = page.getByRole("complementary", { name: "Comments" });
  await panel.getByRole("textbox", { name: "Your comment" }).fill(words);
  await page.keyboard.press("Control+Enter");
  await panel.getByText(words).waitFor();
  await page.locator('[data-save-comments="safe"]').waitFor();
}

test(
  "a document goes out as a Word file with its comments, also without network",
  async () => {
    const ada = await arrive(portal);
    const page = await comeIn(portal, ada, "ada@example.org");
    await found(page, "Regional sepsis panel");
    await page.getByRole("textbox", { name: "Document title" }).fill("Sepsis & shock");
    await typeAtEnd(page, "Give antibiotics within one hour.");
    await whenSaved(page, "safe");
    await commentOnLast(page, "one hour.", "Is that feasible on a ward?");
    const panel = page.getByRole("complementary", { name: "Comments" });
    await panel.getByRole("button", { name: "Reply", exact: true }).click();
    await panel.getByRole("textbox", { name: "Your reply" }).fill("With a standing order, yes.");
    await page.keyboard.press("Control+Enter");
    await panel.getByText("With a standing order, yes.").waitFor();
    await page.locator('[data-save-comments="safe"]').waitFor();

    await openDialog(page);
    await page.getByRole("checkbox", { name: "With the comment thread beside it" }).waitFor();
    await inspectEverywhere(page, "word-download");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await ada.goOffline();
    const download = await take(page, "Word");
    expect(download.suggestedFilename()).toBe("sepsis-shock.docx");
    const parts = partsOf(await bytesOf(download));
    const text = parts["word/document.xml"] ?? "";
    expect(text).toContain('<w:pStyle w:val="Title"/>');
    expect(text).toMatch(/<w:t xml:space="preserve">Sepsis &amp; shock<\/w:t>/);
    // The comment begins before its passage and ends behind it, and its answer with it.
    expect(text).toMatch(
      /<w:commentRangeStart w:id="0"\/><w:commentRangeStart w:id="1"\/><w:r><w:t xml:space="preserve">one hour\.<\/w:t><\/w:r><w:commentRangeEnd w:id="0"\/>/,
    );
    const comments = parts["word/comments.xml"] ?? "";
    expect(comments).toContain('w:author="Ada Lindqvist"');
    expect(comments).toContain("Is that feasible on a ward?");
    expect(comments).toContain("With a standing order, yes.");
    expect(parts["word/commentsExtended.xml"]).toMatch(/w15:paraId="10000001" w15:paraIdParent="10000000"/);
    expect(parts["docProps/core.xml"]).toContain("<dc:title>Sepsis &amp; shock</dc:title>");
    expect(parts["docProps/core.xml"]).toContain("<dc:creator>Ada Lindqvist</dc:creator>");

    // The same without comments.
    await openDialog(page);
    await page.getByRole("checkbox", { name: "With the comment thread beside it" }).uncheck();
    const plain = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("button", { name: "Word", exact: true }).click();
    expect(Object.keys(partsOf(await bytesOf(await plain)))).not.toContain("word/comments.xml");
    await ada.comeBack();
  },
  LOOK_MS,
);

test(
  "the history gives a version as it was, and a later one with the changes since tracked",
  async () => {
    const ada = await arrive(portal);
    const page = await comeIn(portal, ada, "history@example.org");
    await found(page, "Panel with a past");
    await page.getByRole("textbox", { name: "Document title" }).fill("Sepsis");
    await typeAtEnd(page, "Give antibiotics within three hours.");
    await whenSaved(page, "safe");
    const address = page.url();
    const openHistory = async (): Promise<void> => {
      await page.getByRole("button", { name: "Document actions" }).click();
      await page.getByRole("menuitem", { name: "History" }).click();
      await page.getByRole("heading", { name: "History", level: 1 }).waitFor();
    };
    await openHistory();
    await page.getByRole("button", { name: "Name this version" }).click();
    await page.getByRole("textbox", { name: "Name of the version" }).fill("First draft");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("checkbox", { name: "Compare: First draft" }).waitFor();

    await page.goto(address);
    const block = textOf(page).locator("p", { hasText: "within three hours." });
    await block.waitFor();
    await caretAtEndOf(page, block);
    for (let letters = "three hours.".length; letters > 0; letters--) {
      await page.keyboard.press("Backspace");
    }
    await page.keyboard.type("one hour.");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Measure lactate.");
    await whenSaved(page, "safe");
    await openHistory();
    await page.getByRole("checkbox", { name: "Compare: First draft" }).check();
    await page.locator("ins", { hasText: "Measure lactate." }).waitFor();
    await page.getByRole("button", { name: "Download…" }).click();
    await page.getByRole("menuitem", { name: /as it was/ }).waitFor();
    await inspectEverywhere(page, "word-history");
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: /with the changes since “First draft” tracked/ }).click();
    const text = partsOf(await bytesOf(await download))["word/document.xml"] ?? "";
    expect(text).toMatch(/<w:del [^>]*w:author="Changes since First draft"[^>]*><w:r><w:delText[^>]*>three</);
    expect(text).toMatch(/<w:ins [^>]*><w:r><w:t[^>]*>one</);
    expect(text).toMatch(
      /<w:rPr><w:ins [^>]*\/><\/w:rPr><\/w:pPr>(?:(?!<\/w:p>).)*<w:ins [^>]*><w:r><w:t[^>]*>Measure lactate\./,
    );

    const asItWas = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download…" }).click();
    await page.getByRole("menuitem", { name: /“First draft” as it was/ }).click();
    const old = await asItWas;
    expect(old.suggestedFilename()).toBe("sepsis-first-draft.docx");
    const was = partsOf(await bytesOf(old))["word/document.xml"] ?? "";
    expect(was).toContain("within three hours.");
    expect(was).not.toMatch(/<w:(ins|del) /);
  },
  LOOK_MS,
);

test("a web page goes out that asks for nothing, reads well, and comes in again", async () => {
  const ada = await arrive(open);
  const page = await ada.open("/");
  const source =
    "# Dosing\n\n## Adults\n\nGive **500 mg**, see [the label](https://example.org/).\n\n- [x] weigh\n\n| Age | Dose |\n| --- | --- |\n| 18 | 500 |\n";
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "dosing.md", mimeType: "text/markdown", buffer: Buffer.from(source) });
  await textOf(page).locator("table").waitFor();
  const before = await blocksOn(page);
  const download = await take(page, "Web page");
  expect(download.suggestedFilename()).toBe("dosing.html");
  const bytes = await bytesOf(download);

  // Opened as a file, by itself: what it asks for, and what axe says of it.
  const file = fileOf("dosing.html", 0);
  writeFileSync(file, bytes);
  const asked: string[] = [];
  const alone = await browser.newContext();
  onTestFinished(() => alone.close());
  const reading = await alone.newPage();
  reading.on("request", (request) => asked.push(request.url()));
  await reading.goto(`file://${file}`);
  expect(asked).toEqual([`file://${file}`]);
  expect(await reading.locator("html").getAttribute("lang")).toBe("en");
  expect(await reading.locator("th").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("scope")))).toEqual([
    "col",
    "col",
  ]);
  expect(await reading.getByRole("link", { name: "Skip to the text" }).count()).toBe(1);
  await reading.close();

  await page.getByRole("link", { name: "All documents" }).click();
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "dosing.html", mimeType: "text/html", buffer: Buffer.from(bytes) });
  await textOf(page).locator("table").waitFor();
  await eventually(() => page.getByRole("textbox", { name: "Document title" }).inputValue(), "Dosing");
  await eventually(() => blocksOn(page), before);
});

/** A file as another library writes it. */
async function foreignFile(): Promise<Buffer> {
  const cell = (text: string, more: object = {}): TableCell =>
    new TableCell({ children: [new Paragraph(text)], ...more });
  return await Packer.toBuffer(
    new Document({
      title: "Fluid therapy",
      comments: { children: [{ id: 0, author: "Ben", date: new Date(0), children: [new Paragraph("Why?")] }] },
      numbering: {
        config: [
          {
            reference: "steps",
            levels: [
              { level: 0, format: LevelFormat.DECIMAL, text: "%1." },
              { level: 1, format: LevelFormat.LOWER_LETTER, text: "%2)" },
            ],
          },
        ],
      },
      sections: [
        {
          children: [
            new Paragraph({ heading: HeadingLevel.TITLE, children: [new TextRun("Fluid therapy")] }),
            new Paragraph({ heading: HeadingLevel.HEADING_2, children: [new TextRun("Adults")] }),
            new Paragraph({
              children: [
                new TextRun("Give "),
                new TextRun({ text: "30 ml/kg", bold: true }),
                new TextRun({ text: " H", italics: true }),
                new TextRun({ text: "2", subScript: true }),
                new TextRun("O "),
                new ExternalHyperlink({ children: [new TextRun("source")], link: "https://example.org/fluids" }),
                new ExternalHyperlink({ children: [new TextRun("trap")], link: "javascript:alert(1)" }),
              ],
            }),
            new Paragraph({
              children: [
                new TextRun("Within "),
                new DeletedTextRun({ id: 1, author: "Ben", date: new Date(0).toISOString(), text: "six" }),
                new InsertedTextRun({ id: 2, author: "Ben", date: new Date(0).toISOString(), text: "three" }),
                new CommentRangeStart(0),
                new TextRun(" hours."),
                new CommentRangeEnd(0),
                new TextRun({ children: [new CommentReference(0)] }),
              ],
            }),
            new Paragraph({ text: "weigh", numbering: { reference: "steps", level: 0 } }),
            new Paragraph({ text: "scales", numbering: { reference: "steps", level: 1 } }),
            new Paragraph({ text: "infuse", numbering: { reference: "steps", level: 0 } }),
            new Paragraph({ text: "dot", bullet: { level: 0 } }),
            new Table({
              rows: [
                new TableRow({ tableHeader: true, children: [cell("Weight"), cell("Volume"), cell("Note")] }),
                new TableRow({ children: [cell("60 kg", { rowSpan: 2 }), cell("both", { columnSpan: 2 })] }),
                new TableRow({ children: [cell("1800 ml"), cell("slow")] }),
              ],
            }),
          ],
        },
      ],
    }),
  );
}

test("a Word file of another program comes in, as a document and at the cursor, and says what it left out", async () => {
  const ada = await arrive(open);
  const page = await ada.open("/");
  const buffer = await foreignFile();
  await page.getByTestId("import-file").setInputFiles({ name: "fluids.docx", mimeType: WORD, buffer });
  await textOf(page).locator("table").waitFor();
  await page.getByText("One comment was left out").waitFor();
  await page.getByText("insertions were taken and deletions left out").waitFor();
  const text = textOf(page);
  await eventually(() => page.getByRole("textbox", { name: "Document title" }).inputValue(), "Fluid therapy");
  expect(await text.locator("h2").innerText()).toBe("Adults");
  expect(await text.locator("strong").allInnerTexts()).toEqual(["30 ml/kg"]);
  expect(await text.locator("sub").allInnerTexts()).toEqual(["2"]);
  expect(await text.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
    "https://example.org/fluids",
  ]);
  await text.getByText("Within three hours.").waitFor();
  expect(await text.locator("ol > li > ol[type=a] > li").allInnerTexts()).toEqual(["scales"]);
  expect(await text.locator(":scope > ol > li").count()).toBe(2);
  expect(await text.locator(":scope > ul > li").allInnerTexts()).toEqual(["dot"]);
  expect(await text.locator("th").allInnerTexts()).toEqual(["Weight", "Volume", "Note"]);
  expect(await text.locator('td[rowspan="2"]').innerText()).toBe("60 kg");
  expect(await text.locator('td[colspan="2"]').innerText()).toBe("both");

  // Into the open one, at the cursor.
  await page.getByTestId("insert-file").setInputFiles({ name: "fluids.docx", mimeType: WORD, buffer });
  await page.getByText("“fluids.docx” was inserted").waitFor();
  await eventually(() => text.locator("table").count(), 2);
  await whenSaved(page, "safe");

  // Out again, and what came from elsewhere is there.
  const parts = partsOf(await bytesOf(await take(page, "Word")));
  expect(parts["word/document.xml"]).toContain('<w:gridSpan w:val="2"/>');
  expect(parts["word/_rels/document.xml.rels"]).not.toContain("javascript");
});

/** What a Word file has at least, with this text. */
function word(text: string): string {
  const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  return `<w:document xmlns:w="${main}"><w:body>${text}</w:body></w:document>`;
}

function zipped(document: string): Buffer {
  return Buffer.from(zipSync({ "word/document.xml": strToU8(document) }));
}

/** A file as large as `bytes`. */
function fileOf(name: string, bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), "consilium-word-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(bytes));
  return path;
}

test("what is no Word file, or a bad one, is refused in words, and nothing of it comes in", async () => {
  const ada = await arrive(open);
  const page = await ada.open("/");
  await page.getByRole("button", { name: "New document" }).click();
  await textOf(page).waitFor();
  const before = await blocksOn(page);
  const nested = (depth: number): string =>
    depth === 0 ? "<w:p/>" : `<w:tbl><w:tr><w:tc>${nested(depth - 1)}<w:p/></w:tc></w:tr></w:tbl>`;
  const bad: readonly (readonly [name: string, content: Buffer, sentence: string])[] = [
    ["text.docx", Buffer.from("no archive at all"), "“text.docx” is damaged, or no Word file."],
    ["other.docx", Buffer.from(zipSync({ "a.txt": strToU8("a") })), "“other.docx” is damaged, or no Word file."],
    ["cut.docx", (await foreignFile()).subarray(0, 3000), "“cut.docx” is damaged, or no Word file."],
    [
      "entities.docx",
      zipped(`<!DOCTYPE x [<!ENTITY a "aa">]>${word("<w:p/>")}`),
      "“entities.docx” is damaged, or no Word",
    ],
    [
      "locked.docx",
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
      "“locked.docx” is protected with a password",
    ],
    ["bomb.docx", zipped(word(" ".repeat(40 * 1024 * 1024))), "“bomb.docx” holds more than a document"],
    ["deep.docx", zipped(word(nested(70))), "“deep.docx”, lists, quotes or tables lie deeper"],
  ];
  for (const [name, buffer, sentence] of bad) {
    await page.getByTestId("insert-file").setInputFiles({ name, mimeType: WORD, buffer });
    await page.getByText(sentence).waitFor();
    expect(await blocksOn(page), name).toEqual(before);
  }
  await page.getByTestId("insert-file").setInputFiles(fileOf("large.docx", 100 * 1024 * 1024));
  await page.getByText("“large.docx” is larger than 20 MB.").waitFor();
  expect(await blocksOn(page)).toEqual(before);
  await inspect(page, "word-refused");
});

test("a web page with scripts, handlers and frames comes in as its words", async () => {
  const ada = await arrive(open);
  const page = await ada.open("/");
  const html = [
    "<title>Trap</title><script>window.caught = 1</script>",
    '<p onclick="window.caught = 1">words <a href="javascript:window.caught = 1">link</a>',
    '<img src="/caught" onerror="window.caught = 1" alt="A heart"></p>',
    '<svg onload="window.caught = 1"><script>window.caught = 1</script><a href="javascript:1"><text>drawn</text></a></svg>',
    '<iframe srcdoc="&lt;script&gt;parent.caught = 1&lt;/script&gt;"></iframe><object data="/caught"></object>',
    '<form action="/caught"><button formaction="javascript:window.caught = 1">press</button></form>',
  ].join("");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page
    .getByTestId("import-file")
    .setInputFiles({ name: "trap.html", mimeType: "text/html", buffer: Buffer.from(html) });
  await textOf(page).getByText("words link").waitFor();
  const inside = await textOf(page).evaluate((element) => element.innerHTML);
  expect(inside).not.toMatch(
    /script|onclick|onerror|onload|<svg|<iframe|<object|<form|javascript|<img(?! class="ProseMirror)/i,
  );
  expect(await page.evaluate(() => "caught" in window)).toBe(false);
  expect(asked.filter((url) => url.includes("caught"))).toEqual([]);
});

test("the app's own scripts do not hold what makes files until it is wanted", () => {
  const shell = readFileSync(new URL("../../dist/index.html", import.meta.url), "utf8");
  expect(shell).not.toMatch(/word|html-write|files-/);
});
