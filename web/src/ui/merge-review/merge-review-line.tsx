/** That something came together while one was offline: a line above the text, until somebody has looked. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../context.tsx";
import { Notice } from "../shell/notice.tsx";
import type { MergeReviewing } from "./use-merge-review.ts";

export function MergeReviewLine(props: { readonly review: MergeReviewing }): ReactNode {
  const words = useWords().mergeReview;
  const { waiting, isOpen, open, looksRight } = props.review;
  if (waiting === null || isOpen) {
    return null;
  }
  const { report, id } = waiting;
  const right = (
    <UnstyledButton key="right" className="notice__button" onClick={() => looksRight(id)}>
      {words.looksRight}
    </UnstyledButton>
  );
  if (report === null) {
    return (
      <Notice tone="notice" title={words.lineOpaque} action={right}>
        {words.lineOpaqueBody}
      </Notice>
    );
  }
  const { theirs, both } = report.counts;
  const look = (
    <UnstyledButton key="look" className="notice__button" onClick={() => open(id)}>
      {words.look}
    </UnstyledButton>
  );
  return (
    <Notice tone={both > 0 ? "notice" : "plain"} action={[look, right]}>
      {words.line(theirs + both, both)}
    </Notice>
  );
}
