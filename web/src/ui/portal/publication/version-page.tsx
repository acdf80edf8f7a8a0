/**
 * One version under its permanent address: a candidate for those who work on its document, a published one for whoever may
 * read that, also without an account. What it shows was frozen and is never the document as it is now.
 */
import "./publication.css";
import "../../editor/print.css";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import { ApiError, isUnreachable, type PublicationId, type PublicationPage } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { MessagePage } from "../../shell/message-page.tsx";
import { Notice } from "../../shell/notice.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { sayVerdict } from "../../words/rule.ts";
import { dayOf, pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { signInPath } from "../next.ts";
import { type Asked, nothing, useAsked } from "../use-asked.ts";
import { ChangeLog } from "./change-log.tsx";
import { FrozenView } from "./frozen-view.tsx";
import { publicationPath, versionPath } from "./paths.ts";
import { PublishForm, WithdrawButton } from "./publish-form.tsx";
import { Signatures, SignControls } from "./signatures.tsx";
import { useFrozen } from "./use-frozen.ts";

export default function VersionPage(props: {
  readonly id: PublicationId;
  /** Whether somebody is signed in. */
  readonly isKnown: boolean;
}): ReactNode {
  const { id, isKnown } = props;
  const text = useWords();
  const words = text.publication.page;
  const portal = usePortal();
  const asked = useAsked(
    useCallback((signal: AbortSignal) => portal.api.publications.one(id, signal), [portal, id]),
    nothing,
    isKnown ? "kept-fresh" : "once",
  );
  const { value, error } = asked;
  if (error instanceof ApiError && error.failure.kind === "not-found") {
    return (
      <MessagePage
        title={words.unknownTitle}
        body={words.unknownBody}
        action={isKnown ? undefined : <Link href={signInPath(versionPath(id))}>{words.signIn}</Link>}
      />
    );
  }
  if (value !== null) {
    return <Known page={value} asked={asked} />;
  }
  return error === null ? (
    <Waiting />
  ) : (
    <MessagePage
      title={isUnreachable(error) ? text.portal.unreachable.title : words.failed}
      body={describePortalFailure(error, text, text.publication.codes)}
    />
  );
}

function Known(props: { readonly page: PublicationPage; readonly asked: Asked<PublicationPage> }): ReactNode {
  const { page, asked } = props;
  const { publication } = page;
  const text = useWords();
  const words = text.publication;
  const main = useArrival();
  const frozen = useFrozen(publication.id);
  const title = publication.title === "" ? words.untitled : publication.title;
  const number = publication.published?.number ?? null;
  const isCandidate = publication.state === "candidate";
  const before = page.others.find(({ later }) => !later) ?? null;
  const changes = before !== null && frozen.value !== null && publication.state !== "replaced" && (
    <ChangeLog before={before} after={frozen.value} />
  );
  useDocumentTitle(`${title}${number === null ? "" : ` ${number}`} – ${publication.communityName}`);
  return (
    <div className="version">
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <main ref={main} className="version-page" id="content" tabIndex={-1}>
        {page.inside && (
          <nav aria-label={text.documents.navigation} className="version-page__ways">
            <Link href={publicationPath(publication.document)}>{words.page.toPublication}</Link>
          </nav>
        )}
        <p className="version-page__kicker">
          {publication.communityName} · {number === null ? words.page.candidate : words.version(number)}
        </p>
        <h1>{title}</h1>
        <Banners page={page} />
        <Facts page={page} />
        {publication.published !== null && publication.published.note !== "" && (
          <section aria-labelledby="version-note">
            <h2 id="version-note">{words.page.note}</h2>
            <p className="version-said">{publication.published.note}</p>
          </section>
        )}
        {isCandidate && changes}
        <FrozenView asked={frozen} publication={publication} />
        {isCandidate && <SignControls page={page} onChange={asked.take} />}
        {isCandidate && page.mayPublish && <PublishForm page={page} onChange={asked.take} />}
        {!isCandidate && changes}
        <Signatures page={page} />
        <Votes page={page} />
        <Others page={page} />
        {publication.published !== null && publication.withdrawn === null && page.mayPublish && (
          <WithdrawButton page={page} onChange={asked.take} />
        )}
      </main>
    </div>
  );
}

function Banners(props: { readonly page: PublicationPage }): ReactNode {
  const { page } = props;
  const { publication } = page;
  const words = useWords().publication;
  const language = useLanguage();
  const latest = page.others.find(({ later }) => later) ?? null;
  const { published, withdrawn, state } = publication;
  return (
    <>
      {state === "candidate" && (
        <>
          <Notice tone="plain" title={words.page.candidate}>
            {words.page.candidateBody}
          </Notice>
          <ChangedNotice page={page} />
        </>
      )}
      {state === "replaced" && (
        <Notice tone="notice" title={words.page.replaced}>
          {words.page.replacedBody}
        </Notice>
      )}
      {withdrawn !== null && (
        <Notice tone="alarm" title={words.page.withdrawn(dayOf(withdrawn.at, language))}>
          {withdrawn.reason}
        </Notice>
      )}
      {latest !== null && (
        <Notice
          tone="notice"
          title={words.page.superseded(latest.number)}
          action={<Link href={versionPath(latest.id)}>{words.page.toLatest}</Link>}
        >
          {words.page.supersededBody}
        </Notice>
      )}
      {published !== null && latest === null && published.reviewBy < page.now && (
        <Notice tone="notice" title={words.page.overdue(dayOf(published.reviewBy, language))}>
          {words.page.overdueBody}
        </Notice>
      )}
      {published !== null && published.origin !== null && (
        <Notice
          tone="plain"
          title={words.page.origin(published.origin.community, dayOf(published.origin.publishedAt, language))}
        >
          {words.page.originBody(published.by)}
          {published.origin.withdrawn !== null && ` ${words.page.originWithdrawn(published.origin.withdrawn)}`}
        </Notice>
      )}
    </>
  );
}

/** Whether the text in the editor is another by now (I8). */
function ChangedNotice(props: { readonly page: PublicationPage }): ReactNode {
  const { document } = props.page.publication;
  const words = useWords().publication;
  const portal = usePortal();
  const { value } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.publications.of(document, signal), [portal, document]),
  );
  return value?.textChanged === true ? (
    <Notice tone="alarm" title={words.changed}>
      {words.changedBody}
    </Notice>
  ) : null;
}

