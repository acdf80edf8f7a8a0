/**
 * The text in Word's language: paragraphs, lists, tables, links, with what is said about them and what was changed.
 *
 * Word has a flat list of paragraphs where the text has a tree. Where a block stands in it is said by the list that its
 * paragraph belongs to and by its style (`vocabulary.ts`), so that it can be read back as it was.
 */
import type { Mark, Node } from "@tiptap/pm/model";
import { isSafeAddress } from "../formats/addresses.ts";
import type { Block, Words } from "../past/index.ts";
import type { BlockChange, Changes } from "./changes.ts";
import { INDENT, LIST_DEPTH_MAX, type ListPlace, type Numbering } from "./numbering.ts";
import type { Remarks } from "./remarks.ts";
import type { ParagraphLook, Styles } from "./styles.ts";
import { element, escaped } from "./xml.ts";

/** Where a block stands, within its page or its cell. */
interface Place {
  readonly lists: number;
  readonly quotes: number;
  /** What stands before the first block of an item. */
  readonly sign: Sign | null;
  readonly isHead: boolean;
}

interface Sign {
  readonly numId: number;
  /** Of a task. */
  readonly checked: boolean | null;
}

const NOWHERE: Place = { lists: 0, quotes: 0, sign: null, isHead: false };

/** What stands before a task in a comparison. */
const BOXES: ReadonlySet<string> = new Set(["☐", "☑"]);

/** The width of the text, in twentieths of a point. */
const WIDTH = 9026;

/** A link to something else, by its place in the list of links. */
export class Links {
  readonly #targets: string[] = [];

  get targets(): readonly string[] {
    return this.#targets;
  }

  /** The id of a link to `href`. */
  to(href: string): string {
    const known = this.#targets.indexOf(href);
    return Links.idOf(known === -1 ? this.#targets.push(href) - 1 : known);
  }

  static idOf(index: number): string {
    return `link${index + 1}`;
  }
}

interface Part {
  readonly text: string;
  readonly marks: readonly Mark[];
  /** Where it begins and ends in the document. */
  readonly from: number;
  readonly to: number;
  readonly kind: Words["kind"];
}

/** Writes one text. */
export class BodyWriter {
  readonly #styles: Styles;
  readonly #numbering: Numbering;
  readonly #remarks: Remarks;
  readonly #changes: Changes;
  readonly #cuts: readonly number[];
  readonly links = new Links();
  /** The list that everything belongs to that went from one. */
  readonly #goneLists = new Map<string, number>();
  #isFirst = true;

  constructor(parts: {
    readonly styles: Styles;
    readonly numbering: Numbering;
    readonly remarks: Remarks;
    readonly changes: Changes;
  }) {
    this.#styles = parts.styles;
    this.#numbering = parts.numbering;
    this.#remarks = parts.remarks;
    this.#changes = parts.changes;
    this.#cuts = [...new Set(parts.remarks.cuts)].sort((one, other) => one - other);
  }

  write(title: string, body: Node): string {
    const head = title === "" ? "" : this.#title(title);
    const blocks = this.#blocks(body, 0, NOWHERE);
    const end = body.lastChild?.type.name === "table" ? this.#separator() : "";
    const gone = this.#changes.rest().map((block) => this.#gone(block));
    return [head, blocks, ...gone, end].join("");
  }

