/** What the discussion of a document is called; `model/src/discussion.rs` says so too. */
import type { DocumentName } from "../names.ts";

const SUFFIX = "/discussion";

export function discussionOf(name: DocumentName): DocumentName {
  return `${name}${SUFFIX}` as DocumentName;
}

/** The document that is discussed in the one of this name; `null` when that is no discussion. */
export function discussedIn(name: string): DocumentName | null {
  return name.endsWith(SUFFIX) ? (name.slice(0, -SUFFIX.length) as DocumentName) : null;
}
