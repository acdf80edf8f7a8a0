/**
 * Reads BibTeX and BibLaTeX.
 *
 * A grammar of few signs, read in one pass without recursion. An entry that is broken is named with its line, and reading goes
 * on at the next one; what stands between entries is a comment, as BibTeX has it. (The `biblatex` crate that hayagriva uses ends
 * at the first mistake, and files from databases have some.)
 */
import { type Item, type ItemType, itemOf, monthOf, type Name, readDate } from "./item.ts";
import { plainOf } from "./latex.ts";
import { type Found, linesOf, PROBLEMS_MAX, type Problem, type Reading, type ReadingProblem } from "./reading.ts";

/** Braces within braces; nobody writes more than a handful. */
const DEPTH_MAX = 40;

/** The longest comment in round brackets, in characters. */
const BODY_LENGTH_MAX = 2_000;

const TYPES: Readonly<Record<string, ItemType>> = {
  article: "article-journal",
  book: "book",
  booklet: "book",
  collection: "book",
  proceedings: "book",
  manual: "report",
  inbook: "chapter",
  incollection: "chapter",
  inproceedings: "paper-conference",
  conference: "paper-conference",
  phdthesis: "thesis",
  mastersthesis: "thesis",
  thesis: "thesis",
  techreport: "report",
  report: "report",
  online: "webpage",
  electronic: "webpage",
  www: "webpage",
  dataset: "dataset",
  software: "software",
  unpublished: "manuscript",
  patent: "patent",
  legislation: "legislation",
};

const MONTH_MACROS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

class Broken extends Error {
  readonly why: ReadingProblem;

  constructor(why: ReadingProblem) {
    super(why);
    this.name = "Broken";
    this.why = why;
  }
}

