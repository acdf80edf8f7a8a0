/** Which merge review of a document is shown, and whether its panel is open. */
import { useCallback, useEffect, useState } from "react";
import type { MergeReview, ReplicaDocument } from "../../sync/index.ts";
import type { Comments } from "../comments/use-comments.ts";
import { useObservable } from "../hooks/use-observable.ts";

export interface MergeReviewing {
  /** Newest first. */
  readonly all: readonly MergeReview[];
  /** The newest that nobody has looked at. */
  readonly waiting: MergeReview | null;
  readonly isOpen: boolean;
  /** The one that the panel shows. */
  readonly shown: MergeReview | null;
  /** Opens the panel with this one. */
  readonly open: (id: number) => void;
  /** Opens it with the newest; `null` where there is none. */
  readonly reopen: (() => void) | null;
  readonly close: () => void;
  /** Somebody has looked at it: it is not told any more. */
  readonly looksRight: (id: number) => void;
}

/** @param comments - they stand in the same place: opening one closes the other */
export function useMergeReview(document: ReplicaDocument, comments: Comments | null): MergeReviewing {
  const all = useObservable(document.reviews);
  const [id, setId] = useState<number | null>(null);
  const closeComments = comments?.close;
  const open = useCallback(
    (wanted: number) => {
      closeComments?.();
      setId(wanted);
    },
    [closeComments],
  );
  const close = useCallback(() => setId(null), []);
  const areCommentsOpen = comments?.isOpen === true;
  useEffect(() => {
    if (areCommentsOpen) {
      setId(null);
    }
  }, [areCommentsOpen]);
  const shown = all.find((review) => review.id === id) ?? null;
  const [newest] = all;
  return {
    all,
    waiting: all.find(({ isClosed }) => !isClosed) ?? null,
    isOpen: shown !== null,
    shown,
    open,
    reopen: newest === undefined ? null : () => open(newest.id),
    close,
    looksRight: (wanted) => {
      document.closeReview(wanted);
      setId(null);
    },
  };
}
