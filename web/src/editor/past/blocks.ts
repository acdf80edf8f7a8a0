/** A text as a list of blocks, each with what a reader sees of its place: for comparing and showing, not for editing. */
import type { Node } from "@tiptap/pm/model";
import { plainLeaf } from "../citation.ts";
import { QUESTION } from "../question.ts";

/** What kind of block it is. */
export type BlockLook = "title" | "paragraph" | "heading-1" | "heading-2" | "heading-3" | "heading-4" | "code" | "rule";

/** One block. */
export interface Block {
  readonly look: BlockLook;
  readonly text: string;
  /** How deep it lies in lists. */
  readonly depth: number;
  /** What stands before it in a list: a bullet, a number, a box; empty where it continues an item or is in no list. */
  readonly marker: string;
  readonly quoted: boolean;
  /** Row and column in a table, from 1; `null` outside of one. */
  readonly cell: readonly [number, number] | null;
  /** Everything that makes it different from another block: place, kind, text, and how the text is set. */
  readonly key: string;
}

interface Place {
  readonly depth: number;
  readonly marker: string;
  readonly quoted: boolean;
  readonly cell: readonly [number, number] | null;
}

/** The blocks of a text in reading order, its title first. */
export function blocksOf(title: string, body: Node): readonly Block[] {
  const nowhere: Place = { depth: 0, marker: "", quoted: false, cell: null };
  const blocks: Block[] = title === "" ? [] : [blockOf("title", title, nowhere, "")];
  collect(body, nowhere, blocks);
  return blocks;
}

function collect(parent: Node, place: Place, blocks: Block[]): void {
  parent.forEach((node, _offset, index) => {
    // An item's sign stands before its first block only.
    const here = index === 0 ? place : { ...place, marker: "" };
    switch (node.type.name) {
      case "bulletList":
      case "orderedList":
      case "taskList":
        collectItems(node, here, blocks);
        break;
      case "blockquote":
        collect(node, { ...here, quoted: true }, blocks);
        break;
      case "table":
        collectCells(node, here, blocks);
        break;
      case "horizontalRule":
        blocks.push(blockOf("rule", "", here, ""));
        break;
      case QUESTION:
        blocks.push(blockOf("paragraph", plainLeaf(node), here, `question ${String(node.attrs["id"])}`));
        break;
      default:
        if (node.isTextblock) {
          blocks.push(blockOf(lookOf(node), textOf(node), here, settingOf(node)));
        } else {
          collect(node, here, blocks);
        }
    }
  });
}

function collectItems(list: Node, place: Place, blocks: Block[]): void {
  const first = Number(list.attrs["start"] ?? 1);
  list.forEach((item, _offset, index) => {
    collect(item, { ...place, depth: place.depth + 1, marker: markerOf(list, item, first + index) }, blocks);
  });
}

function markerOf(list: Node, item: Node, number: number): string {
  switch (list.type.name) {
    case "orderedList":
      return `${number}.`;
    case "taskList":
      return item.attrs["checked"] === true ? "☑" : "☐";
    default:
      return "•";
  }
}

function collectCells(table: Node, place: Place, blocks: Block[]): void {
  table.forEach((row, _rowOffset, rowIndex) => {
    row.forEach((cell, _cellOffset, cellIndex) => {
      collect(cell, { ...place, cell: [rowIndex + 1, cellIndex + 1] }, blocks);
    });
  });
}

function lookOf(node: Node): BlockLook {
  switch (node.type.name) {
    case "heading":
      switch (node.attrs["level"]) {
        case 1:
          return "heading-1";
        case 2:
          return "heading-2";
        case 3:
          return "heading-3";
        default:
          return "heading-4";
      }
    case "codeBlock":
      return "code";
    default:
      return "paragraph";
  }
}

function textOf(node: Node): string {
  return node.textBetween(0, node.content.size, "\n", plainLeaf);
}

/** How the text of a block is set: its marks with their places. */
function settingOf(node: Node): string {
  const marks: string[] = [];
  node.forEach((child, offset) => {
    for (const { type, attrs } of child.marks) {
      marks.push(`${type.name}${typeof attrs["href"] === "string" ? attrs["href"] : ""}@${offset}+${child.nodeSize}`);
    }
  });
  return marks.join(" ");
}

function blockOf(look: BlockLook, text: string, place: Place, setting: string): Block {
  // Numbers and rows move when something is put in before them: that is no change of this block.
  const kind = place.marker.endsWith(".") ? "1." : place.marker;
  const key = JSON.stringify([look, place.depth, kind, place.quoted, place.cell?.[1] ?? 0, text, setting]);
  return { look, text, ...place, key };
}
