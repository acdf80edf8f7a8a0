/**
 * Writing Markdown (CommonMark with GitHub's tables, tasks and strikethrough).
 *
 * What is written here and read by `markdown-read` gives the same text again; tests hold that. Where Markdown has no
 * form (underline, raised and lowered text, tables with merged cells, several blocks in a cell, or no header row), HTML stands in, which
 * Markdown allows. So it does where its signs for bold, italic and struck text would not be understood between the
 * letters that stand beside them: every block is read back before it counts as written.
 */
import { DOMSerializer, type Mark, type Node } from "@tiptap/pm/model";
import { MarkdownSerializer, type MarkdownSerializerState } from "prosemirror-markdown";
import { plainCitation } from "../citation.ts";
import { plainQuestion } from "../question.ts";
import { readMarkdown } from "./markdown-read.ts";

type State = MarkdownSerializerState;
type WriteNode = (state: State, node: Node, parent: Node, index: number) => void;

const writeNode: Readonly<Record<string, WriteNode>> = {
  doc: (state, node) => state.renderContent(node),
  paragraph(state, node) {
    writeInline(state, node, true);
    state.closeBlock(node);
  },
  heading(state, node) {
    state.write(`${"#".repeat(Number(node.attrs["level"]))} `);
    writeInline(state, node, false);
    escapeClosingSigns(state);
    state.closeBlock(node);
  },
  blockquote(state, node, parent, index) {
    if (index > 0 && parent.child(index - 1).type === node.type) {
      // Without something in between, two quotes in a row would be read as one.
      state.write("<!-- -->");
      state.closeBlock(node);
    }
    state.wrapBlock("> ", null, node, () => state.renderContent(node));
  },
  codeBlock: writeCodeBlock,
  horizontalRule(state, node) {
    state.write("---");
    state.closeBlock(node);
  },
  bulletList(state, node, parent, index) {
    const bullet = followsItsKind(parent, index) ? "*" : "-";
    state.renderList(node, "  ", () => `${bullet} `);
  },
  orderedList(state, node, parent, index) {
    const start = Number(node.attrs["start"] ?? 1);
    if (start !== 1 && index > 0) {
      // Right behind a line of text only a list that begins with 1 is one.
      flushClose(state);
    }
    const end = followsItsKind(parent, index) ? ")" : ".";
    const width = String(start + node.childCount - 1).length;
    state.renderList(node, " ".repeat(width + 2), (item) => `${String(start + item)}${end} `.padEnd(width + 2));
  },
  listItem: (state, node) => state.renderContent(node),
  taskList(state, node, parent, index) {
    const bullet = followsItsKind(parent, index) ? "*" : "-";
    state.renderList(node, "  ", (item) => `${bullet} [${node.child(item).attrs["checked"] === true ? "x" : " "}] `);
  },
  taskItem: (state, node) => state.renderContent(node),
  table: writeTable,
  hardBreak(state, node, parent, index) {
    for (let after = index + 1; after < parent.childCount; after++) {
      if (parent.child(after).type !== node.type) {
        state.write("\\\n");
        return;
      }
    }
  },
  citation: (state, node) => state.text(plainCitation(node)),
  question(state, node) {
    state.text(plainQuestion(node));
    state.closeBlock(node);
  },
  text(state, node, parent, index) {
    if (index > 0 && parent.child(index - 1).type.name === "hardBreak") {
      // A line begins here too, and might look like a list or a heading.
      atLineStart(state);
    }
    state.text(node.text ?? "", !inAutolink.has(state));
  },
};

/** Writers that are inside `<…>`, where nothing is escaped. */
const inAutolink = new WeakSet<State>();

/** Marks whose signs are understood wherever they stand. */
const plainMarks: MarkdownSerializer["marks"] = {
  underline: { open: "<u>", close: "</u>", mixable: true },
  superscript: { open: "<sup>", close: "</sup>", mixable: true },
  subscript: { open: "<sub>", close: "</sub>", mixable: true },
  link: { open: openLink, close: closeLink, mixable: true },
  code: {
    open: (_state, _mark, parent, index) => codeFence(parent.child(index), "open"),
    close: (_state, _mark, parent, index) => codeFence(parent.child(index - 1), "close"),
    escape: false,
  },
};

