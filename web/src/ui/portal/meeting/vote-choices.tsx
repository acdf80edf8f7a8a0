/** What can be chosen in a vote: radio buttons, one a line. */
import { type ReactNode, useId } from "react";

export function VoteChoices(props: {
  readonly legend: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className="vote">
      <legend>{props.legend}</legend>
      {props.options.map(({ value, label }) => (
        <label key={value} className="vote__option">
          <input
            type="radio"
            name={name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
