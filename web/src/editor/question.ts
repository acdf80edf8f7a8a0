/**
 * A clinical question in the text: a block that names one by its id, and nothing else.
 *
 * What the question says stands in its own document, which not everybody who reads the text may read. So the block holds no
 * word of it, and is drawn by whoever may see the question (`question-blocks.ts`). Where nobody draws it, a sign with the end
 * of its id stands for it: nothing is dropped in silence. It stands only between the blocks of the text, not within one. The
 * same question may stand in several places: two who put it in at once, and whoever copies it, lose nothing.
 */
import { type CommandProps, mergeAttributes, Node } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { parseQuestionId, type QuestionId } from "../sync/index.ts";

export const QUESTION = "question";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    question: {
      /** Puts a question behind the block with the cursor, or in its place where that is an empty paragraph. */
      placeQuestion: (id: QuestionId) => ReturnType;
    };
  }
}

export interface QuestionOptions {
  /** What stands for a question that nobody draws; its sign where this is `null`. */
  readonly label: string | null;
}

export const Question = Node.create<QuestionOptions>({
  name: QUESTION,
  addOptions: () => ({ label: null }),
  atom: true,
  selectable: true,
  draggable: true,
  addAttributes: () => ({
    id: {
      default: "",
      parseHTML: (element: HTMLElement) => idOf(element) ?? "",
      renderHTML: (attributes: Readonly<Record<string, unknown>>) => ({ "data-question": String(attributes["id"]) }),
    },
  }),
  // What comes from anybody's clipboard and names none is no question: the server would refuse it.
  parseHTML: () => [{ tag: "div[data-question]", getAttrs: (element) => (idOf(element) === null ? false : null) }],
  renderHTML({ node, HTMLAttributes }) {
    return ["div", mergeAttributes(HTMLAttributes), this.options.label ?? plainQuestion(node)];
  },
  renderText: ({ node }) => plainQuestion(node),
  addCommands() {
    return { placeQuestion: (id) => (props) => place(id, props) };
  },
});

function idOf(element: HTMLElement): QuestionId | null {
  return parseQuestionId(element.getAttribute("data-question") ?? "");
}

function place(id: QuestionId, { tr, state, dispatch }: CommandProps): boolean {
  const { question, paragraph } = state.schema.nodes;
  if (question === undefined || paragraph === undefined) {
    return false;
  }
  const { $from, from } = tr.selection;
  const top = $from.depth === 0 ? tr.selection instanceof NodeSelection && tr.selection.node : $from.node(1);
  const start = $from.depth === 0 ? from : $from.before(1);
  const isEmpty = top !== false && top.type === paragraph && top.content.size === 0;
  const end = top === false ? start : start + top.nodeSize;
  if (dispatch !== undefined) {
    const at = isEmpty ? start : end;
    tr.replaceWith(at, end, question.create({ id }));
    // So that one can write on.
    if (tr.doc.nodeAt(at + 1) === null) {
      tr.insert(at + 1, paragraph.create());
    }
    tr.setSelection(
      tr.doc.nodeAt(at + 1)?.isTextblock === true
        ? TextSelection.create(tr.doc, at + 2)
        : NodeSelection.create(tr.doc, at),
    ).scrollIntoView();
  }
  return true;
}

/** The question that a block names; `null` for another block, and for one whose id is none. */
export function questionNamed(node: ProseNode): QuestionId | null {
  const id: unknown = node.attrs["id"];
  return node.type.name === QUESTION && typeof id === "string" ? parseQuestionId(id) : null;
}

/** What stands for a question where nobody knows what it says: “[PICO 4f21]”. The server writes the same. */
export function plainQuestion(node: ProseNode): string {
  return `[PICO ${questionNamed(node)?.slice(-4) ?? "?"}]`;
}

/** Where questions stand in a text, in its order. */
export function questionsIn(doc: ProseNode): readonly { readonly at: number; readonly id: QuestionId | null }[] {
  const found: { readonly at: number; readonly id: QuestionId | null }[] = [];
  doc.forEach((node, at) => {
    if (node.type.name === QUESTION) {
      found.push({ at, id: questionNamed(node) });
    }
  });
  return found;
}
