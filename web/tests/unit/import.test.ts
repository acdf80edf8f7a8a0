/** What is read from files and from the clipboard, and what is not. */
import { File } from "node:buffer";
import type { Node } from "@tiptap/pm/model";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { FILE_BYTES_MAX, FileError, readFile, writeImported } from "../../src/editor/formats/files.ts";
import { countPictures, normaliseHtml, readHtml } from "../../src/editor/formats/html.ts";
import { looksLikeMarkdown, readMarkdown, splitFrontMatter } from "../../src/editor/formats/markdown-read.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";
import { en } from "../../src/messages/en.ts";
import { createDocument, newDocumentName, TITLE_LENGTH_MAX } from "../../src/sync/index.ts";
import { describeFileFailure } from "../../src/ui/documents/file-words.ts";
import { fileNameOf } from "../../src/ui/shell/file-name.ts";
import { FakeReplica } from "../fake/replica.ts";

describe("HTML", () => {
  test("scripts, styles and embedded pages do not arrive", () => {
    const doc = readHtml(
      "<style>p{}</style><p>kept</p><script>alert(1)</script><iframe src='https://example.org'>no</iframe>",
    );
    expect(doc.textContent).toBe("kept");
  });

  test("an address that runs a script is no link", () => {
    const doc = readHtml("<p><a href='javascript:alert(1)'>words</a></p>");
    expect(doc.textContent).toBe("words");
    expect(JSON.stringify(doc.toJSON())).not.toContain("javascript");
  });

  test("pictures leave a word, and nothing of where they were", () => {
    const words = { picture: (description: string) => `[picture: ${description}]` };
    for (const source of ["https://example.org/a.png?key=secret", "data:image/png;base64,AA", "file:///C:/a.png"]) {
      const html = `<p>before <img src='${source}' alt='An atrium'></p>`;
      expect(normaliseHtml(html, words)).toBe("<p>before [picture: An atrium]</p>");
      expect(countPictures(html)).toBe(1);
    }
    expect(readMarkdown("![An atrium](a.png)", words).textContent).toBe("[picture: An atrium]");
  });

  test("raised and lowered text arrives as such", () => {
    const marks = (doc: Node) => doc.firstChild?.children.map(({ text, marks: [mark] }) => [text, mark?.type.name]);
    const wanted = [
      ["10", undefined],
      ["9", "superscript"],
      ["/l H", undefined],
      ["2", "subscript"],
      ["O", undefined],
    ];
    expect(marks(readHtml("<p>10<sup>9</sup>/l H<sub>2</sub>O</p>"))).toEqual(wanted);
    expect(marks(readMarkdown("10<sup>9</sup>/l H<sub>2</sub>O"))).toEqual(wanted);
  });

  test("headings below the lowest level keep their place as headings", () => {
    expect(readHtml("<h6>deep</h6>").firstChild?.attrs["level"]).toBe(4);
  });

  test("a caption stands before its table", () => {
    const doc = readHtml("<table><caption>Doses</caption><tr><th>a</th></tr></table>");
    expect(doc.children.map((node) => node.type.name)).toEqual(["paragraph", "table"]);
  });
});

describe("plain text is read as Markdown", () => {
  test.each([
    ["# Heading", true],
    ["- one\n- two", true],
    ["1. one\n2. two", true],
    ["> quoted", true],
    ["| a | b |\n| --- | --- |", true],
    ["see [this](https://example.org)", true],
    ["this is **important**.", true],
    ["- [ ] to do", true],
    ["An ordinary sentence.", false],
    ["Dose: 5 * 3 mg, max. 20 mg", false],
    ["#hashtag", false],
    ["- a single dash line", false],
    ["call 1. or 2.", false],
    ["snake_case_name and __init__", false],
  ])("%j: %s", (text, expected) => {
    expect(looksLikeMarkdown(text)).toBe(expected);
  });
});

