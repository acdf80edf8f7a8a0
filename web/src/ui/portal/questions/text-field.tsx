/** A long text of a question: a plain field over a CRDT text, so people who write in it at once keep each other's letters. */
import { type ReactNode, useId, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import type * as Y from "yjs";
import { useWords } from "../../context.tsx";
import { bindField } from "../../editor/bind-field.ts";
import { useGrowing } from "../../hooks/use-growing.ts";
import { useQuestion } from "./use-question.ts";
import { useRoom } from "./use-room.ts";

/** The longest text that a field takes, in characters. */
const LENGTH_MAX = 20_000;

interface FieldProps {
  readonly text: Y.Text;
  readonly label: string;
  readonly hint?: string;
  /** Whether the label is for those only who do not see where the field stands. */
  readonly hideLabel?: boolean;
  /** What an empty field says of itself. */
  readonly placeholder?: string;
}

export function TextField(props: FieldProps): ReactNode {
  return useQuestion().readOnly ? <Said {...props} /> : <Field {...props} />;
}

function Said(props: FieldProps): ReactNode {
  const words = useWords().questions;
  const value = useText(props.text);
  return (
    <div className="question-field">
      <p className={labelClass(props)}>{props.label}</p>
      <p className="question-said">{value === "" ? <span className="question-empty">{words.empty}</span> : value}</p>
    </div>
  );
}

function Field(props: FieldProps): ReactNode {
  const { text, hint } = props;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  // A new text is a new height.
  const said = useText(text);

  useLayoutEffect(() => {
    const element = field.current;
    return element === null ? undefined : bindField(element, sharedText(text));
  }, [text]);
  const room = useRoom(field, LENGTH_MAX, said.length);
  useGrowing(field);

  return (
    <div className="question-field">
      <label className={labelClass(props)} htmlFor={id}>
        {props.label}
      </label>
      <textarea
        ref={field}
        id={id}
        className="question-text"
        rows={1}
        maxLength={LENGTH_MAX}
        spellCheck
        placeholder={props.placeholder}
        aria-describedby={`${id}-hint ${id}-room`}
      />
      <div id={`${id}-room`} className="question-room" role="status">
        {room !== "" && <p className="question-warning">{room}</p>}
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="question-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function labelClass({ hideLabel }: FieldProps): string {
  return hideLabel === true ? "visually-hidden" : "question-label";
}

/** What a text says now. */
export function useText(text: Y.Text): string {
  return useSyncExternalStore(
    (listener) => {
      text.observe(listener);
      return () => text.unobserve(listener);
    },
    () => text.toString(),
  );
}

function sharedText(text: Y.Text): Parameters<typeof bindField>[1] {
  return {
    read: () => text.toString(),
    change: ({ at, removed, inserted }, origin) =>
      text.doc?.transact(() => {
        text.delete(at, removed);
        text.insert(at, inserted);
      }, origin),
    watch(listener) {
      const told = ({ delta }: Y.YTextEvent, { origin }: Y.Transaction): void => listener(delta, origin);
      text.observe(told);
      return () => text.unobserve(told);
    },
  };
}
