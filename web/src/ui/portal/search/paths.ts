/** Addresses of searching: the page of what was found, and a document at the words that were found in it. */
import { type DocumentName, type FoundPart, parseCommunityId, type SearchWithin } from "../../../sync/index.ts";

export interface SearchAddress {
  readonly query: string;
  readonly within: SearchWithin;
}

export function searchPath({ query, within }: SearchAddress): string {
  const parameters = new URLSearchParams();
  if (query !== "") {
    parameters.set("q", query);
  }
  if (within !== null) {
    parameters.set("in", within);
  }
  const said = parameters.toString();
  return said === "" ? "/search" : `/search?${said}`;
}

/** Reads what stands behind the question mark. What is no place to look in is everywhere. */
export function readSearchAddress(search: string): SearchAddress {
  const parameters = new URLSearchParams(search);
  const within = parameters.get("in") ?? "";
  return {
    query: parameters.get("q") ?? "",
    within: within === "library" ? "library" : parseCommunityId(within),
  };
}

/** The document, with the first of these words in its find bar. */
export function foundPath(name: DocumentName, parts: readonly FoundPart[] = []): string {
  const words = parts.find(({ found }) => found)?.text ?? "";
  const path = `/d/${encodeURIComponent(name)}`;
  return words === "" ? path : `${path}?${new URLSearchParams({ find: words })}`;
}
