/**
 * A document as a Word file (Office Open XML, ECMA-376): text, discussion, and what was changed since an earlier state.
 *
 * Everything happens on this device. The parts are made here and not by a library: see docs/adr/0035-word.md.
 */
import type { PastText } from "../past/index.ts";
import { writeOut } from "../written-out.ts";
import { BodyWriter, Links } from "./body.ts";
import { Changes, type Since } from "./changes.ts";
import { Numbering } from "./numbering.ts";
import { Remarks, type WordThread, wordTime } from "./remarks.ts";
import { Styles } from "./styles.ts";
import { NAMESPACES, OWN_APPLICATION, RELATIONSHIP, RELATIONSHIPS } from "./vocabulary.ts";
import { element, escaped, xmlDocument } from "./xml.ts";
import { type Bytes, writeZip } from "./zip.ts";

export const WORD_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

export interface WordOptions {
  /** Of the words (BCP 47), for spelling and reading aloud. */
  readonly language: string;
  /** Whose text it is. */
  readonly authors: readonly string[];
  /** When it is written, in milliseconds since the epoch. */
  readonly at: number;
  readonly threads: readonly WordThread[];
  /** The earlier state that changes are shown against; `null` for none. */
  readonly since: Since | null;
}

/** The bytes of a `.docx` file. */
export async function writeWord(given: PastText, asked: WordOptions): Promise<Bytes> {
  const { text, options } = withoutCitations(given, asked);
  const styles = new Styles(options.language);
  const numbering = new Numbering();
  const remarks = new Remarks(options.threads, text.body);
  const changes = new Changes(options.since, text);
  const writer = new BodyWriter({ styles, numbering, remarks, changes });
  const body = writer.write(text.title, text.body);
  const parts: Part[] = [
    { name: "styles", xml: styles.xml() },
    { name: "numbering", xml: numbering.xml() },
    { name: "settings", xml: settings() },
  ];
  if (!remarks.isEmpty) {
    parts.push({ name: "comments", xml: remarks.xml() }, { name: "commentsExtended", xml: remarks.threadsXml() });
  }
  const encoder = new TextEncoder();
  return await writeZip(
    [
      ["[Content_Types].xml", contentTypes(parts)],
      ["_rels/.rels", packageRelationships()],
      ["word/document.xml", documentOf(body)],
      ["word/_rels/document.xml.rels", documentRelationships(parts, writer.links.targets)],
      ...parts.map(({ name, xml }) => [`word/${name}.xml`, xml] as const),
      ["docProps/core.xml", coreProperties(text.title, options)],
      ["docProps/app.xml", appProperties()],
    ].map(([name = "", xml = ""]) => ({ name, bytes: encoder.encode(xml) })),
  );
}

/** Word knows none of ours: those that nobody has written out yet are their labels. */
function withoutCitations(
  text: PastText,
  options: WordOptions,
): { readonly text: PastText; readonly options: WordOptions } {
  const { body, placeOf } = writeOut(text.body, null);
  const { since } = options;
  const threads = options.threads.map((thread) => ({
    ...thread,
    range: thread.range && { from: placeOf(thread.range.from, 1), to: placeOf(thread.range.to, -1) },
  }));
  const before = since && { ...since, text: { ...since.text, body: writeOut(since.text.body, null).body } };
  return { text: { ...text, body }, options: { ...options, threads, since: before } };
}

interface Part {
  readonly name: "styles" | "numbering" | "settings" | "comments" | "commentsExtended";
  readonly xml: string;
}

function documentOf(body: string): string {
  // A4 with margins of an inch, in twentieths of a point.
  const page = element(
    "w:sectPr",
    {},
    element("w:pgSz", { "w:w": 11906, "w:h": 16838 }),
    element("w:pgMar", {
      "w:top": 1440,
      "w:right": 1440,
      "w:bottom": 1440,
      "w:left": 1440,
      "w:header": 708,
      "w:footer": 708,
      "w:gutter": 0,
    }),
  );
  return xmlDocument(element("w:document", NAMESPACES, element("w:body", {}, body, page)));
}

function settings(): string {
  const setting = element("w:compatSetting", {
    "w:name": "compatibilityMode",
    "w:uri": "http://schemas.microsoft.com/office/word",
    "w:val": 15,
  });
  return xmlDocument(element("w:settings", NAMESPACES, element("w:compat", {}, setting)));
}

const WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml";

function contentTypes(parts: readonly Part[]): string {
  const override = (part: string, type: string): string => element("Override", { PartName: part, ContentType: type });
  return xmlDocument(
    element(
      "Types",
      { xmlns: "http://schemas.openxmlformats.org/package/2006/content-types" },
      element("Default", {
        Extension: "rels",
        ContentType: "application/vnd.openxmlformats-package.relationships+xml",
      }),
      element("Default", { Extension: "xml", ContentType: "application/xml" }),
      override("/word/document.xml", `${WORD_TYPE}.document.main+xml`),
      ...parts.map(({ name }) => override(`/word/${name}.xml`, `${WORD_TYPE}.${name}+xml`)),
      override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
      override("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ),
  );
}

function packageRelationships(): string {
  return relationships([
    ["main", `${RELATIONSHIP}/officeDocument`, "word/document.xml"],
    [
      "core",
      "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
      "docProps/core.xml",
    ],
    ["app", `${RELATIONSHIP}/extended-properties`, "docProps/app.xml"],
  ]);
}

function documentRelationships(parts: readonly Part[], links: readonly string[]): string {
  return relationships([
    ...parts.map(({ name }): Relationship => {
      const type =
        name === "commentsExtended"
          ? "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
          : `${RELATIONSHIP}/${name}`;
      return [name, type, `${name}.xml`];
    }),
    ...links.map((target, index): Relationship => [Links.idOf(index), `${RELATIONSHIP}/hyperlink`, target, "External"]),
  ]);
}

type Relationship = readonly [id: string, type: string, target: string, mode?: "External"];

function relationships(all: readonly Relationship[]): string {
  return xmlDocument(
    element(
      "Relationships",
      { xmlns: RELATIONSHIPS },
      ...all.map(([id, type, target, mode]) =>
        element("Relationship", { Id: id, Type: type, Target: target, TargetMode: mode }),
      ),
    ),
  );
}

function coreProperties(title: string, { authors, at, language }: WordOptions): string {
  const names = escaped(authors.join("; "));
  const time = (name: string): string => element(name, { "xsi:type": "dcterms:W3CDTF" }, wordTime(at));
  return xmlDocument(
    element(
      "cp:coreProperties",
      {
        "xmlns:cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        "xmlns:dcterms": "http://purl.org/dc/terms/",
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
      },
      element("dc:title", {}, escaped(title)),
      element("dc:creator", {}, names),
      element("cp:lastModifiedBy", {}, escaped(authors[0] ?? "")),
      time("dcterms:created"),
      time("dcterms:modified"),
      element("dc:language", {}, language),
    ),
  );
}

function appProperties(): string {
  const namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
  return xmlDocument(element("Properties", { xmlns: namespace }, element("Application", {}, OWN_APPLICATION)));
}
