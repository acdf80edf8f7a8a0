/** What the comments on a document need to know of people. Only where there are accounts does anybody know it. */
import type { ReactNode } from "react";
import type { AuthorSource, DocumentName, EventId, Reader } from "../../sync/index.ts";

export interface DiscussionPeople {
  /** Who is signed in here. */
  readonly me: { readonly id: string; readonly name: string };
  /** Where it is known whose the clients of a document, or of a discussion, are. */
  readonly authorSource: (name: DocumentName) => AuthorSource;
  /** Who can be spoken to in comments on a document. */
  readonly readers: (name: DocumentName) => Promise<readonly Reader[]>;
  /** Which comments on a document were taken away; left out where nothing is discussed. */
  readonly takenAway?: TakenAwaySource;
  /** The dialog in which a comment is taken away; `null` for those who may not. */
  readonly takeAway?: ((document: DocumentName, comment: EventId, close: () => void) => ReactNode) | null;
}

/** Where it is known which comments were taken away, and where the answer is kept. */
export interface TakenAwaySource {
  readonly ask: (name: DocumentName) => Promise<readonly string[]>;
  readonly recall: (name: DocumentName) => readonly string[];
  readonly remember: (name: DocumentName, comments: readonly string[]) => void;
}
