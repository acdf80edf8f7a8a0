/** The summary of findings: what is known about each outcome, and how certain that is, to be read across. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import {
  importanceClass,
  type OutcomeId,
  type OutcomeRegister,
  registerIn,
  registerNames,
  stateOf,
  textsOf,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { rated } from "./certainty.ts";
import { sayReasons } from "./certainty-of.tsx";
import { isAside } from "./outcomes-part.tsx";
import { useText } from "./text-field.tsx";
import { useNameOf, useQuestion } from "./use-question.ts";

export function FindingsTable(): ReactNode {
  const { findings } = useWords().questions;
  const question = useQuestion();
  const shown = question.outcomes.filter((id) => !isAside(question, id));
  if (shown.length === 0) {
    return null;
  }
  return (
    <div className="question-part">
      <h2 id="findings">{findings.heading}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the table is moved sideways, by keyboard too. */}
      <section className="question-table-frame" aria-labelledby="findings" tabIndex={0}>
        <table className="question-table">
          <thead>
            <tr>
              <th scope="col">{findings.outcome}</th>
              <th scope="col">{findings.importance}</th>
              <th scope="col">{findings.evidence}</th>
              <th scope="col">{findings.effect}</th>
              <th scope="col">{findings.certainty}</th>
              <th scope="col">{findings.comment}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((id) => (
              <Row key={id} id={id} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Row(props: { readonly id: OutcomeId }): ReactNode {
  const { id } = props;
  const { outcomes } = useWords().questions;
  const { document, outcomes: all } = useQuestion();
  const { doc } = document;
  const name = useText(textsOf.outcome(doc, id, "name")).trim();
  return (
    <tr>
      <th scope="row">{name === "" ? outcomes.unnamed(all.indexOf(id) + 1) : name}</th>
      <td>
        <Importance id={id} />
      </td>
      <td>
        <Count id={id} register="participants" /> (<Count id={id} register="studies" />)
      </td>
      <td>
        <Value id={id} register="effect" say={(value) => (typeof value === "string" ? value : "–")} />
      </td>
      <td>
        <Certainty id={id} />
      </td>
      <td>
        <Said text={textsOf.outcome(doc, id, "comment")} />
      </td>
    </tr>
  );
}

function Importance(props: { readonly id: OutcomeId }): ReactNode {
  const { findings, outcomes } = useWords().questions;
  const say = (value: unknown): string => {
    const weight = typeof value === "string" && /^[1-9]$/.test(value) ? Number(value) : null;
    return weight === null ? "–" : findings.weight(weight, outcomes.classes[importanceClass(weight)]);
  };
  return <Value id={props.id} register="importance" say={say} />;
}

function Count(props: { readonly id: OutcomeId; readonly register: OutcomeRegister }): ReactNode {
  const language = useLanguage();
  const say = (value: unknown): string =>
    typeof value === "number" ? new Intl.NumberFormat(language).format(value) : "–";
  return <Value {...props} say={say} />;
}

/** The value of a register; all of them, with who set each, where people have to decide. */
function Value(props: {
  readonly id: OutcomeId;
  readonly register: OutcomeRegister;
  readonly say: (value: unknown) => string;
}): ReactNode {
  const { id, say } = props;
  const { findings } = useWords().questions;
  const { values } = useQuestion();
  const nameOf = useNameOf();
  const register = registerIn(values, registerNames.outcome(id, props.register));
  const state = stateOf(register);
  if (state.kind !== "conflict") {
    return say(state.kind === "settled" ? state.value : null);
  }
  const all = register.current.map(({ value, client }) => findings.setBy(say(value), nameOf(client)));
  return <Open>{all.join("; ")}</Open>;
}

function Certainty(props: { readonly id: OutcomeId }): ReactNode {
  const words = useWords().questions;
  const { certainties, evidence } = words;
  const { values } = useQuestion();
  const rating = rated(values, props.id);
  switch (rating.kind) {
    case "open":
      return <span className="question-empty">{evidence.startMissing}</span>;
    case "undecided":
      return <Open />;
    case "rated":
      return (
        <>
          <strong className={`certainty certainty--${rating.holds}`}>{certainties[rating.holds]}</strong>
          <span className="question-reasons question-reasons--below">{sayReasons(rating, words)}</span>
        </>
      );
  }
}

/** People have to decide: where the values are set, with when and by whom. */
function Open(props: { readonly children?: ReactNode }): ReactNode {
  const { conflict } = useWords().questions;
  return (
    <span className="question-open">
      <CircleAlert size={14} aria-hidden="true" />
      <span>{props.children ?? conflict.open}</span>
    </span>
  );
}

function Said(props: { readonly text: Parameters<typeof useText>[0] }): ReactNode {
  const said = useText(props.text).trim();
  return said === "" ? "–" : said;
}
