/** The discussion of a text as Word keeps it: each thread where its passage stands now. */
import type { EditorState } from "@tiptap/pm/state";
import type { Thread, ThreadComment } from "../../sync/index.ts";
import { findPassages } from "../comment-marks.ts";
import type { WordThread } from "./remarks.ts";

/**
 * What was taken back is left out, as it is everywhere. A passage that is gone is told by its words, and the thread hangs on
 * the document as a whole.
 */
export function wordThreads(
  threads: readonly Thread[],
  state: EditorState,
  nameOf: (comment: ThreadComment) => string,
): readonly WordThread[] {
  const places = findPassages(
    threads.flatMap(({ id, anchor, quote }) => (anchor === null ? [] : [{ id, anchor, quote }])),
    state,
  );
  return threads.map(({ id, quote, comments, resolved }) => {
    const range = places.get(id) ?? null;
    const remarks = comments
      .filter(({ isDeleted }) => !isDeleted)
      .map((comment) => ({ author: nameOf(comment), at: comment.at, text: comment.text }));
    const [first, ...rest] = remarks;
    const isAdrift = range === null && quote !== "" && first !== undefined;
    return {
      range,
      remarks: isAdrift ? [{ ...first, text: `“${quote}”\n${first.text}` }, ...rest] : remarks,
      isResolved: resolved !== null,
    };
  });
}
