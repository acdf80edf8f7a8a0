/** One thread: the passage it is about, what was said, and what can be done about it. */
import { Button, UnstyledButton } from "@mantine/core";
import { Check, RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { reopen, reply, resolve, type Thread } from "../../sync/index.ts";
import { useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { timeAgo } from "../words/time.ts";
import { CommentForm } from "./comment-form.tsx";
import { CommentView } from "./comment-view.tsx";
import { nameOf } from "./names.ts";
import { Quote } from "./quote.tsx";
import type { Comments } from "./use-comments.ts";
import type { Discussion } from "./use-discussion.ts";

export function ThreadCard(props: {
  readonly thread: Thread;
  readonly comments: Comments;
  readonly discussion: Discussion;
  readonly isCurrent: boolean;
  /** Nothing is left in the text of what it is about. */
  readonly isTextGone: boolean;
}): ReactNode {
  const { thread, comments, discussion, isCurrent, isTextGone } = props;
  const words = useWords().comments;
  const language = useLanguage();
  const now = useNow(60_000);
  const place = `reply:${thread.id}` as const;
  const [replying, setReplying] = useState<"no" | "begun" | "kept">(() =>
    comments.drafts.at(place) === null ? "no" : "kept",
  );
  const card = useRef<HTMLElement>(null);
  const { doc } = discussion.document;
  const speaks = discussion.voice === "speaks";

  useEffect(() => {
    if (isCurrent) {
      card.current?.scrollIntoView({ block: "nearest" });
      takeFocus(card.current);
    }
  }, [isCurrent]);

  const leaveForm = (): void => {
    setReplying("no");
    requestAnimationFrame(() => takeFocus(card.current));
  };

  const [first] = thread.comments;
  const label = words.threadBy(first === undefined ? "" : nameOf(first, discussion, comments, words));
  return (
    <article
      ref={card}
      tabIndex={-1}
      className={isCurrent ? "thread thread--current" : "thread"}
      aria-label={label}
      data-resolved={thread.resolved === null ? undefined : ""}
    >
      {thread.anchor === null ? (
        <p className="thread__about">{words.aboutDocument}</p>
      ) : isTextGone ? (
        <>
          <Quote text={thread.quote} />
          <p className="thread__gone">{words.textGone}</p>
        </>
      ) : (
        <UnstyledButton
          className="thread__passage"
          aria-label={words.showPassage(thread.quote)}
          aria-current={isCurrent ? "true" : undefined}
          onClick={() => comments.pick(thread.id)}
        >
          <Quote text={thread.quote} />
        </UnstyledButton>
      )}
      {thread.comments.map((comment) => (
        <CommentView key={comment.id} thread={thread} comment={comment} comments={comments} discussion={discussion} />
      ))}
      {thread.resolved !== null && (
        <p className="thread__resolved">
          <Check size={15} aria-hidden="true" />
          {words.resolvedBy(
            nameOf(thread.resolved, discussion, comments, words),
            timeAgo(thread.resolved.at, now, language),
          )}
        </p>
      )}
      {speaks &&
        (replying !== "no" ? (
          <CommentForm
            label={words.yourReply}
            submit={words.reply}
            place={place}
            isBegun={replying === "begun"}
            comments={comments}
            onSubmit={(remark) => {
              reply(doc, thread.id, remark, Date.now());
              leaveForm();
            }}
            onCancel={leaveForm}
          />
        ) : (
          <div className="thread__actions">
            <Button size="compact-sm" variant="subtle" onClick={() => setReplying("begun")}>
              {words.reply}
            </Button>
            {thread.resolved === null ? (
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<Check size={15} aria-hidden="true" />}
                onClick={() => {
                  // It stays in sight, so that it can be undone.
                  comments.pick(thread.id);
                  resolve(doc, thread.id, Date.now());
                }}
              >
                {words.resolve}
              </Button>
            ) : (
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<RotateCcw size={14} aria-hidden="true" />}
                onClick={() => reopen(doc, thread.id, Date.now())}
              >
                {words.reopen}
              </Button>
            )}
          </div>
        ))}
    </article>
  );
}

/** Where a field had the focus that is gone now, the card has it: the keyboard goes on from here. */
function takeFocus(card: HTMLElement | null): void {
  if (document.activeElement === document.body || document.activeElement === null) {
    card?.focus({ preventScroll: true });
  }
}
