/**
 * The XML parts of a Word file, read: styles, lists, links and notes, by what they mean for a text.
 *
 * Elements are known by their local names: the strict and the usual form of the format differ in their namespaces only.
 */
import { ORDERED_FORMATS } from "./numbering.ts";
import { placeIn } from "./vocabulary.ts";

/** The part is no XML, or holds what no part of a Word file may. */
export class PartError extends Error {
  constructor() {
    super("part not read");
    this.name = "PartError";
  }
}

/** The root of a part. No entities are declared in it, so none can grow. Throws a `PartError`. */
export function parsePart(text: string): Element {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw new PartError();
  }
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  if (parsed.getElementsByTagName("parsererror").length > 0) {
    throw new PartError();
  }
  return parsed.documentElement;
}

/** The first child of this name. */
export function child(parent: Element | null, name: string): Element | null {
  for (let each = parent?.firstElementChild ?? null; each !== null; each = each.nextElementSibling) {
    if (each.localName === name) {
      return each;
    }
  }
  return null;
}

export function childrenOf(parent: Element | null, name: string): readonly Element[] {
  return [...(parent?.children ?? [])].filter(({ localName }) => localName === name);
}

/** An attribute by its local name. */
export function attribute(element: Element | null, name: string): string | null {
  if (element === null) {
    return null;
  }
  return (
    element.getAttribute(`w:${name}`) ?? [...element.attributes].find((each) => each.localName === name)?.value ?? null
  );
}

/** Whether a property is set: there, and not said to be off. */
export function isOn(property: Element | null): boolean {
  const value = attribute(property, "val");
  return property !== null && !["0", "false", "off", "none"].includes(value ?? "");
}

/** What a style says that matters here. */
export interface ReadStyle {
  /** In small letters, without its place. */
  readonly base: string;
  readonly name: string;
  readonly quotes: number;
  readonly lists: number;
  readonly basedOn: string | null;
  readonly run: Element | null;
  readonly paragraph: Element | null;
}

export type ReadStyles = ReadonlyMap<string, ReadStyle>;

export function readStyles(root: Element | null): ReadStyles {
  return new Map(
    childrenOf(root, "style").map((style) => {
      const name = attribute(child(style, "name"), "val") ?? attribute(style, "styleId") ?? "";
      const basedOn = attribute(child(style, "basedOn"), "val");
      const [run, paragraph] = [child(style, "rPr"), child(style, "pPr")];
      return [attribute(style, "styleId") ?? name, { name, ...placeIn(name), basedOn, run, paragraph }];
    }),
  );
}

/** More styles than this are not based on each other. */
const CHAIN_MAX = 12;

/** A style and those that it is based on, the nearest first. */
export function chainOf(styles: ReadStyles, id: string | null): readonly ReadStyle[] {
  const chain: ReadStyle[] = [];
  for (let next = id; next !== null && chain.length < CHAIN_MAX; ) {
    const style = styles.get(next);
    if (style === undefined) {
      break;
    }
    chain.push(style);
    next = style.basedOn;
  }
  return chain;
}

/** How a level of a list counts. */
export interface ReadLevel {
  readonly format: string;
  readonly start: number;
  /** Whether this list begins anew, and does not go on with the others of its kind. */
  readonly isOwn: boolean;
  /** What it is counted with. */
  readonly counter: string;
}

/** The lists of a file. */
export class ReadNumbering {
  readonly #abstract = new Map<string, Element>();
  readonly #lists = new Map<string, Element>();
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(root: Element | null) {
    const byStyle = new Map<string, Element>();
    for (const each of childrenOf(root, "abstractNum")) {
      this.#abstract.set(attribute(each, "abstractNumId") ?? "", each);
      const style = attribute(child(each, "styleLink"), "val");
      if (style !== null) {
        byStyle.set(style, each);
      }
    }
    for (const [id, each] of this.#abstract) {
      const linked = byStyle.get(attribute(child(each, "numStyleLink"), "val") ?? "");
      if (linked !== undefined) {
        this.#abstract.set(id, linked);
      }
    }
    for (const each of childrenOf(root, "num")) {
      this.#lists.set(attribute(each, "numId") ?? "", each);
    }
  }

  level(list: string, level: number): ReadLevel | null {
    const num = this.#lists.get(list) ?? null;
    const abstractId = attribute(child(num, "abstractNumId"), "val");
    const isOf = (each: Element): boolean => attribute(each, "ilvl") === String(level);
    const override = childrenOf(num, "lvlOverride").find(isOf) ?? null;
    const defined =
      child(override, "lvl") ?? childrenOf(this.#abstract.get(abstractId ?? "") ?? null, "lvl").find(isOf) ?? null;
    if (defined === null) {
      return null;
    }
    const restart = attribute(child(override, "startOverride"), "val");
    return {
      format: attribute(child(defined, "numFmt"), "val") ?? "decimal",
      start: Number(restart ?? attribute(child(defined, "start"), "val") ?? 1),
      isOwn: restart !== null,
      counter: restart === null ? `kind ${abstractId ?? ""}` : `list ${list}`,
    };
  }

  /** The level that a paragraph style stands for in a list. */
  levelOfStyle(list: string, style: string): number | null {
    const abstractId = attribute(child(this.#lists.get(list) ?? null, "abstractNumId"), "val");
    const found = childrenOf(this.#abstract.get(abstractId ?? "") ?? null, "lvl").find(
      (each) => attribute(child(each, "pStyle"), "val") === style,
    );
    return found === undefined ? null : Number(attribute(found, "ilvl") ?? 0);
  }

  /** The number of the next item. */
  count({ counter, start }: ReadLevel, level: number): number {
    const counts = this.#counts.get(counter) ?? new Map<number, number>();
    this.#counts.set(counter, counts);
    const number = (counts.get(level) ?? start - 1) + 1;
    counts.set(level, number);
    for (const deeper of [...counts.keys()].filter((each) => each > level)) {
      counts.delete(deeper);
    }
    return number;
  }
}

/** The sign of an ordered list in HTML; `null` for the usual one. */
export function typeOfFormat(format: string): string | null {
  const type = Object.entries(ORDERED_FORMATS).find(([, name]) => name === format)?.[0];
  return type === undefined || type === "1" ? null : type;
}

/** The addresses outside of the file that it refers to, by their ids. */
export function readLinks(root: Element | null): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(root, "Relationship")
      .filter((each) => (attribute(each, "Type") ?? "").endsWith("/hyperlink"))
      .map((each) => [attribute(each, "Id") ?? "", attribute(each, "Target") ?? ""]),
  );
}
