/** References of the document that the evidence of an outcome rests on: chosen, shown as the document’s style writes them. */
import "../../references/references.css";
import { MultiSelect } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useState } from "react";
import { type Library, parseReferenceId, type ReferenceId, shortNameOf } from "../../../references/index.ts";
import { type FormattedCitations, type OutcomeId, registerNames, stateOf } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { formatted } from "../../references/format.ts";
import { withEveryWord } from "../../references/offered.ts";
import { Pieces } from "../../references/reference-list.tsx";
import { Conflict } from "./conflict.tsx";
import { sayRaw } from "./say-raw.ts";
import { useQuestion, useRegister } from "./use-question.ts";

/** The most references of one outcome. */
const CHOSEN_MAX = 50;

/** The references of the document whose question is open; `null` until they are here. */
export const QuestionLibrary = createContext<Library | null>(null);

export function EvidenceReferences(props: { readonly id: OutcomeId }): ReactNode {
  const text = useWords();
  const words = text.references;
  const library = useContext(QuestionLibrary);
  const { readOnly } = useQuestion();
  const { register, set } = useRegister(registerNames.outcome(props.id, "references"));
  const labelId = useId();
  const id = useId();
  const state = stateOf(register);
  const chosen = state.kind === "settled" ? idsIn(state.value) : [];
  const nameOf = (id: ReferenceId): string => {
    const item = library?.items.get(id);
    return item === undefined ? words.missing("") : shortNameOf(item);
  };
  const offered = useMemo(() => {
    const known = [...(library?.items ?? [])].map(([value, item]) => ({
      value: value as string,
      label: item.title === undefined ? shortNameOf(item) : `${shortNameOf(item)}. ${item.title}`,
    }));
    const gone = chosen.filter((id) => library?.items.has(id) !== true);
    return [...known, ...gone.map((value) => ({ value: value as string, label: words.missing("") }))];
  }, [library, chosen, words]);
  const say = (value: unknown): string => {
    const ids = idsIn(value);
    return value === null || (Array.isArray(value) && ids.length === 0)
      ? words.noEvidence
      : ids.length === 0
        ? text.questions.unreadable(sayRaw(value))
        : ids.map(nameOf).join("; ");
  };
  if (library === null || (library.items.size === 0 && register.current.length === 0)) {
    return null;
  }
  return (
    <div className="question-field">
      {readOnly ? (
        <>
          <p className="question-label" id={labelId}>
            {words.evidence}
          </p>
          {chosen.length === 0 && <p className="question-empty">{words.noEvidence}</p>}
        </>
      ) : (
        <MultiSelect
          id={id}
          label={words.evidence}
          description={words.evidenceHint}
          placeholder={chosen.length === 0 ? words.find : ""}
          data={offered}
          filter={withEveryWord}
          maxValues={CHOSEN_MAX}
          searchable
          hidePickedOptions
          nothingFoundMessage={words.noneFound}
          value={[...chosen]}
          onChange={(ids) => set(ids)}
        />
      )}
      {chosen.length > 0 && <Formatted ids={chosen} library={library} nameOf={nameOf} />}
      {state.kind === "conflict" && (
        <Conflict label={words.evidence} register={register} say={say} onChoose={set} fieldId={id} />
      )}
    </div>
  );
}

/** As the style writes them; their short names until that is known. */
function Formatted(props: {
  readonly ids: readonly ReferenceId[];
  readonly library: Library;
  readonly nameOf: (id: ReferenceId) => string;
}): ReactNode {
  const { library, nameOf } = props;
  const language = useLanguage();
  const ids = props.ids.join(" ");
  const [entries, setEntries] = useState<FormattedCitations["references"]>([]);
  useEffect(() => {
    let current = true;
    const refs = ids.split(" ");
    formatted([{ at: 0, refs, locator: "", label: "" }], library, language).then(
      ({ references }) => current && setEntries(references),
      // The short names say it too.
      () => current && setEntries([]),
    );
    return () => {
      current = false;
    };
  }, [ids, library, language]);
  return (
    <ul className="question-references">
      {props.ids.map((id) => {
        const entry = entries.find((each) => each.id === id);
        return <li key={id}>{entry === undefined ? nameOf(id) : <Pieces pieces={entry.text} />}</li>;
      })}
    </ul>
  );
}

function idsIn(value: unknown): readonly ReferenceId[] {
  if (!Array.isArray(value)) {
    return [];
  }
  const ids = value.flatMap((each: unknown) => (typeof each === "string" ? (parseReferenceId(each) ?? []) : []));
  return [...new Set(ids)].slice(0, CHOSEN_MAX);
}
