/** The course of a meeting, line by line. What was decided stands by itself, with its counts, and is only named here. */
import type { ReactNode } from "react";
import type { Minutes, MinutesDeed } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { timeOf } from "../../words/time.ts";
import { sayQuestion } from "./poll-card.tsx";

export function Course(props: {
  readonly entries: Minutes["entries"];
  readonly nameOf: (who: string) => string;
}): ReactNode {
  const language = useLanguage();
  return (
    <ol className="minutes__entries minutes__entries--close">
      {props.entries.map(({ at, deed }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes its order.
        <li key={place}>
          <span className="minutes__time">{timeOf(at, language)}</span>
          <Deed deed={deed} nameOf={props.nameOf} />
        </li>
      ))}
    </ol>
  );
}

function Deed(props: { readonly deed: MinutesDeed; readonly nameOf: (who: string) => string }): ReactNode {
  const { deed, nameOf } = props;
  const text = useWords().meeting;
  const words = text.minutes;
  switch (deed.what) {
    case "opened":
    case "ended":
      return <p>{words[deed.what]}</p>;
    case "chair-taken":
      return <p>{words[deed.what](nameOf(deed.who))}</p>;
    case "removed":
      return (
        <div>
          <p>{words.removed(nameOf(deed.who))}</p>
          {deed.reason !== null && <p className="minutes__soft">{deed.reason}</p>}
        </div>
      );
    case "item-began":
    case "item-closed":
    case "item-parked":
      return <p>{words[deed.what](deed.item)}</p>;
    case "recused":
      return <p>{(deed.how === "absent" ? words.recusedAbsent : words.recused)(nameOf(deed.who), deed.item)}</p>;
    case "poll-closed":
      return <p>{words.poll(sayQuestion(deed.poll, text.poll).question)}</p>;
    case "round-closed":
    case "round-voided":
      return <p>{words.round(deed.rule)}</p>;
    case "motion-ended":
      return <p>{words.motion(deed.motion)}</p>;
  }
}
