/** What is new in each of one's communities, in short, on the first page. */
import "./catching-up.css";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { type CommunityEntry, manages } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Tile } from "../community/tile.tsx";
import { NewsList, Offers } from "./digest-panel.tsx";
import { forYou } from "./for-you.ts";
import { isNews, useDigest } from "./use-digest.ts";

/** Communities that are asked about: each is a question to the server. */
const COMMUNITIES_MAX = 8;

/** Documents of each that are shown here. */
const DOCUMENTS_MAX = 3;

export function HomeDigest(props: { readonly communities: readonly CommunityEntry[] }): ReactNode {
  return (
    <div className="home-digest">
      {props.communities.slice(0, COMMUNITIES_MAX).map((community) => (
        <OfCommunity key={community.id} community={community} />
      ))}
    </div>
  );
}

function OfCommunity(props: { readonly community: CommunityEntry }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.catchingUp.digest;
  const { value: digest } = useDigest(community.id);
  if (digest === null || !isNews(digest)) {
    return null;
  }
  const offers = forYou(digest, community.id, manages(community.role));
  const heading = `digest-${community.id}`;
  return (
    <section className="digest" aria-labelledby={heading}>
      <div className="digest__head">
        <h2 id={heading} className="digest__community">
          <Tile name={community.name} accent={community.accent} logo={community.logo} size={28} />
          <span>
            <span className="digest__kicker">{words.heading}</span>
            {community.name}
          </span>
        </h2>
        <Link href={`/c/${community.id}`} aria-label={words.allLabel(community.name)}>
          {words.all}
        </Link>
      </div>
      {offers.length > 0 && <Offers offers={offers} level={3} />}
      {digest.documents.length > 0 && (
        <>
          <h3>{words.documents}</h3>
          <NewsList documents={digest.documents.slice(0, DOCUMENTS_MAX)} since={digest.since} />
        </>
      )}
      {digest.documents.length + digest.moreDocuments > DOCUMENTS_MAX && (
        <p className="digest__more">
          {words.moreDocuments(digest.documents.length + digest.moreDocuments - DOCUMENTS_MAX)}
        </p>
      )}
    </section>
  );
}
