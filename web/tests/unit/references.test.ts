/** Reading files of references, finding what is there twice, and keeping what several people wrote in one. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { readBibtex } from "../../src/references/bibtex.ts";
import { readCslJson } from "../../src/references/csl-json.ts";
import { bringIn, formatOf, ImportError, planImport } from "../../src/references/importing.ts";
import { type Item, itemOf, shortNameOf } from "../../src/references/item.ts";
import { plainOf } from "../../src/references/latex.ts";
import {
  addReferences,
  changeReference,
  newReferenceId,
  readLibrary,
  referencesOf,
  removeReference,
  restoreReference,
  setCitationStyle,
} from "../../src/references/library.ts";
import { readRis } from "../../src/references/ris.ts";

const BIBTEX =
  String.raw`
Some words before the first entry, with an address: ada@example.org.
@string{cc = "Critical Care"}
@STRING(spr = {Springer})
@preamble{"\newcommand{\x}{y}"}
@comment{ @article{not, title = {Read}} }

@article{zimmer2020,
  author  = {Zimm{\"e}r, Anna and van der Berg, Jan and {World Health Organization} and \'{A}lvaro Ru{\'\i}z},
  title   = {Early {A}ntibiotics in Sepsis: 10\% of {\ss}tudies --- a ` +
  "``review''" +
  `},
  journal = cc # " Medicine",
  volume  = 12, number = {3}, pages = {101--109},
  year    = 2020, month = may,
  doi     = {https://doi.org/10.1000/CC.12},
  pmid    = {32000001},
}

@book{adler,
  editor = "Carl Adler and others",
  title = "Shock {and "its" treatment}", % a comment
  publisher = spr, address = {Berlin}, date = {2018-03-04}, isbn = {978-3-16-148410-0}
}

@inproceedings(round, title = {Round brackets}, booktitle = {Proc. of X}, year = {1999}, author = {Jr. Smith, III, John})
`;

test("BibTeX with macros, accents, braces, quotes and comments is read as it is meant", () => {
  const { found, problems } = readBibtex(BIBTEX);
  expect(problems).toEqual([]);
  expect(found.map(({ line }) => line)).toEqual([8, 18, 24]);
  expect(found[0]?.item).toEqual({
    type: "article-journal",
    title: "Early Antibiotics in Sepsis: 10% of ßtudies — a “review”",
    "container-title": "Critical Care Medicine",
    volume: "12",
    issue: "3",
    page: "101-109",
    DOI: "10.1000/CC.12",
    PMID: "32000001",
    author: [
      { family: "Zimmër", given: "Anna" },
      { family: "Berg", given: "Jan", "non-dropping-particle": "van der" },
      { literal: "World Health Organization" },
      { family: "Ruíz", given: "Álvaro" },
    ],
    issued: { "date-parts": [[2020, 5]] },
  });
  expect(found[1]?.item).toEqual({
    type: "book",
    title: 'Shock and "its" treatment',
    publisher: "Springer",
    "publisher-place": "Berlin",
    ISBN: "978-3-16-148410-0",
    editor: [{ family: "Adler", given: "Carl" }],
    issued: { "date-parts": [[2018, 3, 4]] },
  });
  expect(found[2]?.item.author).toEqual([{ family: "Jr. Smith", given: "John", suffix: "III" }]);
});

test("what is broken in BibTeX is named by its line, and the rest is read", () => {
  const text = [
    "@article{good, title = {One}}",
    "@article{broken, title {no sign}}",
    "@article{also-good, title = {Two}, journal = unheard}",
    "@article{empty, year = 2001}",
    `@article{deep, title = {${"{".repeat(60)}x${"}".repeat(60)}}}`,
    "@book{last, title = {Three}}",
    "@article{unfinished, title = {Never",
  ].join("\n");
  const { found, problems } = readBibtex(text);
  expect(found.map(({ item }) => item.title)).toEqual(["One", "Two", "Three"]);
  expect(problems).toEqual([
    { line: 2, why: "malformed", about: "broken" },
    { line: 3, why: "unknown-abbreviation", about: "unheard" },
    { line: 4, why: "nothing-to-cite", about: "empty" },
    { line: 5, why: "too-deep", about: "deep" },
    { line: 7, why: "unfinished", about: "unfinished" },
  ]);
});

test.each([
  [String.raw`M{\"u}ller \& S\o{}n`, "Müller & Søn"],
  [String.raw`\v{C}apek, Dvo\v r\'ak, \c{S}en, Erd\H{o}s, \L{}ukasz`, "Čapek, Dvořák, Şen, Erdős, Łukasz"],
  [String.raw`TNF-$\alpha$ \emph{in vivo}, 5--10~mg`, "TNF-α in vivo, 5–10 mg"],
  [String.raw`\textbf{bold \textit{both}} \unknown text`, "bold both text"],
  [String.raw`ends with \ `, "ends with"],
  [String.raw`\'`, "'"],
])("LaTeX %s reads %s", (latex, plain) => {
  expect(plainOf(latex)).toBe(plain);
});

const RIS = `TY  - JOUR
AU  - Zimmer, Anna
AU  - Okafor, Ben, Jr.
TI  - Early antibiotics in
  sepsis
JF  - Critical Care Medicine
JA  - Crit Care Med
PY  - 2020
DA  - 2020/05/12/
VL  - 12
IS  - 3
SP  - 101
EP  - 109
DO  - 10.1000/cc.12
UR  - https://example.org/12
N1  - PMID: 32000001
ER  - 

TY  - CHAP
A1  - Adler C
T1  - Shock
T2  - Handbook of care
A2  - Berg, Jan
PB  - Springer
CY  - Berlin
Y1  - 2018///
SP  - 3-14
SN  - 978-3-16-148410-0
ER  -
`;

test("RIS of reference managers and databases is read as it is meant", () => {
  const { found, problems } = readRis(RIS);
  expect(problems).toEqual([]);
  expect(found.map(({ line }) => line)).toEqual([1, 19]);
  expect(found[0]?.item).toEqual({
    type: "article-journal",
    title: "Early antibiotics in sepsis",
    "container-title": "Critical Care Medicine",
    "container-title-short": "Crit Care Med",
    volume: "12",
    issue: "3",
    page: "101-109",
    DOI: "10.1000/cc.12",
    PMID: "32000001",
    URL: "https://example.org/12",
    author: [
      { family: "Zimmer", given: "Anna" },
      { family: "Okafor", given: "Ben", suffix: "Jr." },
    ],
    issued: { "date-parts": [[2020, 5, 12]] },
  });
  expect(found[1]?.item).toEqual({
    type: "chapter",
    title: "Shock",
    "container-title": "Handbook of care",
    publisher: "Springer",
    "publisher-place": "Berlin",
    page: "3-14",
    ISBN: "978-3-16-148410-0",
    author: [{ family: "Adler", given: "C." }],
    editor: [{ family: "Berg", given: "Jan" }],
    issued: { "date-parts": [[2018]] },
  });
});

test.each([
  // MEDLINE by way of Ovid.
  ["TY  - JOUR\nDB  - Ovid MEDLINE(R)\nAN  - 31234567\nTI  - A\nPY  - 2019\nER  - \n", { PMID: "31234567" }],
  // Embase numbers its own records.
  ["TY  - JOUR\nDB  - Embase\nAN  - 2001234567\nTI  - A\nM3  - 10.1000/x.1\nER  - \n", { DOI: "10.1000/x.1" }],
  // Web of Science.
  ["TY  - JOUR\nAN  - WOS:000012345\nTI  - A\nT2  - J\nER  -\n", { "container-title": "J" }],
  // Cochrane, with the year apart, and windows' line ends.
  ["TY  - JOUR\r\nTI  - A\r\nJO  - Cochrane\r\nY1  - 2021\r\nER  - \r\n", { issued: { "date-parts": [[2021]] } }],
  // PubMed's address.
  ["TY  - JOUR\nTI  - A\nUR  - https://pubmed.ncbi.nlm.nih.gov/31234567/\nER  - ", { PMID: "31234567" }],
])("a dialect of RIS is understood", (text, expected) => {
  const { found, problems } = readRis(text);
  expect(problems).toEqual([]);
  expect(found[0]?.item).toMatchObject({ title: "A", ...expected });
});

test("what is broken in RIS is named by its line, and the rest is read", () => {
  const { found, problems } = readRis(
    "junk\nmore junk\nTY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \nTY  - JOUR\nER  - \n",
  );
  expect(found.map(({ item }) => item.title)).toEqual(["One", "Two"]);
  expect(problems.map(({ line, why }) => [line, why])).toEqual([
    [1, "malformed"],
    [3, "unfinished"],
    [8, "nothing-to-cite"],
  ]);
});

test("CSL-JSON is read item by item, each with its line", () => {
  const text = `[
  {"id": "a", "type": "article-journal", "title": "One <i>E. coli</i>", "issued": {"date-parts": [["2020", 5]]}},
  {"id": "b", "note": "nothing"},
  [1],
  {"id": "c", "title": "Two \\" ] [", "URL": "javascript:alert(1)", "DOI": "no doi",
   "author": [{"family": "A", "given": 5}, 7, null, {"literal": "WHO"}]}
]`;
  const { found, problems } = readCslJson(text);
  expect(found.map(({ line }) => line)).toEqual([2, 5]);
  expect(found[0]?.item).toMatchObject({ title: "One E. coli", issued: { "date-parts": [[2020, 5]] } });
  expect(found[1]?.item).toEqual({
    type: "document",
    title: 'Two " ] [',
    author: [{ family: "A" }, { literal: "WHO" }],
  });
  expect(problems).toEqual([
    { line: 3, why: "nothing-to-cite", about: "b" },
    { line: 4, why: "malformed", about: "" },
  ]);
  expect(readCslJson("[1,\n2,").problems).toMatchObject([{ why: "malformed" }]);
  expect(readCslJson('{"title": "Alone"}').found).toHaveLength(1);
});

test.each([
  ["refs.bib", "", "bibtex"],
  ["", "@article{a, title={b}}", "bibtex"],
  ["", "\ufeffTY  - JOUR\n", "ris"],
  ["x.json", " [{}]", "csl-json"],
  ["letter.txt", "Dear colleague, write to ada@example.org", null],
])("the format of “%s” %j is %s", (name, text, format) => {
  expect(formatOf(text, name)).toBe(format);
});

const item = (fields: Readonly<Record<string, unknown>>): Item => {
  const made = itemOf({ type: "article-journal", ...fields });
  if (made === null) {
    throw new Error("no item");
  }
  return made;
};

const year = { "date-parts": [[2020]] };

test("the same publication is found by DOI, by PubMed’s number, and by title and year", () => {
  const doc = new Y.Doc();
  addReferences(doc, [
    item({ title: "By DOI", DOI: "10.1000/ABC" }),
    item({ title: "By number", PMID: "123" }),
    item({ title: "Été: early antibiotics", issued: year }),
    item({ title: "Two parts", DOI: "10.1000/part1", issued: year }),
  ]);
  const { items } = readLibrary(doc);
  const file = JSON.stringify([
    { title: "Otherwise called", DOI: "https://doi.org/10.1000/abc" },
    { title: "Also", PMID: "PMID: 0123" },
    { title: "ETE early   antibiotics!", issued: year },
    { title: "Two parts", DOI: "10.1000/part2", issued: year },
    { title: "New", issued: year },
    { title: "new", issued: year },
  ]);
  const plan = planImport(file, "", items);
  expect(plan.fresh.map(({ item: { title } }) => title)).toEqual(["Two parts", "New"]);
  expect(plan.same.map(({ sameAs }) => sameAs.by)).toEqual(["doi", "pmid", "title", "title"]);
  expect(plan.same.at(-1)?.sameAs).toEqual({ line: 1, by: "title" });
});

test("of what is there already empty fields are filled, both are kept, or it is left out, by choice", () => {
  const doc = new Y.Doc();
  const [first] = addReferences(doc, [item({ title: "Here", DOI: "10.1000/a", volume: "1" })]);
  const file = JSON.stringify([{ title: "There", DOI: "10.1000/a", volume: "2", issue: "7" }]);
  const plan = (): ReturnType<typeof planImport> => planImport(file, "", readLibrary(doc).items);
  expect(bringIn(doc, plan(), () => "skip")).toBe(0);
  expect(readLibrary(doc).items.size).toBe(1);
  expect(bringIn(doc, plan(), () => "fill")).toBe(0);
  expect([...readLibrary(doc).items]).toEqual([
    [first, item({ title: "Here", DOI: "10.1000/a", volume: "1", issue: "7" })],
  ]);
  expect(bringIn(doc, plan(), () => "keep")).toBe(1);
  expect(readLibrary(doc).items.size).toBe(2);
});

test("references stand in the order in which they came", () => {
  const doc = new Y.Doc();
  const titles = Array.from({ length: 200 }, (_, at) => `Part ${at}`);
  addReferences(
    doc,
    titles.map((title) => item({ title })),
  );
  expect([...readLibrary(doc).items.values()].map(({ title }) => title)).toEqual(titles);
});

test("too much, and what is none of it, is refused whole", () => {
  const none = new Map();
  const why = (text: string): string => {
    try {
      planImport(text, "", none);
      return "read";
    } catch (error) {
      return error instanceof ImportError ? error.why : "broken";
    }
  };
  expect(why(`[${"x".repeat(5 * 1024 * 1024)}]`)).toBe("too-large");
  expect(why(JSON.stringify(Array.from({ length: 5_001 }, (_, at) => ({ title: String(at) }))))).toBe("too-many");
  expect(why("Dear colleague,")).toBe("unknown-format");
  expect(why("[]")).toBe("nothing-found");
});

/** Two people with the same document, each without the other. */
function two(): readonly [Y.Doc, Y.Doc] {
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  return docs;
}

