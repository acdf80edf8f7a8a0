/** Keys of the text that the stock extensions do not have: tick a task, leave a table. */
import { type Editor, Extension } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";

export const proseKeys = Extension.create({
  name: "proseKeys",
  // Before the hard break, which has the same key outside tasks.
  priority: 1100,
  addKeyboardShortcuts() {
    return {
      "Mod-Enter": () => toggleTask(this.editor),
      "Shift-Mod-Enter": () => leaveTable(this.editor),
    };
  },
});

function toggleTask(editor: Editor): boolean {
  if (!editor.isActive("taskItem")) {
    return false;
  }
  const checked = editor.getAttributes("taskItem")["checked"] === true;
  return editor.commands.updateAttributes("taskItem", { checked: !checked });
}

/** Puts the cursor behind the table it stands in, in a new paragraph when nothing follows. */
function leaveTable(editor: Editor): boolean {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === "table") {
      const after = $from.after(depth);
      return editor.commands.command(({ tr, state }) => {
        const next = tr.doc.nodeAt(after);
        if (next === null || !next.isTextblock) {
          const paragraph = state.schema.nodes["paragraph"]?.create();
          if (paragraph === undefined) {
            return false;
          }
          tr.insert(after, paragraph);
        }
        tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView();
        return true;
      });
    }
  }
  return false;
}
