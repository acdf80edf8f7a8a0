/** Reads values that change outside React. */
import { useCallback, useSyncExternalStore } from "react";
import type { Observable } from "../../sync/index.ts";

/** The value of `observable` now; renders again when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable]);
  return useSyncExternalStore(subscribe, () => observable.value);
}
