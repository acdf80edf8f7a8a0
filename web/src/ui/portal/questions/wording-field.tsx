/**
 * A short text in which letters of two people must never mix: an effect with its numbers, an action with its dose, the
 * statement. A value that can hurt (D12): whoever wrote at the same time finds both, and a person chooses.
 */
import { type ReactNode, useId, useRef } from "react";
import { stateOf } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useGrowing } from "../../hooks/use-growing.ts";
import { Conflict } from "./conflict.tsx";
import { sayRaw } from "./say-raw.ts";
import { type TypedKind, useDraft } from "./use-draft.ts";
import { useQuestion, useRegister } from "./use-question.ts";
import { useRoom } from "./use-room.ts";

/** The longest wording, in characters: some sentences. */
const LENGTH_MAX = 2_000;

const wording: TypedKind = {
  parse: (text) => (text === "" ? null : text),
  write: (value) => (typeof value === "string" ? value : null),
};

interface FieldProps {
  /** The name of the register. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}

export function WordingField(props: FieldProps): ReactNode {
  const { name, label } = props;
  const words = useWords().questions;
  const { readOnly } = useQuestion();
  const { register, set } = useRegister(name);
  const id = useId();
  const state = stateOf(register);
  const say = (value: unknown): string =>
    value === null ? words.cleared : typeof value === "string" ? value : words.unreadable(sayRaw(value));
  return (
    <div className="question-field">
      {readOnly ? (
        <>
          <p className="question-label">{label}</p>
          {state.kind !== "conflict" && (
            <p className="question-said">
              {state.kind === "unset" || state.value === null ? (
                <span className="question-empty">{words.empty}</span>
              ) : (
                say(state.value)
              )}
            </p>
          )}
        </>
      ) : (
        <Field {...props} id={id} />
      )}
      {state.kind === "conflict" && (
        <Conflict label={label} register={register} say={say} onChoose={set} fieldId={id} />
      )}
    </div>
  );
}

function Field(props: FieldProps & { readonly id: string }): ReactNode {
  const { id, hint } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(props.name, wording);
  const room = useRoom(field, LENGTH_MAX, draft.text.length);
  useGrowing(field);
  return (
    <>
      <label className="question-label" htmlFor={id}>
        {props.label}
      </label>
      <textarea
        ref={field}
        id={id}
        className="question-text"
        rows={1}
        maxLength={LENGTH_MAX}
        spellCheck
        aria-describedby={`${id}-hint ${id}-room`}
        value={draft.text}
        onChange={(event) => draft.change(event.currentTarget.value)}
        onBlur={draft.finish}
      />
      <div id={`${id}-room`} className="question-room" role="status">
        {room !== "" && <p className="question-warning">{room}</p>}
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="question-hint">
          {hint}
        </p>
      )}
    </>
  );
}

/** What the register of a wording says, where it says one thing. */
export function useWording(name: string): string {
  const state = stateOf(useRegister(name).register);
  return state.kind === "settled" && typeof state.value === "string" ? state.value : "";
}
