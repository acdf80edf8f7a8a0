/**
 * The editor of one open document: schema, collaboration, carets, find and paste put together.
 *
 * Bound to the field `body` of the document. Undo is the collaboration's and undoes one's own edits only. The caller
 * owns the editor and destroys it.
 */
import { Editor, Extension } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { Dropcursor, Gapcursor, Placeholder } from "@tiptap/extensions";
import type { Node } from "@tiptap/pm/model";
import type { Plugin } from "@tiptap/pm/state";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { QuestionId, ReplicaDocument } from "../sync/index.ts";
import { BODY_FIELD } from "./body.ts";
import { CaretFlags } from "./caret-flags.ts";
import { renderSelection } from "./carets.ts";
import { citationsPlugin } from "./citations.ts";
import { closedSectionsPlugin } from "./closed-sections.ts";
import { commentMarksPlugin } from "./comment-marks.ts";
import { hasDrawableCursor } from "./cursor-guard.ts";
import { findPlugin } from "./find.ts";
import type { ReaderWords } from "./formats/html.ts";
import { pastePlugin } from "./formats/paste.ts";
import { proseKeys } from "./keys.ts";
import { presentedPassagePlugin } from "./presented-passage.ts";
import { questionBlocksPlugin } from "./question-blocks.ts";
import { proseExtensions } from "./schema.ts";
import { scrollStops } from "./scroll-stops.ts";
import { undoSteps } from "./undo.ts";
import { writtenByPlugin } from "./written-by.ts";

export interface EditorWords extends ReaderWords {
  readonly text: string;
  readonly placeholder: string;
  readonly unnamed: string;
  readonly table: string;
  readonly taskLabel: (text: string) => string;
  /** What stands in the place of a clinical question that nobody draws. */
  readonly questionLabel: string;
}

export interface EditorOptions {
  readonly document: ReplicaDocument;
  readonly editable: boolean;
  readonly element: HTMLElement;
  /** Id of the element that explains how to reach the tools. */
  readonly describedBy: string;
  readonly words: EditorWords;
  readonly onPicturesLeftOut: (count: number) => void;
  /** A passage that is commented on was pressed. */
  readonly onPassage: (thread: string) => void;
  /** Somebody wants to cite, or to change a citation; left out where there are no references. */
  readonly onCite?: () => void;
  /** Enter was pressed on a clinical question. */
  readonly onQuestion?: (id: QuestionId) => void;
}

export function createEditor(options: EditorOptions): Editor {
  const { document, words } = options;
  return new Editor({
    element: options.element,
    editable: options.editable,
    injectCSS: false,
    extensions: [
      ...proseExtensions({
        taskLabel: words.taskLabel,
        ...(options.onCite === undefined ? {} : { onCite: options.onCite }),
      }),
      Dropcursor.configure({ color: false, class: "drop-cursor" }),
      Gapcursor,
      Placeholder.configure({ placeholder: words.placeholder }),
      Collaboration.configure({ document: document.doc, field: BODY_FIELD }),
      undoSteps,
      caretsExtension(document.awareness, words.unnamed),
      pluginExtension("find", findPlugin),
      pluginExtension("commentMarks", () => commentMarksPlugin((thread) => options.onPassage(thread))),
      pluginExtension("citations", () => citationsPlugin(() => options.onCite?.())),
      pluginExtension("questionBlocks", () =>
        questionBlocksPlugin(words.questionLabel, (id) => options.onQuestion?.(id)),
      ),
      pluginExtension("writtenBy", writtenByPlugin),
      pluginExtension("closedSections", closedSectionsPlugin),
      pluginExtension("presentedPassage", presentedPassagePlugin),
      proseKeys,
      pluginExtension("prosePaste", () =>
        pastePlugin({ words, onPicturesLeftOut: (count) => options.onPicturesLeftOut(count) }),
      ),
      Extension.create({
        name: "scrollStops",
        addProseMirrorPlugins() {
          return [scrollStops(() => this.editor.isEditable, words.table)];
        },
      }),
    ],
    editorProps: {
      attributes: {
        class: "prose",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": words.text,
        "aria-describedby": options.describedBy,
      },
      // Links open with the modifier held, so that a click can set the cursor.
      handleClick: (_view, _position, event) => openLinkAt(event),
    },
  });
}

/** Shows `text` for reading, bound to no document. */
export function createReader(options: {
  readonly text: Node;
  readonly element: HTMLElement;
  readonly words: Pick<EditorWords, "text" | "taskLabel" | "questionLabel">;
}): Editor {
  const { text, element, words } = options;
  return new Editor({
    element,
    editable: false,
    injectCSS: false,
    extensions: proseExtensions(words),
    content: text.toJSON(),
    editorProps: {
      attributes: { class: "prose", role: "region", "aria-label": words.text, tabindex: "0" },
      handleClick: (_view, _position, event) => openLinkAt(event),
    },
  });
}

function openLinkAt(event: MouseEvent): boolean {
  const anchor = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(anchor instanceof HTMLAnchorElement) || !(event.ctrlKey || event.metaKey)) {
    return false;
  }
  window.open(anchor.href, "_blank", "noopener,noreferrer");
  return true;
}

/** The others' cursors. Who this member is, the page says in the presence field `user`. */
function caretsExtension(awareness: ReplicaDocument["awareness"], unnamed: string): Extension {
  const flags = new CaretFlags(awareness, unnamed);
  return Extension.create({
    name: "carets",
    addProseMirrorPlugins: () => [
      yCursorPlugin(awareness, {
        awarenessStateFilter: (mine, theirs, state) => mine !== theirs && hasDrawableCursor(state),
        cursorBuilder: (user, client) => flags.render(user, client),
        selectionBuilder: renderSelection,
      }),
      flags.plugin(),
    ],
  });
}

function pluginExtension(name: string, plugin: () => Plugin): Extension {
  return Extension.create({ name, addProseMirrorPlugins: () => [plugin()] });
}