function meet(one: Y.Doc, other: Y.Doc): void {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other));
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
}

test("two who mend one reference at once keep each other’s fields", () => {
  const [ada, ben] = two();
  const [id] = addReferences(ada, [item({ title: "Erly", volume: "1", author: [{ family: "Zimmer" }] })]);
  meet(ada, ben);
  if (id === undefined) {
    throw new Error("none added");
  }
  const before = readLibrary(ada).items.get(id);
  if (before === undefined) {
    throw new Error("not there");
  }
  changeReference(ada, id, before, { ...before, title: "Early" });
  changeReference(ben, id, before, { ...before, volume: "2", DOI: "10.1000/b" });
  setCitationStyle(ben, "author-date");
  meet(ada, ben);
  for (const doc of [ada, ben]) {
    const { items, style } = readLibrary(doc);
    expect(items.get(id)).toEqual({ ...before, title: "Early", volume: "2", DOI: "10.1000/b" });
    expect(style).toBe("author-date");
  }
});

test("what one removes while another mends it comes back mended", () => {
  const [ada, ben] = two();
  const [id] = addReferences(ada, [item({ title: "Shock" })]);
  meet(ada, ben);
  if (id === undefined) {
    throw new Error("none added");
  }
  removeReference(ada, id);
  changeReference(ben, id, item({ title: "Shock" }), item({ title: "Shock and its treatment" }));
  meet(ada, ben);
  expect(readLibrary(ben).items.size).toBe(0);
  expect(readLibrary(ben).removed.get(id)?.title).toBe("Shock and its treatment");
  restoreReference(ben, id);
  expect(readLibrary(ben).items.get(id)?.title).toBe("Shock and its treatment");
});

