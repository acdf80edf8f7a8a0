/** What was found: each document with the passages where the words stand. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { FoundPart, FoundPassage, SearchHit } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { PrivacyIcon } from "../../shell/privacy-icon.tsx";
import { timeAgo } from "../../words/time.ts";
import { foundPath } from "./paths.ts";

const MINUTE_MS = 60_000;

export function SearchResults(props: { readonly hits: readonly SearchHit[] }): ReactNode {
  return (
    <ol className="search-results">
      {props.hits.map((hit) => (
        <Hit key={hit.name} hit={hit} />
      ))}
    </ol>
  );
}

function Hit(props: { readonly hit: SearchHit }): ReactNode {
  const { hit } = props;
  const text = useWords();
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  return (
    <li className="search-hit">
      <h2 className="search-hit__title">
        <Link href={foundPath(hit.name, hit.passages[0]?.parts)}>
          {hit.title.length === 0 ? text.common.untitled : <Parts parts={hit.title} />}
        </Link>
      </h2>
      <p className="search-hit__facts">
        <span>{hit.community.name}</span>
        {hit.place === "library" && <span>{text.search.library}</span>}
        <span className="fact">
          <PrivacyIcon privacy={hit.privacy} />
          {text.portal.privacy[hit.privacy]}
        </span>
        <span>{text.documents.edited(timeAgo(hit.updatedAt, now, language))}</span>
      </p>
      {hit.passages.length > 0 && (
        <ul className="search-hit__passages">
          {hit.passages.map((passage, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: passages have no name of their own, and keep their order.
            <li key={at}>
              <Passage hit={hit} passage={passage} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Passage(props: { readonly hit: SearchHit; readonly passage: FoundPassage }): ReactNode {
  const { hit, passage } = props;
  const text = useWords();
  return (
    <Link href={foundPath(hit.name, passage.parts)} className="search-passage">
      {passage.heading !== null && (
        <span className="search-passage__heading">
          <span className="visually-hidden">{text.search.underHeading} </span>
          {passage.heading}
          <span className="visually-hidden">: </span>
        </span>
      )}
      <span className="search-passage__text">
        <Parts parts={passage.parts} />
      </span>
    </Link>
  );
}

function Parts(props: { readonly parts: readonly FoundPart[] }): ReactNode {
  return props.parts.map(({ text, found }, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name of their own, and keep their order.
    found ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
  );
}
