/** What the comments on a document need to know of people. Only where there are accounts does anybody know it. */
import type { AuthorSource, DocumentName, Reader } from "../../sync/index.ts";

export interface DiscussionPeople {
  /** Who is signed in here. */
  readonly me: { readonly id: string; readonly name: string };
  /** Where it is known whose the clients of a document, or of a discussion, are. */
  readonly authorSource: (name: DocumentName) => AuthorSource;
  /** Who can be spoken to in comments on a document. */
  readonly readers: (name: DocumentName) => Promise<readonly Reader[]>;
}
