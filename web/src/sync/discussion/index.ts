/** What the layers above may use of discussions. */
export { type AuthorSource, Authors, type AuthorsKnown, type DocumentAuthor } from "./authors.ts";
export { CommentDrafts, type DraftPlace, documentsWithDrafts, forgetDrafts, type KeptDraft } from "./drafts.ts";
export { type Anchor, clientIn, type EventId, type Mention, readEvents } from "./events.ts";
export { discussedIn, discussionOf } from "./name.ts";
export {
  COMMENT_LENGTH_MAX,
  openThread,
  QUOTE_LENGTH_MAX,
  type Remark,
  reopen,
  rephrase,
  reply,
  resolve,
  takeBack,
} from "./speaking.ts";
export { type AuthorOf, type Thread, type ThreadComment, threadsOf } from "./threads.ts";
