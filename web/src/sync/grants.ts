/**
 * What a personal link says it lets its bearer do, document by document.
 *
 * The server decides; this is for saying it beforehand. The rule is the server's: the most specific entry wins, the
 * exact name before the longest prefix, and an access word that is not known denies.
 */
import type { DocumentName } from "./names.ts";

export type Grant = "write" | "read" | "none";

export interface Grants {
  of(name: DocumentName): Grant;
  /** How the names of new documents have to begin; `null` when none can be made. */
  readonly newNamesBegin: string | null;
  /** Whether one rule covers all documents there are. */
  readonly everything: boolean;
}

/** Where no link is needed. */
export const allGrants: Grants = { of: () => "write", newNamesBegin: "", everything: true };

/** The grants in the claim `docs` of a token: a map from names, or prefixes that end in `*`, to access words. */
export function readGrants(docs: unknown): Grants {
  const entries = typeof docs === "object" && docs !== null ? Object.entries(docs) : [];
  const exact = new Map<string, Grant>();
  const prefixes: { readonly prefix: string; readonly grant: Grant }[] = [];
  for (const [pattern, word] of entries) {
    if (pattern.endsWith("*")) {
      prefixes.push({ prefix: pattern.slice(0, -1), grant: grantOf(word) });
    } else {
      exact.set(pattern, grantOf(word));
    }
  }
  prefixes.sort((one, other) => other.prefix.length - one.prefix.length);
  return {
    of: (name) => exact.get(name) ?? prefixes.find(({ prefix }) => name.startsWith(prefix))?.grant ?? "none",
    // The shortest one: with it, a name says the least.
    newNamesBegin: prefixes.findLast(({ grant }) => grant === "write")?.prefix ?? null,
    everything: exact.size === 0 && prefixes.length === 1 && prefixes[0]?.prefix === "",
  };
}

function grantOf(word: unknown): Grant {
  switch (word) {
    case "read-write":
      return "write";
    case "readonly":
      return "read";
    default:
      return "none";
  }
}
