/**
 * A reference as CSL-JSON has it, by the fields that are kept here, and making one of whatever somebody brings.
 *
 * Texts are one line, bounded, without control characters; addresses lead to web pages only. What a reference manager keeps
 * besides (abstracts, notes, attachments) is left out: it is not cited.
 */

/** The kinds of publication that the form offers; others are kept as `document`. */
export const itemTypes = [
  "article-journal",
  "book",
  "chapter",
  "paper-conference",
  "report",
  "thesis",
  "webpage",
  "legislation",
  "dataset",
  "software",
  "manuscript",
  "patent",
  "document",
] as const;
export type ItemType = (typeof itemTypes)[number];

/** Fields that are a line of text. */
export const textFields = [
  "title",
  "title-short",
  "container-title",
  "container-title-short",
  "collection-title",
  "event-title",
  "publisher",
  "publisher-place",
  "volume",
  "issue",
  "page",
  "number",
  "edition",
  "genre",
  "language",
  "DOI",
  "PMID",
  "PMCID",
  "ISBN",
  "URL",
] as const;
export type TextField = (typeof textFields)[number];

export const nameFields = ["author", "editor", "translator"] as const;
export type NameField = (typeof nameFields)[number];

export const dateFields = ["issued", "accessed"] as const;
export type DateField = (typeof dateFields)[number];

/** Somebody, by the parts of their name; `literal` for whoever has no parts, such as an organisation. */
export interface Name {
  readonly family?: string;
  readonly given?: string;
  readonly literal?: string;
  readonly suffix?: string;
  readonly "non-dropping-particle"?: string;
}

/** A day, a month or a year. */
export interface ItemDate {
  readonly "date-parts": readonly [readonly number[]];
}

export type Item = { readonly type: ItemType } & { readonly [Field in TextField]?: string } & {
  readonly [Field in NameField]?: readonly Name[];
} & { readonly [Field in DateField]?: ItemDate };

export type Field = "type" | TextField | NameField | DateField;
export const fields: readonly Field[] = ["type", ...textFields, ...nameFields, ...dateFields];

/** The longest text of a field, in characters. */
export const FIELD_LENGTH_MAX = 2_000;

/** The most names of one field. */
export const NAMES_MAX = 500;

/** How often a line is tidied at most. */
const TURNS_MAX = 8;

/** Marks of looks that databases leave in titles. */
const LOOKS = /<\/?(?:i|b|u|em|strong|sup|sub|sc|span|jats:[a-z]+|mml:[a-z]+)(?:\s[^<>]{0,200})?\/?>/gi;

/** `text` as one line, without marks of looks; empty when nothing is left. Made once more of its own, a line stays as it is. */
export function lineOf(text: string): string {
  let line = text.slice(0, 4 * FIELD_LENGTH_MAX);
  // What is taken out may leave something behind that has to go as well: a mark within a mark.
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const next = tidied(line);
    if (next === line) {
      return line;
    }
    line = next;
  }
  return line.replaceAll("<", "");
}

function tidied(text: string): string {
  return (
    text
      .replace(LOOKS, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out.
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+/g, " ")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
      .trim()
      .slice(0, FIELD_LENGTH_MAX)
      .replace(/[\ud800-\udbff]$/, "")
      .trim()
  );
}

/** A value as it may stand in `field`; `null` when it may not. */
export function valueFor(field: Field, value: unknown): Item[Field] | null {
  switch (field) {
    case "type":
      return typeof value === "string" ? typeOf(value) : null;
    case "author":
    case "editor":
    case "translator":
      return namesOf(value);
    case "issued":
    case "accessed":
      return dateOf(value);
    default:
      return textOf(field, value);
  }
}

/** Makes an item of an object with the fields of CSL-JSON; `null` when nothing in it could be cited. */
export function itemOf(said: Readonly<Record<string, unknown>>): Item | null {
  const kept: Partial<Record<Field, unknown>> = {};
  for (const field of fields) {
    const value = Object.hasOwn(said, field) ? valueFor(field, said[field]) : null;
    if (value !== null && value !== undefined) {
      kept[field] = value;
    }
  }
  const isNamed = kept.title !== undefined || kept.author !== undefined || kept["container-title"] !== undefined;
  return isNamed ? ({ type: "document", ...kept } as Item) : null;
}

/** Other names of kinds that are kept under one of ours. */
const ALIASES: Readonly<Record<string, ItemType>> = {
  article: "article-journal",
  "article-magazine": "article-journal",
  "article-newspaper": "article-journal",
  "entry-encyclopedia": "chapter",
  "entry-dictionary": "chapter",
  entry: "chapter",
  post: "webpage",
  "post-weblog": "webpage",
  bill: "legislation",
  regulation: "legislation",
  standard: "report",
};

export function typeOf(said: string): ItemType {
  const known = itemTypes.find((type) => type === said);
  return known ?? (Object.hasOwn(ALIASES, said) ? ALIASES[said] : undefined) ?? "document";
}

