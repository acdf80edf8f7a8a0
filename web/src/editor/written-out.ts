/**
 * A text whose citations are written out as words, with the list of references behind it: for files, which other programs read.
 *
 * The places of what is said about the text move along. Without anybody who formats, each citation is its label.
 */
import { Fragment, type Mark, type Node, type Schema } from "@tiptap/pm/model";
import { Transform } from "@tiptap/pm/transform";
import { plainCitation } from "./citation.ts";
import { citationsIn } from "./citations.ts";
import { isSafeAddress } from "./formats/addresses.ts";

/** A piece of formatted text. */
export interface WrittenPiece {
  readonly text: string;
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly raised?: boolean;
  readonly lowered?: boolean;
  readonly href?: string;
}

/** How the citations of a text are written, in their order, and the list. */
export interface WrittenCitations {
  readonly citations: readonly (readonly WrittenPiece[])[];
  /** What the list is called. */
  readonly heading: string;
  /** With what stands before each, if anything does. */
  readonly references: readonly { readonly label: string; readonly text: readonly WrittenPiece[] }[];
}

export interface WrittenOut {
  readonly body: Node;
  /** Where a place of the text is now; `side` is that of what is put in there. */
  readonly placeOf: (place: number, side: -1 | 1) => number;
}

/** Writes the citations of `body` out; `said` is `null` where nobody formats them. */
export function writeOut(body: Node, said: WrittenCitations | null): WrittenOut {
  const { schema } = body.type;
  const transform = new Transform(body);
  const citations = citationsIn(body);
  for (const [index, { at }] of [...citations.entries()].reverse()) {
    const node = body.nodeAt(at);
    if (node === null) {
      continue;
    }
    const pieces = said?.citations[index] ?? [];
    const words = pieces.length === 0 ? [{ text: plainCitation(node) }] : pieces;
    transform.replaceWith(at, at + node.nodeSize, textOf(words, schema, node.marks));
  }
  if (said !== null && said.references.length > 0) {
    transform.insert(transform.doc.content.size, listOf(said, schema));
  }
  return { body: transform.doc, placeOf: (place, side) => transform.mapping.map(place, side) };
}

function textOf(pieces: readonly WrittenPiece[], schema: Schema, around: readonly Mark[]): Fragment {
  return Fragment.fromArray(
    pieces
      .filter(({ text }) => text !== "")
      .map((piece) => {
        const mark = (name: string, isOn: boolean | undefined, attrs?: Record<string, unknown>): readonly Mark[] =>
          isOn === true ? [schema.mark(name, attrs)] : [];
        const isLink = piece.href !== undefined && isSafeAddress(piece.href);
        const marks = [
          ...mark("italic", piece.italic),
          ...mark("bold", piece.bold),
          ...mark("superscript", piece.raised),
          ...mark("subscript", piece.lowered),
          ...mark("link", isLink, { href: piece.href }),
        ];
        return schema.text(
          piece.text,
          marks.reduce((set, each) => each.addToSet(set), around),
        );
      }),
  );
}

function listOf({ heading, references }: WrittenCitations, schema: Schema): readonly Node[] {
  const paragraph = (pieces: readonly WrittenPiece[]): Node =>
    schema.node("paragraph", null, textOf(pieces, schema, []));
  // “1.”, “2.” and so on are what an ordered list says by itself.
  const isNumbered = references.every(({ label }, index) => label === `${index + 1}.`);
  const entries = isNumbered
    ? [
        schema.node(
          "orderedList",
          null,
          references.map(({ text }) => schema.node("listItem", null, [paragraph(text)])),
        ),
      ]
    : references.map(({ label, text }) => paragraph(label === "" ? text : [{ text: `${label} ` }, ...text]));
  return [schema.node("heading", { level: 2 }, [schema.text(heading)]), ...entries];
}
