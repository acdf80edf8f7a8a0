/** What Word files say, and what is made of it: discussion out, foreign structure in, bad files refused. */
import { File } from "node:buffer";
import type { Node } from "@tiptap/pm/model";
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { FileError, readFile } from "../../src/editor/formats/files.ts";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { readWord, WordError } from "../../src/editor/word/read.ts";
import type { WordThread } from "../../src/editor/word/remarks.ts";
import { writeWord } from "../../src/editor/word/write.ts";
import { en } from "../../src/messages/en.ts";
import { describeFileFailure, describeImported } from "../../src/ui/documents/file-words.ts";
import { generator, TextMaker } from "./random-text.ts";

const MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const NAMESPACES = `xmlns:w="${MAIN}" xmlns:r="r" xmlns:m="m" xmlns:w14="w14" xmlns:mc="mc" xmlns:wp="wp"`;

const bytesOf = (parts: Zippable): Uint8Array<ArrayBuffer> => new Uint8Array(zipSync(parts));

const part = (root: string, content: string): Uint8Array => strToU8(`<w:${root} ${NAMESPACES}>${content}</w:${root}>`);

/** The HTML of a file with this body and these further parts. */
async function htmlOf(body: string, further: Zippable = {}): Promise<string> {
  const bytes = bytesOf({ "word/document.xml": part("document", `<w:body>${body}</w:body>`), ...further });
  return (await readWord(bytes)).html;
}

const run = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (text: string, properties = ""): string => `<w:p><w:pPr>${properties}</w:pPr>${run(text)}</w:p>`;

