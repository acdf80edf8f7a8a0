/** The past of a document: who worked when, what was changed between two moments, and the way back to one. */
import "./history.css";
import { Button, Loader } from "@mantine/core";
import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { Bookmark, RotateCcw } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { type DocumentName, isUnreachable, type VersionId } from "../../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { pointInTime } from "../../words/time.ts";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { usePortal } from "../context.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";
import { ComparisonView, type View } from "./comparison-view.tsx";
import { type Choice, comparedBy, daysOf, type Entry, toggled, versionBefore } from "./entries.ts";
import { NameDialog } from "./name-dialog.tsx";
import { restoreVersion } from "./restore.ts";
import { TakeAlong } from "./take-along.tsx";
import { Timeline } from "./timeline.tsx";
import { useComparison } from "./use-comparison.ts";
import { useHistory } from "./use-history.ts";

/** What is to be named: an entry, or what the document says now. */
type Naming = Entry | "present";

export default function HistoryPage(props: { readonly name: DocumentName }): ReactNode {
  const { name } = props;
  const text = useWords();
  const words = text.history;
  const main = useArrival();
  useDocumentLook(name);
  const portal = usePortal();
  const toast = useToast();
  const language = useLanguage();
  const history = useHistory(name);
  const ask = useCallback((signal: AbortSignal) => portal.api.documents.policy(name, signal), [portal, name]);
  const { value: policy } = useAsked(ask);
  const mayWrite = policy?.access === "write";
  const since = useSince();
  // Whoever comes to see what has changed since a moment need not look for it in the timeline.
  const [picked, setPicked] = useState<readonly Choice[] | null>(null);
  const [naming, setNaming] = useState<Naming | null>(null);
  useDocumentTitle(`${words.heading} – ${text.product}`);

  const days = daysOf(history.sessions ?? [], history.named);
  const entries = days.flatMap((day) => day.entries);
  const atFirst = since === null ? null : versionBefore(entries, since);
  const chosen: readonly Choice[] = picked ?? (atFirst?.version == null ? [] : [atFirst.version]);
  // Latest first, as the timeline is.
  const compared = comparedBy(entries, chosen);
  const isEmpty = history.sessions !== null && entries.length === 0;

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(
          isUnreachable(history.error) ? "lost" : history.sessions === null ? "asking" : "reached",
          text.connection,
        )}
      />
      <main ref={main} className="history-page portal-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="history-page__ways">
          <Link href={`/d/${encodeURIComponent(name)}`}>{words.back}</Link>
        </nav>
        <div className="history-page__head">
          <h1>{words.heading}</h1>
          {mayWrite && !isEmpty && (
            <Button variant="default" leftSection={<Bookmark size={16} />} onClick={() => setNaming("present")}>
              {words.nameThis}
            </Button>
          )}
        </div>
        <p className="history-page__lead">{words.lead}</p>
        {history.error !== null && <Notice tone="alarm">{describePortalFailure(history.error, text)}</Notice>}
        {history.sessions === null && history.error === null && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {isEmpty && <Empty title={words.emptyTitle} body={words.emptyBody} />}
        {entries.length > 0 && (
          <div className="history-page__parts">
            <section className="history-page__timeline" aria-label={words.timeline}>
              <h2 className="visually-hidden">{words.timeline}</h2>
              <Timeline
                days={days}
                chosen={chosen}
                mayName={mayWrite}
                onToggle={(choice) => setPicked(toggled(chosen, choice))}
                onName={setNaming}
              />
              {history.goesOn && (
                <Button variant="default" loading={history.busy} onClick={history.more}>
                  {words.more}
                </Button>
              )}
            </section>
            <section className="history-page__comparison" id="comparison" aria-labelledby="comparison-heading">
              <h2 id="comparison-heading">{words.compareHeading}</h2>
              {since !== null && picked === null && (
                <p className="history-page__hint">
                  {atFirst === null
                    ? text.catchingUp.digest.nothingToCompare
                    : text.catchingUp.digest.comparing(pointInTime(atFirst.at, language))}
                </p>
              )}
              {compared === null ? (
                <p className="history-page__hint">{chosen.length === 0 ? words.nothingChosen : words.nothingBefore}</p>
              ) : (
                <Comparison name={name} {...compared} mayWrite={mayWrite} />
              )}
            </section>
          </div>
        )}
        {compared !== null && (
          <a className="history-page__jump" href="#comparison">
            {words.compareHeading}
          </a>
        )}
      </main>
      {naming !== null && (
        <NameDialog
          document={name}
          version={naming === "present" ? null : naming.version}
          called={naming === "present" ? "" : (naming.named?.name ?? "")}
          onNamed={(version) => {
            setNaming(null);
            toast({ message: words.named(version.name) });
            history.refresh();
          }}
          onClose={() => setNaming(null)}
        />
      )}
    </>
  );
}

