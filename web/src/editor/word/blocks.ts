/**
 * Paragraphs and tables of a Word file, put where they stand in a tree of blocks.
 *
 * A style says what a paragraph is, a list says in which item it stands (`vocabulary.ts` for what our own files say
 * besides). Numbered headings are headings, whatever list counts them.
 */
import {
  attribute,
  chainOf,
  child,
  childrenOf,
  isOn,
  type ReadNumbering,
  type ReadStyles,
  typeOfFormat,
} from "./parts.ts";
import { DEPTH_MAX, DepthError, type RunReader } from "./runs.ts";
import { type Item, type Stand, Tree, type Twig, twig } from "./tree.ts";
import { STYLE_NAMES } from "./vocabulary.ts";

/** How long blocks are read without a pause, in milliseconds. */
const TURN_MS = 40;

const QUOTES: ReadonlySet<string> = new Set(["intense quote", "block text", "quotations"]);
const CODES: ReadonlySet<string> = new Set(["html preformatted", "preformatted text", "plain text", "code", "macro"]);

/** What the style of a paragraph makes of it. */
interface Look {
  readonly tag: string;
  readonly language: string | null;
  readonly quotes: number;
  readonly isRule: boolean;
  readonly isSeparator: boolean;
}

/** Reads the blocks of one file. */
export class BlockReader {
  readonly #runs: RunReader;
  readonly #styles: ReadStyles;
  readonly #numbering: ReadNumbering;
  /** Whether blank paragraphs are meant: word processors keep blocks apart by them. */
  readonly #keepsBlank: boolean;
  /** Words of a paragraph whose end was deleted: they belong to the next. */
  #carried = "";

  constructor(runs: RunReader, styles: ReadStyles, numbering: ReadNumbering, keepsBlank: boolean) {
    this.#runs = runs;
    this.#styles = styles;
    this.#numbering = numbering;
    this.#keepsBlank = keepsBlank;
  }

  /** Everything in `body`, in turns. @throws DepthError */
  async page(body: Element, into: Twig): Promise<void> {
    const tree = new Tree(into);
    let began = performance.now();
    for (const each of body.children) {
      this.#block(each, tree, 0, false);
      if (performance.now() - began > TURN_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
    }
    this.#finish(tree);
  }

  /** The notes that were met, as a list at the end. */
  notes(parts: { readonly footnote: Element | null; readonly endnote: Element | null }, into: Twig): void {
    const list = twig("ol");
    // A note has no notes: those met from here on are not followed.
    for (const { kind, id } of [...this.#runs.notes]) {
      const note = childrenOf(parts[kind], kind).find((each) => attribute(each, "id") === id);
      const entry = twig("li");
      this.#fill(entry, note ?? null, 1);
      list.children.push(entry);
    }
    into.children.push(twig("hr"), list);
  }

  /** @throws DepthError */
  #fill(home: Twig, source: Element | null, depth: number): void {
    if (depth > DEPTH_MAX) {
      throw new DepthError();
    }
    const tree = new Tree(home);
    for (const each of source?.children ?? []) {
      this.#block(each, tree, depth, true);
    }
    this.#finish(tree);
    if (home.children.length === 0) {
      home.children.push(twig("p"));
    }
  }

  #finish(tree: Tree): void {
    if (this.#carried !== "") {
      const last = twig("p");
      last.children.push(this.#carried);
      this.#carried = "";
      tree.add(last, { lists: 0, quotes: 0, item: null });
    }
  }

  #block(element: Element, tree: Tree, depth: number, isInside: boolean): void {
    if (depth > DEPTH_MAX) {
      throw new DepthError();
    }
    switch (element.localName) {
      case "p":
        this.#paragraph(element, tree, depth, isInside);
        break;
      case "tbl":
        this.#table(element, tree, depth);
        break;
      case "sdt":
        if (!isContents(element)) {
          this.#each(child(element, "sdtContent"), tree, depth, isInside);
        }
        break;
      case "ins":
      case "moveTo":
      case "customXml":
        this.#each(element, tree, depth, isInside);
        break;
      case "del":
      case "moveFrom":
        this.#runs.counted.deletions += 1;
        break;
      default:
    }
  }

