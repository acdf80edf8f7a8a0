/**
 * A tree built from a flat list of paragraphs: each says how many lists and quotes it stands in, and the tree is what
 * that means. Written out as HTML, for the reader that everything goes through which comes from elsewhere.
 */

/** An element, or a text that is HTML already. */
export interface Twig {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Twig | string)[];
}

/** Where a block stands. */
export interface Stand {
  /** How many lists it stands in; with a sign of its own, it begins an item of the innermost. */
  readonly lists: number;
  readonly quotes: number;
  /** `null` for what continues an item, and outside of lists. */
  readonly item: Item | null;
}

export interface Item {
  /** Another for each list that is to be one of its own. */
  readonly list: string;
  readonly tag: "ul" | "ol";
  /** Of the list. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a task; `null` for other items. */
  readonly checked: boolean | null;
}

interface Frame {
  readonly kind: "quote" | "list";
  /** Where blocks go: the quote, or the last item of the list. */
  home: Twig;
  readonly twig: Twig;
  readonly list: string;
}

export function twig(tag: string, attributes: Readonly<Record<string, string>> = {}): Twig {
  return { tag, attributes, children: [] };
}

/** Grows from the first block to the last. */
export class Tree {
  readonly #root: Twig;
  #stack: Frame[] = [];

  constructor(root: Twig) {
    this.#root = root;
  }

  /** Whether the last block stands in a list. */
  get isInList(): boolean {
    return this.#stack.some(({ kind }) => kind === "list");
  }

  /** The block before, if there is one in the same place. */
  get last(): Twig | null {
    const last = this.#home.children.at(-1);
    return last === undefined || typeof last === "string" ? null : last;
  }

  add(block: Twig, stand: Stand): void {
    if (stand.item !== null) {
      this.#beginItem(stand.lists - 1, stand.quotes, stand.item);
    } else {
      this.#keepLists(Math.min(stand.lists, this.#countLists()), stand.quotes);
      this.#quoteUpTo(stand.quotes);
    }
    this.#home.children.push(block);
  }

  get #home(): Twig {
    return this.#stack.at(-1)?.home ?? this.#root;
  }

  #countLists(): number {
    return this.#stack.filter(({ kind }) => kind === "list").length;
  }

  #countQuotes(): number {
    return this.#stack.filter(({ kind }) => kind === "quote").length;
  }

  /** Leaves all but the first `lists` lists, and quotes beyond `quotes`. */
  #keepLists(lists: number, quotes: number): void {
    let [seenLists, seenQuotes] = [0, 0];
    const end = this.#stack.findIndex(({ kind }) => {
      seenLists += kind === "list" ? 1 : 0;
      seenQuotes += kind === "quote" ? 1 : 0;
      return seenLists > lists || seenQuotes > quotes;
    });
    if (end !== -1) {
      this.#stack = this.#stack.slice(0, end);
    }
  }

  #quoteUpTo(quotes: number): void {
    while (this.#countQuotes() < quotes) {
      this.#push("quote", twig("blockquote"), "");
    }
  }

  /** @param level - of the list, from 0 */
  #beginItem(level: number, quotes: number, item: Item): void {
    this.#keepLists(level + 1, quotes);
    const lists = this.#countLists();
    const last = this.#stack.at(-1);
    const isThere = lists === level + 1 && last?.kind === "list" && last.list === item.list;
    if (!(isThere && this.#countQuotes() === quotes)) {
      this.#keepLists(Math.min(level, lists), quotes);
      this.#quoteUpTo(quotes);
      const list = item.checked === null ? item.attributes : { ...item.attributes, "data-type": "taskList" };
      this.#push("list", twig(item.tag, list), item.list);
    }
    const frame = this.#stack.at(-1);
    if (frame === undefined) {
      throw new Error("no list to begin an item of");
    }
    if (item.checked === null) {
      const entry = twig("li");
      frame.twig.children.push(entry);
      frame.home = entry;
    } else {
      const entry = twig("li", { "data-type": "taskItem", "data-checked": String(item.checked) });
      const content = twig("div");
      entry.children.push(content);
      frame.twig.children.push(entry);
      frame.home = content;
    }
  }

  #push(kind: Frame["kind"], added: Twig, list: string): void {
    this.#home.children.push(added);
    this.#stack.push({ kind, home: added, twig: added, list });
  }
}

/** A twig and all on it, as HTML. */
export function htmlOf(root: Twig | string): string {
  if (typeof root === "string") {
    return root;
  }
  const attributes = Object.entries(root.attributes)
    .map(([name, value]) => ` ${name}="${htmlText(value)}"`)
    .join("");
  const open = `<${root.tag}${attributes}>`;
  return VOID.has(root.tag) ? open : `${open}${root.children.map(htmlOf).join("")}</${root.tag}>`;
}

const VOID: ReadonlySet<string> = new Set(["hr", "br", "img"]);

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as HTML. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
