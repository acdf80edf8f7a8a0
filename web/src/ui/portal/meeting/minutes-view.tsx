/** What is left of a meeting that has ended: who was there, and what was dealt with and decided. */
import { type ReactNode, useCallback } from "react";
import type { Ballot, Meeting, Minutes, MinutesDeed } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { pointInTime, timeOf } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { sayQuestion } from "./poll-card.tsx";
import { Tally } from "./tally.tsx";

export function MinutesView(props: { readonly meeting: Meeting }): ReactNode {
  const { id } = props.meeting;
  const { api } = usePortal();
  const words = useWords().meeting;
  const language = useLanguage();
  const { value: minutes } = useAsked(
    useCallback((signal: AbortSignal) => api.meetings.minutes(id, signal), [api, id]),
    undefined,
    "once",
  );
  if (minutes === null) {
    return null;
  }
  const { openedAt, endedAt, attendance, entries } = minutes;
  return (
    <section className="minutes" aria-labelledby="minutes">
      <h2 id="minutes">{words.minutes.heading}</h2>
      {openedAt !== null && endedAt !== null && (
        <p>{words.minutes.time(pointInTime(openedAt, language), timeOf(endedAt, language))}</p>
      )}
      <h3>{words.minutes.attended}</h3>
      <p>
        {attendance
          .map(({ name, kind }) => {
            const shown = name === "" ? words.people.somebody : name;
            return kind === "guest" ? `${shown} (${words.people.seats.guest})` : shown;
          })
          .join(", ")}
      </p>
      <h3>{words.minutes.happened}</h3>
      <ol className="minutes__entries">
        {entries.map(({ at, deed }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes its order.
          <li key={place}>
            <span className="minutes__time">{timeOf(at, language)}</span>
            <Deed deed={deed} names={minutes.names} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Deed(props: { readonly deed: MinutesDeed; readonly names: Minutes["names"] }): ReactNode {
  const { deed, names } = props;
  const text = useWords().meeting;
  const words = text.minutes;
  const nameOf = (who: string): string => names.get(who) ?? text.people.somebody;
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
    case "poll-closed": {
      const { question, options } = sayQuestion(deed.poll, text.poll);
      return (
        <div>
          <p>{words.poll(question)}</p>
          <Tally options={options} counts={deed.counts} />
        </div>
      );
    }
    case "round-closed":
      return <Vote deed={deed} nameOf={nameOf} />;
    case "round-voided":
      return (
        <div>
          <p>{words.round(deed.rule)}</p>
          <p className="minutes__soft">
            {deed.why.kind === "chair" ? text.round.voided.chair(deed.why.reason) : text.round.voided[deed.why.kind]}
          </p>
        </div>
      );
    case "motion-ended":
      return (
        <div>
          <p>{words.motion(deed.motion)}</p>
          <p className="minutes__soft">
            {text.motions.ends[deed.end]}
            {deed.by !== null && ` · ${text.motions.motion(nameOf(deed.by))}`}
          </p>
        </div>
      );
  }
}

function Vote(props: {
  readonly deed: Extract<MinutesDeed, { what: "round-closed" }>;
  readonly nameOf: (who: string) => string;
}): ReactNode {
  const { rule, options, result, named } = props.deed;
  const text = useWords().meeting;
  const words = text.round;
  const sayBallot = (ballot: Ballot): string =>
    ballot.kind === "abstain" ? words.abstain : (options[ballot.option] ?? "");
  return (
    <div>
      <p>{text.minutes.round(rule)}</p>
      {result.counts === null ? (
        <p className="minutes__soft">{words.hidden}</p>
      ) : (
        <Tally options={options} counts={result.counts} />
      )}
      <p className="minutes__soft">
        {words.cast2(result.cast, result.eligible)}
        {result.abstained !== null && result.abstained > 0 && `, ${words.abstained(result.abstained)}`}
        {result.recused > 0 && `, ${words.recusedCount(result.recused)}`}.{!result.isQuorate && ` ${words.notQuorate}`}
      </p>
      {named.size > 0 && (
        <p className="minutes__soft">
          {[...named].map(([who, ballot]) => `${props.nameOf(who)}: ${sayBallot(ballot)}`).join("; ")}
        </p>
      )}
    </div>
  );
}
