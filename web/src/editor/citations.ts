/**
 * How the citations of the open text are written: said by whoever knows the references, shown in place of the labels.
 *
 * What is said is for the citations in their order. While somebody types, it moves with the text; a citation that is new shows
 * its label until it is spoken of. Nothing of this is written to the document.
 */
import type { Node } from "@tiptap/pm/model";
import { type EditorState, NodeSelection, Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView, type NodeView } from "@tiptap/pm/view";
import { CITATION, plainCitation, refsOf } from "./citation.ts";

/** A citation that stands in the text. */
export interface StandingCitation {
  readonly at: number;
  readonly refs: readonly string[];
  readonly locator: string;
  readonly label: string;
}

/** How a citation is shown. */
export interface SaidCitation {
  readonly text: string;
  /** Whether a reference of it is gone, or never was in this document. */
  readonly isMissing: boolean;
  /** What it is about, in full. */
  readonly title: string;
}

const citationsKey = new PluginKey<DecorationSet>("citations");

const standing = new WeakMap<Node, readonly StandingCitation[]>();

/** The citations of a text, in order. Remembered for each block, since this is asked at every keystroke. */
export function citationsIn(doc: Node): readonly StandingCitation[] {
  const all: StandingCitation[] = [];
  doc.forEach((block, offset) => {
    let found = standing.get(block);
    if (found === undefined) {
      const within: StandingCitation[] = [];
      block.descendants((node, at) => {
        if (node.type.name === CITATION) {
          within.push({
            at: at + 1,
            refs: refsOf(node),
            locator: String(node.attrs["locator"] ?? ""),
            label: String(node.attrs["label"] ?? ""),
          });
        }
      });
      found = within;
      standing.set(block, found);
    }
    for (const citation of found) {
      all.push({ ...citation, at: citation.at + offset });
    }
  });
  return all;
}

/** The citation that is selected by itself; `null` when none is. */
export function selectedCitation({ selection, doc }: EditorState): StandingCitation | null {
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== CITATION) {
    return null;
  }
  return citationsIn(doc).find(({ at }) => at === selection.from) ?? null;
}

/** Shows what is said of the citations `of`, as far as they stand where they stood. */
export function sayCitations(view: EditorView, of: readonly StandingCitation[], said: readonly SaidCitation[]): void {
  const { doc } = view.state;
  const decorations = of.flatMap(({ at }, index) => {
    const saying = said[index];
    return saying !== undefined && doc.nodeAt(at)?.type.name === CITATION
      ? [Decoration.node(at, at + 1, {}, { saying })]
      : [];
  });
  view.dispatch(
    view.state.tr.setMeta(citationsKey, DecorationSet.create(doc, decorations)).setMeta("addToHistory", false),
  );
}

/** @param onEdit - a citation was pressed twice, or Enter was pressed on it */
export function citationsPlugin(onEdit: () => void): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key: citationsKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, shown) =>
        (transaction.getMeta(citationsKey) as DecorationSet | undefined) ??
        (transaction.docChanged ? shown.map(transaction.mapping, transaction.doc) : shown),
    },
    props: {
      decorations: (state) => citationsKey.getState(state),
      nodeViews: { [CITATION]: (node, _view, _at, decorations) => new CitationView(node, decorations) },
      handleDoubleClickOn: (view, _at, node) => node.type.name === CITATION && view.editable && edit(onEdit),
      handleKeyDown: (view, event) =>
        event.key === "Enter" &&
        !event.shiftKey &&
        view.editable &&
        selectedCitation(view.state) !== null &&
        edit(onEdit),
    },
  });
}

function edit(onEdit: () => void): true {
  onEdit();
  return true;
}

class CitationView implements NodeView {
  readonly dom = document.createElement("cite");
  #node: Node;

  constructor(node: Node, decorations: readonly Decoration[]) {
    this.#node = node;
    this.dom.contentEditable = "false";
    this.#show(decorations);
  }

  update(node: Node, decorations: readonly Decoration[]): boolean {
    if (node.type !== this.#node.type) {
      return false;
    }
    this.#node = node;
    this.#show(decorations);
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("citation--selected");
  }

  deselectNode(): void {
    this.dom.classList.remove("citation--selected");
  }

  ignoreMutation(): boolean {
    return true;
  }

  #show(decorations: readonly Decoration[]): void {
    const saying = decorations.map(({ spec }) => (spec as { readonly saying?: SaidCitation }).saying).find(Boolean);
    const isSelected = this.dom.classList.contains("citation--selected");
    this.dom.className = saying?.isMissing === true ? "citation citation--missing" : "citation";
    this.dom.classList.toggle("citation--selected", isSelected);
    this.dom.textContent = saying?.text ?? plainCitation(this.#node);
    this.dom.title = saying?.title ?? "";
  }
}
