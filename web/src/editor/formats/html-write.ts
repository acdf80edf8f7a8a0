/**
 * A document as one HTML file that needs nothing else: no script, no font, no picture, no request; its policy forbids
 * them. Meant to be read with any browser and screen reader, and to be printed.
 *
 * Read again, it is the same document, but for what HTML does not say: several spaces in a row, and those at the edges.
 */
import type { Mark, Node } from "@tiptap/pm/model";
import { plainLeaf } from "../citation.ts";
import { QUESTION } from "../question.ts";
import { isSafeAddress } from "./addresses.ts";

export interface HtmlOptions {
  /** Of the words (BCP 47). */
  readonly language: string;
  readonly authors: readonly string[];
  /** Of the link that leads past the head of the page. */
  readonly skip: string;
  /** For a document without a title. */
  readonly untitled: string;
  /** Of a task's box. */
  readonly taskLabel: (text: string) => string;
}

/** Marks what belongs to the page and not to the text, for whoever reads the file in again. */
export const NOT_TEXT = "data-not-text";

export function writeHtml(title: string, body: Node, options: HtmlOptions): string {
  const shown = title === "" ? options.untitled : title;
  const authors = options.authors.join(", ");
  return [
    "<!DOCTYPE html>",
    `<html lang="${text(options.language)}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...(authors === "" ? [] : [`<meta name="author" content="${text(authors)}">`]),
    `<title>${text(shown)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    `<a class="skip" ${NOT_TEXT} href="#text">${text(options.skip)}</a>`,
    '<main id="text" tabindex="-1">',
    ...(title === "" ? [] : [`<h1 class="title">${text(title)}</h1>`]),
    ...body.children.map((node) => block(node, options)),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1.0625rem/1.6 Georgia, "Times New Roman", serif; color: #1b2624; background: #fff; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
main:focus { outline: none; }
h1, h2, h3, h4 { font-family: system-ui, sans-serif; line-height: 1.25; margin: 1.8em 0 0.5em; break-after: avoid; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.35rem; } h3 { font-size: 1.15rem; } h4 { font-size: 1rem; }
h1.title { font-size: 2.1rem; margin-top: 0; }
p:empty::before { content: "\\200b"; }
a { color: #0b5d54; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 0.25em solid #8a9a97; }
pre { padding: 0.8em 1em; border: 1px solid #c5cfcd; white-space: pre-wrap; }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: 0.9em; }
table { border-collapse: collapse; width: 100%; margin: 1em 0; }
th, td { border: 1px solid #8a9a97; padding: 0.35em 0.6em; text-align: left; vertical-align: top; }
th { background: #e8eeec; color: #1b2624; }
th > :first-child, td > :first-child, li > :first-child { margin-top: 0; }
th > :last-child, td > :last-child { margin-bottom: 0; }
ul.tasks { list-style: none; padding-left: 0.4em; }
tr, pre, blockquote { break-inside: avoid; }
thead { display: table-header-group; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; display: inline-block; padding: 0.5em 1em; }
@media (prefers-color-scheme: dark) { body { color: #e5ecea; background: #14201e; } a { color: #7fd1c4; } }
@media print { body { color: #000; background: #fff; font-size: 11pt; } main { max-width: none; padding: 0; } .skip { display: none; } }
`;

function block(node: Node, options: HtmlOptions): string {
  const inside = (): string => node.children.map((child) => block(child, options)).join("");
  switch (node.type.name) {
    case "paragraph":
      return `<p>${inline(node)}</p>`;
    case "heading": {
      const level = Math.min(4, Math.max(1, Number(node.attrs["level"])));
      return `<h${level}>${inline(node)}</h${level}>`;
    }
    case "codeBlock": {
      const language: unknown = node.attrs["language"];
      const named = typeof language === "string" && language !== "" ? ` class="language-${text(language)}"` : "";
      return `<pre><code${named}>${text(node.textContent)}\n</code></pre>`;
    }
    case "horizontalRule":
      return "<hr>";
    case "blockquote":
      return `<blockquote>${inside()}</blockquote>`;
    case "bulletList":
      return `<ul>${inside()}</ul>`;
    case "orderedList": {
      const start = Number(node.attrs["start"] ?? 1);
      const type: unknown = node.attrs["type"];
      const said = `${start === 1 ? "" : ` start="${start}"`}${typeof type === "string" ? ` type="${text(type)}"` : ""}`;
      return `<ol${said}>${inside()}</ol>`;
    }
    case "listItem":
      return `<li>${inside()}</li>`;
    case "taskList":
      return `<ul class="tasks">${inside()}</ul>`;
    case "taskItem":
      return task(node, options);
    case "table":
      return table(node, options);
    case QUESTION:
      return `<p>${text(plainLeaf(node))}</p>`;
    default:
      return inside();
  }
}

/** The box stands in the first paragraph, as common readers of Markdown write it. */
function task(item: Node, options: HtmlOptions): string {
  const [first, ...rest] = item.children;
  const checked = item.attrs["checked"] === true ? " checked" : "";
  const label = text(options.taskLabel(first?.textContent ?? ""));
  const box = `<input type="checkbox" disabled${checked} aria-label="${label}">`;
  const words = first === undefined ? "" : inline(first);
  return `<li><p>${box} ${words}</p>${rest.map((child) => block(child, options)).join("")}</li>`;
}

function table(node: Node, options: HtmlOptions): string {
  const heads = countHeads(node);
  const rows = node.children.map((row, index) => {
    const cells = row.children.map((cell) => {
      const isHead = cell.type.name === "tableHeader";
      const span = (name: string): string => {
        const count = Number(cell.attrs[name] ?? 1);
        return count > 1 ? ` ${name}="${count}"` : "";
      };
      const spans = span("colspan") + span("rowspan");
      const scope = isHead ? ` scope="${scopeOf(cell, index < heads)}"` : "";
      const content = cell.children.map((child) => block(child, options)).join("");
      return isHead ? `<th${scope}${spans}>${content}</th>` : `<td${spans}>${content}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const head = heads === 0 ? "" : `<thead>${rows.slice(0, heads).join("")}</thead>`;
  const body = heads === rows.length ? "" : `<tbody>${rows.slice(heads).join("")}</tbody>`;
  return `<table>${head}${body}</table>`;
}

/** How many rows from the first on hold headings only, and reach into none below. */
function countHeads(table: Node): number {
  const rows = table.children;
  const firstOther = rows.findIndex(
    (row) => row.childCount === 0 || row.children.some(({ type }) => type.name !== "tableHeader"),
  );
  const heads = firstOther === -1 ? rows.length : firstOther;
  const isCut = rows
    .slice(0, heads)
    .some((row, index) => row.children.some(({ attrs }) => index + Number(attrs["rowspan"] ?? 1) > heads));
  return isCut ? 0 : heads;
}

function scopeOf({ attrs }: Node, isInHead: boolean): string {
  const [across, down] = [Number(attrs["colspan"] ?? 1) > 1, Number(attrs["rowspan"] ?? 1) > 1];
  return isInHead ? (across ? "colgroup" : "col") : down ? "rowgroup" : "row";
}

const TAGS: readonly (readonly [mark: string, tag: string])[] = [
  ["code", "code"],
  ["superscript", "sup"],
  ["subscript", "sub"],
  ["underline", "u"],
  ["strike", "s"],
  ["italic", "em"],
  ["bold", "strong"],
];

function inline(parent: Node): string {
  return parent.children
    .map((node) => {
      if (!node.isText) {
        return node.type.name === "hardBreak" ? "<br>" : text(plainLeaf(node));
      }
      const marked = TAGS.reduce(
        (html, [mark, tag]) => (has(node.marks, mark) ? `<${tag}>${html}</${tag}>` : html),
        text(node.text ?? ""),
      );
      return linked(node.marks, marked);
    })
    .join("");
}

function linked(marks: readonly Mark[], html: string): string {
  const link = marks.find(({ type }) => type.name === "link");
  const href: unknown = link?.attrs["href"];
  if (typeof href !== "string" || !isSafeAddress(href)) {
    return html;
  }
  const title: unknown = link?.attrs["title"];
  const tip = typeof title === "string" && title !== "" ? ` title="${text(title)}"` : "";
  return `<a href="${text(href)}"${tip}>${html}</a>`;
}

function has(marks: readonly Mark[], name: string): boolean {
  return marks.some(({ type }) => type.name === name);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function text(words: string): string {
  return words.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
