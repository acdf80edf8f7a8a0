/**
 * Reads RIS, as PubMed’s and Embase’s tools, Web of Science, Scopus, Cochrane, EndNote, Zotero and publishers write it.
 *
 * A record begins with `TY` and ends with `ER`; each line is a tag of two signs, a hyphen and a value. What has no tag goes on
 * with the line before. Databases differ in which tag holds the journal and how they write days; the fullest wins.
 */
import { type Item, type ItemType, itemOf, type Name, readDate } from "./item.ts";
import type { Found, Problem, Reading } from "./reading.ts";

const LINE = /^\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$/;

const TYPES: Readonly<Record<string, ItemType>> = {
  JOUR: "article-journal",
  JFULL: "article-journal",
  EJOUR: "article-journal",
  MGZN: "article-journal",
  NEWS: "article-journal",
  INPR: "article-journal",
  ABST: "article-journal",
  BOOK: "book",
  EBOOK: "book",
  EDBOOK: "book",
  SER: "book",
  CHAP: "chapter",
  ECHAP: "chapter",
  ENCYC: "chapter",
  CONF: "paper-conference",
  CPAPER: "paper-conference",
  RPRT: "report",
  STAND: "report",
  GOVDOC: "report",
  THES: "thesis",
  ELEC: "webpage",
  BLOG: "webpage",
  STAT: "legislation",
  BILL: "legislation",
  LEGAL: "legislation",
  DATA: "dataset",
  COMP: "software",
  MANSCPT: "manuscript",
  UNPB: "manuscript",
  PAT: "patent",
};

/** The values of a record by tag, in order. */
type Tags = Map<string, string[]>;

interface Open {
  readonly line: number;
  readonly tags: Tags;
  last: string | null;
}

export function readRis(text: string): Reading {
  const found: Found[] = [];
  const problems: Problem[] = [];
  let open: Open | null = null;
  const close = ({ line, tags }: Open): void => {
    const item = itemFrom(tags);
    if (item === null) {
      problems.push({ line, why: "nothing-to-cite", about: firstOf(tags, "ID", "AN").slice(0, 100) });
    } else {
      found.push({ line, item });
    }
  };
  let line = 0;
  let isInJunk = false;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line++;
    const [, tag, value = ""] = LINE.exec(raw.replace(/^\ufeff/, "")) ?? [];
    if (tag === "TY") {
      if (open !== null) {
        problems.push({ line: open.line, why: "unfinished", about: firstOf(open.tags, "TI", "T1").slice(0, 100) });
        close(open);
      }
      open = { line, tags: new Map([["TY", [value.trim()]]]), last: null };
      isInJunk = false;
    } else if (tag === "ER") {
      if (open !== null) {
        close(open);
      }
      open = null;
    } else if (open !== null && tag !== undefined) {
      const values = open.tags.get(tag) ?? [];
      values.push(value.trim());
      open.tags.set(tag, values);
      open.last = tag;
    } else if (open !== null && open.last !== null && raw.trim() !== "") {
      const values = open.tags.get(open.last);
      const at = (values?.length ?? 0) - 1;
      if (values !== undefined && values[at] !== undefined && values[at].length < 20_000) {
        values[at] = `${values[at]} ${raw.trim()}`;
      }
    } else if (raw.trim() !== "" && !isInJunk) {
      // Said once for what stands together.
      problems.push({ line, why: "malformed", about: raw.trim().slice(0, 60) });
      isInJunk = true;
    }
  }
  if (open !== null) {
    problems.push({ line: open.line, why: "unfinished", about: firstOf(open.tags, "TI", "T1").slice(0, 100) });
    close(open);
  }
  return { found, problems };
}

function firstOf(tags: Tags, ...names: readonly string[]): string {
  for (const name of names) {
    const value = tags.get(name)?.find((each) => each !== "");
    if (value !== undefined) {
      return value;
    }
  }
  return "";
}

