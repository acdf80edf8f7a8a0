/** What is set aside on this device, kept fresh. */
import { useCallback, useEffect, useState } from "react";
import { type AsideMatter, type DocumentName, mattersOf } from "../../sync/index.ts";
import { useApp } from "../context.tsx";

/** How often the device is asked again while somebody looks, in milliseconds. */
const REFRESH_MS = 5_000;

export interface Aside {
  /** `null` until this device has been read. */
  readonly matters: readonly AsideMatter[] | null;
  readonly failed: boolean;
  readonly refresh: () => void;
}

/** `document`: only what belongs to this one. */
export function useAside(document: DocumentName | null): Aside {
  const { replica } = useApp();
  const [matters, setMatters] = useState<readonly AsideMatter[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((last) => last + 1), []);

  useEffect(() => {
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means reading again.
  useEffect(() => {
    let current = true;
    replica.setAside(document ?? undefined).then(
      (entries) => {
        if (current) {
          setMatters(mattersOf(entries));
          setFailed(false);
        }
      },
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [replica, document, round]);

  return { matters, failed, refresh };
}
