/**
 * The passages that are commented on, marked in the text. Nothing of it is written to the document.
 *
 * A passage is found by its anchor, relative positions in the CRDT, which stay with their letters whatever happens before
 * and between them; where one of the two letters is gone, by how it read. While this member types, the marks move with the text; when the document says
 * something new, or there are other passages, they are found anew.
 */
import type { EditorState, Transaction } from "@tiptap/pm/state";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Anchor } from "../sync/index.ts";
import { anchorOf, bindingOf, comesFromDocument, isThere, placedTexts, placeOf, type Range } from "./body-map.ts";
import { isRelativePosition } from "./cursor-guard.ts";
import { findQuote, type Letters, lettersOf } from "./quotes.ts";

/** A passage to mark. */
export interface Passage {
  readonly id: string;
  readonly anchor: Anchor;
  readonly quote: string;
}

export interface CommentMarks {
  readonly passages: readonly Passage[];
  /** Where each passage is now; those whose text is gone are not among them. */
  readonly places: ReadonlyMap<string, Range>;
  /** The one that somebody looks at; `null` for none. */
  readonly current: string | null;
  readonly decorations: DecorationSet;
}

type Change =
  | { readonly kind: "passages"; readonly passages: readonly Passage[] }
  | { readonly kind: "current"; readonly id: string | null };

export const commentMarksKey = new PluginKey<CommentMarks>("commentMarks");

const NONE: CommentMarks = { passages: [], places: new Map(), current: null, decorations: DecorationSet.empty };

/** @param onPick - called with the passage that was pressed in the text */
export function commentMarksPlugin(onPick: (id: string) => void): Plugin<CommentMarks> {
  return new Plugin<CommentMarks>({
    key: commentMarksKey,
    state: { init: () => NONE, apply: (transaction, marks, _before, state) => step(transaction, marks, state) },
    props: {
      decorations: (state) => commentMarksKey.getState(state)?.decorations,
      handleClick(_view, _position, event) {
        const mark = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-thread]") : null;
        const id = mark?.dataset["thread"];
        if (id !== undefined) {
          onPick(id);
        }
        // The cursor goes where it was pressed all the same.
        return false;
      },
    },
  });
}

function step(transaction: Transaction, marks: CommentMarks, state: EditorState): CommentMarks {
  const change = transaction.getMeta(commentMarksKey) as Change | undefined;
  if (change?.kind === "passages") {
    return drawn({ ...marks, passages: change.passages, places: findPassages(change.passages, state) }, state);
  }
  if (change?.kind === "current") {
    return change.id === marks.current ? marks : drawn({ ...marks, current: change.id }, state);
  }
  if (marks.passages.length === 0) {
    return marks;
  }
  if (comesFromDocument(transaction)) {
    return drawn({ ...marks, places: findPassages(marks.passages, state) }, state);
  }
  return transaction.docChanged ? drawn({ ...marks, places: moved(marks.places, transaction) }, state) : marks;
}

/** Where each passage is in the text as it is now; those whose text is gone are left out. */
export function findPassages(passages: readonly Passage[], state: EditorState): ReadonlyMap<string, Range> {
  const places = new Map<string, Range>();
  const binding = bindingOf(state);
  if (binding === null) {
    return places;
  }
  const texts = new Map(placedTexts(binding).map(({ text, at }) => [text, at]));
  let letters: Letters | null = null;
  for (const { id, anchor, quote } of passages) {
    let range: Range | null = null;
    let isWhole = false;
    if (isRelativePosition(anchor.start) && isRelativePosition(anchor.end)) {
      isWhole = isThere(binding.doc, anchor.start) && isThere(binding.doc, anchor.end);
      const from = placeOf(binding.doc, texts, anchor.start);
      const to = placeOf(binding.doc, texts, anchor.end);
      range = from === null || to === null || from >= to || to > state.doc.content.size ? null : { from, to };
    }
    if (range === null || !isWhole) {
      letters ??= lettersOf(state.doc);
      range = findQuote(letters, quote) ?? range;
    }
    if (range !== null) {
      places.set(id, range);
    }
  }
  return places;
}

function moved(places: ReadonlyMap<string, Range>, { mapping }: Transaction): ReadonlyMap<string, Range> {
  const next = new Map<string, Range>();
  for (const [id, range] of places) {
    const [from, to] = [mapping.map(range.from, 1), mapping.map(range.to, -1)];
    if (from < to) {
      next.set(id, { from, to });
    }
  }
  return next;
}

function drawn(marks: CommentMarks, { doc }: EditorState): CommentMarks {
  const decorations = [...marks.places].map(([id, { from, to }]) =>
    Decoration.inline(from, to, {
      class: id === marks.current ? "comment-mark comment-mark--current" : "comment-mark",
      "data-thread": id,
    }),
  );
  return { ...marks, decorations: DecorationSet.create(doc, decorations) };
}

/** Marks these passages from now on. */
export function showPassages(view: EditorView, passages: readonly Passage[]): void {
  view.dispatch(view.state.tr.setMeta(commentMarksKey, { kind: "passages", passages } satisfies Change));
}

/** Marks one of them as the one that is looked at. */
export function showCurrentPassage(view: EditorView, id: string | null): void {
  if (commentMarksKey.getState(view.state)?.current !== id) {
    view.dispatch(view.state.tr.setMeta(commentMarksKey, { kind: "current", id } satisfies Change));
  }
}

/**
 * Brings a passage into sight.
 *
 * @param at - `top`: where something covers the lower part of the text
 */
export function revealPassage(view: EditorView, id: string, at: "top" | "anywhere"): void {
  const mark = view.dom.querySelector(`[data-thread="${CSS.escape(id)}"]`);
  mark?.scrollIntoView({ block: at === "top" ? "start" : "nearest", behavior: "smooth" });
}

/** The selected passage, to comment on; `null` when no letter is selected. */
export function selectedPassage(state: EditorState): { readonly anchor: Anchor; readonly quote: string } | null {
  const { from, to, empty } = state.selection;
  const binding = bindingOf(state);
  if (empty || binding === null) {
    return null;
  }
  const anchor = anchorOf(binding, { from, to });
  const quote = state.doc.textBetween(from, to, " ", " ").trim();
  return anchor === null || quote === "" ? null : { anchor, quote };
}