  #title(title: string): string {
    const { change, gone } = this.#changes.next();
    const words: readonly Words[] = change.kind === "changed" ? change.words : [{ kind: "kept", text: title }];
    const kind = change.kind === "added" ? "added" : "kept";
    const content = words.map(({ text, kind: how }) => this.#run(text, [], how === "kept" ? kind : how)).join("");
    return [
      ...gone.map((block) => this.#gone(block)),
      this.#paragraph({ kind: "title" }, NOWHERE, content, change.kind === "added" ? "w:ins" : null),
    ].join("");
  }

  #blocks(parent: Node, start: number, place: Place): string {
    const parts: string[] = [];
    parent.forEach((node, offset, index) => {
      // An item's sign stands before its first block only.
      parts.push(this.#block(node, start + offset, index === 0 ? place : { ...place, sign: null }));
      if (node.type.name === "table" && parent.maybeChild(index + 1)?.type.name === "table") {
        parts.push(this.#separator());
      }
    });
    return parts.join("");
  }

  /** @param at - where `node` begins */
  #block(node: Node, at: number, place: Place): string {
    switch (node.type.name) {
      case "bulletList":
      case "orderedList":
      case "taskList":
        return this.#list(node, at, place);
      case "blockquote":
        return this.#blocks(node, at + 1, { ...place, quotes: place.quotes + 1 });
      case "table":
        return this.#table(node, at, place);
      case "horizontalRule": {
        const { change, gone } = this.#changes.next();
        return this.#withGone(gone, this.#paragraph({ kind: "rule" }, place, "", markOf(change)));
      }
      default:
        return this.#textBlock(node, at, place);
    }
  }

  #list(list: Node, at: number, place: Place): string {
    const level = Math.min(place.lists, LIST_DEPTH_MAX - 1);
    const numId = this.#listOf(list, level);
    const parts: string[] = [];
    list.forEach((item, offset) => {
      const checked = list.type.name === "taskList" ? item.attrs["checked"] === true : null;
      const here = { ...place, lists: place.lists + 1, sign: { numId, checked } };
      parts.push(this.#blocks(item, at + 1 + offset + 1, here));
    });
    return parts.join("");
  }

  #listOf(list: Node, level: number): number {
    switch (list.type.name) {
      case "orderedList":
        return this.#numbering.ordered(
          typeof list.attrs["type"] === "string" ? list.attrs["type"] : null,
          Number(list.attrs["start"] ?? 1),
          level,
        );
      case "taskList":
        return this.#numbering.tasks();
      default:
        return this.#numbering.bullets();
    }
  }

  #textBlock(node: Node, at: number, place: Place): string {
    const { change, gone } = this.#changes.next();
    const content = this.#parts(node, at + 1, change)
      .map((part) => this.#part(part))
      .join("");
    return this.#withGone(gone, this.#paragraph(lookOf(node, place), place, content, markOf(change)));
  }

  #withGone(gone: readonly Block[], block: string): string {
    return [...gone.map((each) => this.#gone(each)), block].join("");
  }

  /** The runs of a block, cut wherever something begins or ends. */
  #parts(node: Node, start: number, change: BlockChange): readonly Part[] {
    const parts: Part[] = [];
    const words = wordsOf(node, change);
    let offset = 0;
    for (const { kind, text } of words) {
      if (kind === "removed") {
        const from = start + offset;
        parts.push({ text, marks: [], from, to: from, kind });
        continue;
      }
      const [first, last] = [start + offset, start + offset + text.length];
      node.forEach((child, childOffset) => {
        const childAt = start + childOffset;
        const [from, to] = [Math.max(first, childAt), Math.min(last, childAt + child.nodeSize)];
        const said = child.isText ? (child.text ?? "") : "\n";
        let begin = from;
        for (const end of [...this.#cuts.filter((cut) => cut > from && cut < to), to]) {
          if (end > begin) {
            parts.push({
              text: said.slice(begin - childAt, end - childAt),
              marks: child.marks,
              from: begin,
              to: end,
              kind,
            });
          }
          begin = end;
        }
      });
      offset += text.length;
    }
    return parts;
  }

  #part({ text, marks, from, to, kind }: Part): string {
    const run = this.#run(text, marks, kind);
    return kind === "removed" ? run : this.#remarks.begin(from) + run + this.#remarks.end(to);
  }

