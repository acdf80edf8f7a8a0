/** What has happened in a community since one was last there: what concerns one first, each with a way there. */
import "./catching-up.css";
import { Button } from "@mantine/core";
import { Check, GitCompareArrows } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type Community, type Digest, type DocumentNews, manages } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { describeEntry } from "../../words/ledger.ts";
import { pointInTime } from "../../words/time.ts";
import { documentPath } from "../branches/paths.ts";
import { useTitles } from "../community/ledger-section.tsx";
import { usePortal } from "../context.tsx";
import { factsOf, sayOffer } from "./digest-words.ts";
import { forYou } from "./for-you.ts";
import { isNews, useDigest } from "./use-digest.ts";

export function DigestPanel(props: { readonly community: Community }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.catchingUp.digest;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const { value: digest, refresh } = useDigest(community.id);
  const [busy, setBusy] = useState(false);
  // It is an addition: without it the page is of use.
  if (digest === null) {
    return null;
  }
  const since = pointInTime(digest.since, language);
  const catchUp = async (): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.digest.caughtUp(community.id);
      toast({ message: words.done });
    } catch (reason) {
      toast({ message: describePortalFailure(reason, text), tone: "alarm" });
    }
    setBusy(false);
    refresh();
  };
  const offers = forYou(digest, community.id, manages(community.role));
  return (
    <section className="digest" aria-labelledby="digest">
      <div className="digest__head">
        <h2 id="digest">{words.heading}</h2>
        {isNews(digest) && (
          <Button
            variant="default"
            size="compact-md"
            loading={busy}
            leftSection={<Check size={16} aria-hidden="true" />}
            onClick={() => void catchUp()}
          >
            {words.caughtUp}
          </Button>
        )}
      </div>
      <p className="digest__since">{isNews(digest) ? words.since(since) : words.nothing(since)}</p>
      {offers.length > 0 && <Offers offers={offers} level={3} />}
      {digest.documents.length > 0 && (
        <>
          <h3>{words.documents}</h3>
          <NewsList documents={digest.documents} since={digest.since} />
          {digest.moreDocuments > 0 && <p className="digest__more">{words.moreDocuments(digest.moreDocuments)}</p>}
        </>
      )}
      {digest.decisions.length > 0 && <Decisions community={community} digest={digest} />}
    </section>
  );
}

export function Offers(props: { readonly offers: ReturnType<typeof forYou>; readonly level: 3 | 4 }): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const Heading = props.level === 3 ? "h3" : "h4";
  return (
    <>
      <Heading>{text.catchingUp.forYou.heading}</Heading>
      <ul className="for-you">
        {props.offers.map((offer) => (
          <li key={offer.key}>
            <Link href={offer.href}>{sayOffer(offer, language, text)}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}

export function NewsList(props: { readonly documents: readonly DocumentNews[]; readonly since: number }): ReactNode {
  return (
    <ul className="digest__documents">
      {props.documents.map((news) => (
        <News key={news.name} news={news} since={props.since} />
      ))}
    </ul>
  );
}

function News(props: { readonly news: DocumentNews; readonly since: number }): ReactNode {
  const { news, since } = props;
  const text = useWords();
  const words = text.catchingUp.digest;
  const language = useLanguage();
  const title = news.title === "" ? text.common.untitled : news.title;
  return (
    <li className="digest__document">
      <Link href={documentPath(news.name)} className="digest__title">
        {title}
      </Link>
      <ul className="digest__facts">
        {factsOf(news, language, text).map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {news.sessions > 0 && (
        <Link
          href={`${documentPath(news.name)}/history?since=${since}`}
          className="digest__compare"
          aria-label={words.compareLabel(title)}
        >
          <GitCompareArrows size={15} aria-hidden="true" />
          {words.compare}
        </Link>
      )}
    </li>
  );
}

function Decisions(props: { readonly community: Community; readonly digest: Digest }): ReactNode {
  const { community, digest } = props;
  const text = useWords();
  const words = text.catchingUp.digest;
  const language = useLanguage();
  const titles = useTitles(community.id);
  return (
    <>
      <h3>{words.decisions}</h3>
      <ul className="digest__decisions">
        {digest.decisions.map((entry) => (
          <li key={entry.seq}>
            {describeEntry(entry, titles, language, text).sentence}
            <span className="digest__when"> · {pointInTime(entry.at, language)}</span>
          </li>
        ))}
      </ul>
      {digest.hasMoreDecisions && (
        <p className="digest__more">
          <Link href={`/c/${community.id}/ledger`}>{words.moreDecisions}</Link>
        </p>
      )}
    </>
  );
}
