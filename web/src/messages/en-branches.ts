/** The words about suggestions, in English: proposing changes to a document, reviewing and taking them. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enBranches = {
  /** Refusals of the server by their stable codes. */
  codes: {
    "no-such-branch": "There is no such suggestion, or you may not see it.",
    "branch-closed": "It has been decided about this suggestion meanwhile.",
    "being-decided":
      "Somebody decides about a suggestion to this document at this very moment. Nothing was taken. Try again in a moment.",
    "too-many-branches": "You have twenty open suggestions for this document. Hand in or discard some first.",
    "branch-changed":
      "The suggestion or the document has changed since you read this. Nothing was taken. This is how it is now: look at it again.",
    "merge-refused":
      "This suggestion cannot be taken as a whole: part of it is written under somebody else’s mark. Choose passages and take those.",
    "author-only": "Only whoever made the suggestion can do this.",
    "members-only": "Only people with a role in the community can suggest changes.",
    "read-only": "Only those who may write the document can decide about suggestions.",
  } as Readonly<Record<string, string>>,

  suggest: "Suggest changes",
  needsServer: "Needs the server",
  readerTitle: "You can suggest changes",
  readerBody:
    "You may read this text. Write your proposal into a copy of it; those who write the document decide what they take.",
  unsentTitle: "Your last words are not in the document",
  unsentBody:
    "You may only read it now, so the server has not taken them. They are kept on this device, and you can make a suggestion of them.",
  unsentWay: "Read or suggest them",
  button: (open: number) => `Suggestions: ${open} open`,

  banner: {
    region: "About this suggestion",
    draft: (title: string) => `Your draft for “${title}”`,
    draftBody:
      "This is a copy of the document. Write your changes into it. Only you can read it; hand it in when it is ready.",
    mine: (title: string) => `Your suggestion for “${title}”`,
    mineBody:
      "Everybody who reads the document can read your suggestion. Those who write the document can write here too, and decide what they take.",
    theirs: (who: string, title: string) => `Suggestion by ${who} for “${title}”`,
    theirsWriter:
      "What you write here changes the suggestion, not the document. Look at the changes to decide about them.",
    theirsReader: "You can read it here. Those who write the document decide about it.",
    merged: (who: string, when: string) =>
      `${who} took this suggestion into the document ${when}. It is only read now.`,
    discarded: (who: string, when: string) => `${who} discarded this suggestion ${when}. It is only read now.`,
  },

  /** Words that came when it had been decided about the suggestion. */
  late: {
    title: "Your last words are not in this suggestion",
    body: "It had been decided about it when they arrived, so nobody has them. They are kept on this device, and you can make a new suggestion of them.",
    way: "Read or suggest them",
    happened: "You wrote this in a suggestion, and it was decided about it before this arrived.",
    means: "The suggestion takes nothing any more. Nobody else has this: it is kept on this device only.",
    todo: "Make a new suggestion of it for the same document, or copy it.",
  },

  handIn: "Hand in",
  handInTitle: "Hand in your suggestion",
  handInLead: "From then on everybody who reads the document can read your suggestion. You can go on writing in it.",
  note: "What do you suggest, and why? (optional)",
  noteTooLong: "Use at most 500 characters.",
  handedIn: "Your suggestion is handed in",

  review: "See the changes",
  toText: "Open the text",
  toDocument: "Back to the document",
  toList: "All suggestions",
  discard: "Discard",
  discardTitle: "Discard this suggestion?",
  discardBody: "Nothing of it comes into the document. It stays in the list and can be opened again.",
  discarded: "The suggestion is discarded",
  reopen: "Open again",
  reopened: "The suggestion is open again",

  list: {
    pageTitle: "Suggestions",
    heading: (title: string) => `Suggestions for “${title}”`,
    lead: "A suggestion is a copy of the document with somebody’s changes. Nothing of it is in the document before somebody who may write there takes it.",
    open: "Open",
    decided: "Decided",
    empty: "There are no suggestions",
    emptyBody: "Whoever would say something otherwise can write it into a copy of the document and hand it in.",
    draft: "Your draft",
    by: (who: string) => `By ${who}`,
    made: (when: string) => `Begun ${when}`,
    merged: (who: string, when: string) => `Taken by ${who} ${when}`,
    discarded: (who: string, when: string) => `Discarded by ${who} ${when}`,
    inPart: "Taken in part",
    suggestionFor: (title: string) => `Suggestion for “${title}”`,
  },

  changes: {
    pageTitle: "Changes",
    heading: (who: string) => `What ${who} suggests`,
    headingMine: "What you suggest",
    for: (title: string) => `For “${title}”`,
    noteBy: (who: string) => `${who} says:`,
    count: (count: number) => `${count} ${plural(count, "passage is", "passages are")} changed`,
    none: "Nothing is left to take",
    noneBody: "The document says all of it already, or nothing was changed yet.",
    under: (heading: string) => `Under “${heading}”`,
    what: {
      title: "The title",
      changed: "Changed",
      inserted: "New",
      deleted: "Left out",
    },
    looksOnly: "The words stay the same; only how they look is changed.",
    nothingSaid: "(empty)",
    both: "The document was changed here too. If you take this passage, it replaces what the document says now:",
    gone: "The document has left this passage out meanwhile. If you take it, it comes back.",
    choose: (what: string, number: number) => `Passage ${number}: ${what}. Take it`,
    insertedMark: "inserted",
    deletedMark: "left out",
    takeAll: "Take all",
    takeChosen: (count: number) => `Take ${count} ${plural(count, "passage", "passages")}`,
    chooseFirst: "Choose the passages to take, or take all.",
    writersDecide: "Those who write the document decide what they take.",
    draftFirst: "Only you see this draft. Hand it in, so that it can be decided about.",
    taken: "The suggestion is in the document",
    takenSome: (count: number) => `${count} ${plural(count, "passage is", "passages are")} in the document`,
  },

  ledger: {
    merged: (who: string, whom: string, document: string) => `${who} took the suggestion of ${whom} into ${document}`,
    mergedSome: (who: string, whom: string, document: string) =>
      `${who} took a part of the suggestion of ${whom} into ${document}`,
    discarded: (who: string, whom: string, document: string) =>
      `${who} discarded the suggestion of ${whom} for ${document}`,
    reopened: (who: string, whom: string, document: string) =>
      `${who} opened the suggestion of ${whom} for ${document} again`,
  },

  aside: {
    offer: "Suggest it instead",
    offered: "Handed in as a suggestion",
    failed: "This could not be made a suggestion. It is still kept here.",
  },
};