  #run(text: string, marks: readonly Mark[], kind: Words["kind"]): string {
    const link = marks.find(({ type }) => type.name === "link");
    const target = link === undefined ? null : targetOf(link);
    const run = element("w:r", {}, runLook(marks, target !== null), wordsIn(text, kind === "removed"));
    const marked =
      kind === "kept" ? run : kind === "added" ? this.#changes.mark("w:ins", run) : this.#changes.mark("w:del", run);
    if (target === null) {
      return marked;
    }
    const title: unknown = link?.attrs["title"];
    const tip = typeof title === "string" && title !== "" ? { "w:tooltip": title } : {};
    return element("w:hyperlink", { "r:id": this.links.to(target), ...tip }, marked);
  }

  /** @param mark - whether the paragraph as such came or went */
  #paragraph(look: ParagraphLook, place: Place, content: string, mark: "w:ins" | "w:del" | null): string {
    const style = this.#styles.paragraph(look, place.quotes);
    const list = this.#listPlace(place);
    const box = place.sign?.checked ?? null;
    const inside = (box === null ? "" : this.#marked(checkbox(box), mark)) + content;
    const about = this.#isFirst ? this.#remarks.aboutAll(inside) : inside;
    this.#isFirst = false;
    const indent = list === null ? 0 : INDENT * (list.level + 1);
    return element(
      "w:p",
      {},
      element(
        "w:pPr",
        {},
        style === null ? "" : element("w:pStyle", { "w:val": style }),
        list === null
          ? ""
          : element(
              "w:numPr",
              {},
              element("w:ilvl", { "w:val": list.level }),
              element("w:numId", { "w:val": list.numId }),
            ),
        box === null ? "" : element("w:ind", { "w:left": indent, "w:hanging": INDENT }),
        mark === null ? "" : element("w:rPr", {}, this.#changes.mark(mark)),
      ),
      about,
    );
  }

  #marked(content: string, mark: "w:ins" | "w:del" | null): string {
    return mark === null ? content : this.#changes.mark(mark, content);
  }

  #listPlace({ lists, sign }: Place): ListPlace | null {
    if (lists === 0) {
      return null;
    }
    return {
      numId: sign?.numId ?? this.#numbering.continued(),
      level: Math.min(lists, LIST_DEPTH_MAX) - 1,
    };
  }

  /** A block that is no longer there, to be seen as deleted. */
  #gone(block: Block): string {
    const place: Place = {
      ...NOWHERE,
      lists: block.depth,
      quotes: block.quoted ? 1 : 0,
      sign: this.#signOf(block.marker),
    };
    // A box that was deleted can be ticked no more.
    const box = BOXES.has(block.marker) ? `${block.marker} ` : "";
    return this.#paragraph(lookOfGone(block), place, this.#run(`${box}${block.text}`, [], "removed"), "w:del");
  }

  /** All that went from lists of a kind belongs to one list. */
  #signOf(marker: string): Sign | null {
    if (marker === "" || BOXES.has(marker)) {
      return null;
    }
    const isOrdered = marker.endsWith(".");
    const kind = isOrdered ? "ordered" : "bullets";
    const numId =
      this.#goneLists.get(kind) ?? (isOrdered ? this.#numbering.ordered(null, 1, 0) : this.#numbering.bullets());
    this.#goneLists.set(kind, numId);
    return { numId, checked: null };
  }

  #separator(): string {
    const style = this.#styles.paragraph({ kind: "separator" }, 0);
    return element("w:p", {}, element("w:pPr", {}, element("w:pStyle", { "w:val": style ?? "" })));
  }

  #table(table: Node, at: number, place: Place): string {
    const grid = gridOf(table);
    const width = Math.floor(WIDTH / Math.max(1, grid.width));
    const headRows = countHeadRows(table);
    const rows: string[] = [];
    table.forEach((row, offset, index) => {
      const isNew = this.#changes.areNew(countBlocks(row));
      const cells = (grid.rows[index] ?? []).map((slot) =>
        slot.kind === "cell"
          ? this.#cell(slot.node, at + 1 + offset + 1 + slot.offset, slot, width, index < headRows)
          : element(
              "w:tc",
              {},
              element("w:tcPr", {}, cellWidth(width * slot.span), spanOf(slot.span), element("w:vMerge")),
              element("w:p"),
            ),
      );
      const properties = element(
        "w:trPr",
        {},
        element("w:cantSplit"),
        index < headRows ? element("w:tblHeader") : "",
        isNew ? this.#changes.mark("w:ins") : "",
      );
      rows.push(element("w:tr", {}, properties, ...cells));
    });
    return element(
      "w:tbl",
      {},
      element(
        "w:tblPr",
        {},
        element("w:tblStyle", { "w:val": this.#styles.table(place.lists, place.quotes) }),
        element("w:tblW", { "w:w": 0, "w:type": "auto" }),
        element("w:tblLook", { "w:val": "0020", "w:firstRow": headRows > 0 ? 1 : 0 }),
      ),
      element("w:tblGrid", {}, ...Array.from({ length: grid.width }, () => element("w:gridCol", { "w:w": width }))),
      ...rows,
    );
  }

  #cell(cell: Node, at: number, { span, isMerged }: Cell, width: number, isInHead: boolean): string {
    const isHead = cell.type.name === "tableHeader";
    const last = cell.lastChild;
    return element(
      "w:tc",
      {},
      element(
        "w:tcPr",
        {},
        // A heading beside the row, or alone: Word says that of the first column.
        isHead && !isInHead ? element("w:cnfStyle", { "w:val": "001000000000", "w:firstColumn": 1 }) : "",
        cellWidth(width * span),
        spanOf(span),
        isMerged ? element("w:vMerge", { "w:val": "restart" }) : "",
        isHead ? element("w:shd", { "w:val": "clear", "w:color": "auto", "w:fill": "E5E7EB" }) : "",
      ),
      this.#blocks(cell, at + 1, { ...NOWHERE, isHead }),
      // Word wants a paragraph at the end of every cell.
      last?.type.name === "table" ? this.#separator() : "",
    );
  }
}

