/** The sections of a text that can be put to the vote: each from its heading to before the next as high. Pure. */
import * as Y from "yjs";
import { BODY_FIELD } from "../../../editor/body.ts";

export interface Section {
  readonly heading: string;
  readonly level: number;
  /** Places of blocks at the top of the body, from 0. */
  readonly first: number;
  readonly last: number;
}

/** Of a document as one update. */
export function sectionsOf(update: Uint8Array): readonly Section[] {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  const blocks = doc.getXmlFragment(BODY_FIELD).toArray();
  const headings = blocks.flatMap((block, first) => {
    if (!(block instanceof Y.XmlElement) || block.nodeName !== "heading") {
      return [];
    }
    const heading = textOf(block).trim();
    return heading === "" ? [] : [{ heading, level: Number(block.getAttribute("level") ?? 1), first }];
  });
  const sections = headings.map((heading, at) => {
    const next = headings.slice(at + 1).find(({ level }) => level <= heading.level);
    return { ...heading, last: (next?.first ?? blocks.length) - 1 };
  });
  doc.destroy();
  return sections;
}

function textOf(node: Y.XmlElement | Y.XmlText | Y.XmlHook | Y.XmlFragment): string {
  if (node instanceof Y.XmlText) {
    return node
      .toDelta()
      .map((piece: { readonly insert?: unknown }) => (typeof piece.insert === "string" ? piece.insert : ""))
      .join("");
  }
  return node instanceof Y.XmlElement
    ? node
        .toArray()
        .map((child) => textOf(child as Y.XmlElement))
        .join("")
    : "";
}
