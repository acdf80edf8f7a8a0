/** The history of a document as far as it was asked for; the newest page is kept fresh. */
import { useCallback, useState } from "react";
import type { DocumentName, HistoryPage, NamedVersion, WorkSession } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";

export interface LoadedHistory {
  /** `null` until the first page is here. */
  readonly sessions: readonly WorkSession[] | null;
  readonly named: readonly NamedVersion[];
  readonly error: unknown;
  /** Whether there is more. */
  readonly goesOn: boolean;
  readonly busy: boolean;
  readonly more: () => void;
  readonly refresh: () => void;
}

export function useHistory(name: DocumentName): LoadedHistory {
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.history.page(name, null, signal), [portal, name]);
  const { value: newest, error, refresh } = useAsked(ask);
  const [earlier, setEarlier] = useState<readonly HistoryPage[]>([]);
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const next = (earlier.at(-1) ?? newest)?.next ?? null;

  const more = async (): Promise<void> => {
    setBusy(true);
    try {
      const page = await portal.api.history.page(name, next);
      setEarlier((last) => [...last, page]);
      setFailed(null);
    } catch (reason) {
      setFailed(reason);
    }
    setBusy(false);
  };

  const pages = newest === null ? [] : [newest, ...earlier];
  return {
    sessions: newest === null ? null : distinct(pages.flatMap(({ sessions }) => sessions)),
    named: [...new Map(pages.flatMap(({ named }) => named).map((version) => [version.id, version])).values()],
    error: failed ?? error,
    goesOn: next !== null,
    busy,
    more: () => void more(),
    refresh,
  };
}

/** The first page grows at its head while it is looked at; what it shares with the others is shown once. */
function distinct(sessions: readonly WorkSession[]): readonly WorkSession[] {
  const seen = new Set<number>();
  return sessions.filter(({ from }) => {
    const isNew = !seen.has(from);
    seen.add(from);
    return isNew;
  });
}