/** The moment in the address from which on everything is to be compared; `null` where there is none. */
function useSince(): number | null {
  const since = Number(new URLSearchParams(useSearch()).get("since") ?? Number.NaN);
  return Number.isFinite(since) && since > 0 ? since : null;
}

function Comparison(props: {
  readonly name: DocumentName;
  readonly older: Entry;
  readonly newer: Entry | null;
  readonly mayWrite: boolean;
}): ReactNode {
  const { name, older, newer } = props;
  const text = useWords();
  const words = text.history;
  const language = useLanguage();
  const portal = usePortal();
  const { replica } = useApp();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [view, setView] = useState<View>("inline");
  const [asking, setAsking] = useState(false);
  const isWide = useMediaQuery("(min-width: 64em)");
  const titleOf = (entry: Entry): string => entry.named?.name ?? pointInTime(entry.at, language);
  const when = pointInTime(older.at, language);

  return (
    <>
      <div className="history-page__tools">
        <p className="history-page__between">
          {words.comparing(titleOf(older), newer === null ? words.present : titleOf(newer))}
        </p>
        {isWide === true && (
          <fieldset className="history-page__views" aria-label={words.view}>
            {(["inline", "side-by-side"] as const).map((each) => (
              <Button
                key={each}
                variant={view === each ? "light" : "default"}
                aria-pressed={view === each}
                onClick={() => setView(each)}
              >
                {each === "inline" ? words.inline : words.sideBySide}
              </Button>
            ))}
          </fieldset>
        )}
        {older.version !== null && (
          <TakeAlong
            name={name}
            older={{ id: older.version, called: titleOf(older) }}
            newer={newer?.version == null ? null : { id: newer.version, called: titleOf(newer) }}
          />
        )}
        {props.mayWrite && newer === null && (
          <Button variant="default" leftSection={<RotateCcw size={16} />} onClick={() => setAsking(true)}>
            {words.restore}
          </Button>
        )}
      </div>
      {older.version !== null && (
        <Difference
          name={name}
          older={older.version}
          newer={newer?.version ?? null}
          view={isWide === true ? view : "inline"}
        />
      )}
      {asking && older.version !== null && (
        <Restoring
          when={when}
          run={async (version) => {
            await restoreVersion({ portal, replica, name, version, called: words.beforeRestoring(when) });
            navigate(`/d/${encodeURIComponent(name)}`);
            toast({ message: words.restored });
          }}
          version={older.version}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Restoring(props: {
  readonly when: string;
  readonly version: VersionId;
  readonly run: (version: VersionId) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const words = useWords().history;
  return (
    <ConfirmDialog
      title={words.restoreTitle}
      body={words.restoreBody(props.when)}
      confirm={words.restoreConfirm}
      run={() => props.run(props.version)}
      onClose={props.onClose}
    />
  );
}

function Difference(props: {
  readonly name: DocumentName;
  readonly older: VersionId;
  readonly newer: VersionId | null;
  readonly view: View;
}): ReactNode {
  const text = useWords();
  const words = text.history;
  const comparison = useComparison(props.name, props.older, props.newer);
  switch (comparison.phase) {
    case "loading":
      return (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      );
    case "failed":
      return <Notice tone="alarm">{describePortalFailure(comparison.error, text)}</Notice>;
    case "here":
      return comparison.isAlike ? (
        <p className="history-page__hint">{words.alike}</p>
      ) : (
        <ComparisonView compared={comparison.compared} view={props.view} />
      );
  }
}
