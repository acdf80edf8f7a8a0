/**
 * A Word file as HTML, to be read like everything else that comes from elsewhere: through `formats/html.ts`, whose
 * schema is a whitelist.
 *
 * Nothing in the file is run or fetched: only its words, their marks, lists, tables and links are looked at. Pictures
 * leave their descriptions. How large a file may become is bounded before and while it is unpacked (`zip.ts`), and long
 * files are read in turns, so that the page stays at hand.
 */
import { BlockReader } from "./blocks.ts";
import { attribute, child, childrenOf, PartError, parsePart, ReadNumbering, readLinks, readStyles } from "./parts.ts";
import { type Counted, DepthError, RunReader } from "./runs.ts";
import { htmlOf, twig } from "./tree.ts";
import { OWN_APPLICATION } from "./vocabulary.ts";
import { Archive, type Bytes, ZipError } from "./zip.ts";

export type WordFailure =
  /** No Word file, or one that is broken. */
  | "unreadable"
  /** With a password, or in the form of before 2007: both look alike from outside. */
  | "locked"
  /** It would become larger than is allowed. */
  | "swollen"
  | "too-deep";

export class WordError extends Error {
  readonly failure: WordFailure;

  constructor(failure: WordFailure) {
    super(`Word file not read: ${failure}`);
    this.name = "WordError";
    this.failure = failure;
  }
}

/** What the parts that are read may become together, in bytes: of a book of a thousand pages it is a third. */
export const INFLATED_BYTES_MAX = 32 * 1024 * 1024;

/** As much HTML as a text of the largest size has; see `FILE_BYTES_MAX`. */
const HTML_LENGTH_MAX = 8 * 1024 * 1024;

export interface ReadWord {
  readonly html: string;
  /** What the file says it is called. */
  readonly title: string | null;
  readonly counted: Readonly<Counted>;
}

/** Reads the bytes of a `.docx` file. Throws a `WordError`. */
export async function readWord(bytes: Bytes): Promise<ReadWord> {
  if (isCompoundFile(bytes)) {
    throw new WordError("locked");
  }
  try {
    return await read(new Archive(bytes, INFLATED_BYTES_MAX));
  } catch (error) {
    throw asWordError(error);
  }
}

function asWordError(error: unknown): unknown {
  if (error instanceof ZipError) {
    return new WordError(
      error.failure === "encrypted" ? "locked" : error.failure === "swollen" ? "swollen" : "unreadable",
    );
  }
  // The second is how an engine says that something was nested too deep for it.
  if (error instanceof DepthError || error instanceof RangeError) {
    return new WordError("too-deep");
  }
  return error instanceof PartError ? new WordError("unreadable") : error;
}

/** The container that Word used before 2007, and that it still puts encrypted files into. */
function isCompoundFile(bytes: Bytes): boolean {
  return [0xd0, 0xcf, 0x11, 0xe0].every((byte, index) => bytes[index] === byte);
}

async function read(archive: Archive): Promise<ReadWord> {
  const part = async (name: string): Promise<Element | null> => {
    const content = await archive.read(name);
    return content === null ? null : parsePart(textOf(content));
  };
  const path = await mainPart(part);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const beside = (name: string): Promise<Element | null> => part(`${folder}${name}`);
  const root = await part(path);
  const body = child(root, "body");
  if (body === null) {
    throw new WordError("unreadable");
  }
  const styles = readStyles(await beside("styles.xml"));
  const links = readLinks(await beside(`_rels/${path.slice(folder.length)}.rels`));
  const runs = new RunReader(styles, links);
  const isOwn = child(await part("docProps/app.xml"), "Application")?.textContent === OWN_APPLICATION;
  const reader = new BlockReader(runs, styles, new ReadNumbering(await beside("numbering.xml")), isOwn);
  const whole = twig("body");
  await reader.page(body, whole);
  if (runs.notes.length > 0) {
    reader.notes({ footnote: await beside("footnotes.xml"), endnote: await beside("endnotes.xml") }, whole);
  }
  const html = whole.children.map(htmlOf).join("");
  if (html.length > HTML_LENGTH_MAX) {
    throw new WordError("swollen");
  }
  const title = child(await part("docProps/core.xml"), "title")?.textContent.trim() ?? "";
  return { html, title: title === "" ? null : title, counted: runs.counted };
}

/** Where the text is: as the file says, else where it always is. */
async function mainPart(part: (name: string) => Promise<Element | null>): Promise<string> {
  const relation = childrenOf(await part("_rels/.rels"), "Relationship").find((each) =>
    (attribute(each, "Type") ?? "").endsWith("/officeDocument"),
  );
  return (attribute(relation ?? null, "Target") ?? "word/document.xml").replace(/^\//, "");
}

function textOf(bytes: Bytes): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new PartError();
  }
}
