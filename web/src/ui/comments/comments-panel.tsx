/**
 * The comments on a document: beside the text where there is room, else on a sheet over its lower part, so that the
 * passage in question stays in sight.
 */
import "./comments.css";
import { Button, Checkbox, CloseButton } from "@mantine/core";
import { MessageSquarePlus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { commentMarksKey, type Editor } from "../../editor/index.ts";
import type { Catalogue } from "../../messages/index.ts";
import { type DraftPlace, discussionOf, type EventId, type KeptDraft, type Thread } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { hasAside } from "../editor/problems.tsx";
import { useEditorState } from "../editor/use-editor.ts";
import { useObservable } from "../hooks/use-observable.ts";
import { Notice } from "../shell/notice.tsx";
import { describeSave } from "../words/save.ts";
import { CommentForm } from "./comment-form.tsx";
import { KeptDrafts } from "./kept-drafts.tsx";
import { Quote } from "./quote.tsx";
import { ThreadCard } from "./thread-card.tsx";
import type { Comments } from "./use-comments.ts";
import type { Discussion } from "./use-discussion.ts";

export function CommentsPanel(props: { readonly comments: Comments; readonly editor: Editor }): ReactNode {
  const { comments, editor } = props;
  const { discussion, draft } = comments;
  const words = useWords().comments;
  const heading = useRef<HTMLHeadingElement>(null);

  // Whoever opens it by keyboard is in it; a draft has a field that takes the focus itself.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens.
  useEffect(() => {
    if (draft === null && comments.current === null) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      comments.close();
    }
  };

  return (
    <aside className="comments" aria-label={words.heading} onKeyDown={onKeyDown}>
      <div className="comments__head">
        <h2 ref={heading} tabIndex={-1}>
          {words.heading}
        </h2>
        {discussion?.voice === "speaks" && draft === null && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<MessageSquarePlus size={15} aria-hidden="true" />}
            onMouseDown={(event) => event.preventDefault()}
            onClick={comments.begin}
          >
            {words.begin}
          </Button>
        )}
        <CloseButton aria-label={words.close} onClick={comments.close} />
      </div>
      {discussion === null ? (
        <p className="comments__empty">{words.opening}</p>
      ) : (
        <Opened comments={comments} discussion={discussion} editor={editor} />
      )}
    </aside>
  );
}

function Opened(props: {
  readonly comments: Comments;
  readonly discussion: Discussion;
  readonly editor: Editor;
}): ReactNode {
  const { comments, discussion, editor } = props;
  const { draft, current } = comments;
  const words = useWords().comments;
  const [isFull, setFull] = useState(false);
  const speaks = discussion.voice === "speaks";
  // As it is when the comments are opened: what is written meanwhile is in sight anyway.
  const [kept] = useState(() => comments.drafts.all.value);
  /** The threads with something that was begun and not sent. */
  const waiting = useMemo(
    () => new Set(kept.flatMap(({ place }) => threadOf(place, discussion) ?? [])),
    [kept, discussion],
  );
  const places = useEditorState(editor, readPlaces);
  const resolved = discussion.threads.filter((thread) => thread.resolved !== null).length;
  const shown = useMemo(
    () =>
      discussion.threads
        .filter((thread) => isFull || thread.resolved === null || thread.id === current || waiting.has(thread.id))
        .map((thread) => ({ thread, at: orderOf(thread, places[thread.id]) }))
        .sort((one, other) => one.at - other.at)
        .map(({ thread }) => thread),
    [discussion.threads, isFull, current, waiting, places],
  );
  /** Whether there is no form any more in which a draft could be sent. */
  const isLeft = ({ place }: KeptDraft): boolean =>
    !speaks || (place !== "new" && threadOf(place, discussion) === null);
  return (
    <>
      <Standing discussion={discussion} comments={comments} />
      {discussion.voice === "listens" && <p className="comments__hint">{words.listens}</p>}
      <div className="comments__list">
        {draft !== null && speaks && (
          <section className="thread thread--current" aria-label={words.draft}>
            {draft.passage === null ? (
              <p className="thread__about">{words.aboutDocument}</p>
            ) : (
              <Quote text={draft.passage.quote} />
            )}
            <CommentForm
              label={words.yourComment}
              submit={words.submit}
              place="new"
              passage={draft.passage}
              isBegun={draft.isBegun}
              comments={comments}
              onSubmit={comments.finish}
              onCancel={comments.discard}
            />
          </section>
        )}
        <KeptDrafts drafts={comments.drafts} shows={isLeft} />
        {shown.length === 0 && draft === null && <p className="comments__empty">{emptyWords(discussion, words)}</p>}
        {shown.map((thread) => (
          <ThreadCard
            key={thread.id}
            thread={thread}
            comments={comments}
            discussion={discussion}
            isCurrent={thread.id === current}
            isTextGone={thread.anchor !== null && places[thread.id] === undefined}
          />
        ))}
      </div>
      {resolved > 0 && (
        <div className="comments__foot">
          <Checkbox
            size="sm"
            label={words.showResolved(resolved)}
            checked={isFull}
            onChange={(event) => setFull(event.currentTarget.checked)}
          />
        </div>
      )}
    </>
  );
}

/** The thread of an answer, or of a comment that is being said in other words; `null` when there is none any more. */
function threadOf(place: DraftPlace, { threads }: Discussion): EventId | null {
  return (
    threads.find(
      ({ id, comments }) =>
        place === `reply:${id}` || comments.some((said) => !said.isDeleted && place === `edit:${said.id}`),
    )?.id ?? null
  );
}

/** Where each marked passage begins. */
function readPlaces({ state }: Editor): Readonly<Record<string, number>> {
  const places = commentMarksKey.getState(state)?.places ?? new Map<string, { readonly from: number }>();
  return Object.fromEntries([...places].map(([id, { from }]) => [id, from]));
}

function emptyWords({ threads, voice }: Discussion, words: Catalogue["comments"]): string {
  if (threads.length > 0) {
    return words.noneOpen;
  }
  return voice === "speaks" ? words.empty : words.emptyListens;
}

/** What is about the document as a whole comes first, then as in the text, then what has lost its place. */
function orderOf(thread: Thread, from: number | undefined): number {
  return thread.anchor === null ? -1 : (from ?? Number.MAX_SAFE_INTEGER);
}

/** Where the newest comment is, as long as that is not the server; and what went wrong. */
function Standing(props: { readonly comments: Comments; readonly discussion: Discussion }): ReactNode {
  const text = useWords();
  const state = useObservable(props.discussion.document.state);
  const save = describeSave(state, text.save);
  if (props.discussion.voice === "nothing") {
    return <Notice tone="notice">{text.comments.gone}</Notice>;
  }
  if (hasAside(state)) {
    const path = `/d/${encodeURIComponent(discussionOf(props.comments.name))}/set-aside`;
    return (
      <Notice tone="alarm" action={<Link href={path}>{text.comments.readRefused}</Link>}>
        {text.comments.refused}
      </Notice>
    );
  }
  return (
    <p className={`comments__save comments__save--${save.tone}`} data-save-comments={state.save}>
      {save.label}
    </p>
  );
}
