/** The outcomes, what is known about each, and how certain that is. */
import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import { type ReactNode, useId } from "react";
import { addOutcome, type OutcomeId, registerIn, registerNames, stateOf, textsOf } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { CertaintyOf } from "./certainty-of.tsx";
import { Conflict } from "./conflict.tsx";
import { EvidenceReferences } from "./evidence-references.tsx";
import { NumberField } from "./number-field.tsx";
import { RegisterField } from "./register-field.tsx";
import { TextField, useText } from "./text-field.tsx";
import { type OpenQuestion, useQuestion, useRegister } from "./use-question.ts";
import { WordingField } from "./wording-field.tsx";

const importances = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** Whether an outcome is not wanted any more. While people do not agree on that, it is shown. */
export function isAside({ values }: OpenQuestion, id: OutcomeId): boolean {
  const state = stateOf(registerIn(values, registerNames.outcome(id, "aside")));
  return state.kind === "settled" && state.value === "aside";
}

export function OutcomesPart(): ReactNode {
  const words = useWords().questions;
  const question = useQuestion();
  const { document, outcomes, readOnly } = question;
  const shown = outcomes.filter((id) => !isAside(question, id));
  const aside = outcomes.filter((id) => isAside(question, id));
  return (
    <section className="question-part" aria-labelledby="outcomes">
      <h2 id="outcomes">{words.outcomes.heading}</h2>
      <p className="question-lead">{words.outcomes.lead}</p>
      {shown.length === 0 && <p className="question-empty">{words.outcomes.none}</p>}
      {shown.map((id, index) => (
        <Outcome key={id} id={id} place={index + 1} />
      ))}
      {!readOnly && (
        <Button variant="default" leftSection={<Plus size={16} />} onClick={() => addOutcome(document.doc)}>
          {words.outcomes.add}
        </Button>
      )}
      {aside.length > 0 && (
        <div className="question-aside">
          <h3>{words.outcomes.asideHeading}</h3>
          <ul>
            {aside.map((id) => (
              <AsideOutcome key={id} id={id} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Outcome(props: { readonly id: OutcomeId; readonly place: number }): ReactNode {
  const { id, place } = props;
  const words = useWords().questions;
  const { document, readOnly } = useQuestion();
  const { doc } = document;
  const named = useText(textsOf.outcome(doc, id, "name")).trim();
  const called = named === "" ? words.outcomes.unnamed(place) : named;
  const aside = useRegister(registerNames.outcome(id, "aside"));
  const asideId = useId();
  return (
    <article className="question-outcome" aria-label={called}>
      <div className="question-outcome__head">
        <TextField text={textsOf.outcome(doc, id, "name")} label={words.outcomes.name} />
        <RegisterField
          name={registerNames.outcome(id, "importance")}
          label={words.outcomes.importance}
          codes={importances}
          words={words.outcomes.importances}
        />
      </div>
      <div className="question-outcome__evidence">
        <NumberField name={registerNames.outcome(id, "studies")} label={words.outcomes.studies} />
        <NumberField name={registerNames.outcome(id, "participants")} label={words.outcomes.participants} />
      </div>
      <WordingField
        name={registerNames.outcome(id, "effect")}
        label={words.outcomes.effect}
        hint={words.outcomes.effectHint}
      />
      <CertaintyOf id={id} />
      <EvidenceReferences id={id} />
      <TextField text={textsOf.outcome(doc, id, "comment")} label={words.outcomes.comment} />
      {stateOf(aside.register).kind === "conflict" && (
        <Conflict
          label={words.outcomes.asideConflict}
          register={aside.register}
          say={(value) => (value === "aside" ? words.outcomes.isAside : words.outcomes.isKept)}
          onChoose={aside.set}
          fieldId={asideId}
        />
      )}
      {!readOnly && (
        <Button id={asideId} variant="subtle" color="gray" size="compact-sm" onClick={() => aside.set("aside")}>
          {words.outcomes.putAside(called)}
        </Button>
      )}
    </article>
  );
}

function AsideOutcome(props: { readonly id: OutcomeId }): ReactNode {
  const { id } = props;
  const words = useWords().questions;
  const { document, readOnly, outcomes } = useQuestion();
  const named = useText(textsOf.outcome(document.doc, id, "name")).trim();
  const called = named === "" ? words.outcomes.unnamed(outcomes.indexOf(id) + 1) : named;
  const { set } = useRegister(registerNames.outcome(id, "aside"));
  return (
    <li>
      <span>{called}</span>
      {!readOnly && (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={words.outcomes.takeBack(called)}
          onClick={() => set(null)}
        >
          {words.outcomes.back}
        </Button>
      )}
    </li>
  );
}
