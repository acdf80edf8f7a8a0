/**
 * Sections of the text in which only some write: a band above each says who, and the keys of others do nothing there.
 *
 * The rule is the server's (`sections.rs`): a section is a heading at the top of the text and what follows it, up to the
 * next heading of the same or a higher level, and it is touched when any of its blocks is another, or its end. What gets
 * past this is refused there and becomes a suggestion; here only one's own typing is held, never what others wrote.
 */
import type { Node } from "@tiptap/pm/model";
import { type EditorState, Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import * as Y from "yjs";
import { type SectionName, writeSectionName } from "../sync/index.ts";
import { bindingOf, comesFromDocument } from "./body-map.ts";
import { plainLine } from "./plain-line.ts";

/** A section in which only some write. */
export interface ClosedSection {
  readonly name: SectionName;
  /** Whether this member is among them. */
  readonly mayWrite: boolean;
  /** What the band says. */
  readonly words: string;
}

/** A section that can be named. */
export interface NamedSection {
  readonly name: string;
  readonly level: number;
  readonly words: string;
}

/** One that stands in the text: the place of its heading among the blocks at the top. */
interface Standing extends ClosedSection {
  readonly at: number;
}

interface Closed {
  readonly sections: readonly ClosedSection[];
  readonly standing: readonly Standing[];
  readonly decorations: DecorationSet;
}

const closedKey = new PluginKey<Closed>("closedSections");

const NOTHING: Closed = { sections: [], standing: [], decorations: DecorationSet.empty };

/** The sections of a text, in their order, as a meeting names them. */
export function sectionsOf(body: Y.XmlFragment): readonly NamedSection[] {
  return body.toArray().flatMap((block) => {
    const id = block instanceof Y.XmlElement && block.nodeName === "heading" ? block._item?.id : undefined;
    const words = id === undefined ? "" : oneLine(wordsIn(block as Y.XmlElement));
    return id === undefined || words === ""
      ? []
      : [
          {
            name: writeSectionName(id, words),
            level: levelOf(Number((block as Y.XmlElement).getAttribute("level"))),
            words,
          },
        ];
  });
}

function wordsIn(element: Y.XmlElement): string {
  return element
    .toArray()
    .map((child) => (child instanceof Y.XmlText ? plainOf(child) : ""))
    .join("");
}

function plainOf(text: Y.XmlText): string {
  const delta = text.toDelta() as readonly { readonly insert: unknown }[];
  return delta.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
}

function oneLine(text: string): string {
  return text.replaceAll("\u2060", "").replace(/\s+/g, " ").trim();
}

function levelOf(level: number): number {
  return Number.isInteger(level) && level > 0 ? level : 1;
}

export function closedSectionsPlugin(): Plugin<Closed> {
  return new Plugin<Closed>({
    key: closedKey,
    state: {
      init: () => NOTHING,
      apply(transaction, closed, before, state) {
        const sections = transaction.getMeta(closedKey) as readonly ClosedSection[] | undefined;
        if (sections !== undefined) {
          return drawn(state, sections, found(state, before, sections));
        }
        if (!transaction.docChanged || closed.sections.length === 0) {
          return closed;
        }
        // What one types oneself reaches the CRDT only after this: until then the headings are where they were moved to.
        const standing = comesFromDocument(transaction)
          ? found(state, before, closed.sections)
          : closed.standing.flatMap((section) => moved(section, before.doc, state.doc));
        return drawn(state, closed.sections, standing);
      },
    },
    filterTransaction(transaction, state) {
      const closed = closedKey.getState(state);
      return (
        closed === undefined ||
        !transaction.docChanged ||
        comesFromDocument(transaction) ||
        closed.standing.every((section) => section.mayWrite || isUntouched(section.at, state.doc, transaction))
      );
    },
    props: { decorations: (state) => closedKey.getState(state)?.decorations },
  });
}

/** Shows these sections as those in which only some write. */
export function showClosedSections(view: EditorView, sections: readonly ClosedSection[]): void {
  if (sections.length > 0 || (closedKey.getState(view.state)?.sections.length ?? 0) > 0) {
    view.dispatch(view.state.tr.setMeta(closedKey, sections));
  }
}

/** Where each stands: by its block, or where that is gone, wherever a heading says the same. */
function found(state: EditorState, before: EditorState, sections: readonly ClosedSection[]): readonly Standing[] {
  const binding = bindingOf(before);
  const blocks = new Map<string, number>();
  if (binding !== null) {
    const places = new Map<unknown, number>();
    state.doc.forEach((node, _offset, at) => {
      places.set(node, at);
    });
    for (const block of binding.type.toArray()) {
      const at = places.get(binding.mapping.get(block));
      const id = block._item?.id;
      if (at !== undefined && id !== undefined) {
        blocks.set(`${id.client}.${id.clock}`, at);
      }
    }
  }
  return sections.flatMap((section) => {
    const { block, words } = section.name;
    const at = block === null ? undefined : blocks.get(`${block.client}.${block.clock}`);
    if (at !== undefined && isHeading(state.doc.child(at))) {
      return [{ ...section, at }];
    }
    const sought = oneLine(words);
    return state.doc.children.flatMap((node, place) =>
      sought !== "" && isHeading(node) && oneLine(plainLine(node)) === sought ? [{ ...section, at: place }] : [],
    );
  });
}

/** Where a section is after something was typed before it or in it. */
function moved(section: Standing, before: Node, after: Node): readonly Standing[] {
  const fromEnd = before.childCount - section.at;
  const heading = before.child(section.at);
  const places = [section.at, after.childCount - fromEnd];
  const same = places.find((at) => at >= 0 && at < after.childCount && after.child(at) === heading);
  const at = same ?? places.find((place) => place >= 0 && place < after.childCount && isHeading(after.child(place)));
  return at === undefined ? [] : [{ ...section, at }];
}

/** One past the last block of the section that begins there. */
function endOf(at: number, doc: Node): number {
  const level = levelOf(Number(doc.child(at).attrs["level"]));
  let end = at + 1;
  while (
    end < doc.childCount &&
    !(isHeading(doc.child(end)) && levelOf(Number(doc.child(end).attrs["level"])) <= level)
  ) {
    end += 1;
  }
  return end;
}

/** Whether all blocks of the section are after a transaction what they were, and no others. */
function isUntouched(at: number, before: Node, transaction: Transaction): boolean {
  const after = transaction.doc;
  const end = endOf(at, before);
  const heading = before.child(at);
  const place = after.children.indexOf(heading);
  if (place === -1) {
    return false;
  }
  for (let index = at; index < end; index += 1) {
    if (before.child(index) !== after.maybeChild(place + index - at)) {
      return false;
    }
  }
  return endOf(place, after) === place + end - at;
}

function isHeading(node: Node): boolean {
  return node.type.name === "heading";
}

function drawn(state: EditorState, sections: readonly ClosedSection[], standing: readonly Standing[]): Closed {
  const starts: number[] = [];
  state.doc.forEach((_node, offset) => {
    starts.push(offset);
  });
  const decorations = standing.flatMap((section) => {
    const blocks: Decoration[] = [];
    for (let at = section.at; at < endOf(section.at, state.doc); at += 1) {
      const from = starts[at] ?? 0;
      blocks.push(
        Decoration.node(from, from + state.doc.child(at).nodeSize, {
          class: section.mayWrite ? "closed-section closed-section--mine" : "closed-section",
        }),
      );
    }
    return [
      Decoration.widget(starts[section.at] ?? 0, () => band(section.words), { side: -1, key: section.words }),
      ...blocks,
    ];
  });
  return { sections, standing, decorations: DecorationSet.create(state.doc, decorations) };
}

function band(words: string): HTMLElement {
  const made = document.createElement("div");
  made.className = "closed-band";
  made.contentEditable = "false";
  made.textContent = words;
  return made;
}
