/**
 * What stands in the text of a document and is none: values, other shared types, nodes and marks without a place in
 * the schema.
 *
 * Any client can write into the same field in another form than this app does. The binding of the editor trusts the
 * form: some of it throws in the middle of everybody's transactions, some of it is deleted for everybody by merely
 * being looked at (I5). So the editor is bound only while nothing foreign is there; `readable` gives what can be shown
 * meanwhile, and `takeOut` makes a text of it again, when somebody decides so. Nodes that the schema knows in a place
 * where they cannot stand are not foreign: two people who edit at once can bring that about, and the binding mends it.
 */
import type { Node, Schema } from "@tiptap/pm/model";
import * as Y from "yjs";
import { BODY_FIELD } from "./body.ts";
import { proseSchema } from "./schema.ts";

/** Where blocks of text go that are nothing else. */
const PARAGRAPH = "paragraph";

/** The binding adds a hash to the name of a mark that can stand over itself. */
const MARK_HASH = /--[a-zA-Z0-9+/=]{8}$/;

/** Watches a document for foreign content in its text. Tells before the editor's binding gets to see a change. */
export class ForeignWatch {
  readonly #doc: Y.Doc;
  readonly #body: Y.XmlFragment;
  readonly #listeners = new Set<() => void>();
  #found = false;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    this.#body = doc.getXmlFragment(BODY_FIELD);
    this.#found = isForeignWithin(this.#body);
  }

  /** Whether something foreign is there. Kept up to date while anybody listens. */
  get found(): boolean {
    return this.#found;
  }

  /** Calls `listener` whenever that has changed. Returns the function that stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) {
      this.#doc.on("beforeObserverCalls", this.#look);
      this.#found = isForeignWithin(this.#body);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#doc.off("beforeObserverCalls", this.#look);
      }
    };
  };

  readonly #look = (transaction: Y.Transaction): void => {
    const found = this.#found ? isForeignWithin(this.#body) : this.#isBroughtBy(transaction);
    if (found !== this.#found) {
      this.#found = found;
      for (const listener of [...this.#listeners]) {
        listener();
      }
    }
  };

  /** Looks at what is new only: a text may be long, and this is asked at every letter. */
  #isBroughtBy(transaction: Y.Transaction): boolean {
    const isNew = (type: unknown): boolean => {
      const id = type instanceof Y.AbstractType ? type._item?.id : undefined;
      return id === undefined || id.clock >= (transaction.beforeState.get(id.client) ?? 0);
    };
    for (const type of transaction.changed.keys()) {
      if (this.#isInBody(type) && isForeignWithin(type, isNew)) {
        return true;
      }
    }
    return false;
  }

  #isInBody(type: unknown): boolean {
    for (let each = type; each instanceof Y.AbstractType; each = each._item?.parent) {
      if (each === this.#body) {
        return true;
      }
    }
    return false;
  }
}

/** The text without what is foreign: of that, the words alone, each piece of them a paragraph where blocks stand. */
export function readable(doc: Y.Doc): Node {
  const schema = proseSchema();
  const { topNodeType } = schema;
  const blocks = pieces(doc.getXmlFragment(BODY_FIELD)).flatMap((piece) => {
    const node = piece.kind === "element" ? nodeOf(piece.element, schema) : null;
    if (node !== null && topNodeType.contentMatch.matchType(node.type) !== null) {
      return [node];
    }
    return paragraphs(piece.kind === "element" ? wordsOf(piece.element) : piece.words, schema);
  });
  return topNodeType.createChecked(null, blocks.length === 0 ? [schema.node(PARAGRAPH)] : blocks);
}

/** Takes out what is foreign, for everybody. Its words stay, as `readable` shows them. One transaction. */
export function takeOut(doc: Y.Doc, origin?: unknown): void {
  const body = doc.getXmlFragment(BODY_FIELD);
  doc.transact(() => {
    // From the end, so that the places before stay what they are.
    for (const piece of pieces(body).reverse()) {
      if (piece.kind === "element" && isKnown(piece.element)) {
        clean(piece.element);
        continue;
      }
      const words = piece.kind === "element" ? wordsOf(piece.element) : piece.words;
      body.delete(piece.at, piece.length);
      if (words.trim() !== "") {
        const paragraph = new Y.XmlElement(PARAGRAPH);
        paragraph.insert(0, [new Y.XmlText(words)]);
        body.insert(piece.at, [paragraph]);
      }
    }
  }, origin);
}

/** A child of the body, or neighbouring letters that stand in it bare. */
type Piece = { readonly at: number; readonly length: number } & (
  | { readonly kind: "element"; readonly element: Y.XmlElement }
  | { readonly kind: "other"; readonly words: string }
);