function Facts(props: { readonly page: PublicationPage }): ReactNode {
  const { publication } = props.page;
  const words = useWords().publication;
  const language = useLanguage();
  const { published } = publication;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.page.community, publication.communityName],
    published === null
      ? [words.page.preparedOn, pointInTime(publication.preparedAt, language)]
      : [words.page.published, dayOf(published.at, language)],
    ...(published === null
      ? []
      : ([
          [words.page.reviewBy, dayOf(published.reviewBy, language)],
          [words.page.licence, words.licences[published.licence]],
        ] as const)),
    [words.page.hash, <code key="hash">{publication.hash}</code>],
    ...(published === null
      ? []
      : ([[words.page.address, `${location.origin}${versionPath(publication.id)}`]] as const)),
  ];
  return (
    <section aria-labelledby="version-facts">
      <h2 id="version-facts" className="visually-hidden">
        {words.page.facts}
      </h2>
      <dl className="version-facts">
        {facts.map(([what, said]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Votes(props: { readonly page: PublicationPage }): ReactNode {
  const { votes } = props.page;
  const text = useWords();
  const words = text.publication.page;
  const language = useLanguage();
  if (votes.length === 0) {
    return null;
  }
  return (
    <section className="version-votes" aria-labelledby="version-votes">
      <h2 id="version-votes">{words.votesHeading}</h2>
      <p className="version-lead">{words.votesLead}</p>
      <ul>
        {votes.map((vote) => (
          <li key={`${vote.endedAt} ${vote.question}`}>
            <strong>{vote.question}</strong>
            <span>
              {[
                sayVerdict(vote.verdict, text),
                words.turnout(vote.voted, vote.eligible),
                ...(vote.counts?.votes == null
                  ? []
                  : [words.approvals(vote.counts.votes.approve, vote.counts.votes.object)]),
                ...(vote.counts?.spread == null ? [] : [words.median(vote.counts.spread.median)]),
                dayOf(vote.endedAt, language),
              ].join(" · ")}
            </span>
            <q>{vote.quote}</q>
            {vote.said.length > 0 && (
              <>
                <span>{words.said}</span>
                {vote.said.map((said) => (
                  <blockquote key={said}>{said}</blockquote>
                ))}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Others(props: { readonly page: PublicationPage }): ReactNode {
  const { others } = props.page;
  const words = useWords().publication;
  const language = useLanguage();
  if (others.length === 0) {
    return null;
  }
  return (
    <section className="version-others" aria-labelledby="version-others">
      <h2 id="version-others">{words.page.othersHeading}</h2>
      <ul>
        {others.map((other) => (
          <li key={other.id}>
            <Link href={versionPath(other.id)}>{words.version(other.number)}</Link>{" "}
            <span>
              {words.publishedOn(dayOf(other.at, language))}
              {other.withdrawn && ` · ${words.isWithdrawn}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