async function written(body: Node, threads: readonly WordThread[]): Promise<Readonly<Record<string, string>>> {
  const options = { language: "de", authors: ["Ada", "Ben & Co"], at: 0, threads, since: null };
  const parts = unzipSync(await writeWord({ title: "T", body }, options));
  return Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

describe("out", () => {
  const body = readMarkdown("First paragraph.\n\nSecond **bold** one.");

  test("a comment over two paragraphs begins in the one and ends in the other, and is settled when it is", async () => {
    const said = { author: "Ada", at: Date.UTC(2026, 0, 2, 3, 4, 5), text: "one\ntwo" };
    // From “paragraph.” to “bold”.
    const range = { from: 7, to: 30 };
    const parts = await written(body, [{ range, remarks: [said], isResolved: true }]);
    const text = parts["word/document.xml"] ?? "";
    const [begin, end] = [text.indexOf("commentRangeStart"), text.indexOf("commentRangeEnd")];
    expect(text.slice(0, begin)).toContain("First ");
    expect(text.slice(0, begin)).not.toContain("paragraph.");
    expect(text.slice(begin, end)).toContain("</w:p>");
    expect(text.slice(begin, end)).toContain(">bold<");
    expect(text.slice(end)).toContain(" one.");
    expect(parts["word/comments.xml"]).toContain('w:date="2026-01-02T03:04:05Z"');
    expect(parts["word/comments.xml"]?.match(/<w:p[ >]/g)).toHaveLength(2);
    expect(parts["word/commentsExtended.xml"]).toContain('w15:done="1"');
  });

  test("what is said about the document as a whole hangs on its title", async () => {
    const remarks = [{ author: "Ada", at: 0, text: "all of it" }];
    const places = [null, { from: 900, to: 901 }, { from: 5, to: 5 }];
    const parts = await written(
      body,
      places.map((range) => ({ range, remarks, isResolved: false })),
    );
    const text = parts["word/document.xml"] ?? "";
    const title = text.slice(text.indexOf("<w:p>"), text.indexOf("</w:p>"));
    expect(title.match(/commentRangeStart/g)).toHaveLength(3);
    expect(text.match(/commentRangeStart/g)).toHaveLength(3);
  });

  test("title, authors and language are said", async () => {
    const parts = await written(body, []);
    expect(parts["docProps/core.xml"]).toContain("<dc:creator>Ada; Ben &amp; Co</dc:creator>");
    expect(parts["word/styles.xml"]).toContain('<w:lang w:val="de-DE"/>');
    expect(Object.keys(parts)).not.toContain("word/comments.xml");
  });

  test("an address that runs something is no link", async () => {
    const link = body.type.schema.mark("link", { href: "javascript:alert(1)" });
    const trap = body.type.schema.node("doc", null, [
      body.type.schema.node("paragraph", null, [body.type.schema.text("words", [link])]),
    ]);
    const parts = await written(trap, []);
    expect(JSON.stringify(parts)).not.toContain("javascript");
    expect(parts["word/document.xml"]).toContain("words");
  });
});

describe("in", () => {
  test("a list goes on counting behind a paragraph, and begins anew below another item", async () => {
    const numbering = part(
      "numbering",
      `<w:abstractNum w:abstractNumId="4">${[0, 1]
        .map((level) => `<w:lvl w:ilvl="${level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>`)
        .join("")}</w:abstractNum><w:num w:numId="9"><w:abstractNumId w:val="4"/></w:num>`,
    );
    const item = (text: string, level = 0): string =>
      paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="9"/></w:numPr>`);
    const body = [item("a"), item("deep", 1), item("b"), item("deep again", 1), paragraph("between"), item("c")];
    expect(await htmlOf(body.join(""), { "word/numbering.xml": numbering })).toBe(
      "<ol><li><p>a</p><ol><li><p>deep</p></li></ol></li><li><p>b</p><ol><li><p>deep again</p></li></ol></li></ol>" +
        '<p>between</p><ol start="3"><li><p>c</p></li></ol>',
    );
  });

  test("headings are known by name or by level, and the numbers of headings make no list", async () => {
    const styles = part(
      "styles",
      '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Chapter"/><w:basedOn w:val="berschrift2"/></w:style>' +
        '<w:style w:type="paragraph" w:styleId="Level"><w:name w:val="Section"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>',
    );
    const numbering = part(
      "numbering",
      '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    );
    const styled = (text: string, id: string): string => paragraph(text, `<w:pStyle w:val="${id}"/>`);
    expect(
      await htmlOf(styled("a", "berschrift2") + styled("b", "Own") + styled("c", "Level"), {
        "word/styles.xml": styles,
        "word/numbering.xml": numbering,
      }),
    ).toBe("<h2>a</h2><h2>b</h2><h1>c</h1>");
  });

  test("a link by field is one, and what a field is made of is not text", async () => {
    const char = (type: string): string => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
    const field = (code: string, result: string): string =>
      `${char("begin")}<w:r><w:instrText>${code}</w:instrText></w:r>${char("separate")}${run(result)}${char("end")}`;
    const body = `<w:p>${field(' HYPERLINK "https://example.org/a" ', "link")}${field(" PAGE ", "7")}${run(" after")}</w:p>`;
    expect(await htmlOf(body)).toBe('<p><a href="https://example.org/a">link</a>7 after</p>');
  });

  test("letters of the font Symbol keep their meaning, and those that nobody knows are seen", async () => {
    const sign = (font: string, char: string): string => `<w:r><w:sym w:font="${font}" w:char="${char}"/></w:r>`;
    const body = `<w:p>${run("30 ")}${sign("Symbol", "F06D")}${run("g ")}${sign("Symbol", "F0A3")}${sign("Symbol", "F062")}${sign("Wingdings", "F0FE")}</w:p>`;
    expect(await htmlOf(body)).toBe("<p>30 μg ≤β□</p>");
  });

  test("footnotes are a list at the end, and text boxes stand behind their paragraph", async () => {
    const notes = part("footnotes", `<w:footnote w:id="2">${paragraph("See there.")}</w:footnote>`);
    const box = `<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>${paragraph("boxed")}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>${paragraph("boxed")}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    const body = `<w:p>${run("Words")}<w:r><w:footnoteReference w:id="2"/></w:r>${box}</w:p>`;
    expect(await htmlOf(body, { "word/footnotes.xml": notes })).toBe(
      "<p>Words<sup>1</sup></p><p>boxed</p><hr><ol><li><p>See there.</p></li></ol>",
    );
  });

  test("insertions are taken, deletions left out, and the words of joined paragraphs stand together", async () => {
    const body = [
      `<w:p>${run("Give ")}<w:del>${run("no")}</w:del><w:ins>${run("some")}</w:ins></w:p>`,
      `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${run("One ")}</w:p>`,
      paragraph("sentence."),
      `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del>${run("gone")}</w:del></w:p>`,
    ].join("");
    expect(await htmlOf(body)).toBe("<p>Give some</p><p>One sentence.</p>");
  });

  test("what is left out is counted and said", async () => {
    const drawing = '<w:r><w:drawing><wp:inline><wp:docPr descr="A heart &lt;b&gt;"/></wp:inline></w:drawing></w:r>';
    const body = `<w:p>${drawing}<w:del>${run("x")}</w:del><m:oMath><m:r><m:t>x2</m:t></m:r></m:oMath><w:r><w:commentReference w:id="1"/></w:r></w:p>`;
    const bytes = bytesOf({ "word/document.xml": part("document", `<w:body>${body}</w:body>`) });
    const text = await readFile(new File([bytes], "Heart notes.docx") as unknown as globalThis.File, {
      picture: (description) => `[${description}]`,
    });
    expect(text.title).toBe("Heart notes");
    expect(text.body.textContent).toBe("[A heart <b>]x2");
    expect(text.picturesLeftOut).toBe(1);
    expect(text.leftOut).toEqual({ comments: 1, deletions: 1, formulas: 1 });
    const said = describeImported("It was imported", text.leftOut, en);
    expect(said).toContain("It was imported. One comment was left out");
    expect(said).toContain("deletions left out");
    expect(said).toContain("One formula is there as plain letters");
    expect(describeImported("It was imported", { comments: 0, deletions: 0, formulas: 0 }, en)).toBe("It was imported");
  });
});

describe("bad files", () => {
  const document = part("document", `<w:body>${paragraph("words")}</w:body>`);

  async function failureOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const failed = await readWord(bytes).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WordError);
    return (failed as WordError).failure;
  }

  /** `bytes` with another number in the first record of the table of contents. */
  function lying(bytes: Uint8Array<ArrayBuffer>, offset: number, value: number): Uint8Array<ArrayBuffer> {
    const view = new DataView(bytes.buffer);
    const at = view.getUint32(bytes.length - 22 + 16, true);
    view.setUint32(at + offset, value, true);
    return bytes;
  }

  test("an archive that says of itself to be small is not inflated further", async () => {
    const bomb = bytesOf({ "word/document.xml": new Uint8Array(16 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(64 * 1024);
    expect(await failureOf(lying(bomb, 24, 1000))).toBe("swollen");
  });

  test("an archive that says of itself to be huge is not inflated at all", async () => {
    expect(await failureOf(lying(bytesOf({ "word/document.xml": document }), 24, 0xfffffff0))).toBe("swollen");
  });

  test("a part with a password, or of another content than its checksum says, is refused", async () => {
    const locked = bytesOf({ "word/document.xml": document });
    const flagsAndMethod = (8 << 16) | 1;
    expect(await failureOf(lying(locked, 8, flagsAndMethod))).toBe("locked");
    expect(await failureOf(lying(bytesOf({ "word/document.xml": document }), 16, 12345))).toBe("unreadable");
  });

  test("entities are not declared", async () => {
    const laughing = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="${MAIN}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`;
    expect(await failureOf(bytesOf({ "word/document.xml": strToU8(laughing) }))).toBe("unreadable");
  });

  test("whatever becomes of the bytes, it is read or refused, and nothing else", async () => {
    const good = await writeWord(
      { title: "T", body: new TextMaker(5, { blanks: true }).document() },
      { language: "en", authors: [], at: 0, threads: [], since: null },
    );
    for (let seed = 0; seed < 200; seed++) {
      const below = generator(seed);
      const bytes = good.slice(0, below(4) === 0 ? below(good.length) : good.length);
      for (let flips = below(6); flips >= 0; flips--) {
        bytes[below(bytes.length)] = below(256);
      }
      const outcome = await readWord(bytes).then(
        () => null,
        (error: unknown) => error,
      );
      expect(outcome === null || outcome instanceof WordError, `seed ${seed}: ${String(outcome)}`).toBe(true);
    }
  });

  test("styles that say of themselves to be quoted a million times are refused", async () => {
    const styles = part("styles", '<w:style w:styleId="Q"><w:name w:val="Quote 1000000"/></w:style>');
    const body = `<w:body>${paragraph("x", '<w:pStyle w:val="Q"/>')}</w:body>`;
    const bytes = bytesOf({ "word/document.xml": part("document", body), "word/styles.xml": styles });
    expect(await failureOf(bytes)).toBe("too-deep");
  });

  test("whatever becomes of the text in it, it is read or refused, and nothing else", { timeout: 60_000 }, async () => {
    const options = { language: "en", authors: [], at: 0, threads: [], since: null };
    const good = unzipSync(
      await writeWord({ title: "T", body: new TextMaker(11, { blanks: true }).document() }, options),
    );
    const names = ["word/document.xml", "word/numbering.xml", "word/styles.xml"];
    for (let seed = 0; seed < 60; seed++) {
      const below = generator(seed);
      const name = names[below(names.length)] ?? "";
      const tags = strFromU8(good[name] ?? new Uint8Array()).split(/(?=<)/);
      // Stretches of elements that are well formed go, or stand twice: what is left is XML, and says something else.
      const empty = tags.flatMap((tag, at) => (/^<[^?!/][^>]*\/>$/.test(tag) ? [at] : []));
      for (let cuts = 1 + below(8); cuts > 0; cuts--) {
        const at = empty[below(empty.length)] ?? 0;
        tags[at] = below(2) === 0 ? "" : (tags[at] ?? "").replaceAll(/"\d+"/g, `"${below(100_000)}"`);
      }
      const outcome = await readWord(bytesOf({ ...good, [name]: strToU8(tags.join("")) })).then(
        () => null,
        (error: unknown) => error,
      );
      expect(outcome === null || outcome instanceof WordError, `seed ${seed}: ${String(outcome)}`).toBe(true);
    }
  });

  test("every refusal has a sentence of its own, for every kind of file", async () => {
    const sentence = async (name: string, content: Uint8Array<ArrayBuffer> | string): Promise<string> => {
      const failed = await readFile(new File([content], name) as unknown as globalThis.File).catch(
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(FileError);
      return describeFileFailure(failed, name, en);
    };
    expect(await sentence("old.doc", "anything")).toContain("before 2007");
    expect(await sentence("a.docx", "anything")).toContain("is damaged, or no Word file");
    expect(await sentence("a.docx", new Uint8Array(20 * 1024 * 1024 + 1))).toContain("larger than 20 MB");
    expect(await sentence("a.html", `${"<blockquote>".repeat(150)}x`)).toContain("lie deeper within each other");
    expect(await sentence("a.md", `${"> ".repeat(150)}x`)).toContain("lie deeper within each other");
    expect(await sentence("a.txt", "x")).toContain("can be imported");
  });
});
