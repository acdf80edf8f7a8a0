/**
 * A value that can hurt, as a choice: one value where all agree, and all of them where people set different ones at once.
 *
 * Choosing replaces exactly what was on the screen. Whoever may only read sees the same without controls.
 */
import { NativeSelect } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { stateOf } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Conflict } from "./conflict.tsx";
import { sayRaw } from "./say-raw.ts";
import { useQuestion, useRegister } from "./use-question.ts";

export function RegisterField<T extends string>(props: {
  readonly name: string;
  readonly label: string;
  /** The values, in their order. */
  readonly codes: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly hideLabel?: boolean;
}): ReactNode {
  const { label, codes, words: wordsOf } = props;
  const words = useWords().questions;
  const { readOnly } = useQuestion();
  const { register, set } = useRegister(props.name);
  const id = useId();
  const state = stateOf(register);
  const code = state.kind === "settled" ? codeIn(codes, state.value) : null;
  const say = (value: unknown): string => {
    const known = codeIn(codes, value);
    return known === null ? (value === null ? words.cleared : words.unreadable(sayRaw(value))) : wordsOf[known];
  };
  const isStrange = state.kind === "settled" && state.value !== null && code === null;
  const labelClass = props.hideLabel === true ? "visually-hidden" : "question-label";
  return (
    <div className="question-field">
      {readOnly ? (
        <>
          <p className={labelClass}>{label}</p>
          {state.kind !== "conflict" && (
            <p className="question-said">
              {state.kind === "unset" || state.value === null ? (
                <span className="question-empty">{words.notSet}</span>
              ) : (
                say(state.value)
              )}
            </p>
          )}
        </>
      ) : (
        <>
          <label className={labelClass} htmlFor={id}>
            {label}
          </label>
          <NativeSelect
            id={id}
            value={code ?? ""}
            onChange={(event) => {
              const chosen = codeIn(codes, event.currentTarget.value);
              set(chosen);
            }}
            data={[
              { value: "", label: state.kind === "conflict" ? words.undecided : words.notSet },
              ...codes.map((each) => ({ value: each, label: wordsOf[each] })),
            ]}
          />
          {isStrange && <p className="question-hint">{say(state.value)}</p>}
        </>
      )}
      {state.kind === "conflict" && (
        <Conflict label={label} register={register} say={say} onChoose={set} fieldId={id} />
      )}
    </div>
  );
}

function codeIn<T extends string>(codes: readonly T[], value: unknown): T | null {
  return codes.find((code) => code === value) ?? null;
}
