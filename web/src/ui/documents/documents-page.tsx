/** The documents, and the bin. */
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useMemo, useState } from "react";
import { Link } from "wouter";
import { createDocument, isUnreachable, newDocumentName } from "../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { useArrival } from "../hooks/use-arrival.ts";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { describeReach } from "../words/connection.ts";
import { describeFailure } from "../words/failure.ts";
import { pointInTime } from "../words/time.ts";
import { BinList } from "./bin-list.tsx";
import { Creation, type Starter } from "./creation.tsx";
import { DocumentList } from "./document-list.tsx";
import { SearchField } from "./search-field.tsx";
import { type Library, reachOf, useLibrary } from "./use-library.ts";

/** How long to wait for the next letter before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 200;

export function DocumentsPage(props: { readonly section: "documents" | "bin" }): ReactNode {
  const text = useWords();
  const main = useArrival();
  const { session } = useApp();
  const [query, setQuery] = useState("");
  const [settledQuery] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const library = useLibrary(settledQuery.trim());
  const isBin = props.section === "bin";
  const heading = isBin ? text.documents.binHeading : text.documents.heading;
  const standing = session.token();
  useDocumentTitle(`${heading} – ${text.product}`);

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(reachOf(library), text.connection)} />
      <main ref={main} className="documents" id="content" tabIndex={-1}>
        {standing === "missing" && (
          <Notice tone="alarm" title={text.token.missingTitle}>
            {text.token.missingBody}
          </Notice>
        )}
        {standing === "expired" && (
          <Notice tone="alarm" title={text.token.expiredTitle}>
            {text.token.expiredBody}
          </Notice>
        )}
        {standing === "unreadable" && (
          <Notice tone="alarm" title={text.token.unreadableTitle}>
            {text.token.unreadableBody}
          </Notice>
        )}
        <div className="documents__head">
          <h1>{heading}</h1>
          {!isBin && <OwnCreation onChange={library.refresh} />}
        </div>
        {session.naming === "given" && standing === "valid" && isAccepted(library) && <LinkWords />}
        <div className="documents__tools">
          <nav aria-label={text.documents.navigation} className="sections">
            <Link href="/" aria-current={isBin ? undefined : "page"}>
              {text.documents.heading}
            </Link>
            <Link href="/bin" aria-current={isBin ? "page" : undefined}>
              {text.documents.binHeading}
              {library.binned !== null && library.binned.length > 0 && (
                <span className="sections__count">{library.binned.length}</span>
              )}
            </Link>
            {library.setAside > 0 && (
              <Link href="/set-aside">
                {text.aside.pageTitle}
                <span className="sections__count">{library.setAside}</span>
              </Link>
            )}
          </nav>
          {!isBin && <SearchField query={query} onQuery={setQuery} />}
        </div>
        {library.error !== null && standing === "valid" && !isBin && (
          <Notice tone="plain">
            {isUnreachable(library.error) ? text.documents.offlineList : describeFailure(library.error, text.api)}
          </Notice>
        )}
        {isBin ? <BinList library={library} /> : <DocumentList library={library} query={settledQuery.trim()} />}
      </main>
    </>
  );
}

/** New documents under names of this device's own; none where the link does not cover any. */
function OwnCreation(props: { readonly onChange: () => void }): ReactNode {
  const { replica, session } = useApp();
  const prefix = session.grants().newNamesBegin;
  const starter = useMemo<Starter | null>(
    () => (prefix === null ? null : { start: (write) => createDocument(replica, newDocumentName(prefix), write) }),
    [replica, prefix],
  );
  return <Creation starter={starter} onChange={props.onChange} />;
}

/** Whether nothing speaks against what the link says of itself: the server has answered, or cannot be asked. */
function isAccepted({ binned, error }: Library): boolean {
  return error === null ? binned !== null : isUnreachable(error);
}

/** What the personal link is good for, and until when. */
function LinkWords(): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const { session } = useApp();
  const { everything, newNamesBegin } = session.grants();
  const endsAt = session.endsAt();
  const parts = [
    everything ? text.grants.everything : text.grants.some,
    ...(newNamesBegin === null ? [text.grants.noNew] : []),
    ...(endsAt === null ? [] : [text.grants.until(pointInTime(endsAt, language))]),
  ];
  return <p className="documents__link">{parts.join(" ")}</p>;
}