function cellWidth(width: number): string {
  return element("w:tcW", { "w:w": width, "w:type": "dxa" });
}

function spanOf(span: number): string {
  return span > 1 ? element("w:gridSpan", { "w:val": span }) : "";
}

interface Cell {
  readonly kind: "cell";
  readonly node: Node;
  /** Where it begins in its row. */
  readonly offset: number;
  readonly span: number;
  /** Whether it goes on in the next row. */
  readonly isMerged: boolean;
}

/** The room that a cell of a row above takes in this one. */
interface Covered {
  readonly kind: "covered";
  readonly span: number;
}

/** The cells of each row where Word wants them: with the room that cells from above take. */
function gridOf(table: Node): { readonly width: number; readonly rows: readonly (readonly (Cell | Covered)[])[] } {
  let above: { from: number; span: number; rows: number }[] = [];
  let width = 0;
  const rows: (readonly (Cell | Covered)[])[] = [];
  table.forEach((row, _offset, rowIndex) => {
    const slots: (Cell | Covered)[] = [];
    const next: { from: number; span: number; rows: number }[] = [];
    let column = 0;
    const cover = (): void => {
      for (let found = above.find(({ from }) => from === column); found !== undefined; ) {
        slots.push({ kind: "covered", span: found.span });
        next.push({ ...found, rows: found.rows - 1 });
        column += found.span;
        found = above.find(({ from }) => from === column);
      }
    };
    row.forEach((node, offset) => {
      cover();
      const span = Math.max(1, Number(node.attrs["colspan"] ?? 1));
      const down = Math.min(Math.max(1, Number(node.attrs["rowspan"] ?? 1)), table.childCount - rowIndex);
      slots.push({ kind: "cell", node, offset, span, isMerged: down > 1 });
      next.push({ from: column, span, rows: down - 1 });
      column += span;
    });
    cover();
    above = next.filter((each) => each.rows > 0);
    width = Math.max(width, column);
    rows.push(slots);
  });
  return { width, rows };
}

/** How many rows from the first on hold headings only. */
function countHeadRows(table: Node): number {
  const firstOther = table.children.findIndex(
    (row) => row.childCount === 0 || row.children.some(({ type }) => type.name !== "tableHeader"),
  );
  return firstOther === -1 ? table.childCount : firstOther;
}

