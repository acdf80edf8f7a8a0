/** The ledger, readable by everybody: one sentence an entry, the newest first. */
import { Button, Loader } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { Community, CommunityId, LedgerEntry } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { describeEntry } from "../../words/ledger.ts";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";

/** How much of a fingerprint is shown: enough to compare, short enough to read. */
const FINGERPRINT_LENGTH = 16;

export function LedgerSection(props: { readonly community: Community }): ReactNode {
  const { id } = props.community;
  const text = useWords();
  const words = text.portal.ledger;
  const portal = usePortal();
  const [earlier, setEarlier] = useState<readonly LedgerEntry[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const titles = useTitles(id);
  const ask = useCallback((signal: AbortSignal) => portal.api.ledger.page(id, null, signal), [portal, id]);
  const { value: newest, error } = useAsked(ask);
  // The first page grows at its head while it is looked at; what it shares with the others is shown once.
  const after = next === undefined ? (newest?.next ?? null) : next;
  const seen = new Set(newest?.entries.map(({ seq }) => seq));
  const entries = [...(newest?.entries ?? []), ...earlier.filter(({ seq }) => !seen.has(seq))];

  const more = async (): Promise<void> => {
    setBusy(true);
    try {
      const page = await portal.api.ledger.page(id, after);
      setEarlier((last) => [...last, ...page.entries]);
      setNext(page.next);
      setFailed(null);
    } catch (reason) {
      setFailed(reason);
    }
    setBusy(false);
  };

  const problem = failed ?? error;
  return (
    <>
      <h2 className="visually-hidden">{words.heading}</h2>
      <p className="portal-section__lead">{words.lead}</p>
      {problem !== null && <Notice tone="plain">{describePortalFailure(problem, text)}</Notice>}
      {newest === null && error === null && (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      )}
      <ol className="ledger" reversed>
        {entries.map((entry) => (
          <EntryRow key={entry.seq} entry={entry} titles={titles} />
        ))}
      </ol>
      {after !== null && (
        <Button variant="default" loading={busy} onClick={() => void more()}>
          {words.more}
        </Button>
      )}
    </>
  );
}

type Titles = ReadonlyMap<string, string>;

/** The titles of the documents that this member may see, by their names. */
export function useTitles(id: CommunityId): Titles {
  const portal = usePortal();
  const [titles, setTitles] = useState<Titles>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const list = (deleted: boolean) => portal.api.documents.list(id, { query: "", deleted, signal });
    Promise.all([list(false), list(true)]).then(
      ([listed, binned]) => setTitles(new Map([...listed, ...binned].map(({ name, title }) => [name, title]))),
      // Without them the entries say less, but nothing wrong.
      () => undefined,
    );
    return () => abort.abort();
  }, [portal, id]);
  return titles;
}

function EntryRow(props: { readonly entry: LedgerEntry; readonly titles: Titles }): ReactNode {
  const { entry } = props;
  const text = useWords();
  const words = text.portal.ledger;
  const language = useLanguage();
  const { sentence, reason } = describeEntry(entry, props.titles, language, text);
  return (
    <li className="ledger__entry" value={entry.seq}>
      <p className="ledger__sentence">{sentence}</p>
      {reason !== null && <p className="ledger__reason">{words.reason(reason)}</p>}
      <p className="ledger__facts">
        <span>{pointInTime(entry.at, language)}</span>
        <span>
          {words.fingerprint} <code title={entry.hash}>{entry.hash.slice(0, FINGERPRINT_LENGTH)}</code>
        </span>
      </p>
    </li>
  );
}
