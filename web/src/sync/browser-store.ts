/**
 * Small things remembered by the browser, for the tab or for the device.
 *
 * A browser may forbid storage (private windows, blocked cookies): reading then finds nothing and writing does
 * nothing, because none of this is needed to work. Documents are never kept here, only what has not become part of one:
 * a comment that somebody has begun.
 */

/** `tab` ends with the tab, `device` stays. */
export type Scope = "tab" | "device";

function storeOf(scope: Scope): Storage {
  return scope === "tab" ? sessionStorage : localStorage;
}

export function recall(scope: Scope, key: string): string | null {
  try {
    return storeOf(scope).getItem(key);
  } catch {
    return null;
  }
}

export function remember(scope: Scope, key: string, value: string): void {
  try {
    storeOf(scope).setItem(key, value);
  } catch {
    // Not remembered: asked again on the next visit.
  }
}

/** Reads what was remembered as JSON; `null` when there is nothing, or something else wrote there. */
export function recallJson(scope: Scope, key: string): unknown {
  try {
    return JSON.parse(recall(scope, key) ?? "null");
  } catch {
    return null;
  }
}

/** The keys with this beginning under which something is remembered. */
export function remembered(scope: Scope, prefix: string): readonly string[] {
  try {
    return Object.keys(storeOf(scope)).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Takes `key` out of memory. */
export function unremember(scope: Scope, key: string): void {
  try {
    storeOf(scope).removeItem(key);
  } catch {
    // Nothing could be remembered there either.
  }
}
