/**
 * Where somebody writes a comment. Typing an @ offers those who may read the document. What is written is kept on this
 * device with every letter, until it is sent or discarded.
 */
import { Button } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import {
  COMMENT_LENGTH_MAX,
  type DraftPlace,
  type KeptDraft,
  type Mention,
  type Reader,
  type Remark,
} from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { hasMod, keyLabel } from "../shell/keys.ts";
import { nameBeingTyped, offered, spokenTo } from "./mentions.ts";
import type { Comments } from "./use-comments.ts";

export function CommentForm(props: {
  readonly label: string;
  readonly submit: string;
  readonly initial?: Remark;
  /** Where it is kept meanwhile. */
  readonly place: DraftPlace;
  readonly passage?: KeptDraft["passage"];
  /** Whether somebody asked for it just now; otherwise it came back by itself, and leaves the focus where it is. */
  readonly isBegun: boolean;
  readonly comments: Comments;
  readonly onSubmit: (remark: Remark) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const { label, submit, place, isBegun, comments } = props;
  const { drafts } = comments;
  const passage = props.passage ?? null;
  const [initial] = useState(() => drafts.at(place) ?? props.initial);
  const text = useWords();
  const words = text.comments;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [value, setValue] = useState(initial?.text ?? "");
  const [mentions, setMentions] = useState<readonly Mention[]>(initial?.mentions ?? []);
  const [caret, setCaret] = useState(0);
  /** Where the cursor has to go when the text is there; `null` when it goes by itself. */
  const moveTo = useRef<number | null>(null);
  /** Which of the offered names would be taken; nothing is offered once somebody has declined. */
  const [chosen, setChosen] = useState(0);
  const [declined, setDeclined] = useState(-1);
  const readers = useReaders(comments);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is begun.
  useEffect(() => {
    if (isBegun) {
      field.current?.focus();
    }
  }, []);

  const write = (text: string, spoken: readonly Mention[]): void => {
    setValue(text);
    setMentions(spoken);
    const isAsItWas = text === props.initial?.text;
    drafts.keep({ place, passage, text: isAsItWas ? "" : text, mentions: spoken });
  };

  const typing = nameBeingTyped(value, caret);
  const names = typing === null || typing.at === declined ? [] : offered(readers, typing.typed);
  const isEmpty = value.trim() === "";

  const take = (reader: Reader): void => {
    if (typing === null) {
      return;
    }
    const before = `${value.slice(0, typing.at)}@${reader.name} `;
    write(before + value.slice(caret), [...mentions, { id: reader.id, name: reader.name }]);
    setDeclined(typing.at);
    setCaret(before.length);
    moveTo.current = before.length;
  };

  // Before anything more is typed: the field would have it at its end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the text has changed.
  useLayoutEffect(() => {
    if (moveTo.current !== null) {
      field.current?.setSelectionRange(moveTo.current, moveTo.current);
      moveTo.current = null;
    }
  }, [value]);

  const send = (): void => {
    if (!isEmpty) {
      props.onSubmit({ text: value, mentions: spokenTo(value, mentions) });
      drafts.drop(place);
    }
  };

  const cancel = (): void => {
    drafts.drop(place);
    props.onCancel();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const name = names[chosen];
    const act = ((): (() => void) | null => {
      if (event.key === "Enter" && hasMod(event.nativeEvent)) return send;
      if (name !== undefined) {
        if (event.key === "ArrowDown") return () => setChosen((chosen + 1) % names.length);
        if (event.key === "ArrowUp") return () => setChosen((chosen + names.length - 1) % names.length);
        if (event.key === "Enter" || event.key === "Tab") return () => take(name);
        if (event.key === "Escape") return () => setDeclined(typing?.at ?? -1);
      }
      return event.key === "Escape" ? cancel : null;
    })();
    if (act !== null) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };

  return (
    <form
      className="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        className="comment-form__field"
        rows={3}
        maxLength={COMMENT_LENGTH_MAX}
        value={value}
        aria-label={label}
        aria-describedby={`${id}-hint`}
        aria-autocomplete="list"
        {...(names.length > 0 ? { "aria-controls": `${id}-names`, "aria-activedescendant": `${id}-${chosen}` } : {})}
        onChange={(event) => {
          write(event.currentTarget.value, mentions);
          setCaret(event.currentTarget.selectionStart);
          setChosen(0);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
      />
      {names.length > 0 && (
        <div id={`${id}-names`} className="comment-form__names" role="listbox" aria-label={words.names}>
          {names.map((reader, place) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which says which one is meant.
            // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard they are taken from the field.
            <div
              key={reader.id}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === chosen}
              className="comment-form__name"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(reader)}
            >
              {reader.name}
            </div>
          ))}
        </div>
      )}
      <p id={`${id}-hint`} className="visually-hidden">
        {words.formHint(keyLabel("Mod+Enter"))}
      </p>
      <div className="comment-form__actions">
        <Button size="compact-sm" variant="default" onClick={cancel}>
          {text.common.cancel}
        </Button>
        <Button size="compact-sm" type="submit" disabled={isEmpty}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** Who can be spoken to; nobody while the server cannot be asked. */
function useReaders({ name, people }: Comments): readonly Reader[] {
  const [readers, setReaders] = useState<readonly Reader[]>([]);
  useEffect(() => {
    let current = true;
    people.readers(name).then(
      (found) => current && setReaders(found.filter(({ id }) => id !== people.me.id)),
      // A comment can be written without speaking to anybody.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [name, people]);
  return readers;
}
