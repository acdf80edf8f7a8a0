/** Plain text that reads like Markdown is pasted as what it means; pasted without formatting, it stays plain. */

import type { Slice } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { looksLikeMarkdown, readMarkdownSlice } from "./markdown-read.ts";

export function markdownPastePlugin(): Plugin {
  return new Plugin({
    key: new PluginKey("markdownPaste"),
    props: {
      clipboardTextParser: (text, _context, plain, view) =>
        plain || !looksLikeMarkdown(text)
          ? // Nothing returned means: as the editor does it by itself.
            (undefined as unknown as Slice)
          : readMarkdownSlice(text, view.state.schema),
    },
  });
}
