/** The recommendation: for or against, how strongly, in which words, for whom, until when. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import {
  beginningOf,
  certainties,
  directions,
  registerIn,
  registerNames,
  sentenceOf,
  stateOf,
  strengths,
  type TextLanguage,
  textsOf,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { DayField } from "./number-field.tsx";
import { RegisterField } from "./register-field.tsx";
import { TextField } from "./text-field.tsx";
import { useQuestion, useRegister } from "./use-question.ts";
import { useWording, WordingField } from "./wording-field.tsx";

export function RecommendationBox(props: { readonly language: TextLanguage }): ReactNode {
  const words = useWords().questions;
  const { document } = useQuestion();
  const { doc } = document;
  const { recommendation: names } = registerNames;
  const box = words.recommendation;
  return (
    <section className="question-part question-part--box" aria-labelledby="recommendation">
      <h2 id="recommendation">{box.heading}</h2>
      <div className="question-row">
        <RegisterField name={names("direction")} label={box.direction} codes={directions} words={box.directions} />
        <RegisterField name={names("strength")} label={box.strength} codes={strengths} words={box.strengths} />
        <RegisterField name={names("certainty")} label={box.certainty} codes={certainties} words={words.certainties} />
      </div>
      <WordingField name={names("action")} label={box.action} hint={box.actionHint} />
      <Statement language={props.language} />
      <TextField text={textsOf.recommendation(doc, "population")} label={box.population} />
      <TextField text={textsOf.recommendation(doc, "remarks")} label={box.remarks} />
      <DayField name={names("review-by")} label={box.reviewBy} hint={box.reviewByHint} />
    </section>
  );
}

/** The words of the recommendation, and those that follow from its strength and direction. */
function Statement(props: { readonly language: TextLanguage }): ReactNode {
  const { language } = props;
  const box = useWords().questions.recommendation;
  const { values, readOnly } = useQuestion();
  const { recommendation: names } = registerNames;
  const { set } = useRegister(names("statement"));
  const said = useWording(names("statement"));
  const action = useWording(names("action"));
  const chosen = <T extends string>(register: "direction" | "strength", codes: readonly T[]): T | null => {
    const state = stateOf(registerIn(values, registerNames.recommendation(register)));
    return state.kind === "settled" ? (codes.find((code) => code === state.value) ?? null) : null;
  };
  const direction = chosen("direction", directions);
  const strength = chosen("strength", strengths);
  const isDecided = direction !== null && strength !== null;
  const suggested = isDecided && action !== "" ? sentenceOf(language, strength, direction, action) : null;
  const beginning = isDecided ? beginningOf(language, strength, direction) : null;
  const isAmiss = said !== "" && beginning !== null && !startsWith(said, beginning, direction === "for");
  return (
    <div className="question-statement">
      <WordingField name={names("statement")} label={box.statement} />
      {suggested !== null && suggested !== said && (
        <div className="question-suggested">
          <p>
            <span className="question-suggested__label">{box.suggested}</span> <q lang={language}>{suggested}</q>
          </p>
          {!readOnly && (
            <Button size="compact-sm" variant="default" onClick={() => set(suggested)}>
              {box.takeSuggested}
            </Button>
          )}
        </div>
      )}
      {isAmiss && beginning !== null && <p className="question-warning">{box.amiss(beginning)}</p>}
    </div>
  );
}

/** Whether a statement begins as its strength and direction want it. "We recommend against" is no beginning of one for. */
function startsWith(said: string, beginning: string, isFor: boolean): boolean {
  const against = /^(We (recommend|suggest) against|Wir (empfehlen|schlagen) den Verzicht auf)\b/;
  return said.startsWith(beginning) && !(isFor && against.test(said));
}
