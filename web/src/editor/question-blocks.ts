/**
 * The places of clinical questions in the open text: elements that somebody else draws into, who knows the questions.
 *
 * The element of a question lives as long as its block. Pressing Enter on a question that is selected opens its page. Nothing
 * of this is in the document.
 */
import type { Node } from "@tiptap/pm/model";
import { type EditorState, NodeSelection, Plugin, PluginKey } from "@tiptap/pm/state";
import type { NodeView } from "@tiptap/pm/view";
import type { QuestionId } from "../sync/index.ts";
import { QUESTION, questionNamed } from "./question.ts";

/** A block with a question. */
export interface QuestionPlace {
  readonly block: HTMLElement;
  /** What is in it, to be drawn into. */
  readonly element: HTMLElement;
  /** `null` for an id that is none. */
  readonly id: QuestionId | null;
  /** Names it among all places, for as long as it lives. */
  readonly key: number;
}

/** All places of an editor, to be watched. */
export class QuestionPlaces {
  readonly #views = new Set<QuestionView>();
  readonly #listeners = new Set<() => void>();
  #shown: readonly QuestionPlace[] = [];
  #lastKey = 0;

  /** In no order; the same list as long as nothing has changed. */
  readonly all = (): readonly QuestionPlace[] => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Called by a view when it comes; returns its key. */
  join(view: QuestionView): number {
    this.#views.add(view);
    this.#lastKey += 1;
    queueMicrotask(this.changed);
    return this.#lastKey;
  }

  leave(view: QuestionView): void {
    this.#views.delete(view);
    queueMicrotask(this.changed);
  }

  /** Later, and once for all that happens at once: it is said in the middle of drawing the text. */
  readonly changed = (): void => {
    const shown = [...this.#views].map((view) => view.place);
    if (shown.length !== this.#shown.length || shown.some((place, index) => place !== this.#shown[index])) {
      this.#shown = shown;
      for (const listener of [...this.#listeners]) {
        listener();
      }
    }
  };
}

const placesKey = new PluginKey<QuestionPlaces>("questionBlocks");

/** The places of this editor; `null` where questions have none. */
export function questionPlaces(state: EditorState): QuestionPlaces | null {
  return placesKey.getState(state) ?? null;
}

/**
 * @param label - what stands in the place of a question as long as nobody draws it
 * @param onOpen - Enter was pressed on a question that is selected by itself
 */
export function questionBlocksPlugin(label: string, onOpen: (id: QuestionId) => void): Plugin<QuestionPlaces> {
  const places = new QuestionPlaces();
  return new Plugin<QuestionPlaces>({
    key: placesKey,
    state: { init: () => places, apply: (_transaction, known) => known },
    props: {
      nodeViews: { [QUESTION]: (node) => new QuestionView(node, places, label) },
      handleKeyDown: ({ state: { selection } }, event) => {
        const id = selection instanceof NodeSelection ? questionNamed(selection.node) : null;
        if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || id === null) {
          return false;
        }
        onOpen(id);
        return true;
      },
    },
  });
}

class QuestionView implements NodeView {
  readonly dom = document.createElement("div");
  readonly #places: QuestionPlaces;
  #node: Node;
  #place: QuestionPlace;

  constructor(node: Node, places: QuestionPlaces, label: string) {
    this.#node = node;
    this.#places = places;
    this.dom.className = "question-block";
    this.dom.contentEditable = "false";
    const element = document.createElement("div");
    element.className = "question-block__drawn";
    const undrawn = document.createElement("p");
    undrawn.className = "question-block__undrawn";
    undrawn.textContent = label;
    this.dom.append(element, undrawn);
    this.#place = { block: this.dom, element, id: questionNamed(node), key: places.join(this) };
  }

  get place(): QuestionPlace {
    return this.#place;
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type) {
      return false;
    }
    this.#node = node;
    const id = questionNamed(node);
    if (id !== this.#place.id) {
      this.#place = { ...this.#place, id };
      queueMicrotask(this.#places.changed);
    }
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("question-block--selected");
  }

  deselectNode(): void {
    this.dom.classList.remove("question-block--selected");
  }

  /** Links and buttons in it are for whoever presses them. */
  stopEvent(event: Event): boolean {
    return event.target instanceof Element && event.target.closest("a, button, summary") !== null;
  }

  ignoreMutation(): boolean {
    return true;
  }

  destroy(): void {
    this.#places.leave(this);
  }
}
