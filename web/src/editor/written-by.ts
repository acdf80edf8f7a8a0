/**
 * Who wrote which part of the text, shown on demand by colour.
 *
 * The CRDT keeps with every letter the client that wrote it, and somebody who knows says whose that client is. Nothing is
 * written to the document. While this member types, the colours move with the text; a moment later they are drawn anew.
 */
import { type EditorState, Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { Item, type XmlText } from "yjs";
import { memberProperties } from "../sync/index.ts";
import { bindingOf, placedTexts, type Range } from "./body-map.ts";

/** A part of the text by one client. */
export interface WrittenRun extends Range {
  readonly client: number;
}

/** Says in which colour the letters of a client are shown, and what the mark is called; `null` for not at all. */
export type Colouring = (
  client: number,
) => { readonly color: string; readonly mark: number; readonly name: string } | null;

interface WrittenBy {
  readonly colouring: Colouring | null;
  readonly decorations: DecorationSet;
}

type Change = { readonly kind: "colouring"; readonly colouring: Colouring | null } | { readonly kind: "again" };

const writtenByKey = new PluginKey<WrittenBy>("writtenBy");

const NOT_SHOWN: WrittenBy = { colouring: null, decorations: DecorationSet.empty };

/** How long after a change the colours are drawn anew, in milliseconds. */
const SETTLES_MS = 150;

/** The parts of the text, in order, each by one client. Empty until the editor is tied to its document. */
export function writtenRuns(state: EditorState): readonly WrittenRun[] {
  const binding = bindingOf(state);
  return binding === null ? [] : placedTexts(binding).flatMap(({ text, at }) => runsOf(text, at));
}

function runsOf(text: XmlText, start: number): readonly WrittenRun[] {
  const runs: { from: number; to: number; readonly client: number }[] = [];
  let at = start;
  for (let item = text._start; item !== null; item = item.right) {
    if (!(item instanceof Item) || item.deleted || !item.countable) {
      continue;
    }
    const last = runs.at(-1);
    const to = at + item.length;
    if (last !== undefined && last.client === item.id.client && last.to === at) {
      last.to = to;
    } else {
      runs.push({ from: at, to, client: item.id.client });
    }
    at = to;
  }
  return runs;
}

export function writtenByPlugin(): Plugin<WrittenBy> {
  return new Plugin<WrittenBy>({
    key: writtenByKey,
    state: {
      init: () => NOT_SHOWN,
      apply(transaction, shown, _before, state) {
        const change = transaction.getMeta(writtenByKey) as Change | undefined;
        if (change?.kind === "colouring") {
          return drawn(change.colouring, state);
        }
        if (shown.colouring === null) {
          return shown;
        }
        if (change?.kind === "again") {
          return drawn(shown.colouring, state);
        }
        return transaction.docChanged
          ? { ...shown, decorations: shown.decorations.map(transaction.mapping, transaction.doc) }
          : shown;
      },
    },
    props: { decorations: (state) => writtenByKey.getState(state)?.decorations },
    view: () => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      return {
        update(view, before) {
          // What was just typed is in the CRDT only after this.
          if (view.state.doc !== before.doc && writtenByKey.getState(view.state)?.colouring !== null) {
            clearTimeout(timer);
            timer = setTimeout(() => {
              view.dispatch(view.state.tr.setMeta(writtenByKey, { kind: "again" } satisfies Change));
            }, SETTLES_MS);
          }
        },
        destroy: () => clearTimeout(timer),
      };
    },
  });
}

function drawn(colouring: Colouring | null, state: EditorState): WrittenBy {
  if (colouring === null) {
    return NOT_SHOWN;
  }
  const decorations = writtenRuns(state).flatMap(({ from, to, client }) => {
    const look = colouring(client);
    if (look === null || to > state.doc.content.size) {
      return [];
    }
    const properties = Object.entries(memberProperties(look.color));
    return Decoration.inline(from, to, {
      class: "written member",
      "data-mark": String(look.mark),
      title: look.name,
      style: properties.map(([property, value]) => `${property}: ${value}`).join("; "),
    });
  });
  return { colouring, decorations: DecorationSet.create(state.doc, decorations) };
}

/** Shows who wrote what; `null` shows it no more. */
export function showWrittenBy(view: EditorView, colouring: Colouring | null): void {
  view.dispatch(view.state.tr.setMeta(writtenByKey, { kind: "colouring", colouring } satisfies Change));
}
