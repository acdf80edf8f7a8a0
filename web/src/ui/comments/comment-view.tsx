/** One comment: who said it, when, and what; its author may say it in other words or take it back. */
import { ActionIcon } from "@mantine/core";
import { EyeOff, Pencil, Trash2 } from "lucide-react";
import { Fragment, type ReactNode, useRef, useState } from "react";
import { type Mention, rephrase, type Thread, type ThreadComment, takeBack } from "../../sync/index.ts";
import { useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { Face } from "../shell/face.tsx";
import { pointInTime, timeAgo } from "../words/time.ts";
import { CommentForm } from "./comment-form.tsx";
import { splitMentions } from "./mentions.ts";
import { colourOf, isMine, nameOf } from "./names.ts";
import type { Comments } from "./use-comments.ts";
import type { Discussion } from "./use-discussion.ts";

export function CommentView(props: {
  readonly thread: Thread;
  readonly comment: ThreadComment;
  readonly comments: Comments;
  readonly discussion: Discussion;
}): ReactNode {
  const { thread, comment, comments, discussion } = props;
  const words = useWords().comments;
  const language = useLanguage();
  const now = useNow(60_000);
  const place = `edit:${comment.id}` as const;
  const [editing, setEditing] = useState<"no" | "begun" | "kept">(() =>
    comments.drafts.at(place) === null ? "no" : "kept",
  );
  const [taking, setTaking] = useState(false);
  const takeAway = comments.people.takeAway ?? null;
  const pencil = useRef<HTMLButtonElement>(null);
  const { doc } = discussion.document;
  const mine = isMine(comment, discussion, comments);
  const name = nameOf(comment, discussion, comments, words);
  // Clocks differ: nothing was said later than now.
  const at = Math.min(comment.at, now);

  const leaveForm = (): void => {
    setEditing("no");
    requestAnimationFrame(() => pencil.current?.focus());
  };

  const remove = (): void => {
    const { me } = comments.people;
    const isOwn = (client: number): boolean => client === doc.clientID || discussion.known.idOf(client) === me.id;
    takeBack(doc, thread.id, comment.id, isOwn, Date.now());
  };

  return (
    <div className="comment">
      <div className="comment__head">
        <Face name={name} color={colourOf(comment, discussion, comments)} size={26} />
        <span className="comment__name">{name}</span>
        <time className="comment__time" dateTime={new Date(at).toISOString()} title={pointInTime(at, language)}>
          {timeAgo(at, now, language)}
          {comment.isEdited && ` · ${words.edited}`}
        </time>
        {mine && !comment.isDeleted && editing === "no" && discussion.voice === "speaks" && (
          <span className="comment__own">
            {!comment.isTakenAway && (
              <ActionIcon
                ref={pencil}
                size={28}
                variant="subtle"
                color="gray"
                aria-label={words.edit}
                onClick={() => setEditing("begun")}
              >
                <Pencil size={14} aria-hidden="true" />
              </ActionIcon>
            )}
            <ActionIcon size={28} variant="subtle" color="gray" aria-label={words.remove} onClick={remove}>
              <Trash2 size={14} aria-hidden="true" />
            </ActionIcon>
          </span>
        )}
        {!mine && !comment.isDeleted && !comment.isTakenAway && takeAway !== null && (
          <span className="comment__own">
            <ActionIcon
              size={28}
              variant="subtle"
              color="gray"
              aria-label={words.takeAway.button}
              onClick={() => setTaking(true)}
            >
              <EyeOff size={14} aria-hidden="true" />
            </ActionIcon>
          </span>
        )}
      </div>
      {taking &&
        takeAway?.(comments.name, comment.id, () => {
          setTaking(false);
          discussion.askAway();
        })}
      {editing !== "no" && mine && !comment.isDeleted && !comment.isTakenAway && discussion.voice === "speaks" ? (
        <CommentForm
          label={words.yourComment}
          submit={words.save}
          initial={{ text: comment.text, mentions: comment.mentions }}
          place={place}
          isBegun={editing === "begun"}
          comments={comments}
          onSubmit={(remark) => {
            rephrase(doc, comment.id, remark, Date.now());
            leaveForm();
          }}
          onCancel={leaveForm}
        />
      ) : comment.isDeleted ? (
        <p className="comment__text comment__text--gone">{words.deleted}</p>
      ) : comment.isTakenAway ? (
        <p className="comment__text comment__text--gone">{mine ? words.takeAway.yours : words.takeAway.gone}</p>
      ) : (
        <p className="comment__text">
          <Words text={comment.text} mentions={comment.mentions} me={comments.people.me.id} />
        </p>
      )}
    </div>
  );
}

/** What was said, with the names of those who are spoken to standing out. */
function Words(props: {
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly me: string;
}): ReactNode {
  return splitMentions(props.text, props.mentions).map((part, place) => {
    const key = `${place}`;
    return part.mention === null ? (
      <Fragment key={key}>{part.text}</Fragment>
    ) : (
      <span key={key} className={part.mention.id === props.me ? "mention mention--me" : "mention"}>
        {part.text}
      </span>
    );
  });
}
