/** The words of comments and of who wrote what, in English. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enDiscussion = {
  /** On the button that opens and closes the comments; with the number of open threads. */
  button: (open: number) =>
    open === 0 ? "Comments" : `Comments: ${open} ${plural(open, "open thread", "open threads")}`,
  heading: "Comments",
  close: "Close the comments",
  begin: "Comment",
  opening: "The comments are being read …",
  empty:
    "No comments yet. Select a passage and comment on it; with nothing selected, your comment is about the whole document.",
  noneOpen: "No open comments.",
  emptyListens: "No comments yet.",
  /** Over a text that somebody may comment on, not change. */
  mayComment: "You may read this document and comment on it, not change it.",
  listens: "You may read the comments, but not write any.",
  gone: "There are no comments to see: you may not see this document any more, or it lies in the bin.",
  refused: "The server did not take something that you wrote here. It is kept on this device.",
  readRefused: "See what is kept",
  draft: "Your new comment",
  aboutDocument: "About the whole document",
  textGone: "The text that this is about is gone.",
  showPassage: (quote: string) => `Show in the text: ${quote}`,
  threadBy: (name: string) => `Comment by ${name}`,
  yourComment: "Your comment",
  yourReply: "Your reply",
  submit: "Comment",
  reply: "Reply",
  save: "Save",
  edit: "Edit this comment",
  remove: "Delete this comment",
  edited: "edited",
  deleted: "This comment was deleted.",
  takeAway: {
    button: "Take this comment away",
    title: "Take a comment away",
    lead: "Nobody is shown what it says any more. Its author is told that you took it away, and the ledger says so, with your reason and without its words.",
    reason: "Why?",
    submit: "Take it away",
    done: "The comment is not shown any more.",
    isGone: "This comment is not there any more.",
    gone: "This comment was taken away by those who look after the community.",
    yours: "This comment of yours was taken away by those who look after the community. The ledger says why.",
  },
  resolve: "Resolve",
  reopen: "Reopen",
  resolvedBy: (name: string, when: string) => `Resolved by ${name}, ${when}`,
  showResolved: (count: number) => `Show resolved (${count})`,
  /** Somebody whose name this device does not know yet. */
  unknownName: "Name not known yet",
  names: "People you can mention",
  formHint: (keys: string) => `Type @ to mention somebody. ${keys} sends the comment, Escape discards it.`,
  /** A comment that was begun and cannot be sent where it belongs. */
  kept: {
    title: "A comment of yours that was not sent",
    where: "It is kept on this device only. Copy what is still of use.",
    discard: "Discard",
  },
  writtenBy: "Who wrote this",
  hideWrittenBy: "Hide who wrote this",
  share: (percent: number) => (percent === 0 ? "less than 1 %" : `${percent} %`),
};