const markdownMarks: MarkdownSerializer["marks"] = {
  ...plainMarks,
  bold: { open: "**", close: "**", mixable: true, expelEnclosingWhitespace: true },
  italic: { open: "*", close: "*", mixable: true, expelEnclosingWhitespace: true },
  strike: { open: "~~", close: "~~", mixable: true, expelEnclosingWhitespace: true },
};

/** The same for the other marks, in HTML. */
const htmlMarks: MarkdownSerializer["marks"] = {
  ...plainMarks,
  bold: { open: "<strong>", close: "</strong>", mixable: true },
  italic: { open: "<em>", close: "</em>", mixable: true },
  strike: { open: "<s>", close: "</s>", mixable: true },
};

const options: MarkdownSerializer["options"] = {
  hardBreakNodeName: "hardBreak",
  // `<` and `&` would begin HTML, `|` a table; a sign after digits at the start would begin a list, and a line of `=`
  // would make a heading of the one before. Addresses that were no links would become some.
  escapeExtraCharacters: /[<&|@]|(?<=^\d{1,9})(?:\)|\.$)|^=(?==*\s*$)|(?<=https?|ftp):(?=\/\/)|(?<=www)\./gi,
};

const serializer = new MarkdownSerializer({ ...writeNode }, markdownMarks, options);

/** Write one line of text by itself, with nothing round it that could change its meaning. */
const writeLine: Readonly<Record<string, WriteNode>> = {
  ...writeNode,
  paragraph: (state, node) => state.renderInline(node),
};
const markdownLine = new MarkdownSerializer({ ...writeLine }, markdownMarks, options);
const htmlLine = new MarkdownSerializer({ ...writeLine }, htmlMarks, options);

/** Writes the text of a block: with the signs of Markdown if they are understood, else with HTML. */
function writeInline(state: State, node: Node, fromBlockStart: boolean): void {
  const own = state as unknown as { marks: MarkdownSerializer["marks"] };
  const marks = own.marks;
  own.marks = isUnderstood(node) ? markdownMarks : htmlMarks;
  state.renderInline(node, fromBlockStart);
  own.marks = marks;
}

function isUnderstood(node: Node): boolean {
  if (!node.children.some(({ marks }) => marks.length > 0)) {
    return true;
  }
  const { schema } = node.type;
  const line = schema.node("doc", null, [schema.node("paragraph", null, node.content)]);
  const written = readMarkdown(markdownLine.serialize(line));
  // White space at the edges is lost in either form, and no reason for the longer one.
  return written.eq(line) || written.eq(readMarkdown(htmlLine.serialize(line)));
}

/** Ends the block before with an empty line, also within a list that has none between its items. */
function flushClose(state: State): void {
  (state as unknown as { flushClose: (lines: number) => void }).flushClose(2);
}

/** The next text is written as at the beginning of a block. */
function atLineStart(state: State): void {
  (state as unknown as { atBlockStart: boolean }).atBlockStart = true;
}

