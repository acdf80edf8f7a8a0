/**
 * Find and replace in the text.
 *
 * A match lies within one block of text; it may cross changes of style. The plugin keeps the matches of the current
 * query up to date and marks them by decorations, so nothing of a search is ever written to the document.
 */

import type { Node } from "@tiptap/pm/model";
import { type EditorState, Plugin, PluginKey, TextSelection, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { inOwnStep } from "./undo.ts";

export interface FindQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
}

export interface Match {
  readonly from: number;
  readonly to: number;
}

export interface FindState {
  readonly query: FindQuery;
  readonly matches: readonly Match[];
  /** Index of the match the reader stands on; -1 for none. */
  readonly current: number;
}

export const noQuery: FindQuery = { text: "", matchCase: false, wholeWord: false };

/** Stands for an inline node that is no text, so that offsets stay positions. */
const PLACEHOLDER = "\ufffc";

/** All matches of `query` in `doc`, in order, none overlapping another. */
export function findMatches(doc: Node, query: FindQuery): readonly Match[] {
  if (query.text === "") {
    return [];
  }
  const pattern = patternOf(query);
  const matches: Match[] = [];
  doc.descendants((node, position) => {
    if (!node.isTextblock) {
      return true;
    }
    const text = node.textBetween(0, node.content.size, undefined, PLACEHOLDER);
    for (const found of text.matchAll(pattern)) {
      const from = position + 1 + found.index;
      matches.push({ from, to: from + found[0].length });
    }
    return false;
  });
  return matches;
}

function patternOf(query: FindQuery): RegExp {
  const literal = query.text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+");
  const whole = query.wholeWord ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
  return new RegExp(whole, query.matchCase ? "gu" : "giu");
}

type Change =
  | { readonly kind: "query"; readonly query: FindQuery }
  | { readonly kind: "current"; readonly index: number };

export const findKey = new PluginKey<FindState>("find");

/** The plugin; its state is read with `findKey.getState`. */
export function findPlugin(): Plugin<FindState> {
  return new Plugin<FindState>({
    key: findKey,
    state: {
      init: () => ({ query: noQuery, matches: [], current: -1 }),
      apply: (transaction, state) => applyChange(transaction, state),
    },
    props: {
      decorations: (state) => decorate(state),
    },
  });
}

function applyChange(transaction: Transaction, state: FindState): FindState {
  const change = transaction.getMeta(findKey) as Change | undefined;
  if (change?.kind === "query") {
    const matches = findMatches(transaction.doc, change.query);
    return { query: change.query, matches, current: matchFrom(matches, transaction.selection.from) };
  }
  const moved = change?.kind === "current" ? { ...state, current: change.index } : state;
  if (!transaction.docChanged || moved.query.text === "") {
    return moved;
  }
  const matches = findMatches(transaction.doc, moved.query);
  const stood = moved.matches[moved.current];
  const current = stood === undefined ? -1 : matchFrom(matches, transaction.mapping.map(stood.from, -1));
  return { ...moved, matches, current };
}

/** The first match at or after `position`, else the first of all; -1 when there is none. */
function matchFrom(matches: readonly Match[], position: number): number {
  const index = matches.findIndex((match) => match.from >= position);
  return index === -1 && matches.length > 0 ? 0 : index;
}

function decorate(state: EditorState): DecorationSet {
  const find = findKey.getState(state);
  if (find === undefined || find.matches.length === 0) {
    return DecorationSet.empty;
  }
  return DecorationSet.create(
    state.doc,
    find.matches.map((match, index) =>
      Decoration.inline(match.from, match.to, {
        class: index === find.current ? "find-match find-match--current" : "find-match",
      }),
    ),
  );
}

export function setFindQuery(view: EditorView, query: FindQuery): void {
  view.dispatch(view.state.tr.setMeta(findKey, { kind: "query", query } satisfies Change));
  reveal(view);
}

/** Goes to the next (`1`) or previous (`-1`) match, round the ends. */
export function stepFind(view: EditorView, step: 1 | -1): void {
  const find = findKey.getState(view.state);
  const total = find?.matches.length ?? 0;
  if (find === undefined || total === 0) {
    return;
  }
  const index = find.current === -1 ? (step === 1 ? 0 : total - 1) : (find.current + step + total) % total;
  view.dispatch(view.state.tr.setMeta(findKey, { kind: "current", index } satisfies Change));
  reveal(view);
}

/** Replaces the current match and goes to the next. Returns whether there was one. */
export function replaceCurrent(view: EditorView, replacement: string): boolean {
  const find = findKey.getState(view.state);
  const match = find?.matches[find.current];
  if (match === undefined) {
    return false;
  }
  const end = match.from + replacement.length;
  const transaction = replaceIn(view.state.tr, match, replacement);
  transaction.setSelection(TextSelection.near(transaction.doc.resolve(end)));
  inOwnStep(view.state, () => view.dispatch(transaction));
  // The match under the old one's place may lie inside the replacement: go on behind it.
  const after = findKey.getState(view.state);
  if (after !== undefined) {
    const index = matchFrom(after.matches, end);
    view.dispatch(view.state.tr.setMeta(findKey, { kind: "current", index } satisfies Change));
  }
  reveal(view);
  return true;
}

/** Replaces every match in one step of undo. Returns how many there were. */
export function replaceAll(view: EditorView, replacement: string): number {
  const matches = findKey.getState(view.state)?.matches ?? [];
  const transaction = view.state.tr;
  for (const match of [...matches].reverse()) {
    replaceIn(transaction, match, replacement);
  }
  if (transaction.docChanged) {
    inOwnStep(view.state, () => view.dispatch(transaction));
  }
  return matches.length;
}

function replaceIn(transaction: Transaction, match: Match, replacement: string): Transaction {
  return replacement === ""
    ? transaction.delete(match.from, match.to)
    : transaction.insertText(replacement, match.from, match.to);
}

/** Scrolls the current match into view without moving the focus out of the search field. */
function reveal(view: EditorView): void {
  const find = findKey.getState(view.state);
  const match = find?.matches[find.current];
  if (match !== undefined) {
    const { node } = view.domAtPos(match.from);
    const element = node instanceof Element ? node : node.parentElement;
    const marked = element?.closest(".prose")?.querySelector(".find-match--current") ?? element;
    marked?.scrollIntoView({ block: "center" });
  }
}
