/** Where the publication of a document stands: what is in its way, what is being signed, and its versions. */
import "./publication.css";
import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import {
  type DocumentName,
  type DocumentPublications,
  isUnreachable,
  type Obstacle,
  type Publication,
  parseQuestionId,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf, pointInTime } from "../../words/time.ts";
import { documentPath } from "../branches/paths.ts";
import { usePortal } from "../context.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { questionPath } from "../questions/paths.ts";
import { useAsked } from "../use-asked.ts";
import { versionPath } from "./paths.ts";
import { PrepareForm } from "./prepare-form.tsx";

export default function PublicationPage(props: { readonly document: DocumentName }): ReactNode {
  const { document } = props;
  const text = useWords();
  const words = text.publication;
  const main = useArrival();
  useDocumentLook(document);
  const portal = usePortal();
  const { value, error, refresh } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.publications.of(document, signal), [portal, document]),
  );
  useDocumentTitle(`${words.heading} – ${text.product}`);
  const isLost = isUnreachable(error);
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(isLost ? "lost" : value === null ? "asking" : "reached", text.connection)}
      />
      <main ref={main} className="version-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="version-page__ways">
          <Link href={documentPath(document)}>{words.toDocument}</Link>
        </nav>
        <h1>{words.heading}</h1>
        <p className="version-lead">{words.lead}</p>
        {error !== null && (
          <Notice tone={isLost ? "plain" : "alarm"}>{describePortalFailure(error, text, words.codes)}</Notice>
        )}
        {value === null && error === null && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {value !== null && <Standing document={document} found={value} onRefused={refresh} />}
      </main>
    </>
  );
}

function Standing(props: {
  readonly document: DocumentName;
  readonly found: DocumentPublications;
  readonly onRefused: () => void;
}): ReactNode {
  const { document, found } = props;
  const words = useWords().publication;
  const candidate = found.publications.find(({ state }) => state === "candidate") ?? null;
  const published = found.publications.filter(({ state }) => state === "published");
  const replaced = found.publications.filter(({ state }) => state === "replaced");
  return (
    <>
      <section aria-labelledby="candidate">
        <h2 id="candidate">{words.candidateHeading}</h2>
        {candidate === null ? (
          <p>{words.noCandidate}</p>
        ) : (
          <Candidate publication={candidate} isChanged={found.textChanged === true} />
        )}
      </section>
      {found.obstacles.length > 0 && (
        <section aria-labelledby="obstacles">
          <h2 id="obstacles">{words.obstaclesHeading}</h2>
          <p className="version-lead">{words.obstaclesLead}</p>
          <ul className="version-obstacles">
            {found.obstacles.map((obstacle) => (
              <li key={JSON.stringify(obstacle)}>
                <ObstacleView document={document} obstacle={obstacle} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {found.mayPublish && found.obstacles.length === 0 && (
        <PrepareForm
          document={document}
          people={found.maySign}
          replaces={candidate !== null}
          onRefused={props.onRefused}
        />
      )}
      <section aria-labelledby="versions">
        <h2 id="versions">{words.versionsHeading}</h2>
        {published.length === 0 ? <p>{words.noVersions}</p> : <Versions publications={published} />}
      </section>
      {replaced.length > 0 && (
        <details className="version-replaced">
          <summary>{words.replacedHeading}</summary>
          <Versions publications={replaced} />
        </details>
      )}
    </>
  );
}

function ObstacleView(props: { readonly document: DocumentName; readonly obstacle: Obstacle }): ReactNode {
  const { obstacle } = props;
  const words = useWords().publication;
  switch (obstacle.kind) {
    case "undecided": {
      const id = parseQuestionId(obstacle.question);
      const title = obstacle.title === "" ? words.untitledQuestion : obstacle.title;
      const said = words.undecided(title, obstacle.values);
      return id === null ? said : <Link href={questionPath(props.document, id)}>{said}</Link>;
    }
    case "open-round":
      return words.openRound(obstacle.question);
    case "no-text":
      return words.noText;
  }
}

function Candidate(props: { readonly publication: Publication; readonly isChanged: boolean }): ReactNode {
  const { publication, isChanged } = props;
  const words = useWords().publication;
  const language = useLanguage();
  const { signed, declined, signatories } = publication;
  return (
    <div className="version-card">
      {isChanged && (
        <Notice tone="alarm" title={words.changed}>
          {words.changedBody}
        </Notice>
      )}
      {publication.waitsForMe && <p className="version-card__mine">{words.waitsForMe}</p>}
      <p>
        <Link href={versionPath(publication.id)}>{publication.waitsForMe ? words.open : words.openPlain}</Link>
      </p>
      <p className="version-card__facts">
        <span>{words.progress(signed, declined, signatories)}</span>
        <span>{words.prepared(publication.preparedBy, pointInTime(publication.preparedAt, language))}</span>
      </p>
    </div>
  );
}

function Versions(props: { readonly publications: readonly Publication[] }): ReactNode {
  const words = useWords().publication;
  const language = useLanguage();
  return (
    <ul className="version-list">
      {props.publications.map(({ id, published, preparedAt, superseded, withdrawn }) => (
        <li key={id} className="version-card">
          <Link href={versionPath(id)}>
            {published === null
              ? words.candidateOf(pointInTime(preparedAt, language))
              : words.version(published.number)}
          </Link>
          {published !== null && (
            <p className="version-card__facts">
              <span>{words.publishedOn(dayOf(published.at, language))}</span>
              <span>{superseded ? words.isSuperseded : words.latest}</span>
              {withdrawn !== null && <span>{words.isWithdrawn}</span>}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
