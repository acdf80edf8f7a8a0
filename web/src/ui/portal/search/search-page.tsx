/** Searching all documents that one may read: the words, where to look, and what was found. */
import "./search.css";
import { Button, CloseButton, Loader, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { Search } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { type CommunityEntry, isUnreachable, SEARCH_LENGTH_MAX, type SearchWithin } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { hasMod } from "../../shell/keys.ts";
import { LogoMark } from "../../shell/logo.tsx";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { readSearchAddress, searchPath } from "./paths.ts";
import { SearchResults } from "./search-results.tsx";
import { type SearchHits, useSearchHits } from "./use-search-hits.ts";

/** How long to wait for the next letter before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 250;

export function SearchPage(): ReactNode {
  const text = useWords();
  const words = text.search;
  const [, navigate] = useLocation();
  const address = readSearchAddress(useSearch());
  const [query, setQuery] = useState(address.query);
  const [within, setWithin] = useState<SearchWithin>(address.within);
  const [settled] = useDebouncedValue(query.trim(), TYPING_PAUSE_MS);
  const hits = useSearchHits(settled, within);
  const isLost = isUnreachable(hits.error);
  useDocumentTitle(`${settled === "" ? words.heading : `${settled} – ${words.heading}`} – ${text.product}`);

  // The address says what is shown: it can be kept, and one comes back to it from a document.
  const path = searchPath({ query: settled, within });
  useEffect(() => navigate(path, { replace: true }), [navigate, path]);

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(isLost ? "lost" : "reached", text.connection)} />
      <main className="documents portal-page search-page" id="content" tabIndex={-1}>
        <h1>{words.heading}</h1>
        <search className="search-page__tools">
          <SearchWords query={query} onQuery={setQuery} />
          <Whereabouts within={within} onWithin={setWithin} />
        </search>
        {isLost && <Notice tone="plain">{words.offline}</Notice>}
        {hits.error !== null && !isLost && <Notice tone="alarm">{describePortalFailure(hits.error, text)}</Notice>}
        <div aria-busy={hits.isAsking}>
          <Outcome query={settled} within={within} hits={hits} onWithin={setWithin} />
        </div>
      </main>
    </>
  );
}

function SearchWords(props: { readonly query: string; readonly onQuery: (query: string) => void }): ReactNode {
  const { query, onQuery } = props;
  const text = useWords();
  const field = useRef<HTMLInputElement>(null);
  // Whoever comes here comes to write.
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && hasMod(event)) {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <TextInput
      ref={field}
      className="search-page__words"
      size="md"
      type="text"
      inputMode="search"
      enterKeyHint="search"
      label={text.search.field}
      leftSection={<Search size={18} aria-hidden="true" />}
      rightSection={
        query === "" ? null : (
          <CloseButton
            aria-label={text.search.clear}
            onClick={() => {
              onQuery("");
              field.current?.focus();
            }}
          />
        )
      }
      value={query}
      maxLength={SEARCH_LENGTH_MAX}
      onChange={(event) => onQuery(event.currentTarget.value)}
    />
  );
}

function Whereabouts(props: {
  readonly within: SearchWithin;
  readonly onWithin: (within: SearchWithin) => void;
}): ReactNode {
  const { within, onWithin } = props;
  const text = useWords();
  const portal = usePortal();
  const { memory } = useSignedIn();
  const { value: communities } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.communities.mine(signal), [portal]),
    useCallback(() => memory.communities(), [memory]),
    "once",
  );
  const known: readonly CommunityEntry[] = communities ?? [];
  return (
    <NativeSelect
      className="search-page__where"
      size="md"
      label={text.search.where}
      value={within ?? ""}
      data={[
        { value: "", label: text.search.everywhere },
        ...known.map(({ id, name }) => ({ value: id, label: name })),
        { value: "library", label: text.search.library },
      ]}
      onChange={({ currentTarget: { value } }) =>
        onWithin(value === "library" ? value : (known.find(({ id }) => id === value)?.id ?? null))
      }
    />
  );
}

function Outcome(props: {
  readonly query: string;
  readonly within: SearchWithin;
  readonly hits: SearchHits;
  readonly onWithin: (within: SearchWithin) => void;
}): ReactNode {
  const { query, within, hits, onWithin } = props;
  const text = useWords();
  const words = text.search;
  const { answered } = hits;
  if (query === "") {
    return <Empty title={words.beginTitle} body={words.begin} />;
  }
  const isOfThis = answered?.query === query && answered.within === within;
  if (answered === null || (hits.error !== null && !isOfThis)) {
    return hits.error !== null ? null : (
      <div className="documents__waiting">
        <Loader size="sm" role="img" aria-label={text.common.loading} />
      </div>
    );
  }
  const count = answered.hits.length;
  if (count === 0 && answered.next === null) {
    return (
      <div className="empty">
        <LogoMark size={44} />
        <h2>{words.noneTitle}</h2>
        <p role="status">{within === null ? words.none(answered.query) : words.noneHere(answered.query)}</p>
        <ul className="search-page__hints">
          {within !== null && (
            <li>
              <Button variant="subtle" size="compact-md" onClick={() => onWithin(null)}>
                {words.hints.wider}
              </Button>
            </li>
          )}
          {/["“”„«»]/.test(answered.query) && <li>{words.hints.apart}</li>}
          <li>{words.hints.fewer}</li>
          <li>{words.hints.later}</li>
        </ul>
      </div>
    );
  }
  return (
    <>
      <p className="search-page__count" role="status">
        {count === 0 ? words.onwards : words.count(count, answered.next !== null)}
      </p>
      <SearchResults hits={answered.hits} />
      {answered.next !== null && (
        <Button variant="default" loading={hits.isAsking} onClick={hits.more}>
          {count === 0 ? words.lookOn : words.more}
        </Button>
      )}
    </>
  );
}
