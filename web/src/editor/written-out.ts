/**
 * A text whose citations and clinical questions are written out, with the questions that stand nowhere in it and the list of
 * references behind it: for files, which other programs read.
 *
 * The places of what is said about the text move along. Without anybody who formats, each citation is its label; without
 * anybody who knows the questions, each is its sign.
 */
import { Fragment, type Mark, type Node, type Schema } from "@tiptap/pm/model";
import { Transform } from "@tiptap/pm/transform";
import type { QuestionId } from "../sync/index.ts";
import { plainCitation } from "./citation.ts";
import { citationsIn } from "./citations.ts";
import { isSafeAddress } from "./formats/addresses.ts";
import { plainQuestion, questionsIn } from "./question.ts";

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

/** A block as ProseMirror has it in JSON. */
export type BlockJson = Readonly<Record<string, unknown>>;

/** What stands for the clinical questions of a text. */
export interface WrittenQuestions {
  /** For one at its place, with headings from `level` on; `id` is `null` where a block names none. */
  readonly at: (id: QuestionId | null, level: number) => readonly BlockJson[];
  /** For one that stands further up already. */
  readonly again: (id: QuestionId) => readonly BlockJson[];
  /** Behind the text: all others. */
  readonly rest: (placed: ReadonlySet<QuestionId>) => readonly BlockJson[];
}

/** The same words for every question of a text: for whoever sees none. */
export function unseenQuestions(words: string): WrittenQuestions {
  const said = [{ type: "paragraph", content: [{ type: "text", text: words }] }];
  return { at: () => said, again: () => said, rest: () => [] };
}

export interface WrittenOut {
  readonly body: Node;
  /** Where a place of the text is now; `side` is that of what is put in there. */
  readonly placeOf: (place: number, side: -1 | 1) => number;
}

/** Writes citations and questions of `body` out; `said` is `null` where nobody formats them, `questions` where nobody knows them. */
export function writeOut(
  body: Node,
  said: WrittenCitations | null,
  questions: WrittenQuestions | null = null,
): WrittenOut {
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
  writeQuestions(transform, questions);
  if (said !== null && said.references.length > 0) {
    transform.insert(transform.doc.content.size, listOf(said, schema));
  }
  return { body: transform.doc, placeOf: (place, side) => transform.mapping.map(place, side) };
}

/** How deep headings go. */
const LEVEL_MAX = 4;

function writeQuestions(transform: Transform, questions: WrittenQuestions | null): void {
  const { doc } = transform;
  const { schema } = doc.type;
  const made = (blocks: readonly BlockJson[]): readonly Node[] => blocks.map((block) => schema.nodeFromJSON(block));
  const placed = new Set<QuestionId>();
  const standing = questionsIn(doc).map(({ at, id }) => {
    const node = doc.nodeAt(at);
    const isAgain = id !== null && placed.has(id);
    if (id !== null) {
      placed.add(id);
    }
    if (questions === null) {
      return { at, blocks: node === null ? [] : [schema.node("paragraph", null, [schema.text(plainQuestion(node))])] };
    }
    return { at, blocks: made(isAgain ? questions.again(id) : questions.at(id, levelUnder(doc, at))) };
  });
  for (const { at, blocks } of standing.reverse()) {
    transform.replaceWith(at, at + 1, blocks);
  }
  const rest = questions === null ? [] : made(questions.rest(placed));
  if (rest.length > 0) {
    transform.insert(transform.doc.content.size, rest);
  }
}

/** The level of a heading that stands at `place`, under the one before it. */
function levelUnder(doc: Node, place: number): number {
  let level = 1;
  doc.forEach((node, at) => {
    if (at < place && node.type.name === "heading") {
      level = Number(node.attrs["level"]);
    }
  });
  return Math.min(LEVEL_MAX, level + 1);
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