function itemFrom(tags: Tags): Item | null {
  const first = (...names: readonly string[]): string => firstOf(tags, ...names);
  const type = TYPES[first("TY").toUpperCase()] ?? "document";
  const isPart = type === "chapter" || type === "paper-conference";
  const pages = [first("SP"), first("EP")].filter((page) => page !== "");
  const [start = "", end] = pages;
  const page = end === undefined || start.includes("-") || start === end ? start : `${start}-${end}`;
  // Where there is no journal, some tools put a series into the same tag.
  const container = type === "book" ? "" : first("JF", "T2", "BT", "JO", "JA", "J2");
  const doi = first("DO") || (/10\.\d{4,9}\/\S+/.exec(first("M3", "UR", "L3"))?.[0] ?? "");
  const said: Record<string, unknown> = {
    type,
    title: first("TI", "T1", "CT") || (type === "book" ? first("BT") : ""),
    "container-title": container,
    "container-title-short": container === first("JA", "J2") ? "" : first("JA", "J2"),
    "collection-title": type === "book" ? first("T2", "T3") : first("T3"),
    publisher: first("PB"),
    "publisher-place": first("CY", "PP"),
    volume: first("VL"),
    issue: type === "report" ? "" : first("IS", "CP"),
    number: type === "report" ? first("IS", "M1") : "",
    page: page || first("C7"),
    edition: first("ET"),
    language: first("LA"),
    DOI: doi,
    PMID: pmidOf(tags),
    PMCID: first("C2", "PM"),
    ISBN: type === "book" || isPart ? first("SN") : "",
    URL: first("UR", "L2", "LK"),
    author: namesIn(tags, type === "book" ? ["AU", "A1", "A2"] : ["AU", "A1"]),
    editor: namesIn(tags, isPart ? ["ED", "A2", "A3"] : ["ED"]),
    issued: readDate(first("PY")) ?? readDate(first("Y1")) ?? readDate(first("DA")),
  };
  const day = readDate(first("DA")) ?? readDate(first("Y1"));
  const issued = said["issued"] as { readonly "date-parts": readonly [readonly number[]] } | null;
  if (day !== null && issued !== null && day["date-parts"][0][0] === issued["date-parts"][0][0]) {
    // The year may stand by itself and the day beside it.
    said["issued"] = day["date-parts"][0].length > issued["date-parts"][0].length ? day : issued;
  }
  return itemOf(said);
}

/** PubMed’s number: in a tag of its own, or the number of the record where the database says that it is PubMed’s. */
function pmidOf(tags: Tags): string {
  const own = firstOf(tags, "AN", "ID");
  const labelled = /pmid:?\s*(\d{1,9})/i.exec([own, ...(tags.get("N1") ?? []), ...(tags.get("C2") ?? [])].join(" "));
  if (labelled !== null) {
    return labelled[1] ?? "";
  }
  const isPubmed = /pubmed|medline/i.test(`${firstOf(tags, "DB")} ${firstOf(tags, "DP")}`);
  const inAddress = /pubmed(?:\.ncbi\.nlm\.nih\.gov)?\/(\d{1,9})/.exec(
    [...tags.values()].flat().join(" ").slice(0, 20_000),
  );
  return isPubmed && /^\d{1,9}$/.test(own) ? own : (inAddress?.[1] ?? "");
}

function namesIn(tags: Tags, names: readonly string[]): readonly Name[] {
  return names.flatMap((name) => tags.get(name) ?? []).flatMap((said) => nameFrom(said) ?? []);
}

/** “Okafor, Ben, Jr.”, or “Okafor B”; else without a comma it is an organisation. */
function nameFrom(said: string): Name | null {
  const [family = "", given = "", suffix = ""] = said.split(",").map((part) => part.trim());
  if (family === "") {
    return null;
  }
  if (!said.includes(",")) {
    const [, name, initials] = /^(\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)?) (\p{Lu}{1,3})$/u.exec(family) ?? [];
    return name === undefined || initials === undefined
      ? { literal: family }
      : { family: name, given: [...initials].join(". ").concat(".") };
  }
  return { family, ...(given === "" ? {} : { given }), ...(suffix === "" ? {} : { suffix }) };
}
