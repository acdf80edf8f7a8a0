/** Evidence to decision: a judgement on each criterion, with the words behind it. */
import type { ReactNode } from "react";
import { criteria, registerNames, scales, textsOf } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { RegisterField } from "./register-field.tsx";
import { TextField } from "./text-field.tsx";
import { useQuestion } from "./use-question.ts";

export function DecisionTable(): ReactNode {
  const { decision } = useWords().questions;
  const { document } = useQuestion();
  return (
    <section className="question-part" aria-labelledby="decision">
      <h2 id="decision">{decision.heading}</h2>
      <p className="question-lead">{decision.lead}</p>
      <ol className="question-criteria">
        {criteria.map((criterion) => (
          <li key={criterion} className="question-criterion">
            <div className="question-criterion__what">
              <h3>{decision.criteria[criterion]}</h3>
              <p className="question-hint">{decision.asks[criterion]}</p>
            </div>
            {/* Each criterion has codes of its own, and a word for each of them. */}
            <RegisterField<string>
              name={registerNames.criterion(criterion)}
              label={decision.judgementOn(decision.criteria[criterion])}
              hideLabel
              codes={scales[criterion]}
              words={decision.judgements[criterion]}
            />
            <TextField
              text={textsOf.criterion(document.doc, criterion)}
              label={decision.reasonsFor(decision.criteria[criterion])}
              hideLabel
              placeholder={decision.reasons}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}
