/** What was put to the vote in a community: what is open first, and what waits for one's own vote before all. */
import "./rounds.css";
import { Loader } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import { type Community, isUnreachable, type Round } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { sayVerdict } from "../../words/rule.ts";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { roundPath } from "./paths.ts";
import { aboutOf, isOver } from "./round-words.ts";

export function RoundsSection(props: { readonly community: Community }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.rounds;
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.rounds.of(community.id, signal), [portal, community.id]);
  const { value: rounds, error } = useAsked(ask);
  const open = rounds?.filter(({ state }) => state === "open") ?? [];
  const ended = rounds?.filter(({ state }) => state !== "open") ?? [];
  const mine = open.filter(waitsForMe);
  return (
    <section className="rounds" aria-labelledby="rounds">
      <h2 id="rounds">{words.section}</h2>
      <p className="rounds__lead">{words.listLead}</p>
      {error !== null && (
        <Notice tone={isUnreachable(error) ? "plain" : "alarm"}>
          {describePortalFailure(error, text, words.codes)}
        </Notice>
      )}
      {rounds === null && error === null && (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      )}
      {rounds !== null && rounds.length === 0 && <Empty title={words.emptyTitle} body={words.empty} />}
      {rounds !== null && rounds.length > 0 && (
        <>
          <h3>{words.open}</h3>
          {mine.length > 0 && <p className="rounds__mine">{words.waiting(mine.length)}</p>}
          {open.length === 0 ? <p className="rounds__none">{words.emptyOpen}</p> : null}
          <RoundList rounds={[...mine, ...open.filter((round) => !waitsForMe(round))]} />
          {ended.length > 0 && (
            <>
              <h3>{words.ended}</h3>
              <RoundList rounds={ended} />
            </>
          )}
        </>
      )}
    </section>
  );
}

function waitsForMe(round: Round): boolean {
  return round.state === "open" && round.seat === "voter" && !round.hasVoted && !isOver(round);
}

function RoundList(props: { readonly rounds: readonly Round[] }): ReactNode {
  return props.rounds.length === 0 ? null : (
    <ul className="rounds__list">
      {props.rounds.map((round) => (
        <Item key={round.id} round={round} />
      ))}
    </ul>
  );
}

function Item(props: { readonly round: Round }): ReactNode {
  const { round } = props;
  const text = useWords();
  const words = text.rounds;
  const language = useLanguage();
  const isOpen = round.state === "open";
  return (
    <li className={waitsForMe(round) ? "round-card round-card--mine" : "round-card"}>
      <Link href={roundPath(round.community, round.id)} className="round-card__question">
        {round.question}
      </Link>
      <p className="round-card__about">{aboutOf(round, text)}</p>
      {round.verdict !== null && <p className="round-card__verdict">{sayVerdict(round.verdict, text)}</p>}
      {round.state === "voided" && <p className="round-card__verdict">{words.voided}</p>}
      <p className="round-card__facts">
        <span>
          {isOpen
            ? isOver(round)
              ? words.beingCounted
              : (round.byHand ? words.closesByHand : words.closes)(pointInTime(round.closesAt, language))
            : words.endedOn(pointInTime(round.endedAt ?? round.closesAt, language))}
        </span>
        {round.state !== "voided" && (
          <span>{(isOpen ? words.turnout : words.turnoutEnded)(round.voted, round.eligible)}</span>
        )}
        <span>{round.anonymity === "named" ? words.named : words.anonymous}</span>
        {isOpen && <Seat round={round} />}
      </p>
      {round.textChanged && <p className="round-changed">{words.textChanged}</p>}
    </li>
  );
}

function Seat(props: { readonly round: Round }): ReactNode {
  const { round } = props;
  const words = useWords().rounds;
  switch (round.seat) {
    case "none":
      return <span>{words.notOnRoll}</span>;
    case "recused":
      return <span>{words.youAreRecused}</span>;
    case "voter":
      return round.hasVoted ? (
        <span>{words.youVoted}</span>
      ) : (
        <strong className="round-card__turn">{words.yourTurn}</strong>
      );
  }
}