/** How many blocks a comparison counts in `node`. */
function countBlocks(node: Node): number {
  let count = 0;
  node.descendants(({ isTextblock, type }) => {
    count += isTextblock || type.name === "horizontalRule" ? 1 : 0;
    return !isTextblock;
  });
  return count;
}

function markOf({ kind }: BlockChange): "w:ins" | null {
  return kind === "added" ? "w:ins" : null;
}

/** The words of a block, all of it. */
function wordsOf(node: Node, change: BlockChange): readonly Words[] {
  switch (change.kind) {
    case "changed":
      return change.words;
    case "added":
    case "kept":
      return [{ kind: change.kind, text: node.textBetween(0, node.content.size, "\n", "\n") }];
  }
}

function lookOf(node: Node, { isHead, lists }: Place): ParagraphLook {
  switch (node.type.name) {
    case "heading":
      return { kind: "heading", level: Number(node.attrs["level"]) };
    case "codeBlock":
      return { kind: "code", language: typeof node.attrs["language"] === "string" ? node.attrs["language"] : null };
    default:
      return { kind: isHead && lists === 0 ? "tableHeading" : "plain" };
  }
}

function lookOfGone({ look }: Block): ParagraphLook {
  switch (look) {
    case "title":
    case "rule":
    case "code":
      return look === "code" ? { kind: look, language: null } : { kind: look };
    case "paragraph":
      return { kind: "plain" };
    default:
      return { kind: "heading", level: Number(look.slice(-1)) };
  }
}

/** The properties of a run, in the order that Word wants. */
function runLook(marks: readonly Mark[], isLink: boolean): string {
  const has = (name: string): boolean => marks.some(({ type }) => type.name === name);
  const style = has("code") ? "VerbatimChar" : isLink ? "Hyperlink" : null;
  const look = [
    style === null ? "" : element("w:rStyle", { "w:val": style }),
    has("bold") ? element("w:b") : "",
    has("italic") ? element("w:i") : "",
    has("strike") ? element("w:strike") : "",
    has("underline") ? element("w:u", { "w:val": "single" }) : "",
    has("superscript") ? element("w:vertAlign", { "w:val": "superscript" }) : "",
    has("subscript") ? element("w:vertAlign", { "w:val": "subscript" }) : "",
  ].join("");
  return look === "" ? "" : element("w:rPr", {}, look);
}

/** A text within a run; tabs and ends of lines are elements there. */
function wordsIn(text: string, isGone: boolean): string {
  const tag = isGone ? "w:delText" : "w:t";
  return text
    .split(/(\n|\t)/)
    .map((part) => {
      switch (part) {
        case "":
          return "";
        case "\n":
          return element("w:br");
        case "\t":
          return element("w:tab");
        default:
          return `<${tag} xml:space="preserve">${escaped(part)}</${tag}>`;
      }
    })
    .join("");
}

/** The box of a task, to be ticked in Word. */
function checkbox(checked: boolean): string {
  const box = (kind: string, sign: string): string => element(kind, { "w14:val": sign, "w14:font": "Segoe UI Symbol" });
  return (
    element(
      "w:sdt",
      {},
      element(
        "w:sdtPr",
        {},
        element(
          "w14:checkbox",
          {},
          element("w14:checked", { "w14:val": checked ? 1 : 0 }),
          box("w14:checkedState", "2612"),
          box("w14:uncheckedState", "2610"),
        ),
      ),
      element("w:sdtContent", {}, element("w:r", {}, element("w:t", {}, checked ? "☒" : "☐"))),
    ) + element("w:r", {}, element("w:tab"))
  );
}

/** Where a link leads, in signs that Word opens the file with; `null` when it leads nowhere. */
function targetOf({ attrs }: Mark): string | null {
  const href: unknown = attrs["href"];
  if (typeof href !== "string" || !isSafeAddress(href)) {
    return null;
  }
  return href.replace(/[\s<>"{}|\\^`]/g, (sign) => encodeURIComponent(sign));
}
