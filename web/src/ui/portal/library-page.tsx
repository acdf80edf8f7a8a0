/** The shared library: what the communities of this server have opened to everybody with an account. */
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useMemo, useState } from "react";
import { isUnreachable } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { DocumentList, Empty } from "../documents/document-list.tsx";
import { SearchField } from "../documents/search-field.tsx";
import { reachOf, type Shelf, useLibrary } from "../documents/use-library.ts";
import { useArrival } from "../hooks/use-arrival.ts";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { describeReach } from "../words/connection.ts";
import { describePortalFailure } from "../words/form-failure.ts";
import { usePortal } from "./context.tsx";

/** How long to wait for the next letter before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 200;

export function LibraryPage(): ReactNode {
  const text = useWords();
  const words = text.joining.library;
  const main = useArrival();
  const portal = usePortal();
  const [query, setQuery] = useState("");
  const [settledQuery] = useDebouncedValue(query, TYPING_PAUSE_MS);
  useDocumentTitle(`${words.pageTitle} – ${text.product}`);
  const shelf = useMemo<Shelf>(
    () => ({
      list: (options) => portal.api.joining.library(options),
      // What this device holds says nothing of who may see it.
      holds: (_document, isListed) => isListed === true,
    }),
    [portal],
  );
  const library = useLibrary(settledQuery.trim(), shelf);
  const isLost = isUnreachable(library.error);
  const isEmpty = library.entries?.length === 0 && settledQuery.trim() === "";
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(isLost ? "lost" : reachOf(library), text.connection)} />
      <main ref={main} className="documents portal-page" id="content" tabIndex={-1}>
        <div className="portal-intro">
          <h1>{words.heading}</h1>
          <p>{words.lead}</p>
        </div>
        {library.error !== null && <Notice tone="plain">{describePortalFailure(library.error, text)}</Notice>}
        <div className="documents__tools">
          <SearchField query={query} onQuery={setQuery} hasKey={false} />
        </div>
        {isEmpty ? (
          <Empty title={words.noneTitle} body={words.none} />
        ) : (
          <DocumentList library={library} query={settledQuery.trim()} whose />
        )}
      </main>
    </>
  );
}
