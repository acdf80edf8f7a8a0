/**
 * A citation in the text: an inline node that names references of the document by their ids.
 *
 * How it is written depends on the style and on what is cited before it, so it is formatted where it is shown, by whoever
 * knows the references (`citations.ts`). Its `label` is what its author saw when they cited (“Zimmer 2020”): it stands
 * wherever nobody formats it — in comparisons, on the server, in another document, beside a reference that is gone. Nothing
 * is dropped in silence.
 */
import { InputRule, mergeAttributes, Node } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { plainQuestion, QUESTION } from "./question.ts";

export const CITATION = "citation";

/** The longest locator, such as “p. 12”. */
export const LOCATOR_LENGTH_MAX = 100;

export interface CitationAttributes {
  /** Ids of the references, with spaces between. */
  readonly refs: string;
  /** Where in the reference; empty for all of it. */
  readonly locator: string;
  readonly label: string;
}

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    citation: {
      /** Puts a citation in place of the selection. */
      cite: (attributes: CitationAttributes) => ReturnType;
    };
  }
}

export interface CitationOptions {
  /** Asked for by two at signs in a row; nothing happens where it is left out. */
  readonly onAsked: (() => void) | null;
}

export const Citation = Node.create<CitationOptions>({
  name: CITATION,
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addOptions: () => ({ onAsked: null }),
  addAttributes() {
    const attribute = (name: keyof CitationAttributes, most: number) => ({
      default: "",
      parseHTML: (element: HTMLElement) => (element.getAttribute(`data-${name}`) ?? "").slice(0, most),
      renderHTML: (attributes: Readonly<Record<string, unknown>>) => ({ [`data-${name}`]: String(attributes[name]) }),
    });
    return {
      refs: attribute("refs", 2_000),
      locator: attribute("locator", LOCATOR_LENGTH_MAX),
      label: attribute("label", 500),
    };
  },
  parseHTML: () => [{ tag: "cite[data-refs]" }],
  renderHTML: ({ node, HTMLAttributes }) => ["cite", mergeAttributes(HTMLAttributes), plainCitation(node)],
  renderText: ({ node }) => plainCitation(node),
  addCommands() {
    return {
      cite:
        (attributes) =>
        ({ commands }) =>
          commands.insertContent({ type: this.name, attrs: attributes }),
    };
  },
  addInputRules() {
    const { onAsked } = this.options;
    return onAsked === null
      ? []
      : [
          new InputRule({
            find: /(?:^|\s)@@$/,
            handler: ({ state, range }) => {
              const signs = /@*$/.exec(state.doc.textBetween(range.from, range.to))?.[0].length ?? 0;
              state.tr.delete(range.to - signs, range.to);
              onAsked();
            },
          }),
        ];
  },
});

/** The ids that a citation names, each once. */
export function refsOf(node: ProseNode): readonly string[] {
  const refs: unknown = node.attrs["refs"];
  return typeof refs === "string" ? [...new Set(refs.split(" ").filter((id) => id !== ""))].slice(0, 50) : [];
}

/** A citation in words that need no library: “[Zimmer 2020, p. 12]”. */
export function plainCitation(node: ProseNode): string {
  const part = (name: string): string => {
    const value: unknown = node.attrs[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const parts = [part("label") || "?", part("locator")].filter((each) => each !== "");
  return `[${parts.join(", ")}]`;
}

/** What stands for a node that has nothing in it and is no text, in a line of text. */
export function plainLeaf(leaf: ProseNode): string {
  switch (leaf.type.name) {
    case "hardBreak":
      return "\n";
    case CITATION:
      return plainCitation(leaf);
    case QUESTION:
      return plainQuestion(leaf);
    default:
      return "";
  }
}
