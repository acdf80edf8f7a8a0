/** What a meeting decided: votes with their text, their counts and what follows, motions, and what the room was asked. */
import type { ReactNode } from "react";
import type { Ballot, Minutes, MinutesDecision, MinutesDeed, VotedText } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { timeOf } from "../../words/time.ts";
import { sayQuestion } from "./poll-card.tsx";
import { Tally } from "./tally.tsx";

/** So many digits of a text’s hash tell two versions of it apart by eye. */
const HASH_DIGITS_SHOWN = 12;

function isDecision(deed: MinutesDeed): deed is MinutesDecision {
  return ["poll-closed", "round-closed", "round-voided", "motion-ended"].includes(deed.what);
}

export function Decisions(props: { readonly minutes: Minutes; readonly nameOf: (who: string) => string }): ReactNode {
  const { minutes, nameOf } = props;
  const words = useWords().meeting.minutes;
  const language = useLanguage();
  const decisions = minutes.entries.flatMap(({ at, deed }) => (isDecision(deed) ? [{ at, deed }] : []));
  if (decisions.length === 0) {
    return <p className="minutes__soft">{words.nothingDecided}</p>;
  }
  return (
    <ol className="minutes__entries">
      {decisions.map(({ at, deed }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes its order.
        <li key={place}>
          <span className="minutes__time">{timeOf(at, language)}</span>
          <DecisionView deed={deed} nameOf={nameOf} documents={minutes.documents} />
        </li>
      ))}
    </ol>
  );
}

function DecisionView(props: {
  readonly deed: MinutesDecision;
  readonly nameOf: (who: string) => string;
  readonly documents: Minutes["documents"];
}): ReactNode {
  const { deed, nameOf } = props;
  const text = useWords().meeting;
  const words = text.minutes;
  switch (deed.what) {
    case "poll-closed": {
      const { question, options } = sayQuestion(deed.poll, text.poll);
      return (
        <div>
          <p className="minutes__title">{words.poll(question)}</p>
          <Tally options={options} counts={deed.counts} />
          <p className="minutes__soft">{words.pollDecides}</p>
        </div>
      );
    }
    case "round-closed":
      return <Vote deed={deed} nameOf={nameOf} documents={props.documents} />;
    case "round-voided":
      return (
        <div>
          <p className="minutes__title">{words.round(deed.rule)}</p>
          <p className="minutes__soft">
            {deed.why.kind === "chair" ? text.round.voided.chair(deed.why.reason) : text.round.voided[deed.why.kind]}
          </p>
        </div>
      );
    case "motion-ended":
      return <Motion deed={deed} nameOf={nameOf} />;
  }
}

function Motion(props: {
  readonly deed: Extract<MinutesDeed, { what: "motion-ended" }>;
  readonly nameOf: (who: string) => string;
}): ReactNode {
  const { deed, nameOf } = props;
  const text = useWords().meeting;
  const words = text.minutes;
  const seconds = deed.seconds.map(nameOf).join(", ");
  return (
    <div>
      <p className="minutes__title">{words.motion(deed.motion)}</p>
      <p>
        <strong>{text.motions.ends[deed.end]}</strong>
      </p>
      <p className="minutes__soft">
        {[
          ...(deed.by === null ? [] : [text.motions.motion(nameOf(deed.by))]),
          ...(seconds === "" ? [] : [text.motions.seconded(seconds)]),
        ].join(" · ")}
      </p>
      {deed.becomes !== null && <p>{words.becomes(deed.becomes)}</p>}
    </div>
  );
}

function Vote(props: {
  readonly deed: Extract<MinutesDeed, { what: "round-closed" }>;
  readonly nameOf: (who: string) => string;
  readonly documents: Minutes["documents"];
}): ReactNode {
  const { rule, options, result, named, text: about } = props.deed;
  const text = useWords().meeting;
  const words = text.round;
  const sayBallot = (ballot: Ballot): string =>
    ballot.kind === "abstain" ? words.abstain : (options[ballot.option] ?? "");
  return (
    <div>
      <p className="minutes__title">{text.minutes.round(rule)}</p>
      <About text={about} documents={props.documents} />
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

/** Which text was voted on, and as which version. */
function About(props: { readonly text: VotedText; readonly documents: Minutes["documents"] }): ReactNode {
  const { document, hash } = props.text;
  const text = useWords();
  const words = text.meeting.minutes;
  const found = props.documents.find(({ name }) => name === document);
  const title = found === undefined ? null : found.title === "" ? text.common.untitled : found.title;
  return (
    <p className="minutes__soft">
      {title === null ? words.votedHidden : words.voted(title)}{" "}
      <span className="minutes__hash" title={hash}>
        {words.hash(hash.slice(0, HASH_DIGITS_SHOWN))}
      </span>
    </p>
  );
}
