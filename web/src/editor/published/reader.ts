/** Shows a frozen text, to be read only. The caller owns the editor and destroys it. */
import { Editor } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { proseExtensions } from "../schema.ts";

export function createFrozenReader(options: {
  readonly body: Node;
  readonly element: HTMLElement;
  readonly label: string;
  readonly taskLabel: (text: string) => string;
}): Editor {
  return new Editor({
    element: options.element,
    editable: false,
    injectCSS: false,
    extensions: proseExtensions({ taskLabel: options.taskLabel }),
    content: options.body.toJSON(),
    editorProps: { attributes: { class: "prose", role: "document", tabindex: "0", "aria-label": options.label } },
  });
}
