/** What the places of a review say in the text now, and where they stand. */
import { useEffect, useState } from "react";
import { type Editor, type StandingBlock, standingBlocks } from "../../editor/index.ts";
import { type MergePlace, type ReplicaDocument, readTitle, watchTitle } from "../../sync/index.ts";
import { isSame } from "../hooks/use-observable.ts";

/** Where a place stands: its block, or the title; null when it is not in the text. */
export type Standing = StandingBlock | { readonly title: string } | null;

/** How long after a change it is looked again, in milliseconds: nobody who types waits for it. */
const REST_MS = 150;

export function useStanding(
  editor: Editor,
  document: ReplicaDocument,
  places: readonly MergePlace[],
): readonly Standing[] {
  const [standing, setStanding] = useState<readonly Standing[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      if (!editor.isDestroyed) {
        const next = read(editor, document, places);
        setStanding((last) => (isSame(last, next) ? last : next));
      }
    };
    const later = (): void => {
      timer ??= setTimeout(look, REST_MS);
    };
    look();
    editor.on("transaction", later);
    const unwatch = watchTitle(document.doc, later);
    return () => {
      clearTimeout(timer);
      editor.off("transaction", later);
      unwatch();
    };
  }, [editor, document, places]);
  return standing;
}

function read(editor: Editor, document: ReplicaDocument, places: readonly MergePlace[]): readonly Standing[] {
  const names = places.map(({ path }) => path.at(-1) ?? null);
  const blocks = standingBlocks(editor.state, names);
  return names.map((name, index) => (name === null ? { title: readTitle(document.doc) } : (blocks.get(index) ?? null)));
}

/** What a place says in the text now; null when it is not there. */
export function saysNow(standing: Standing): string | null {
  if (standing === null) {
    return null;
  }
  return "title" in standing ? standing.title : standing.text;
}
