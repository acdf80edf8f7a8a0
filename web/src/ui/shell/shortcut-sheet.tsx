/** Every keyboard shortcut, on one sheet. */
import { Kbd } from "@mantine/core";
import type { ReactNode } from "react";
import type { Catalogue } from "../../messages/index.ts";
import { useWords } from "../context.tsx";
import { Dialog } from "./dialog.tsx";
import { keysOf } from "./keys.ts";

type Item = keyof Catalogue["shortcuts"]["items"];
type Group = keyof Catalogue["shortcuts"]["groups"];

const SHEET: readonly (readonly [Group, readonly (readonly [Item, string])[]])[] = [
  [
    "text",
    [
      ["bold", "Mod+B"],
      ["italic", "Mod+I"],
      ["underline", "Mod+U"],
      ["strike", "Mod+Shift+S"],
      ["superscript", "Mod+."],
      ["subscript", "Mod+,"],
      ["code", "Mod+E"],
      ["link", "Mod+K"],
      ["undo", "Mod+Z"],
      ["redo", "Mod+Shift+Z"],
      ["plainPaste", "Mod+Shift+V"],
      ["comment", "Mod+Alt+M"],
    ],
  ],
  [
    "structure",
    [
      ["paragraph", "Mod+Alt+0"],
      ["heading", "Mod+Alt+1–4"],
      ["orderedList", "Mod+Shift+7"],
      ["bulletList", "Mod+Shift+8"],
      ["taskList", "Mod+Shift+9"],
      ["toggleTask", "Mod+Enter"],
      ["indent", "Tab"],
      ["outdent", "Shift+Tab"],
      ["quote", "Mod+Shift+B"],
      ["codeBlock", "Mod+Alt+C"],
    ],
  ],
  [
    "tables",
    [
      ["nextCell", "Tab"],
      ["previousCell", "Shift+Tab"],
      ["leaveTable", "Mod+Shift+Enter"],
    ],
  ],
  [
    "moving",
    [
      ["find", "Mod+F"],
      ["findNext", "Mod+G"],
      ["findPrevious", "Mod+Shift+G"],
      ["toolbar", "Alt+F10"],
      ["backToText", "Escape"],
      ["newDocument", "Alt+N"],
      ["search", "Mod+K"],
      ["shortcuts", "Mod+/"],
    ],
  ],
];

export default function ShortcutSheet(props: { readonly onClose: () => void }): ReactNode {
  const text = useWords();
  return (
    <Dialog size="xl" onClose={props.onClose} title={text.shortcuts.title}>
      <div className="shortcut-sheet">
        {SHEET.map(([group, items]) => (
          <section key={group}>
            <h3>{text.shortcuts.groups[group]}</h3>
            <dl>
              {items.map(([item, keys]) => (
                <div key={item}>
                  <dt>{text.shortcuts.items[item]}</dt>
                  <dd>
                    {keysOf(keys).map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
