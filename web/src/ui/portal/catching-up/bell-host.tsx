/**
 * How many notifications are unread: asked for in one place for all pages, in the rhythm of everything else that is kept
 * fresh. A new one is said politely to whoever does not see the bell.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Unread } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { sentenceOf } from "./told.ts";

interface Ringing {
  readonly unread: number;
  readonly refresh: () => void;
}

const BellContext = createContext<Ringing>({ unread: 0, refresh: () => undefined });

export function useBell(): Ringing {
  return useContext(BellContext);
}

export function BellHost(props: { readonly children: ReactNode }): ReactNode {
  const portal = usePortal();
  const text = useWords();
  const language = useLanguage();
  const ask = useCallback((signal: AbortSignal) => portal.api.notifications.unread(signal), [portal]);
  const { value, refresh } = useAsked<Unread>(ask);
  const [announced, setAnnounced] = useState("");
  // The newest that this page knows of: what was there when it was opened is no news.
  const known = useRef<string | null | undefined>(undefined);

  useEffect(() => {
    if (value === null) {
      return;
    }
    const newest = value.newest;
    if (newest !== null && known.current !== undefined && newest.id !== known.current) {
      setAnnounced(text.catchingUp.bell.arrived(sentenceOf(newest, language, text)));
    }
    if (known.current === undefined || newest !== null) {
      known.current = newest?.id ?? null;
    }
  }, [value, text, language]);

  const unread = value?.count ?? 0;
  const here = useMemo(() => ({ unread, refresh }), [unread, refresh]);
  return (
    <BellContext value={here}>
      {props.children}
      <div role="status" className="visually-hidden">
        {announced}
      </div>
    </BellContext>
  );
}
