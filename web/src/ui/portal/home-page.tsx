/** Where one begins: one's communities, and what was written last. Works without network from what the device holds. */
import { Button, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Plus } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { Link } from "wouter";
import { type CommunityEntry, isUnreachable } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { DocumentList, Empty } from "../documents/document-list.tsx";
import { type Library, reachOf, type Shelf, useLibrary } from "../documents/use-library.ts";
import { useArrival } from "../hooks/use-arrival.ts";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { describeReach } from "../words/connection.ts";
import { describePortalFailure } from "../words/form-failure.ts";
import { useClosedBranches } from "./branches/use-closed-branches.ts";
import { HomeDigest } from "./catching-up/home-digest.tsx";
import { Tile } from "./community/tile.tsx";
import { usePortal, useSignedIn } from "./context.tsx";
import { AwayNotice } from "./for-good/away-notice.tsx";
import { isOfUse } from "./shelves.ts";
import { useAsked } from "./use-asked.ts";

/** How many documents are shown. */
const RECENT_MAX = 8;

export function HomePage(): ReactNode {
  const text = useWords();
  const words = text.portal.home;
  const main = useArrival();
  const portal = usePortal();
  const { memory } = useSignedIn();
  const { session } = useApp();
  useDocumentTitle(`${words.pageTitle} – ${text.product}`);

  const ask = useCallback(
    async (signal: AbortSignal) => {
      const mine = await portal.api.communities.mine(signal);
      memory.rememberCommunities(mine);
      return mine;
    },
    [portal, memory],
  );
  const {
    value: communities,
    error,
    refresh,
  } = useAsked(
    ask,
    useCallback(() => memory.communities(), [memory]),
  );
  const shelf = useMemo<Shelf>(
    () => ({
      list: (options) => session.api.list(options),
      // What is left of a suggestion that was decided about is set aside.
      holds: (document, isListed) =>
        isOfUse(document, isListed) && (memory.branch(document.name)?.state ?? "open") === "open",
    }),
    [session, memory],
  );
  const library = useLibrary("", shelf);
  const isLost = isUnreachable(error) || isUnreachable(library.error);

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(isLost ? "lost" : reachOf(library), text.connection)} />
      <main ref={main} className="documents portal-page" id="content" tabIndex={-1}>
        {isLost && <Notice tone="plain">{words.offline}</Notice>}
        {error !== null && !isLost && <Notice tone="alarm">{describePortalFailure(error, text)}</Notice>}
        {communities
          ?.filter(({ askedAt, steppedBackAt }) => askedAt !== null && steppedBackAt === null)
          .map((community) => (
            <AwayNotice key={community.id} community={community} onAnswered={refresh} />
          ))}
        <div className="documents__head">
          <h1>{words.heading}</h1>
          {communities !== null && communities.length > 0 && <FoundButton />}
        </div>
        <Communities communities={communities} isLost={isLost} />
        {communities !== null && <HomeDigest communities={communities} />}
        <p className="home-ways">
          <Link href="/communities">{text.joining.join.way}</Link>
          <Link href="/library">{text.joining.library.way}</Link>
        </p>
        <Recent library={library} />
      </main>
    </>
  );
}

function FoundButton(): ReactNode {
  const text = useWords();
  return (
    <Button component={Link} href="/found" leftSection={<Plus size={18} aria-hidden="true" />}>
      {text.portal.home.found}
    </Button>
  );
}

function Communities(props: {
  readonly communities: readonly CommunityEntry[] | null;
  readonly isLost: boolean;
}): ReactNode {
  const { communities } = props;
  const text = useWords();
  const words = text.portal.home;
  if (communities === null) {
    return props.isLost ? null : (
      <div className="documents__waiting" aria-busy="true">
        <Loader size="sm" role="img" aria-label={text.common.loading} />
      </div>
    );
  }
  if (communities.length === 0) {
    return (
      <div className="home-empty">
        <Empty title={words.emptyTitle} body={words.emptyBody} action={<FoundButton />} />
      </div>
    );
  }
  return (
    <ul className="community-grid">
      {communities.map((community) => (
        <li key={community.id}>
          <Link href={`/c/${community.id}`} className="community-card">
            <Tile name={community.name} accent={community.accent} logo={community.logo} />
            <span className="community-card__words">
              <span className="community-card__name">{community.name}</span>
              <span className="community-card__facts">
                {text.portal.roles[community.role]} · {words.members(community.memberCount)}
                {(community.requestCount ?? 0) > 0 &&
                  ` · ${text.joining.requests.waiting(community.requestCount ?? 0)}`}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Recent(props: { readonly library: Library }): ReactNode {
  const { library } = props;
  const text = useWords();
  const words = text.portal.home;
  const setAside = library.setAside + useClosedBranches().length;
  const entries = library.entries?.slice(0, RECENT_MAX) ?? null;
  return (
    <section className="portal-section" aria-labelledby="recent">
      <div className="portal-section__head">
        <h2 id="recent">{words.recent}</h2>
        {setAside > 0 && (
          <Link href="/set-aside" className="portal-section__way">
            {text.aside.pageTitle}
            <span className="sections__count">{setAside}</span>
          </Link>
        )}
      </div>
      {entries?.length === 0 ? (
        <p className="portal-section__empty">{words.recentEmpty}</p>
      ) : (
        <DocumentList library={{ ...library, entries }} query="" whose />
      )}
    </section>
  );
}
