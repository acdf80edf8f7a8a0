/** What the discussion of a document is called; `model/src/discussion.rs` says so too. */
import type { DocumentName } from "../names.ts";

export function discussionOf(name: DocumentName): DocumentName {
  return `${name}/discussion` as DocumentName;
}

/** Whether a document is the discussion of another: no document that a person opens. */
export function isDiscussion(name: string): boolean {
  return name.endsWith("/discussion");
}
