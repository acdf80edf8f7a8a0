/** Who somebody is, in words: by the server's word, or not known yet. */
import type { Catalogue } from "../../messages/index.ts";
import { plainName, wishedLook } from "../../sync/index.ts";
import type { Comments } from "./use-comments.ts";
import type { Discussion } from "./use-discussion.ts";

interface Author {
  readonly client: number;
  readonly author: string | null;
}

export function isMine({ client, author }: Author, discussion: Discussion, { people }: Comments): boolean {
  return author === people.me.id || client === discussion.document.doc.clientID;
}

export function nameOf(by: Author, discussion: Discussion, comments: Comments, words: Catalogue["comments"]): string {
  if (isMine(by, discussion, comments)) {
    return comments.people.me.name;
  }
  const name = by.author === null ? null : discussion.known.nameOf(by.author);
  return (name === null ? "" : plainName(name)) || words.unknownName;
}

/** The colour of somebody's sign; of nobody in particular while they are not known. */
export function colourOf(by: Author, discussion: Discussion, comments: Comments): string {
  const id = isMine(by, discussion, comments) ? comments.people.me.id : by.author;
  return id === null ? "#5c6b68" : wishedLook(id).color;
}