/** A heading may end in signs that close it: those of the text must not. */
function escapeClosingSigns(state: State): void {
  const writer = state as unknown as { out: string };
  writer.out = writer.out.replace(/(?<=\s)(#+)$/, "\\$1");
}

/** The text as Markdown, under its title as the first heading when it has one. */
export function writeMarkdown(doc: Node, title = ""): string {
  const body = serializer.serialize(doc, { tightLists: true }).trimEnd();
  const heading = title.trim() === "" ? "" : `# ${escapeTitle(title.trim())}\n\n`;
  return `${heading}${body}\n`;
}

function escapeTitle(title: string): string {
  return title.replace(/[`*\\~[\]_<&|]/g, "\\$&");
}

/** Two lists of one kind in a row need different markers, or they would be read as one. */
function followsItsKind(parent: Node, index: number): boolean {
  let before = 0;
  while (index - before > 0 && parent.child(index - before - 1).type === parent.child(index).type) {
    before++;
  }
  return before % 2 === 1;
}

function writeCodeBlock(state: State, node: Node): void {
  const longest = Math.max(2, ...[...node.textContent.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  const language: unknown = node.attrs["language"];
  state.write(`${fence}${typeof language === "string" ? language : ""}\n`);
  state.text(node.textContent, false);
  state.write("\n");
  state.write(fence);
  state.closeBlock(node);
}

function codeFence(node: Node, side: "open" | "close"): string {
  const text = node.text ?? "";
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const ticks = "`".repeat(longest + 1);
  const padded = longest > 0 || /^ .* $/.test(text);
  if (!padded) {
    return ticks;
  }
  return side === "open" ? `${ticks} ` : ` ${ticks}`;
}

function openLink(state: State, mark: Mark, parent: Node, index: number): string {
  if (isPlainAddress(mark, parent, index)) {
    inAutolink.add(state);
    return "<";
  }
  return "[";
}

function closeLink(state: State, mark: Mark): string {
  if (inAutolink.delete(state)) {
    return ">";
  }
  const href = String(mark.attrs["href"]);
  const address = /[\s()<>]/.test(href) ? `<${href.replace(/[<>\n]/g, encodeURIComponent)}>` : href;
  const title: unknown = mark.attrs["title"];
  return typeof title === "string" && title !== ""
    ? `](${address} "${title.replaceAll('"', '\\"')}")`
    : `](${address})`;
}

/** Whether a link's text is its own address, so that `<…>` says it. */
function isPlainAddress(mark: Mark, parent: Node, index: number): boolean {
  const { href, title } = mark.attrs as { readonly href?: unknown; readonly title?: unknown };
  const node = parent.child(index);
  if (typeof href !== "string" || (title ?? null) !== null || !/^(?:https?|mailto):[^\s<>]+$/i.test(href)) {
    return false;
  }
  if (node.text !== href || node.marks.length !== 1) {
    return false;
  }
  return index === parent.childCount - 1 || !mark.isInSet(parent.child(index + 1).marks);
}

function writeTable(state: State, node: Node): void {
  if (isPlainTable(node)) {
    node.forEach((row, _offset, index) => {
      const cells = row.children.map(writeCell);
      state.write(`| ${cells.join(" | ")} |\n`);
      if (index === 0) {
        state.write(`| ${cells.map(() => "---").join(" | ")} |${node.childCount > 1 ? "\n" : ""}`);
      }
    });
    trimNewline(state);
  } else {
    state.write(tableAsHtml(node));
  }
  state.closeBlock(node);
}

/** Rows end in a line break each; the block ends without one, as every other does. */
function trimNewline(state: State): void {
  const writer = state as unknown as { out: string };
  writer.out = writer.out.replace(/\n$/, "");
}

/** Whether Markdown has a form for the table: a header row on top only, no merged cells, one paragraph a cell. */
function isPlainTable(table: Node): boolean {
  const width = table.firstChild?.childCount ?? 0;
  return table.children.every(
    (row, index) =>
      row.childCount === width &&
      row.children.every(
        (cell) =>
          (cell.type.name === "tableHeader") === (index === 0) &&
          cell.attrs["colspan"] === 1 &&
          cell.attrs["rowspan"] === 1 &&
          cell.childCount === 1 &&
          cell.firstChild?.type.name === "paragraph",
      ),
  );
}

function writeCell(cell: Node): string {
  const doc = cell.type.schema.topNodeType.create(null, cell.content);
  return (
    serializer
      .serialize(doc)
      .trim()
      .replace(/\\\n/g, "<br>")
      .replace(/\s*\n\s*/g, " ")
      // A pipe in code is not escaped by the writer, but ends a cell all the same.
      .replace(/(?<!\\)\|/g, "\\|")
  );
}

/** The table as HTML on one line: a blank line inside would end it. */
function tableAsHtml(table: Node): string {
  const element = DOMSerializer.fromSchema(table.type.schema).serializeNode(table) as HTMLElement;
  const inner = element.matches("table") ? element : (element.querySelector("table") ?? element);
  for (const styled of [inner, ...inner.querySelectorAll("[style], [class]")]) {
    styled.removeAttribute("style");
    styled.removeAttribute("class");
  }
  for (const cell of inner.querySelectorAll("[colspan='1'], [rowspan='1']")) {
    for (const span of ["colspan", "rowspan"]) {
      if (cell.getAttribute(span) === "1") {
        cell.removeAttribute(span);
      }
    }
  }
  inner.querySelector("colgroup")?.remove();
  return inner.outerHTML.replaceAll("\n", "&#10;");
}