  #each(parent: Element | null, tree: Tree, depth: number, isInside: boolean): void {
    for (const each of parent?.children ?? []) {
      this.#block(each, tree, depth + 1, isInside);
    }
  }

  #paragraph(element: Element, tree: Tree, depth: number, isInside: boolean): void {
    const properties = child(element, "pPr");
    const look = this.#lookOf(properties);
    const checked = checkboxOf(element);
    const own = this.#runs.inside(element);
    const html = this.#carried + (checked === null ? own : own.replace(/^[☐☒☑☑✓✔]?[\t \u00a0]?/u, ""));
    this.#carried = "";
    const mark = child(properties, "rPr");
    if (child(mark, "del") !== null || child(mark, "moveFrom") !== null) {
      // The end of this paragraph was deleted: what is left of it goes on in the next.
      this.#runs.counted.deletions += 1;
      this.#carried = html;
      return;
    }
    const boxes = this.#runs.boxes;
    this.#runs.boxes = [];
    const stand = this.#standOf(properties, look, checked);
    if (look.isRule && html === "") {
      tree.add(twig("hr"), stand);
    } else if (html !== "" || !this.#isSpacer(look, stand, isInside || boxes.length > 0)) {
      tree.add(blockOf(look, html), stand);
    }
    for (const box of boxes) {
      this.#each(box, tree, depth + 1, isInside);
    }
  }

  /** Whether a paragraph without words only keeps others apart. */
  #isSpacer(look: Look, { lists, item }: Stand, isInside: boolean): boolean {
    return look.isSeparator || (!this.#keepsBlank && !isInside && lists === 0 && item === null);
  }

  #lookOf(properties: Element | null): Look {
    const chain = chainOf(this.#styles, attribute(child(properties, "pStyle"), "val"));
    const bases = chain.map(({ base }) => base);
    const quotes = Math.max(
      0,
      ...chain.map(({ base, quotes: placed }) =>
        Math.max(
          placed,
          Number(/^quote(?: (\d+))?$/.exec(base)?.[1] ?? (/^quote$/.test(base) || QUOTES.has(base) ? 1 : 0)),
        ),
      ),
    );
    const code = chain.find(({ base }) => /^source code(?: \(.*\))?$/.test(base) || CODES.has(base));
    const level = bases.map((base) => /^heading (\d)$/.exec(base)?.[1]).find((found) => found !== undefined);
    const outline = [properties, ...chain.map(({ paragraph }) => paragraph)]
      .map((each) => attribute(child(each, "outlineLvl"), "val"))
      .find((found) => found !== null);
    const heading =
      level ??
      (outline !== undefined && outline !== null && Number(outline) < 9 ? String(Number(outline) + 1) : undefined);
    const tag =
      code !== undefined
        ? "pre"
        : bases.includes(STYLE_NAMES.title.toLowerCase())
          ? "h1"
          : heading === undefined
            ? "p"
            : `h${Math.min(6, Number(heading))}`;
    if (quotes > DEPTH_MAX) {
      throw new DepthError();
    }
    return {
      tag,
      language: /^source code \((.*?)\)/i.exec(code?.name ?? "")?.[1] ?? null,
      quotes,
      isRule: bases.includes(STYLE_NAMES.rule.toLowerCase()) || isOn(child(child(properties, "pBdr"), "bottom")),
      isSeparator: bases.includes(STYLE_NAMES.separator.toLowerCase()),
    };
  }

  #standOf(properties: Element | null, { tag, quotes }: Look, checked: boolean | null): Stand {
    const place = this.#listOf(properties);
    if (checked !== null) {
      const [list, level] = place ?? ["", 0];
      return { quotes, lists: level + 1, item: { list: `tasks ${list}`, tag: "ul", attributes: {}, checked } };
    }
    if (place === null) {
      return { quotes, lists: 0, item: null };
    }
    const [list, level] = place;
    const found = this.#numbering.level(list, level);
    if (found === null) {
      return { quotes, lists: 0, item: null };
    }
    if (found.format === "none") {
      return { quotes, lists: level + 1, item: null };
    }
    if (/^h\d$/.test(tag)) {
      return { quotes, lists: 0, item: null };
    }
    const number = this.#numbering.count(found, level);
    return { quotes, lists: level + 1, item: itemOf(`${list} ${level}`, found.format, number) };
  }

  /** The list of a paragraph and the level in it, by itself or by its style. */
  #listOf(properties: Element | null): readonly [list: string, level: number] | null {
    const style = attribute(child(properties, "pStyle"), "val");
    const chain = chainOf(this.#styles, style);
    const all = [child(properties, "numPr"), ...chain.map(({ paragraph }) => child(paragraph, "numPr"))];
    const list = all.map((each) => attribute(child(each, "numId"), "val")).find((found) => found !== null) ?? null;
    if (list === null || list === "0") {
      return null;
    }
    const level = all.map((each) => attribute(child(each, "ilvl"), "val")).find((found) => found !== null) ?? null;
    return [list, Number(level ?? this.#numbering.levelOfStyle(list, style ?? "") ?? 0)];
  }

  #table(table: Element, tree: Tree, depth: number): void {
    const made = twig("table");
    const rows = twig("tbody");
    made.children.push(rows);
    /** The cells that may go on in the next row, by the column where they begin. */
    let open = new Map<number, Twig>();
    for (const row of rowsOf(table)) {
      const properties = child(row, "trPr");
      if (child(properties, "del") !== null) {
        this.#runs.counted.deletions += 1;
        continue;
      }
      const made = twig("tr");
      const next = new Map<number, Twig>();
      const isHead = isOn(child(properties, "tblHeader")) || isFirst(child(properties, "cnfStyle"), 0, "firstRow");
      let column = columnsIn(child(properties, "gridBefore"));
      if (column > 0) {
        const blank = twig("td", column > 1 ? { colspan: String(column) } : {});
        blank.children.push(twig("p"));
        made.children.push(blank);
      }
      for (const cell of cellsOf(row)) {
        const look = child(cell, "tcPr");
        const span = Math.max(1, columnsIn(child(look, "gridSpan")));
        const merge = child(look, "vMerge");
        const above = open.get(column);
        if (merge !== null && attribute(merge, "val") !== "restart" && above !== undefined) {
          (above.attributes as Record<string, string>)["rowspan"] = String(
            Number(above.attributes["rowspan"] ?? 1) + 1,
          );
          next.set(column, above);
        } else {
          const isHeading = isHead || isFirst(child(look, "cnfStyle"), 2, "firstColumn");
          const here = twig(isHeading ? "th" : "td", span > 1 ? { colspan: String(span) } : {});
          this.#fill(here, cell, depth + 1);
          made.children.push(here);
          if (merge !== null) {
            next.set(column, here);
          }
        }
        column += span;
      }
      rows.children.push(made);
      open = next;
    }
    const place = chainOf(this.#styles, attribute(child(child(table, "tblPr"), "tblStyle"), "val"))[0];
    const quotes = place?.quotes ?? 0;
    if (quotes > DEPTH_MAX) {
      throw new DepthError();
    }
    if (rows.children.length > 0) {
      tree.add(made, { lists: place?.lists ?? 0, quotes, item: null });
    }
  }
}

/** Word’s own limit; whoever says more means harm. */
const COLUMNS_MAX = 63;

function columnsIn(property: Element | null): number {
  const count = Number(attribute(property, "val") ?? 0);
  return Number.isInteger(count) ? Math.min(Math.max(0, count), COLUMNS_MAX) : 0;
}

function itemOf(list: string, format: string, number: number): Item {
  if (format === "bullet") {
    return { list, tag: "ul", attributes: {}, checked: null };
  }
  const type = typeOfFormat(format);
  const start = number === 1 ? {} : { start: String(number) };
  return { list, tag: "ol", attributes: { ...start, ...(type === null ? {} : { type }) }, checked: null };
}

function blockOf({ tag, language }: Look, html: string): Twig {
  const block = twig(tag);
  if (tag === "pre") {
    const code = twig("code", language === null ? {} : { class: `language-${language}` });
    // The reader of HTML takes one end of line away.
    code.children.push(`${html.replaceAll("<br>", "\n")}\n`);
    block.children.push(code);
  } else {
    block.children.push(html);
  }
  return block;
}

/** The rows of a table, those inside of inserted or bound stretches too. */
function rowsOf(table: Element): readonly Element[] {
  return within(table, "tr", 0);
}

function cellsOf(row: Element): readonly Element[] {
  return within(row, "tc", 0);
}

const WRAPPERS: ReadonlySet<string> = new Set(["sdt", "sdtContent", "customXml", "ins"]);

function within(parent: Element, name: string, depth: number): readonly Element[] {
  if (depth > DEPTH_MAX) {
    throw new DepthError();
  }
  return [...parent.children].flatMap((each) =>
    each.localName === name ? [each] : WRAPPERS.has(each.localName) ? within(each, name, depth + 1) : [],
  );
}

/** Whether a table's style treats something as the first of its kind. */
function isFirst(style: Element | null, place: number, name: string): boolean {
  return style !== null && (attribute(style, name) === "1" || attribute(style, "val")?.[place] === "1");
}

/** Whether a box is ticked that a paragraph begins with; `null` when it begins with none. */
function checkboxOf(paragraph: Element): boolean | null {
  const beginning = (parent: Element | null): Element | null =>
    [...(parent?.children ?? [])].find(({ localName }) => BEGINNINGS.has(localName)) ?? null;
  const outer = beginning(paragraph);
  const first = outer?.localName === "ins" ? beginning(outer) : outer;
  if (first?.localName !== "sdt") {
    return null;
  }
  const box = child(child(first, "sdtPr"), "checkbox");
  const checked = attribute(child(box, "checked"), "val");
  return box === null ? null : checked === "1" || checked === "true";
}

const BEGINNINGS: ReadonlySet<string> = new Set(["r", "sdt", "hyperlink", "ins", "del", "smartTag", "fldSimple"]);

/** The table of contents is made anew from the headings wherever it is wanted. */
function isContents(sdt: Element): boolean {
  const gallery = child(child(child(sdt, "sdtPr"), "docPartObj"), "docPartGallery");
  return attribute(gallery, "val") === "Table of Contents";
}