test("one tilde is a tilde, two strike", () => {
  const doc = readMarkdown("H~2~O, ~5 to ~10, ~~gone~~");
  expect(doc.textContent).toBe("H~2~O, ~5 to ~10, gone");
  expect(doc.firstChild?.children.map(({ marks }) => marks.length)).toEqual([0, 1]);
});

test("front matter gives the title and is no text", () => {
  expect(splitFrontMatter('---\ntitle: "Sepsis"\ndate: 2026\n---\nBody')).toEqual({ title: "Sepsis", body: "Body" });
  expect(splitFrontMatter("---\n\nafter a rule")).toEqual({ title: null, body: "---\n\nafter a rule" });
});

describe("files", () => {
  // The test environment’s own files cannot be read.
  const file = (name: string, content: string | Uint8Array) => new File([content], name) as globalThis.File;

  test("the first heading is the title and leaves the text", async () => {
    const read = await readFile(file("guide.md", "# Sepsis\n\nBody"));
    expect([read.title, read.body.textContent, read.whole.textContent]).toEqual(["Sepsis", "Body", "SepsisBody"]);
  });

  test("without a heading the file says its title, or its name does", async () => {
    expect((await readFile(file("a.html", "<title>Given</title><p>x</p>"))).title).toBe("Given");
    expect((await readFile(file("ward-round.md", "text"))).title).toBe("ward-round");
  });

  test.each([
    ["a link", "# See [the charter](https://example.org/)", "See the charter"],
    ["bold text", "# **Sepsis** and shock", "Sepsis and shock"],
    ["code", "# The `dose` field", "The dose field"],
    ["a raised number", "# Platelets below 10<sup>9</sup>", "Platelets below 10⁹"],
    ["a lowered word", "# CO<sub>2</sub> at T<sub>max</sub>", "CO₂ at Tmax"],
    ["a line break", "# Sepsis<br>in adults", "Sepsis in adults"],
  ])("a first heading with %s gives the title and stays in the text", async (_what, markdown, title) => {
    const read = await readFile(file("a.md", `${markdown}\n\nBody`));
    expect(read.title).toBe(title);
    expect(read.body.toJSON()).toEqual(readMarkdown(`${markdown}\n\nBody`).toJSON());
  });

  test("a first heading that is longer than a title stays in the text, and the title ends behind a word", async () => {
    const heading = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
    for (const name of ["a.md", "a.html"]) {
      const read = await readFile(
        file(name, name === "a.md" ? `# ${heading}\n\nBody` : `<h1>${heading}</h1><p>Body</p>`),
      );
      expect(read.body.children.map((block) => block.textContent)).toEqual([heading, "Body"]);
      expect(read.title.length).toBeLessThanOrEqual(TITLE_LENGTH_MAX);
      expect(read.title).toMatch(/ word\d+…$/);
      expect(heading.startsWith(`${read.title.slice(0, -1)} `)).toBe(true);
      // And round once more: nothing is doubled.
      const again = await readFile(file("a.md", writeMarkdown(read.body, read.title)));
      expect([again.title, again.body.toJSON()]).toEqual([read.title, read.body.toJSON()]);
    }
  });

  test("a title of exactly the greatest length is whole, a longer one without spaces is cut between characters", async () => {
    const whole = "x".repeat(TITLE_LENGTH_MAX);
    const exact = await readFile(file("a.md", `# ${whole}\n\nBody`));
    expect([exact.title, exact.body.textContent]).toEqual([whole, "Body"]);
    const { title } = await readFile(file("a.md", `# ${"💊".repeat(TITLE_LENGTH_MAX)}`));
    expect(title).toBe(`${"💊".repeat(TITLE_LENGTH_MAX / 2 - 1)}…`);
  });

  test("a file with nothing but a title has an empty text", async () => {
    const read = await readFile(file("a.md", "# Only a title"));
    expect([read.title, read.body.childCount, read.body.textContent]).toEqual(["Only a title", 1, ""]);
  });

  test.each([
    ["picture.png", "x"],
    ["binary.md", "a\0b"],
    ["none", "x"],
  ])("%s is refused", async (name, content) => {
    await expect(readFile(file(name, content))).rejects.toMatchObject({ failure: { kind: "unreadable" } });
  });

  test("a file that is too large is refused before it is read", async () => {
    const large = file("large.md", "x".repeat(FILE_BYTES_MAX + 1));
    await expect(readFile(large)).rejects.toBeInstanceOf(FileError);
    await expect(readFile(large)).rejects.toMatchObject({ failure: { kind: "too-large", megabytes: 4 } });
  });

  describe("in an encoding", () => {
    const dose = "Patienten über 65: 5 mg täglich, 20 µg";
    /** One byte a character. */
    const latin = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    const utf16 = (text: string) =>
      new Uint8Array(Uint16Array.from(`\ufeff${text}`, (sign) => sign.charCodeAt(0)).buffer);
    const page = (head: string, text = dose) =>
      `<html><head>${head}<title>t</title></head><body><p>${text}</p></body></html>`;
    const word = '<meta http-equiv=Content-Type content="text/html; charset=windows-1252">';

    test.each([
      ["declared as Word does", "a.htm", latin(page(word))],
      ["declared in short", "a.html", latin(page("<meta charset=iso-8859-1>"))],
      ["declared in quotes", "a.html", latin(page("<META CharSet = 'Windows-1252' />"))],
      ["declared for XML", "a.html", latin(`<?xml version="1.0" encoding="iso-8859-1"?>${page("")}`)],
      ["declared in a comment only", "a.html", latin(page("<!-- <meta charset=koi8-r> -->"))],
      ["not declared, and no UTF-8", "a.html", latin(page(""))],
      ["UTF-8, not declared", "a.html", page("")],
      ["UTF-8 by its mark, whatever it says", "a.html", `\ufeff${page(word)}`],
      ["UTF-16 by its mark", "a.html", utf16(page(word))],
      ["UTF-8 that says UTF-16", "a.html", page("<meta charset=utf-16>")],
      ["Markdown in windows-1252", "a.md", latin(dose)],
      ["Markdown in UTF-8", "a.md", dose],
      ["Markdown in UTF-8 by its mark", "a.md", `\ufeff${dose}`],
      ["Markdown in UTF-16 by its mark", "a.md", utf16(dose)],
    ])("%s", async (_how, name, content) => {
      expect((await readFile(file(name, content))).body.textContent).toBe(dose);
    });

    test("what the file says decides, not what it looks like", async () => {
      const content = latin(page("<meta charset=windows-1250>", "20 \x96 30, \xb3"));
      expect((await readFile(file("a.html", content))).body.textContent).toBe("20 – 30, ł");
    });

    test.each([
      ["utf-8", latin(page("<meta charset=UTF-8>"))],
      ["x-nobody-knows", latin(page("<meta charset=x-nobody-knows>"))],
      ["utf-16le", utf16(page("")).slice(0, -1)],
    ])("a file that is not in %s, as it says, is refused in words", async (encoding, content) => {
      const failed: unknown = await readFile(file("a.html", content)).catch((error: unknown) => error);
      expect(failed).toMatchObject({ failure: { kind: "undecodable", encoding } });
      expect(describeFileFailure(failed, "a.html", en)).toContain(encoding);
    });
  });

  test("an imported text becomes a document that another replica reads", async () => {
    const replica = new FakeReplica();
    const imported = await readFile(file("guide.md", "# Sepsis\n\nThe *text*."));
    const name = await createDocument(replica, newDocumentName(""), (doc) => writeImported(doc, imported));
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(replica.doc(name)));
    expect(other.getMap("meta").get("title")).toBe("Sepsis");
    expect(other.getXmlFragment("body").toString()).toBe("<paragraph>The <italic>text</italic>.</paragraph>");
  });

  test.each([
    ["Sepsis: a guideline", "sepsis-a-guideline.md"],
    ["心房細動", "心房細動.md"],
    ["../../etc", "etc.md"],
    ["", "untitled.md"],
  ])("%j is exported as %s", (title, expected) => {
    expect(fileNameOf(title, "untitled")).toBe(expected);
  });
});
