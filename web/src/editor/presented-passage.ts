/** The passage that whoever presents has selected: in their colour, and underlined, for colour alone says too little. */
import { type EditorState, Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Look } from "../sync/index.ts";
import { memberProperties } from "../sync/index.ts";
import { bindingOf, comesFromDocument, placedTexts, placeOf, type Range } from "./body-map.ts";
import type { PresentedPassage } from "./presented.ts";

interface Shown {
  readonly passage: PresentedPassage;
  readonly look: Look;
}

interface Drawn {
  readonly shown: Shown | null;
  readonly decorations: DecorationSet;
}

const presentedKey = new PluginKey<Drawn>("presentedPassage");

const NOTHING: Drawn = { shown: null, decorations: DecorationSet.empty };

export function presentedPassagePlugin(): Plugin<Drawn> {
  return new Plugin<Drawn>({
    key: presentedKey,
    state: {
      init: () => NOTHING,
      apply: (transaction, drawn, _before, state) => step(transaction, drawn, state),
    },
    props: { decorations: (state) => presentedKey.getState(state)?.decorations },
  });
}

/** Shows this passage, or none. The text and the caret stay as they are. */
export function showPresentedPassage(view: EditorView, shown: Shown | null): void {
  const before = presentedKey.getState(view.state)?.shown ?? null;
  if (JSON.stringify(before) !== JSON.stringify(shown)) {
    view.dispatch(view.state.tr.setMeta(presentedKey, { shown }).setMeta("addToHistory", false));
  }
}

function step(transaction: Transaction, drawn: Drawn, state: EditorState): Drawn {
  const change = transaction.getMeta(presentedKey) as { readonly shown: Shown | null } | undefined;
  if (change !== undefined) {
    return draw(change.shown, state);
  }
  if (drawn.shown === null || !transaction.docChanged) {
    return drawn;
  }
  // What comes from the document is drawn anew as a whole.
  return comesFromDocument(transaction)
    ? draw(drawn.shown, state)
    : { ...drawn, decorations: drawn.decorations.map(transaction.mapping, transaction.doc) };
}

function draw(shown: Shown | null, state: EditorState): Drawn {
  const range = shown === null ? null : rangeOf(shown.passage, state);
  if (shown === null || range === null) {
    return { shown, decorations: DecorationSet.empty };
  }
  const style = Object.entries(memberProperties(shown.look.color)).map(([name, value]) => `${name}: ${value}`);
  const decoration = Decoration.inline(range.from, range.to, {
    class: "presented-passage member",
    style: style.join("; "),
  });
  return { shown, decorations: DecorationSet.create(state.doc, [decoration]) };
}

function rangeOf({ start, end }: PresentedPassage, state: EditorState): Range | null {
  const binding = bindingOf(state);
  if (binding === null) {
    return null;
  }
  const texts = new Map(placedTexts(binding).map(({ text, at }) => [text, at]));
  const [from, to] = [placeOf(binding.doc, texts, start), placeOf(binding.doc, texts, end)];
  return from === null || to === null || from >= to || to > state.doc.content.size ? null : { from, to };
}
