/** Texts from word processors: what they mean arrives, how they looked does not. */
import { describe, expect, test } from "vitest";
import { normaliseHtml, readHtml } from "../../src/editor/formats/html.ts";
import { writeMarkdown } from "../../src/editor/formats/markdown-write.ts";

const asMarkdown = (html: string): string => writeMarkdown(readHtml(html)).trimEnd();

/** A list paragraph as Word writes it into the clipboard. */
const wordItem = (level: number, marker: string, text: string, position = "Middle"): string =>
  `<p class=MsoListParagraphCxSp${position} style='margin-left:${level * 36}.0pt;text-indent:-18.0pt;mso-list:l0 level${level} lfo1'><![if !supportLists]><span style='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>${marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>${text}<o:p></o:p></p>`;

describe("Word", () => {
  const page = (body: string): string =>
    `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm;font-size:11.0pt;font-family:"Calibri",sans-serif;} --></style></head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->${body}<!--EndFragment--></body></html>`;

  test("headings, bold, italic and struck text keep their meaning; fonts and colours do not arrive", () => {
    const html = page(
      `<h1 style='mso-style-priority:9'>Recommendations<o:p></o:p></h1><p class=MsoNormal style='line-height:107%'><b style='mso-bidi-font-weight:normal'><span style='color:#C00000;font-family:"Comic Sans MS"'>Do not</span></b> give <i>more</i> than <s>10</s> 5&nbsp;mg.<o:p></o:p></p>`,
    );
    expect(asMarkdown(html)).toBe("# Recommendations\n\n**Do not** give *more* than ~~10~~ 5\u00a0mg.");
    expect(JSON.stringify(readHtml(html).toJSON())).not.toMatch(/color|font|Comic/);
  });

  test("raised and lowered text stays so, as element and as style", () => {
    const html = page(
      "<p class=MsoNormal>10<sup>9</sup>/l, H<sub><span lang=EN-GB>2</span></sub>O, 10<span style='vertical-align:super'>3</span>, CO<span style='font-size:8pt;vertical-align: sub'>2</span>, m<span style='vertical-align:baseline'>g</span></p>",
    );
    expect(asMarkdown(html)).toBe("10<sup>9</sup>/l, H<sub>2</sub>O, 10<sup>3</sup>, CO<sub>2</sub>, mg");
  });

  test("a title is a heading, a quote is a quote, and spacers are gone", () => {
    const html = page(
      `<p class=MsoTitle>Charter</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoQuote>Said once.</p><p class=MsoNormal>Said.</p>`,
    );
    expect(asMarkdown(html)).toBe("# Charter\n\n> Said once.\n\nSaid.");
  });

  test("bulleted and numbered lists are lists, nested by their level", () => {
    const html = page(
      [
        wordItem(1, "·", "one", "First"),
        wordItem(2, "o", "inner"),
        wordItem(2, "o", "inner too"),
        wordItem(1, "·", "two", "Last"),
        "<p class=MsoNormal>Between.</p>",
        wordItem(1, "3.", "third", "First"),
        wordItem(2, "a)", "under it"),
        wordItem(1, "4.", "fourth", "Last"),
      ].join("\n"),
    );
    expect(asMarkdown(html)).toBe(
      "- one\n  - inner\n  - inner too\n- two\n\nBetween.\n\n3. third\n   1. under it\n4. fourth",
    );
  });

  test("tables are tables", () => {
    const html = page(
      `<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'><tr style='mso-yfti-irow:0'><td width=301 valign=top style='width:225.4pt;border:solid windowtext 1.0pt'><p class=MsoNormal><b>Dose<o:p></o:p></b></p></td><td style='width:10pt'><p class=MsoNormal>5 mg<o:p></o:p></p></td></tr></table>`,
    );
    const [table] = readHtml(html).children;
    expect(table?.type.name).toBe("table");
    expect(table?.textContent).toBe("Dose5 mg");
    expect(JSON.stringify(table?.toJSON())).not.toMatch(/width":\s*\[|pt/);
  });

  test("pictures of Word leave a word", () => {
    const words = { picture: (description: string) => `[picture: ${description}]` };
    const html = page(
      `<p class=MsoNormal>See <img width=554 src="file:///C:/Users/a/AppData/Local/Temp/msohtmlclip1/01/clip_image001.png" alt="A chart" v:shapes="Picture_x0020_1"></p>`,
    );
    expect(readHtml(html, words).textContent).toBe("See [picture: A chart]");
  });
});

describe("Google Docs", () => {
  const page = (body: string): string =>
    `<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-0a1b2c3d-7fff">${body}</b><br class="Apple-interchange-newline">`;
  const span = (text: string, style = ""): string =>
    `<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;font-style:normal;text-decoration:none;vertical-align:baseline;white-space:pre-wrap;${style}">${text}</span>`;

  test("the whole is not bold; what is bold, italic and struck is", () => {
    const html = page(
      `<h2 dir="ltr" style="line-height:1.38;margin-top:18pt">${span("Doses")}</h2><p dir="ltr">${span("Give ")}${span("twice", "font-weight:700")}${span(" a ")}${span("day", "font-style:italic")}${span(", not ")}${span("thrice", "text-decoration:line-through")}${span(".")}</p>`,
    );
    expect(asMarkdown(html)).toBe("## Doses\n\nGive **twice** a *day*, not ~~thrice~~.");
  });

  test("a link is a link, and not underlined besides", () => {
    const html = page(
      `<p dir="ltr">${span("See ")}<a href="https://example.org/a" style="text-decoration:none;">${span("there", "color:#1155cc;text-decoration:underline")}</a></p>`,
    );
    expect(asMarkdown(html)).toBe("See [there](https://example.org/a)");
    expect(JSON.stringify(readHtml(html).toJSON())).not.toContain("underline");
  });

  test("lists below lists belong to the item before", () => {
    const item = (text: string, level: number): string =>
      `<li dir="ltr" style="list-style-type:disc" aria-level="${level}"><p dir="ltr" role="presentation">${span(text)}</p></li>`;
    const html = page(`<ul>${item("one", 1)}<ul>${item("inner", 2)}</ul>${item("two", 1)}</ul>`);
    expect(asMarkdown(html)).toBe("- one\n  - inner\n- two");
  });

  test("tables come with their text, without their widths", () => {
    const html = page(
      `<div dir="ltr" align="left"><table style="border:none;border-collapse:collapse;"><colgroup><col width="312" /><col width="312" /></colgroup><tbody><tr style="height:0pt"><td style="border-left:solid #000000 1pt;padding:5pt"><p dir="ltr">${span("Dose")}</p></td><td><p dir="ltr">${span("5 mg")}</p></td></tr></tbody></table></div>`,
    );
    const doc = readHtml(html);
    const table = doc.children.find(({ type }) => type.name === "table");
    expect(table?.textContent).toBe("Dose5 mg");
    expect(JSON.stringify(doc.toJSON())).not.toMatch(/312|solid/);
  });
});

test("a table of a spreadsheet is a table", () => {
  const html = `<google-sheets-html-origin><style type="text/css">td {border: 1px solid #cccccc;}</style><table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" dir="ltr"><colgroup><col width="100"/></colgroup><tbody><tr style="height:21px;"><td style="overflow:hidden" data-sheets-value='{"1":2,"2":"a"}'>a</td><td>b</td></tr></tbody></table>`;
  expect(readHtml(html).children.map(({ type }) => type.name)).toEqual(["table"]);
  expect(readHtml(html).textContent).toBe("ab");
});

test("a page that no word processor made is left as it is", () => {
  const html = "<p>one</p><p>&nbsp;</p><ul><li>two</li></ul>";
  expect(normaliseHtml(html)).toBe(html);
});
