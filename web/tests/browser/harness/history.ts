/**
 * A document with a long history of single keystrokes.
 *
 * The recorded session `automerge-paper` (gzipped JSON of the editing-traces collection, one author), where the data
 * directory is next to the checkout or named by `CONSILIUM_TRACES`; otherwise a session of the same size made up from a
 * seed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";

/** Position, characters removed, text inserted. */
export type Edit = readonly [at: number, removed: number, inserted: string];

export interface History {
  readonly source: "recorded" | "generated";
  readonly edits: readonly Edit[];
  /** The text at the end, one paragraph a line. */
  readonly text: string;
}

/** Edits of a generated session: as many as the recorded one has. */
const GENERATED_EDITS = 259_778;

export function longHistory(): History {
  const named = process.env["CONSILIUM_TRACES"];
  const folder = named ?? fileURLToPath(new URL("../../../../../shared/data/traces", import.meta.url));
  const path = join(folder, "automerge-paper.json.gz");
  if (named === undefined && !existsSync(path)) {
    return generate(20261123);
  }
  const trace = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    readonly endContent: string;
    readonly txns: readonly { readonly patches: readonly Edit[] }[];
  };
  return { source: "recorded", edits: trace.txns.flatMap((each) => each.patches), text: trace.endContent };
}

/** Somebody who types on where they are, corrects a good third of it, and now and then goes elsewhere. */
function generate(seed: number): History {
  const random = generator(seed);
  const letters = "etaoin shrdlu cmfwyp";
  const edits: Edit[] = [];
  const text: string[] = [];
  let at = 0;
  while (edits.length < GENERATED_EDITS) {
    if (random() < 0.004) {
      at = Math.floor(random() * (text.length + 1));
    }
    if (at > 0 && random() < 0.3) {
      at--;
      text.splice(at, 1);
      edits.push([at, 1, ""]);
    } else {
      const letter = random() < 0.012 ? "\n" : (letters[Math.floor(random() * letters.length)] ?? "e");
      text.splice(at, 0, letter);
      edits.push([at, 0, letter]);
      at++;
    }
  }
  return { source: "generated", edits, text: text.join("") };
}

/** Mulberry32: small, seeded, the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Paragraph {
  readonly element: Y.XmlElement;
  readonly text: Y.XmlText;
}

/** Writes the history into a document as the editor would: a paragraph a line, an edit a transaction. */
export class Writer {
  readonly doc = new Y.Doc();
  readonly #body = this.doc.getXmlFragment("body");
  readonly #paragraphs: Paragraph[] = [];

  constructor() {
    this.#insertParagraph(0, "");
  }

  write(edits: readonly Edit[]): void {
    for (const [at, removed, inserted] of edits) {
      this.doc.transact(() => {
        for (let left = removed; left > 0; left--) {
          this.#removeOne(at);
        }
        let position = at;
        for (const character of inserted.split("")) {
          this.#insertOne(position, character);
          position++;
        }
      });
    }
  }

  #insertOne(at: number, character: string): void {
    const { index, offset, paragraph } = this.#locate(at);
    if (character === "\n") {
      const rest = paragraph.text.toString().slice(offset);
      paragraph.text.delete(offset, rest.length);
      this.#insertParagraph(index + 1, rest);
    } else {
      paragraph.text.insert(offset, character);
    }
  }

  #removeOne(at: number): void {
    const { index, offset, paragraph } = this.#locate(at);
    const next = this.#paragraphs[index + 1];
    if (offset < paragraph.text.length) {
      paragraph.text.delete(offset, 1);
    } else if (next !== undefined) {
      const rest = next.text.toString();
      this.#paragraphs.splice(index + 1, 1);
      this.#body.delete(index + 1, 1);
      if (rest !== "") {
        paragraph.text.insert(offset, rest);
      }
    }
  }

  #locate(at: number): { readonly index: number; readonly offset: number; readonly paragraph: Paragraph } {
    let start = 0;
    for (const [index, paragraph] of this.#paragraphs.entries()) {
      const { length } = paragraph.text;
      if (at <= start + length) {
        return { index, offset: at - start, paragraph };
      }
      start += length + 1;
    }
    throw new RangeError(`no position ${at}`);
  }

  #insertParagraph(index: number, content: string): void {
    const element = new Y.XmlElement("paragraph");
    const text = new Y.XmlText(content);
    element.insert(0, [text]);
    this.#body.insert(index, [element]);
    this.#paragraphs.splice(index, 0, { element, text });
  }
}
