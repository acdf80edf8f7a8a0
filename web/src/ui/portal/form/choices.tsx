/** One of a few, each explained: radio buttons as cards. */
import { type ReactNode, useId } from "react";

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly about?: string;
  readonly icon?: ReactNode;
  /** Why it cannot be chosen; left out when it can. */
  readonly reason?: string | null;
}

export function Choices<T extends string>(props: {
  readonly legend: string;
  /** Whether the legend is for those only who do not see the page, because it stands elsewhere too. */
  readonly hideLegend?: boolean;
  readonly hint?: string;
  /** Whether they stand side by side where there is room. */
  readonly inRow?: boolean;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly error?: string | null;
  readonly onChange: (value: T) => void;
}): ReactNode {
  const { value, choices, error = null } = props;
  const name = useId();
  return (
    <fieldset className={props.inRow === true ? "choices choices--row" : "choices"} aria-describedby={`${name}-hint`}>
      <legend className={props.hideLegend === true ? "visually-hidden" : ""}>{props.legend}</legend>
      <p id={`${name}-hint`} className="choices__hint">
        {props.hint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      {choices.map((choice) => {
        const id = `${name}-${choice.value}`;
        const isOff = choice.reason !== undefined && choice.reason !== null;
        return (
          <label key={choice.value} className={isOff ? "choice choice--off" : "choice"} htmlFor={id}>
            <input
              id={id}
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              disabled={isOff}
              aria-labelledby={`${id}-label`}
              aria-describedby={`${id}-about`}
              onChange={() => props.onChange(choice.value)}
            />
            {choice.icon}
            <span className="choice__words">
              <span id={`${id}-label`} className="choice__label">
                {choice.label}
              </span>
              <span id={`${id}-about`} className="choice__about">
                {choice.about}
                {isOff && <span className="choice__reason">{choice.reason}</span>}
              </span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
