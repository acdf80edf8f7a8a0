/** One vote: what is asked and about which text, by which rule, one's own ballot, who may vote, and what came of it. */
import "./rounds.css";
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useState } from "react";
import { Link } from "wouter";
import {
  ApiError,
  type CommunityId,
  isUnreachable,
  type RoundPage as Page,
  type RoundId,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useObservable } from "../../hooks/use-observable.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { sayRule } from "../../words/rule.ts";
import { pointInTime } from "../../words/time.ts";
import { documentPath } from "../branches/paths.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useLook } from "../look/use-look.ts";
import { type Asked, useAsked } from "../use-asked.ts";
import { useBallots } from "./ballots-host.tsx";
import { LeadActions } from "./lead-actions.tsx";
import { roundsPath } from "./paths.ts";
import { RecuseMyself } from "./recuse-myself.tsx";
import { ResultView } from "./result-view.tsx";
import { RoundText } from "./round-text.tsx";
import { aboutOf, isOver } from "./round-words.ts";
import { VoteControls } from "./vote-controls.tsx";

export default function RoundPage(props: { readonly community: CommunityId; readonly id: RoundId }): ReactNode {
  const { community, id } = props;
  const text = useWords();
  const words = text.rounds;
  const portal = usePortal();
  const asked = useAsked(useCallback((signal: AbortSignal) => portal.api.rounds.one(id, signal), [portal, id]));
  const { value, error } = asked;
  if (error instanceof ApiError && error.failure.kind === "not-found") {
    return <Standstill community={community} title={words.page.unknownTitle} body={words.page.unknownBody} />;
  }
  if (value !== null) {
    return <Known community={community} page={value} asked={asked} />;
  }
  if (error === null) {
    return <Waiting />;
  }
  return (
    <Standstill
      community={community}
      title={isUnreachable(error) ? text.portal.unreachable.title : text.portal.form.failed}
      body={describePortalFailure(error, text, words.codes)}
    />
  );
}

function Known(props: {
  readonly community: CommunityId;
  readonly page: Page;
  readonly asked: Asked<Page>;
}): ReactNode {
  const { page, asked, community } = props;
  const { round } = page;
  const text = useWords();
  const words = text.rounds;
  const language = useLanguage();
  const main = useArrival();
  useLook(props.community);
  const { memory } = useSignedIn();
  const name = memory.community(community)?.name ?? null;
  const isLost = isUnreachable(asked.error);
  useDocumentTitle(`${round.question} – ${text.product}`);
  const when = (at: number): string => pointInTime(at, language);
  const isOpen = round.state === "open";
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(isLost ? "lost" : "reached", text.connection)} />
      <main ref={main} className="round-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="round-page__ways">
          <Link href={roundsPath(community)}>{name === null ? words.page.backPlain : words.page.back(name)}</Link>
          <Link href={documentPath(round.document)}>{words.page.toDocument}</Link>
        </nav>
        {isLost && <Notice tone="plain">{words.page.offline}</Notice>}
        <p className="round-page__kicker">{aboutOf(round, text)}</p>
        <h1>{round.question}</h1>
        <p className="round-page__facts">
          <span>
            {isOpen
              ? isOver(round)
                ? words.beingCounted
                : (round.byHand ? words.closesByHand : words.closes)(when(round.closesAt))
              : words.endedOn(when(round.endedAt ?? round.closesAt))}
          </span>
          {round.state !== "voided" && (
            <span>{(isOpen ? words.turnout : words.turnoutEnded)(round.voted, round.eligible)}</span>
          )}
        </p>
        {round.textChanged && (
          <Notice tone="notice" title={words.textChanged}>
            {words.textChangedBody}
          </Notice>
        )}
        {round.state === "voided" && (
          <Notice tone="notice" title={words.voidedBecause(round.endedBy ?? "?", round.reason ?? "")}>
            {words.voidedBody}
          </Notice>
        )}
        <Parts page={page} asked={asked} />
      </main>
    </>
  );
}

