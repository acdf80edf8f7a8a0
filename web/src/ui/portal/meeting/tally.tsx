/** How many chose each: a bar, and the number. */
import type { ReactNode } from "react";

export function Tally(props: { readonly options: readonly string[]; readonly counts: readonly number[] }): ReactNode {
  const { options, counts } = props;
  const all = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return (
    <ul className="tally">
      {options.map((option, at) => {
        const count = counts[at] ?? 0;
        return (
          <li key={option}>
            <span className="tally__option">{option}</span>
            <span className="tally__count">{count}</span>
            <progress className="tally__bar" value={count} max={all} aria-hidden="true" />
          </li>
        );
      })}
    </ul>
  );
}
