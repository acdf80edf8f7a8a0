/** The outline of a text: its headings in order. */
import type { Node } from "@tiptap/pm/model";

export interface OutlineEntry {
  /** Position of the heading in the document. */
  readonly position: number;
  readonly level: number;
  readonly text: string;
}

/** The headings of `doc` that have a text. */
export function outlineOf(doc: Node): readonly OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  doc.descendants((node, position) => {
    if (node.type.name === "heading" && node.textContent.trim() !== "") {
      entries.push({ position, level: Number(node.attrs["level"]), text: node.textContent.trim() });
    }
    return !node.isTextblock;
  });
  return entries;
}

/** Number of words: runs of letters and digits of any script. */
export function countWords(doc: Node): number {
  const text = doc.textBetween(0, doc.content.size, " ", " ");
  return text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}
