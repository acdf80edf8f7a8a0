/** Judging the evidence about one outcome: the domains, what follows from them, and another rating with its reason. */
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import {
  type Certainty,
  certainties,
  concerns,
  largeEffects,
  levelsDown,
  lowering,
  type OutcomeId,
  presences,
  registerNames,
  starts,
  stateOf,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { type Rated, rated, readInstead } from "./certainty.ts";
import { Conflict } from "./conflict.tsx";
import { RegisterField } from "./register-field.tsx";
import { sayRaw } from "./say-raw.ts";
import { useQuestion, useRegister } from "./use-question.ts";

/** The longest reason, in characters. */
const REASON_MAX = 1_000;

export function CertaintyOf(props: { readonly id: OutcomeId }): ReactNode {
  const { id } = props;
  const words = useWords().questions;
  const { values, readOnly } = useQuestion();
  const rating = rated(values, id);
  const { recommendation: _, evidence } = words;
  return (
    <div className="question-certainty">
      <CertaintyLine rating={rating} />
      <details open={rating.kind === "undecided" ? true : undefined}>
        <summary>{readOnly ? evidence.show : evidence.judge}</summary>
        <div className="question-domains">
          <RegisterField
            name={registerNames.outcome(id, "start")}
            label={evidence.start}
            codes={starts}
            words={evidence.starts}
          />
          {lowering.map((domain) => (
            <RegisterField
              key={domain}
              name={registerNames.outcome(id, domain)}
              label={evidence.domains[domain]}
              codes={concerns}
              words={evidence.concerns}
            />
          ))}
          <RegisterField
            name={registerNames.outcome(id, "large-effect")}
            label={evidence.largeEffect}
            codes={largeEffects}
            words={evidence.largeEffects}
          />
          <RegisterField
            name={registerNames.outcome(id, "dose-response")}
            label={evidence.doseResponse}
            codes={presences}
            words={evidence.presences}
          />
          <RegisterField
            name={registerNames.outcome(id, "plausible-confounding")}
            label={evidence.plausibleConfounding}
            codes={presences}
            words={evidence.presences}
          />
        </div>
        <InsteadOf id={id} />
      </details>
    </div>
  );
}

/** The certainty that holds, and why. */
export function CertaintyLine(props: { readonly rating: Rated }): ReactNode {
  const { rating } = props;
  const words = useWords().questions;
  const { evidence } = words;
  if (rating.kind !== "rated") {
    return (
      <p className="question-certainty__line">
        <span className="question-label">{evidence.certainty}</span>{" "}
        <span className="question-empty">{rating.kind === "open" ? evidence.startMissing : evidence.undecided}</span>
      </p>
    );
  }
  return (
    <div className="question-certainty__line">
      <p>
        <span className="question-label">{evidence.certainty}</span>{" "}
        <strong className={`certainty certainty--${rating.holds}`}>{words.certainties[rating.holds]}</strong>{" "}
        <span className="question-reasons">{sayReasons(rating, words)}</span>
      </p>
      {rating.cautions.map((caution) => (
        <p key={caution} className="question-warning">
          {evidence.cautions[caution]}
        </p>
      ))}
    </div>
  );
}

/** Why this certainty, in words. */
export function sayReasons(
  rating: Extract<Rated, { readonly kind: "rated" }>,
  { evidence, certainties: names }: Catalogue["questions"],
): string {
  const { domains, instead, computed } = rating;
  if (instead !== null) {
    return evidence.insteadReason(instead.reason, names[computed]);
  }
  const down = lowering
    .filter((domain) => domains.concerns[domain] !== "no-concern")
    .map((domain) => evidence.reason(evidence.domains[domain], evidence.concernsBehind[domains.concerns[domain]]));
  const up = [
    ...(domains.largeEffect === "no-change" ? [] : [evidence.largeEffects[domains.largeEffect]]),
    ...(domains.doseResponse === "present" ? [evidence.doseResponse] : []),
    ...(domains.plausibleConfounding === "present" ? [evidence.plausibleConfounding] : []),
  ];
  const parts = [
    evidence.starts[domains.start],
    ...(levelsDown(domains) > 0 ? [evidence.lowered(down.join(", "))] : []),
    ...(up.length > 0 ? [evidence.raised(up.join(", "))] : []),
  ];
  return parts.join("; ");
}

/** Putting another certainty in place of the computed one, with a reason; and taking it back. */
function InsteadOf(props: { readonly id: OutcomeId }): ReactNode {
  const { evidence, certainties: names, ...words } = useWords().questions;
  const { readOnly } = useQuestion();
  const { register, set } = useRegister(registerNames.outcome(props.id, "certainty-instead"));
  const [isOpen, setOpen] = useState(false);
  const [level, setLevel] = useState<Certainty>("moderate");
  const [reason, setReason] = useState("");
  const formId = useId();
  const openerId = useId();
  const state = stateOf(register);
  const holds = state.kind === "settled" ? readInstead(state.value) : null;
  const say = (value: unknown): string => {
    const instead = readInstead(value);
    if (instead !== null) {
      return evidence.sayInstead(names[instead.certainty], instead.reason);
    }
    return value === null ? evidence.noInstead : words.unreadable(sayRaw(value));
  };
  return (
    <div className="question-instead">
      {state.kind === "conflict" && (
        <Conflict label={evidence.instead} register={register} say={say} onChoose={set} fieldId={openerId} />
      )}
      {!readOnly && (
        <div className="question-instead__ways">
          {!isOpen && (
            <Button id={openerId} variant="default" size="compact-sm" onClick={() => setOpen(true)}>
              {evidence.instead}
            </Button>
          )}
          {holds !== null && (
            <Button variant="default" size="compact-sm" onClick={() => set(null)}>
              {evidence.backToComputed}
            </Button>
          )}
        </div>
      )}
      {isOpen && !readOnly && (
        <form
          className="question-instead__form"
          aria-labelledby={formId}
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "") {
              set({ certainty: level, reason: reason.trim() });
              setOpen(false);
              setReason("");
            }
          }}
        >
          <p id={formId} className="question-label">
            {evidence.instead}
          </p>
          <NativeSelect
            label={evidence.certainty}
            value={level}
            onChange={(event) => {
              const chosen = certainties.find((each) => each === event.currentTarget.value);
              setLevel((last) => chosen ?? last);
            }}
            data={certainties.map((each) => ({ value: each, label: names[each] }))}
          />
          <Textarea
            label={evidence.why}
            description={evidence.whyHint}
            autosize
            minRows={2}
            maxLength={REASON_MAX}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className="question-instead__ways">
            <Button type="submit" size="compact-md" disabled={reason.trim() === ""}>
              {evidence.set}
            </Button>
            <Button variant="default" size="compact-md" onClick={() => setOpen(false)}>
              {evidence.cancel}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}