function pieces(body: Y.XmlFragment): Piece[] {
  const found: Piece[] = [];
  const children = childrenOf(body);
  for (const [at, child] of children.entries()) {
    const last = found.at(-1);
    if (child instanceof Y.XmlElement) {
      found.push({ kind: "element", at, length: 1, element: child });
    } else if (typeof child === "string" && last?.kind === "other" && typeof children[at - 1] === "string") {
      found[found.length - 1] = { ...last, length: last.length + 1, words: last.words + child };
    } else {
      found.push({ kind: "other", at, length: 1, words: wordsOf(child) });
    }
  }
  return found;
}

/** Takes what is foreign out of an element that is not. */
function clean(element: Y.XmlElement): void {
  for (const [at, child] of [...childrenOf(element).entries()].reverse()) {
    if (child instanceof Y.XmlText) {
      cleanText(child);
    } else if (child instanceof Y.XmlElement && isKnown(child)) {
      clean(child);
    } else {
      element.delete(at, 1);
    }
  }
}

function cleanText(text: Y.XmlText): void {
  let at = text.length;
  for (const step of [...stepsOf(text)].reverse()) {
    const length = typeof step.insert === "string" ? step.insert.length : 1;
    at -= length;
    if (typeof step.insert !== "string") {
      text.delete(at, length);
      continue;
    }
    const unknown = Object.keys(step.attributes ?? {}).filter((name) => !isKnownMark(name));
    if (unknown.length > 0) {
      text.format(at, length, Object.fromEntries(unknown.map((name) => [name, null])));
    }
  }
}

/**
 * Whether something in `type` is foreign.
 *
 * @param isWorthALook - whether a type within has to be looked into; all have when it is left out
 */
function isForeignWithin(type: unknown, isWorthALook: (type: unknown) => boolean = () => true): boolean {
  if (type instanceof Y.XmlText) {
    return stepsOf(type).some(
      ({ insert, attributes }) =>
        typeof insert !== "string" || Object.keys(attributes ?? {}).some((name) => !isKnownMark(name)),
    );
  }
  if (!(type instanceof Y.XmlFragment)) {
    return true;
  }
  const isBody = !(type instanceof Y.XmlElement);
  return childrenOf(type).some((child) => {
    const isInPlace = child instanceof Y.XmlElement ? isKnown(child) : !isBody && child instanceof Y.XmlText;
    return !isInPlace || (isWorthALook(child) && isForeignWithin(child, isWorthALook));
  });
}

function isKnown({ nodeName }: Y.XmlElement): boolean {
  const { nodes, topNodeType } = proseSchema();
  return Object.hasOwn(nodes, nodeName) && nodeName !== topNodeType.name && nodeName !== "text";
}

function isKnownMark(name: string): boolean {
  return Object.hasOwn(proseSchema().marks, name.replace(MARK_HASH, ""));
}

/** An element as a node; `null` when that cannot be. */
function nodeOf(element: Y.XmlElement, schema: Schema): Node | null {
  if (!isKnown(element)) {
    return null;
  }
  const children = childrenOf(element).flatMap((child): readonly Node[] => {
    if (child instanceof Y.XmlElement) {
      const node = nodeOf(child, schema);
      return node === null ? [] : [node];
    }
    return child instanceof Y.XmlText ? textNodes(child, schema) : [];
  });
  try {
    // Throws for children that cannot stand in it.
    return schema.node(element.nodeName, element.getAttributes(), children);
  } catch {
    return null;
  }
}

function textNodes(text: Y.XmlText, schema: Schema): readonly Node[] {
  return stepsOf(text).flatMap(({ insert, attributes }) => {
    if (typeof insert !== "string" || insert === "") {
      return [];
    }
    const marks = Object.entries(attributes ?? {}).flatMap(([name, value]) =>
      isKnownMark(name) ? [schema.mark(name.replace(MARK_HASH, ""), isAttributes(value) ? value : null)] : [],
    );
    return [schema.text(insert, marks)];
  });
}

function paragraphs(words: string, schema: Schema): readonly Node[] {
  return words.trim() === "" ? [] : [schema.node(PARAGRAPH, null, [schema.text(words)])];
}

/** The words in a foreign piece, as far as it has any. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  if (value instanceof Y.Text) {
    return stepsOf(value)
      .map(({ insert }) => (typeof insert === "string" ? insert : ""))
      .join("");
  }
  return value instanceof Y.XmlElement ? childrenOf(value).map(wordsOf).join("") : "";
}

/** What stands in it, whatever the types of the library promise. */
function childrenOf(type: Y.XmlFragment): readonly unknown[] {
  return type.toArray();
}

function stepsOf(text: Y.Text): readonly { readonly insert?: unknown; readonly attributes?: object }[] {
  return text.toDelta();
}

function isAttributes(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
