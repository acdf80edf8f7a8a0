/**
 * Making the present document say what it once said, as one edit of this member: everybody sees it, and it can be taken
 * back like any other.
 *
 * Blocks that are alike stay what they are, with the cursors and comments in them, and blocks that have most of their
 * words in common become each other. Nothing is reused because it happens to stand in the same place: whatever is tied to
 * a block (a comment, somebody's suggestion) would be about another sentence then.
 */
import type { Node } from "@tiptap/pm/model";
import { prosemirrorToYXmlFragment, updateYFragment, yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { writeTitle } from "../../sync/index.ts";
import { BODY_FIELD } from "../body.ts";
import { proseSchema } from "../schema.ts";
import { type Alignable, align } from "./alignment.ts";
import type { PastText } from "./read.ts";

/** Makes `doc` say what `past` says. */
export function bringBack(doc: Y.Doc, past: PastText): void {
  doc.transact(() => {
    const body = doc.getXmlFragment(BODY_FIELD);
    turnContent(doc, body, yXmlFragmentToProseMirrorRootNode(body, proseSchema()), past.body);
    writeTitle(doc, past.title);
  });
}

/** `now` is what `there` says. */
function turnContent(doc: Y.Doc, there: Y.XmlFragment, now: Node, wanted: Node): void {
  if (there.length !== now.childCount) {
    // It holds what the editor does not know, so its places are not the editor's.
    updateYFragment(doc, there, wanted, { mapping: new Map(), isOMark: new Map() });
    return;
  }
  // From the end, so that places before it stay what they are.
  let place = there.length;
  const aligned = align(childrenOf(now).map(alignable), childrenOf(wanted).map(alignable));
  for (const each of [...aligned].reverse()) {
    if (each.is === "added") {
      there.insert(place, [made(wanted.child(each.after))]);
      continue;
    }
    place = each.before;
    if (each.is === "removed") {
      there.delete(place);
    } else if (each.is === "changed") {
      turn(doc, there.get(place), now.child(each.before), wanted.child(each.after));
    }
  }
}

/** Makes a block say what `wanted` says, which is of the same kind. */
function turn(doc: Y.Doc, there: Y.XmlElement | Y.XmlText, now: Node, wanted: Node): void {
  if (!(there instanceof Y.XmlElement)) {
    throw new Error(`a ${now.type.name} is no element`);
  }
  if (now.isTextblock || now.isLeaf) {
    updateYFragment(doc, there, wanted, { mapping: new Map(), isOMark: new Map() });
    return;
  }
  for (const [key, value] of Object.entries(wanted.attrs)) {
    if (value === null) {
      there.removeAttribute(key);
    } else if (value !== now.attrs[key]) {
      there.setAttribute(key, value);
    }
  }
  turnContent(doc, there, now, wanted);
}

/** A block of its own, to be put somewhere. */
function made(wanted: Node): Y.XmlElement | Y.XmlText {
  const scratch = new Y.Doc();
  try {
    const body = proseSchema().topNodeType.create(null, [wanted]);
    const [block] = prosemirrorToYXmlFragment(body, scratch.getXmlFragment(BODY_FIELD)).toArray();
    if (!(block instanceof Y.XmlElement)) {
      throw new Error(`a ${wanted.type.name} is no element`);
    }
    return block.clone();
  } finally {
    scratch.destroy();
  }
}

function childrenOf(node: Node): readonly Node[] {
  return Array.from({ length: node.childCount }, (_, at) => node.child(at));
}

function alignable(node: Node): Alignable {
  const text = node.textBetween(0, node.content.size, " ");
  return { key: JSON.stringify(node.toJSON()), kind: node.type.name, text };
}
