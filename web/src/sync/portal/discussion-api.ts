/** The people of a document's discussion: who wrote what, and who can be spoken to. */
import { Answer } from "../answer.ts";
import type { DocumentAuthor } from "../discussion/authors.ts";
import type { EventId } from "../discussion/events.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";

/** Somebody who may read a document. */
export interface Reader {
  readonly id: string;
  readonly name: string;
}

export interface DiscussionApi {
  /** Whose the CRDT clients of a document, or of a discussion, are. */
  authors(name: DocumentName): Promise<readonly DocumentAuthor[]>;
  /** Who in the document's community may read it. Rejects with `read-only` for who may not comment. */
  readers(name: DocumentName): Promise<readonly Reader[]>;
  /** The comments on a document that were taken away. */
  takenAway(name: DocumentName): Promise<readonly string[]>;
  /** Takes a comment away. Rejects with `leaders-only`, or `no-such-comment` for one that is gone. */
  takeAway(name: DocumentName, comment: EventId, reason: string): Promise<void>;
}

export function discussionApi(rest: Rest): DiscussionApi {
  const path = (name: DocumentName, what: string): string => `/api/v1/documents/${encodeURIComponent(name)}/${what}`;
  return {
    async authors(name) {
      return new Answer(await rest.get(path(name, "authors"))).list("authors", readAuthor);
    },
    async readers(name) {
      const answer = new Answer(await rest.get(path(name, "readers")));
      return answer.list("readers", (reader) => ({ id: reader.text("id"), name: reader.text("name") }));
    },
    async takenAway(name) {
      const comments = new Answer(await rest.get(path(name, "taken-away"))).raw("comments");
      return Array.isArray(comments) ? comments.filter((place) => typeof place === "string") : [];
    },
    async takeAway(name, comment, reason) {
      await rest.send("POST", path(name, "taken-away"), { comment, reason });
    },
  };
}

/** One entry of the server's answer, or of what this device keeps of it. */
export function readAuthor(author: Answer): DocumentAuthor {
  const clients = author.raw("clients");
  return {
    id: author.text("id"),
    name: author.maybeText("name"),
    clients: Array.isArray(clients) ? clients.filter((client) => Number.isSafeInteger(client)) : [],
  };
}
