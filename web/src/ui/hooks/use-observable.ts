/** Reads values that change outside React. */
import { useCallback, useRef, useSyncExternalStore } from "react";
import type { Observable } from "../../sync/index.ts";

/** The value of `observable` now; renders again when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable]);
  return useSyncExternalStore(subscribe, () => observable.value);
}

/** What `select` takes of the value of `observable` now; renders again only when that is different. */
export function useSelected<T, S>(observable: Observable<T>, select: (value: T) => S): S {
  const held = useRef<{ readonly selected: S } | null>(null);
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable]);
  return useSyncExternalStore(subscribe, () => {
    const next = select(observable.value);
    if (held.current === null || !isSame(held.current.selected, next)) {
      held.current = { selected: next };
    }
    return held.current.selected;
  });
}

/** Equal, or records or lists with the same values. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) {
    return true;
  }
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  const before = Object.entries(one);
  return (
    before.length === Object.keys(other).length &&
    before.every(([key, value]) => isSame(value, (other as Record<string, unknown>)[key]))
  );
}
