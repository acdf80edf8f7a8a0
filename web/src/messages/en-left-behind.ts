/** The words about edits that came after their author's access had ended, in English. */

export const enLeftBehind = {
  /** To their author, who still reads the document. */
  title: "You may no longer write here",
  body: "What you had written and could not send was handed in as a suggestion. Those who write the document decide about it. Your copy stays on this device.",
  /** The same, when they may write again. */
  againTitle: "Edits of yours were handed in as a suggestion",
  againBody:
    "They came when you could not write here. They are not in this document until somebody who writes it takes the suggestion; that may be you.",
  see: "See it",
  mine: "See your copy",
  /** The notice goes, and the copy with it; the suggestion stays. */
  understood: "Understood, drop my copy",

  /** To their author, who cannot read it any more. */
  lost: "What you had written and could not send was handed to those who write the document, as a suggestion. You still have your copy here.",

  /** Among what is set aside. */
  edits: (count: number) =>
    count === 1 ? "1 edit handed in as a suggestion" : `${count} edits handed in as a suggestion`,
  happened: "This came when you could not write the document any more, so it was handed in as a suggestion.",
  means: "Those who write the document can read it and decide about it; this device keeps a copy for you.",
  todo: "There is nothing to do. Delete the copy when you do not need it any more.",
  forget: "This device forgets its copy. The suggestion stays.",

  /** To whoever reviews it. */
  label: "Edits that arrived after access had ended",
  by: (who: string) => `Written by ${who}`,
  arrived: (when: string) => `Arrived ${when}, after access had ended`,
  bannerMine: (title: string) => `What you left behind in “${title}”`,
  bannerMineBody:
    "You wrote this when you could not write the document any more. Those who write the document can read it and decide what they take. You can go on writing here.",
  bannerTheirs: (who: string, title: string) => `What ${who} left behind in “${title}”`,
  bannerTheirsBody:
    "It arrived after their access had ended, and they have not chosen to show it: only those who write the document see it. Look at the changes to decide about them.",
  heading: (who: string) => `What ${who} left behind`,
};
