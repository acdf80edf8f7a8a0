/**
 * Wide tables scroll sideways. While the text can be edited, its cursor reaches all of them; while it can only be
 * read, each table is a stop of the Tab key, so that the arrow keys scroll it (WCAG 2.1.1).
 *
 * Not while editing: a focusable part inside would take the focus away from the text.
 */
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

/** `isEditable` is asked at every drawing; `label` is the accessible name of a table. */
export function scrollStops(isEditable: () => boolean, label: string): Plugin {
  return new Plugin({
    key: new PluginKey("scrollStops"),
    props: {
      decorations({ doc }) {
        if (isEditable()) {
          return DecorationSet.empty;
        }
        const stops: Decoration[] = [];
        doc.descendants((node, position) => {
          if (node.type.name === "table") {
            const attributes = { tabindex: "0", role: "group", "aria-label": label };
            stops.push(Decoration.node(position, position + node.nodeSize, attributes));
          }
          return !node.isTextblock;
        });
        return DecorationSet.create(doc, stops);
      },
    },
  });
}
