/**
 * What is pasted: HTML is tidied, and plain text that reads like Markdown becomes what it means; pasted without
 * formatting, it stays plain. Pictures are left out, and that is said.
 */

import type { Slice } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { countPictures, normaliseHtml, type ReaderWords } from "./html.ts";
import { countMarkdownPictures, looksLikeMarkdown, readMarkdownSlice } from "./markdown-read.ts";

export interface PasteOptions {
  readonly words: ReaderWords;
  /** Hears how many pictures of what was pasted or dropped could not be taken. */
  readonly onPicturesLeftOut: (count: number) => void;
}

export function pastePlugin({ words, onPicturesLeftOut }: PasteOptions): Plugin {
  const count = (pictures: number): void => {
    if (pictures > 0) {
      onPicturesLeftOut(pictures);
    }
  };
  return new Plugin({
    key: new PluginKey("paste"),
    props: {
      transformPastedHTML: (html) => {
        count(countPictures(html));
        return normaliseHtml(html, words);
      },
      clipboardTextParser: (text, _context, plain, view) => {
        if (plain || !looksLikeMarkdown(text)) {
          // Nothing returned means: as the editor does it by itself.
          return undefined as unknown as Slice;
        }
        count(countMarkdownPictures(text));
        return readMarkdownSlice(text, view.state.schema, words);
      },
      handlePaste: (_view, { clipboardData }) => {
        const pictures = [...(clipboardData?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
        const isPictureAlone = pictures.length > 0 && !clipboardData?.types.some((type) => type.startsWith("text/"));
        if (isPictureAlone) {
          count(pictures.length);
        }
        return isPictureAlone;
      },
    },
  });
}
