/** A number or a day as a value that can hurt. */
import { TextInput } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { stateOf } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { dayOf } from "../../words/time.ts";
import { Conflict } from "./conflict.tsx";
import { sayRaw } from "./say-raw.ts";
import { type TypedKind, useDraft } from "./use-draft.ts";
import { useQuestion, useRegister } from "./use-question.ts";

/** More people than there are. */
const NUMBER_MAX = 10_000_000_000;

/** Reads, writes and says values of one kind. */
interface Kind extends TypedKind {
  readonly say: (value: unknown, language: string) => string | null;
  readonly input: "text" | "date";
}

const wholeNumber: Kind = {
  parse(text) {
    if (text === "") {
      return null;
    }
    // A point or a comma is a sign for thousands between groups of three only: "1.5" is no whole number, in no language.
    const number = /^(\d+|\d{1,3}([\s.,'’]\d{3})+)$/.test(text) ? Number(text.replace(/\D/g, "")) : Number.NaN;
    return number <= NUMBER_MAX ? number : undefined;
  },
  write: (value) => (isCount(value) ? String(value) : null),
  say: (value, language) => (isCount(value) ? new Intl.NumberFormat(language).format(value) : null),
  input: "text",
};

const day: Kind = {
  parse: (text) => (text === "" ? null : isDay(text) ? text : undefined),
  write: (value) => (isDay(value) ? value : null),
  say: (value, language) => (isDay(value) ? dayOf(Date.parse(`${value}T12:00:00`), language) : null),
  input: "date",
};

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}

export function NumberField(props: FieldProps): ReactNode {
  return <KindField {...props} kind={wholeNumber} />;
}

export function DayField(props: FieldProps): ReactNode {
  return <KindField {...props} kind={day} />;
}

function KindField(props: FieldProps & { readonly kind: Kind }): ReactNode {
  const { label, kind, hint } = props;
  const words = useWords().questions;
  const language = useLanguage();
  const { readOnly } = useQuestion();
  const { register, set } = useRegister(props.name);
  const id = useId();
  const state = stateOf(register);
  const draft = useDraft(props.name, kind);
  const say = (value: unknown): string =>
    value === null ? words.cleared : (kind.say(value, language) ?? words.unreadable(sayRaw(value)));
  return (
    <div className="question-field">
      {readOnly ? (
        <>
          <p className="question-label">{label}</p>
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
          <label className="question-label" htmlFor={id}>
            {label}
          </label>
          <TextInput
            id={id}
            type={kind.input}
            inputMode={kind.input === "text" ? "numeric" : undefined}
            value={draft.text}
            error={draft.isUnfit ? words.notANumber : null}
            aria-describedby={hint === undefined ? undefined : `${id}-help`}
            onChange={(event) => draft.change(event.currentTarget.value)}
            onBlur={draft.finish}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.nativeEvent.isComposing) {
                event.preventDefault();
                draft.finish();
              }
            }}
          />
          {hint !== undefined && (
            <p id={`${id}-help`} className="question-hint">
              {hint}
            </p>
          )}
        </>
      )}
      {state.kind === "conflict" && (
        <Conflict label={label} register={register} say={say} onChoose={set} fieldId={id} />
      )}
    </div>
  );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}