export function readBibtex(text: string): Reading {
  const lineOf = linesOf(text);
  const found: Found[] = [];
  const problems: Problem[] = [];
  const macros = new Map(MONTH_MACROS.map((month) => [month, month]));
  let at = 0;
  for (;;) {
    at = text.indexOf("@", at);
    if (at === -1 || problems.length > PROBLEMS_MAX) {
      return { found, problems };
    }
    const start = at;
    const head = /@\s{0,20}([A-Za-z]{1,40})\s{0,20}([{(])/y;
    head.lastIndex = at;
    const match = head.exec(text);
    if (match === null) {
      // An address of mail, say.
      at++;
      continue;
    }
    const [whole, kind = "", opening] = match;
    const reader = new Reader(text, at + whole.length, opening === "{" ? "}" : ")");
    let key = "";
    try {
      switch (kind.toLowerCase()) {
        case "comment":
        case "preamble":
          reader.skipBody();
          break;
        case "string": {
          const name = reader.name();
          reader.expect("=");
          macros.set(name.toLowerCase(), reader.value(macros).text);
          reader.end();
          break;
        }
        default: {
          key = reader.key();
          const entry = reader.fields(macros);
          const item = itemFrom(kind.toLowerCase(), entry.said);
          const line = lineOf(start);
          if (item === null) {
            problems.push({ line, why: "nothing-to-cite", about: key });
          } else {
            found.push({ line, item });
            for (const unknown of entry.unknown) {
              problems.push({ line: lineOf(unknown.at), why: "unknown-abbreviation", about: unknown.name });
            }
          }
        }
      }
      at = reader.at;
    } catch (error) {
      if (!(error instanceof Broken)) {
        throw error;
      }
      problems.push({ line: lineOf(start), why: error.why, about: key });
      // The next that looks like the beginning of an entry at the beginning of a line.
      const next = /\n[ \t]{0,20}@/g;
      next.lastIndex = start + 1;
      const resumed = next.exec(text);
      at = resumed === null ? text.length : resumed.index + 1;
    }
  }
}

interface Unknown {
  readonly at: number;
  readonly name: string;
}

class Reader {
  readonly #text: string;
  readonly #close: string;
  at: number;

  constructor(text: string, at: number, close: string) {
    this.#text = text;
    this.at = at;
    this.#close = close;
  }

  /** To behind the end of the body, whatever is in it. */
  skipBody(): void {
    if (this.#close === "}") {
      this.#balanced();
      return;
    }
    // Bounded: a file may begin many of these and end none.
    const end = this.#text.slice(this.at, this.at + BODY_LENGTH_MAX).indexOf(this.#close);
    if (end === -1) {
      throw new Broken("unfinished");
    }
    this.at += end + 1;
  }

  key(): string {
    const start = this.at;
    while (!",}\n=".includes(this.#sign()) && this.at - start < 300) {
      this.at++;
    }
    const key = this.#text.slice(start, this.at).trim();
    if (this.#sign() === "=") {
      // No key at all: the fields begin at once.
      this.at = start;
      return "";
    }
    this.#spaces();
    if (this.#sign() === ",") {
      this.at++;
    } else if (this.#sign() !== this.#close) {
      throw new Broken(this.#sign() === "" ? "unfinished" : "malformed");
    }
    return key;
  }

  name(): string {
    this.#spaces();
    const pattern = /[^\s"#%'(),={}\\]{1,100}/y;
    pattern.lastIndex = this.at;
    const name = pattern.exec(this.#text)?.[0];
    if (name === undefined) {
      throw new Broken(this.#sign() === "" ? "unfinished" : "malformed");
    }
    this.at += name.length;
    return name;
  }

  expect(sign: string): void {
    this.#spaces();
    if (this.#sign() !== sign) {
      throw new Broken(this.#sign() === "" ? "unfinished" : "malformed");
    }
    this.at++;
  }

  end(): void {
    this.#spaces();
    if (this.#sign() === ",") {
      this.at++;
    }
    this.expect(this.#close);
  }

  fields(macros: ReadonlyMap<string, string>): {
    readonly said: ReadonlyMap<string, string>;
    readonly unknown: readonly Unknown[];
  } {
    const said = new Map<string, string>();
    const unknown: Unknown[] = [];
    for (;;) {
      this.#spaces();
      if (this.#sign() === this.#close) {
        this.at++;
        return { said, unknown };
      }
      const name = this.name().toLowerCase();
      this.expect("=");
      const value = this.value(macros);
      unknown.push(...value.unknown);
      if (!said.has(name)) {
        said.set(name, value.text);
      }
      this.#spaces();
      if (this.#sign() === ",") {
        this.at++;
      } else if (this.#sign() !== this.#close) {
        throw new Broken(this.#sign() === "" ? "unfinished" : "malformed");
      }
    }
  }

  /** Pieces that `#` joins. */
  value(macros: ReadonlyMap<string, string>): { readonly text: string; readonly unknown: readonly Unknown[] } {
    const parts: string[] = [];
    const unknown: Unknown[] = [];
    for (;;) {
      this.#spaces();
      const start = this.at;
      switch (this.#sign()) {
        case "{":
          this.at++;
          parts.push(this.#text.slice(start + 1, this.#balanced() - 1));
          break;
        case '"':
          this.at++;
          parts.push(this.#text.slice(start + 1, this.#quoted() - 1));
          break;
        default: {
          const name = this.name();
          const meaning = /^\d+$/.test(name) ? name : macros.get(name.toLowerCase());
          if (meaning === undefined) {
            unknown.push({ at: start, name });
          }
          parts.push(meaning ?? name);
        }
      }
      this.#spaces();
      if (this.#sign() !== "#") {
        return { text: parts.join("").slice(0, 50_000), unknown };
      }
      this.at++;
    }
  }

  /** From behind an opening brace to behind the one that closes it. */
  #balanced(): number {
    let depth = 1;
    while (depth > 0) {
      const sign = this.#sign();
      if (sign === "") {
        throw new Broken("unfinished");
      }
      if (sign === "\\") {
        this.at++;
      } else if (sign === "{") {
        depth++;
        if (depth > DEPTH_MAX) {
          throw new Broken("too-deep");
        }
      } else if (sign === "}") {
        depth--;
      }
      this.at++;
    }
    return this.at;
  }

  /** From behind an opening quote to behind the one that closes it; quotes in braces close nothing. */
  #quoted(): number {
    for (;;) {
      const sign = this.#sign();
      this.at++;
      switch (sign) {
        case "":
          throw new Broken("unfinished");
        case "{":
          this.#balanced();
          break;
        case "\\":
          this.at++;
          break;
        case '"':
          return this.at;
        default:
      }
    }
  }

  #sign(): string {
    return this.#text[this.at] ?? "";
  }

  #spaces(): void {
    for (;;) {
      while (/\s/.test(this.#sign())) {
        this.at++;
      }
      if (this.#sign() !== "%") {
        return;
      }
      // To the end of the line: a comment.
      const end = this.#text.indexOf("\n", this.at);
      this.at = end === -1 ? this.#text.length : end;
    }
  }
}

function itemFrom(kind: string, said: ReadonlyMap<string, string>): Item | null {
  const type = TYPES[kind] ?? "document";
  const plain = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = plainOf(said.get(name) ?? "");
      if (value !== "") {
        return value;
      }
    }
    return "";
  };
  const subtitle = plain("subtitle");
  const title = plain("title");
  const isReport = type === "report" || type === "patent";
  const how = said.get("howpublished") ?? "";
  return itemOf({
    type,
    title: subtitle === "" ? title : `${title}: ${subtitle}`,
    "title-short": plain("shorttitle"),
    "container-title": plain("journaltitle", "journal", "booktitle", "maintitle"),
    "container-title-short": plain("shortjournal"),
    "collection-title": plain("series"),
    "event-title": plain("eventtitle"),
    publisher: plain("publisher", "institution", "school", "organization"),
    "publisher-place": plain("location", "address"),
    volume: plain("volume"),
    issue: isReport ? "" : plain("number", "issue"),
    number: isReport ? plain("number") : "",
    page: plain("pages", "eid").replace(/\s*[–—]\s*/g, "-"),
    edition: plain("edition"),
    genre: kind === "mastersthesis" ? "Master’s thesis" : kind === "phdthesis" ? "PhD thesis" : plain("type"),
    language: plain("langid", "language"),
    DOI: plain("doi") || plain("url"),
    PMID: plain("pmid") || (/pubmed/i.test(said.get("eprinttype") ?? "") ? plain("eprint") : ""),
    PMCID: plain("pmcid", "pmc"),
    ISBN: plain("isbn"),
    URL: plain("url") || (/https?:\/\/[^\s{}\\]+/.exec(how)?.[0] ?? ""),
    author: namesIn(said.get("author") ?? ""),
    editor: namesIn(said.get("editor") ?? ""),
    translator: namesIn(said.get("translator") ?? ""),
    issued: dateIn(said),
    accessed: readDate(plain("urldate")),
  });
}

function dateIn(said: ReadonlyMap<string, string>): unknown {
  const date = readDate(plainOf(said.get("date") ?? ""));
  if (date !== null) {
    return date;
  }
  const year = /-?\d{1,4}/.exec(plainOf(said.get("year") ?? ""))?.[0];
  if (year === undefined) {
    return null;
  }
  // “12 may”, “may # 12”, “5”.
  const month = plainOf(said.get("month") ?? "");
  const name = /[A-Za-z]{3,}/.exec(month)?.[0];
  const number = monthOf(name ?? month);
  const day = Number(plainOf(said.get("day") ?? "") || (name === undefined ? "" : (/\d{1,2}/.exec(month)?.[0] ?? "")));
  return { "date-parts": [[Number(year), ...(number === undefined ? [] : [number, ...(day >= 1 ? [day] : [])])]] };
}

/** Names that “and” joins. */
function namesIn(latex: string): readonly Name[] {
  return splitAt(latex, /\s+and\s+/y)
    .slice(0, 1_000)
    .flatMap((said) => nameFrom(said.trim()) ?? []);
}

/** The parts of `latex` between what `between` (sticky) finds outside of braces. */
function splitAt(latex: string, between: RegExp): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < latex.length; at++) {
    const sign = latex[at];
    if (sign === "\\") {
      at++;
    } else if (sign === "{") {
      depth++;
    } else if (sign === "}") {
      depth--;
    } else if (depth === 0 && (sign === "," || /\s/.test(sign ?? ""))) {
      between.lastIndex = at;
      const found = between.exec(latex);
      if (found !== null) {
        parts.push(latex.slice(start, at));
        start = at + found[0].length;
        at = start - 1;
      }
    }
  }
  parts.push(latex.slice(start));
  return parts;
}

function nameFrom(said: string): Name | null {
  if (said === "" || said.toLowerCase() === "others") {
    return null;
  }
  if (/^\{[^{}]*\}$/.test(said)) {
    return { literal: plainOf(said) };
  }
  const parts = splitAt(said, /,/y).map((part) => part.trim());
  if (parts.length > 1) {
    const [last = "", second = "", third] = parts;
    const [particle, family] = withoutParticle(words(last), true);
    return named(particle, family, third ?? second, third === undefined ? "" : second);
  }
  const all = words(said);
  const firstSmall = all.findIndex((word, index) => index > 0 && isSmall(word));
  if (firstSmall === -1) {
    return named("", all.slice(-1).join(" "), all.slice(0, -1).join(" "), "");
  }
  const [particle, family] = withoutParticle(all.slice(firstSmall), true);
  return named(particle, family, all.slice(0, firstSmall).join(" "), "");
}

function words(said: string): readonly string[] {
  return splitAt(said, /[\s~]+/y).filter((word) => word !== "");
}

/** “van der Berg” as “van der” and “Berg”. */
function withoutParticle(all: readonly string[], keepsOne: boolean): readonly [particle: string, family: string] {
  let count = 0;
  while (count < all.length - (keepsOne ? 1 : 0) && isSmall(all[count] ?? "")) {
    count++;
  }
  return [all.slice(0, count).join(" "), all.slice(count).join(" ")];
}

function isSmall(word: string): boolean {
  const first = /\p{L}/u.exec(word.startsWith("{\\") ? plainOf(word) : word.replace(/^\\\S/, ""))?.[0] ?? "";
  return first !== "" && first !== first.toUpperCase();
}

function named(particle: string, family: string, given: string, suffix: string): Name | null {
  const plain = {
    particle: plainOf(particle),
    family: plainOf(family),
    given: plainOf(given),
    suffix: plainOf(suffix),
  };
  if (plain.family === "") {
    return plain.given === "" ? null : { literal: plain.given };
  }
  return {
    family: plain.family,
    ...(plain.given === "" ? {} : { given: plain.given }),
    ...(plain.suffix === "" ? {} : { suffix: plain.suffix }),
    ...(plain.particle === "" ? {} : { "non-dropping-particle": plain.particle }),
  };
}