test("what another program writes among the references is passed over", () => {
  const doc = new Y.Doc();
  const map = referencesOf(doc);
  const id = newReferenceId();
  map.set(id, { title: "Good", type: 7, author: "no list", __proto__: { evil: true } });
  map.set("no id", { title: "Bad" });
  map.set(newReferenceId(), "text");
  map.set(newReferenceId(), new Y.Map());
  map.set(`${id}/title`, { nested: [1] });
  map.set(`${id}/evil`, "x");
  map.set(`${id}/removed`, "yes");
  map.set("style", 3);
  const { items, removed, style } = readLibrary(doc);
  expect([...items.values()]).toEqual([{ type: "document", title: "Good" }]);
  expect(removed.size).toBe(0);
  expect(style).toBe("numbered");
});

test.each([
  [{ title: "T", author: [{ family: "Zimmer" }], issued: year }, "Zimmer 2020"],
  [{ title: "T", author: [{ family: "A" }, { family: "B", "non-dropping-particle": "van" }] }, "A & van B"],
  [{ title: "T", author: [{ family: "A" }, { family: "B" }, { literal: "WHO" }], issued: year }, "A et al. 2020"],
  [
    { title: "A title that is much too long to stand in the middle of a line" },
    "A title that is much too long to stand…",
  ],
])("%j is called “%s”", (fields, called) => {
  expect(shortNameOf(item(fields))).toBe(called);
});
