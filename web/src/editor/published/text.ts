/**
 * A frozen text: canonical JSON that needs no CRDT, read into the editor's schema.
 *
 * The schema may know more or less than it did when the text was frozen. What it does not know loses its shape and keeps its
 * words; nothing that was signed is left out.
 */
import { Fragment, Node, type Schema } from "@tiptap/pm/model";
import { proseSchema } from "../schema.ts";

/** As much of JSON as stands in a text. */
export type Json = { readonly [key: string]: unknown };

/** A clinical question, by the names of its texts and registers. */
export interface FrozenQuestion {
  readonly id: string;
  readonly outcomes: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Frozen {
  readonly title: string;
  /** Blocks, as ProseMirror has them in JSON. */
  readonly blocks: readonly Json[];
  readonly questions: readonly FrozenQuestion[];
  /** What is cited, by the keys of the document’s map of references. */
  readonly references: Readonly<Record<string, unknown>>;
}

/** Reads what was frozen. @throws when it is not that */
export function parseFrozen(bytes: Uint8Array): Frozen {
  const whole = record(JSON.parse(new TextDecoder().decode(bytes)));
  const references = whole["references"];
  return {
    title: typeof whole["title"] === "string" ? whole["title"] : "",
    blocks: list(record(whole["body"])["content"]).map(record),
    references: references === undefined ? {} : record(references),
    questions: list(whole["questions"]).map((entry) => {
      const question = record(entry);
      return {
        id: String(question["id"]),
        outcomes: list(question["outcomes"]).map(String),
        texts: Object.fromEntries(
          Object.entries(record(question["texts"])).map(([name, said]) => [name, String(said)]),
        ),
        values: record(question["values"]),
      };
    }),
  };
}

function record(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("not a frozen text");
  }
  return value as Json;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A document of these blocks. */
export function documentOf(blocks: readonly Json[]): Node {
  const schema = proseSchema();
  const nodes = blocks.flatMap((block) => blockOf(schema, block));
  const empty = schema.nodes["paragraph"]?.create();
  return schema.topNodeType.create(null, nodes.length === 0 && empty !== undefined ? [empty] : nodes);
}

/** One block; as paragraphs of its words where the schema does not take it. */
function blockOf(schema: Schema, block: Json): readonly Node[] {
  try {
    const node = Node.fromJSON(schema, block);
    node.check();
    if (node.isBlock && schema.topNodeType.contentMatch.matchType(node.type) !== null) {
      return [node];
    }
  } catch {
    // Taken apart below.
  }
  const inner = list(block["content"]).map(record);
  const isLine = inner.some(({ type }) => type === "text" || schema.nodes[String(type)]?.isInline === true);
  if (!isLine && inner.length > 0) {
    return inner.flatMap((child) => blockOf(schema, child));
  }
  const said = wordsOf(block);
  const paragraph = schema.nodes["paragraph"];
  return said === "" || paragraph === undefined ? [] : [paragraph.create(null, Fragment.from(schema.text(said)))];
}

function wordsOf(node: Json): string {
  return typeof node["text"] === "string" ? node["text"] : list(node["content"]).map(record).map(wordsOf).join("");
}
