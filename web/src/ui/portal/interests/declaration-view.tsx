/** What stands in a declaration: the items that were not answered with "none". */
import type { ReactNode } from "react";
import { type Declaration, interestItems } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { sayInterest } from "./words.ts";

export function DeclarationView(props: { readonly declaration: Declaration }): ReactNode {
  const { entries } = props.declaration;
  const text = useWords();
  const words = text.interests;
  if (entries.length === 0) {
    return <p className="declaration__nothing">{words.list.nothing}</p>;
  }
  const said = interestItems
    .map((item) => ({ item, of: entries.filter((entry) => entry.item === item) }))
    .filter(({ of }) => of.length > 0);
  return (
    <dl className="declaration">
      {said.map(({ item, of }) => (
        <div key={item}>
          <dt>{words.items[item].label}</dt>
          {of.map((entry) => {
            const sentence = sayInterest(entry, text);
            return <dd key={sentence}>{sentence}</dd>;
          })}
        </div>
      ))}
    </dl>
  );
}