function textOf(field: TextField, value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") {
    return null;
  }
  const line = lineOf(String(value));
  switch (field) {
    case "DOI":
      return doiOf(line);
    case "PMID":
      return /^(?:pmid:?\s*)?(\d{1,9})$/i.exec(line)?.[1] ?? null;
    case "PMCID":
      return /^(?:pmcid:?\s*)?(pmc\d{1,9})/i.exec(line)?.[1]?.toUpperCase() ?? null;
    case "URL":
      return isWebAddress(line) ? line : null;
    default:
      return line === "" ? null : line;
  }
}

/** The DOI in `text`, bare; `null` when there is none. */
export function doiOf(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i, "")
    .trim();
  return /^10\.\d{4,9}\/[^\s"<>]{1,300}$/.test(bare) ? bare : null;
}

/** Whether `address` is one that leads to a web page. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}

function namesOf(value: unknown): readonly Name[] | null {
  if (!Array.isArray(value)) {
    return null;
  }
  const names = value.slice(0, NAMES_MAX).flatMap((each: unknown) => nameOf(each) ?? []);
  return names.length === 0 ? null : names;
}

function nameOf(value: unknown): Name | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const said = value as Readonly<Record<string, unknown>>;
  const part = (key: string): string => {
    const text = Object.hasOwn(said, key) ? said[key] : null;
    return typeof text === "string" ? lineOf(text).slice(0, 300) : "";
  };
  const family = part("family");
  if (family === "") {
    const literal = part("literal") || part("given");
    return literal === "" ? null : { literal };
  }
  const given = part("given");
  const suffix = part("suffix");
  const particle = part("non-dropping-particle") || part("dropping-particle");
  return {
    family,
    ...(given === "" ? {} : { given }),
    ...(suffix === "" ? {} : { suffix }),
    ...(particle === "" ? {} : { "non-dropping-particle": particle }),
  };
}

function dateOf(value: unknown): ItemDate | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const said = value as { readonly "date-parts"?: unknown; readonly raw?: unknown; readonly literal?: unknown };
  const [first] = Array.isArray(said["date-parts"]) ? (said["date-parts"] as readonly unknown[]) : [];
  if (Array.isArray(first)) {
    return dateFrom(first.slice(0, 3).map((part) => Number(part)));
  }
  const raw = typeof said.raw === "string" ? said.raw : said.literal;
  return typeof raw === "string" ? readDate(raw) : null;
}

function dateFrom([year, month, day]: readonly number[]): ItemDate | null {
  if (year === undefined || !Number.isInteger(year) || Math.abs(year) > 9_999) {
    return null;
  }
  const within = (part: number | undefined, most: number): part is number =>
    part !== undefined && Number.isInteger(part) && part >= 1 && part <= most;
  if (!within(month, 12)) {
    return { "date-parts": [[year]] };
  }
  return { "date-parts": [within(day, 31) ? [year, month, day] : [year, month]] };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The number of a month by its English name, or of a number; `undefined` when it is none. */
export function monthOf(text: string): number | undefined {
  const index = MONTHS.indexOf(text.trim().slice(0, 3).toLowerCase());
  const number = /^\d{1,2}$/.test(text.trim()) ? Number(text) : 0;
  return index >= 0 ? index + 1 : number >= 1 && number <= 12 ? number : undefined;
}

/** Reads “2020-05-12”, “2020/5”, “2020 May 12” and “2020”; `null` when no year begins it. */
export function readDate(text: string): ItemDate | null {
  const found = /^\s*(-?\d{4})(?:[-/.\s]+([A-Za-z]{3,9}|\d{1,2}))?(?:[-/.\s]+(\d{1,2}))?/.exec(text);
  if (found === null) {
    return null;
  }
  const parts = [Number(found[1]), monthOf(found[2] ?? "") ?? 0, Number(found[3] ?? 0)];
  return dateFrom(parts);
}

/** The year that an item is of, as it is shown; `null` when it does not say. */
export function yearOf(item: Item): string | null {
  const year = item.issued?.["date-parts"][0][0];
  return year === undefined ? null : String(year);
}

/** Somebody’s name as it sorts and is cited. */
export function familyOf(name: Name): string {
  const particle = name["non-dropping-particle"];
  return name.literal ?? [particle, name.family].filter((part) => part !== undefined && part !== "").join(" ");
}

/** “Zimmer & Okafor 2020”: what stands for an item where no style formats it. */
export function shortNameOf(item: Item): string {
  const names = (item.author ?? item.editor ?? []).map(familyOf);
  const [first, second] = names;
  const title = item.title ?? item["container-title"] ?? "";
  const who =
    first === undefined
      ? title.length > 40
        ? `${title.slice(0, 39).trimEnd()}…`
        : title
      : names.length > 2
        ? `${first} et al.`
        : second === undefined
          ? first
          : `${first} & ${second}`;
  const year = yearOf(item);
  return year === null ? who : `${who} ${year}`;
}
