/**
 * A text to be read only, by somebody who is no part of it: schema and contents, no collaboration, no carets.
 *
 * The caller owns the editor and destroys it.
 */
import { Editor, Extension } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import type * as Y from "yjs";
import { BODY_FIELD } from "./body.ts";
import { citationsPlugin } from "./citations.ts";
import { proseExtensions } from "./schema.ts";

export function createReader(options: {
  readonly doc: Y.Doc;
  readonly element: HTMLElement;
  readonly label: string;
  readonly taskLabel: (text: string) => string;
  /** What stands for a clinical question: whoever only reads the text sees none. */
  readonly questionLabel: string;
}): Editor {
  return new Editor({
    element: options.element,
    editable: false,
    injectCSS: false,
    extensions: [
      ...proseExtensions(options),
      Collaboration.configure({ document: options.doc, field: BODY_FIELD }),
      Extension.create({ name: "citations", addProseMirrorPlugins: () => [citationsPlugin(() => undefined)] }),
    ],
    editorProps: { attributes: { class: "prose", role: "document", tabindex: "0", "aria-label": options.label } },
  });
}
