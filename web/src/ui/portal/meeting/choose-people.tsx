/** Chooses some of those who are present: boxes to tick, found by name where there are many. */
import { TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { AccountId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";

/** How many names are shown at once. */
export const SHOWN_MAX = 40;

/** From how many on they are found by name. */
const FILTER_FROM = 12;

export interface NamedPerson {
  readonly id: AccountId;
  readonly name: string;
}

/** Those whose name has `query` in it. */
export function findNames<T extends NamedPerson>(people: readonly T[], query: string): readonly T[] {
  const sought = query.trim().toLocaleLowerCase();
  return people.filter(({ name }) => name.toLocaleLowerCase().includes(sought));
}

export function ChoosePeople(props: {
  readonly legend: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly people: readonly NamedPerson[];
  readonly chosen: readonly AccountId[];
  readonly onChange: (chosen: readonly AccountId[]) => void;
}): ReactNode {
  const { people, chosen, error = null } = props;
  const words = useWords().meeting.people;
  const [query, setQuery] = useState("");
  // Those who are chosen stay in sight.
  const found = findNames(people, query).filter(({ id }) => !chosen.includes(id));
  const shown = [...people.filter(({ id }) => chosen.includes(id)), ...found.slice(0, SHOWN_MAX)];
  return (
    <fieldset className="choices">
      <legend>{props.legend}</legend>
      <p className="choices__hint">
        {props.hint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      {people.length >= FILTER_FROM && (
        <TextInput
          label={words.filter}
          value={query}
          autoComplete="off"
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      <div className="choose-people">
        {shown.map(({ id, name }) => (
          <label key={id} className="check-row">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) =>
                props.onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
              }
            />
            {name}
          </label>
        ))}
      </div>
      {found.length > SHOWN_MAX && <p className="choices__hint">{words.more(found.length - SHOWN_MAX)}</p>}
    </fieldset>
  );
}