function Parts(props: { readonly page: Page; readonly asked: Asked<Page> }): ReactNode {
  const { page, asked } = props;
  const { round } = page;
  const text = useWords();
  const words = text.rounds;
  const language = useLanguage();
  const ballots = useBallots();
  const kept = useObservable(ballots.kept).get(round.id) ?? null;
  const isOpen = round.state === "open";
  return (
    <>
      {page.result !== null && <ResultView page={page} result={page.result} kept={kept} />}
      <section className="round-put" aria-labelledby="put">
        <h2 id="put">{isOpen ? words.page.putText : words.page.putTextEnded}</h2>
        <p className="round-put__lead">{words.page.putTextLead(pointInTime(round.openedAt, language))}</p>
        <div className="round-put__sheet">
          <RoundText id={round.id} />
        </div>
      </section>
      <section className="round-rule" aria-labelledby="rule">
        <h2 id="rule">{words.rule.heading}</h2>
        <ul>
          {sayRule(round.rule, text).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          <li>{round.anonymity === "named" ? words.page.secrecyNamed : words.page.secrecyAnonymous}</li>
          <li>{words.rule.frozen}</li>
        </ul>
      </section>
      {isOpen && !isOver(round) && (
        <section className="round-vote" aria-labelledby="vote">
          <h2 id="vote">{words.vote.heading}</h2>
          <Own page={page} asked={asked} />
        </section>
      )}
      <Roll page={page} />
      <p className="round-page__opened">
        {words.page.opened(round.openedBy.name, pointInTime(round.openedAt, language))}
      </p>
      <LeadActions round={round} onChange={asked.take} />
    </>
  );
}

function Own(props: { readonly page: Page; readonly asked: Asked<Page> }): ReactNode {
  const { page, asked } = props;
  const { round } = page;
  const words = useWords().rounds.vote;
  const { account } = useSignedIn();
  const ballots = useBallots();
  const kept = useObservable(ballots.kept).get(round.id) ?? null;
  const [isRecusing, setRecusing] = useState(false);
  if (round.seat === "none") {
    return <p>{words.notOnRoll}</p>;
  }
  if (round.seat === "recused") {
    const because = page.roll.find(({ who }) => who.id === account.id)?.recusedBecause ?? null;
    return <p>{because === null ? words.recused : words.recusedBecause(because)}</p>;
  }
  const mayRecuse = !round.hasVoted && kept === null;
  return (
    <>
      <VoteControls page={page} kept={kept} onChange={asked.refresh} />
      {mayRecuse && (
        <Button variant="subtle" size="compact-md" onClick={() => setRecusing(true)}>
          {words.recuse}
        </Button>
      )}
      {isRecusing && <RecuseMyself id={round.id} onChange={asked.take} onClose={() => setRecusing(false)} />}
    </>
  );
}

function Roll(props: { readonly page: Page }): ReactNode {
  const { roll, round } = props.page;
  const text = useWords();
  const words = text.rounds.roll;
  return (
    <section className="round-roll" aria-labelledby="roll">
      <h2 id="roll">{words.heading}</h2>
      <p>{words.lead(round.eligible, round.recused)}</p>
      <details>
        <summary>{words.show}</summary>
        <ul>
          {roll.map(({ who, recusedBecause, late }) => (
            <li key={who.id}>
              {recusedBecause === null ? who.name : words.recused(who.name, recusedBecause)}
              {late !== null && ` (${text.interests.rounds.late[late]})`}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Standstill(props: {
  readonly community: CommunityId;
  readonly title: string;
  readonly body: string;
}): ReactNode {
  const text = useWords();
  const main = useArrival();
  useDocumentTitle(`${props.title} – ${text.product}`);
  return (
    <>
      <PageHeader connection={null} />
      <main ref={main} className="round-page" id="content" tabIndex={-1}>
        <h1 className="visually-hidden">{props.title}</h1>
        <Empty
          title={props.title}
          body={props.body}
          action={<Link href={roundsPath(props.community)}>{text.rounds.page.backPlain}</Link>}
        />
      </main>
    </>
  );
}
