/**
 * What the pages of a demonstration share: the demonstration as the server tells it, kept fresh, and that it has begun
 * again. On every other server there is nothing of it.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { BegunAgain, type DemoApi, type Demonstration, noticeBeginning } from "../../../sync/index.ts";
import { usePortal } from "../context.tsx";

/** How often the server is asked, in milliseconds; sooner while something is waited for. */
const REFRESH_MS = 4_000;
const WAITING_MS = 700;

export interface DemoHere {
  readonly api: DemoApi;
  /** `null` until the server has told. */
  readonly now: Demonstration | null;
  /** Whether the last question had no answer. */
  readonly isLost: boolean;
  /** Whether everything has begun again since this tab was opened, and nobody has said that they know. */
  readonly hasBegunAgain: boolean;
  readonly understood: () => void;
  readonly refresh: () => void;
  /** Somebody here wants it to begin again: the answer is looked for more often. */
  readonly awaitBeginning: () => void;
  readonly isAwaited: boolean;
}

const DemoContext = createContext<DemoHere | null>(null);

/** The demonstration; `null` on a server that is none. */
export function useDemo(): DemoHere | null {
  return useContext(DemoContext);
}

export function DemoHost(props: { readonly children: ReactNode }): ReactNode {
  const { demo } = usePortal();
  return demo === null ? props.children : <Followed api={demo}>{props.children}</Followed>;
}

function Followed(props: { readonly api: DemoApi; readonly children: ReactNode }): ReactNode {
  const { api } = props;
  const portal = usePortal();
  const [, navigate] = useLocation();
  const [now, setNow] = useState<Demonstration | null>(null);
  const [isLost, setLost] = useState(false);
  const [hasBegunAgain, setBegunAgain] = useState(BegunAgain.recall);
  const [isAwaited, setAwaited] = useState(false);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);

  useEffect(() => {
    const timer = setInterval(refresh, isAwaited ? WAITING_MS : REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh, isAwaited]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means asking again.
  useEffect(() => {
    const abort = new AbortController();
    api.ask(abort.signal).then(
      (told) => {
        if (abort.signal.aborted) {
          return;
        }
        setNow((before) => (JSON.stringify(before) === JSON.stringify(told) ? before : told));
        setLost(false);
        if (noticeBeginning(told.beginning) === "another") {
          BegunAgain.remember();
          setBegunAgain(true);
          setAwaited(false);
          // Whatever was open here is gone. Whoever one was has another account now: the page begins anew with it, or
          // does so already, since another answer said so first.
          portal.beginsAnewAt("/");
          navigate("/", { replace: true });
          void portal.recheck();
        }
      },
      () => {
        if (!abort.signal.aborted) {
          setLost(true);
        }
      },
    );
    return () => abort.abort();
  }, [api, portal, navigate, round]);

  const understood = useCallback(() => {
    BegunAgain.forget();
    setBegunAgain(false);
  }, []);
  const awaitBeginning = useCallback(() => setAwaited(true), []);
  const here = useMemo(
    () => ({ api, now, isLost, hasBegunAgain, understood, refresh, awaitBeginning, isAwaited }),
    [api, now, isLost, hasBegunAgain, understood, refresh, awaitBeginning, isAwaited],
  );
  return <DemoContext value={here}>{props.children}</DemoContext>;
}
