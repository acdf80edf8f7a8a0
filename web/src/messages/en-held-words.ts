/** The words about what was typed after writing was taken from somebody, in English. */

export const enHeldWords = {
  region: "Not taken",
  title: "You cannot write here now",
  body: "Your right to write this text was taken back, or it is closed for now. What you had written until then is kept.",
  backTitle: "You can write here again",
  nothingYet: "What you type now is not taken. This goes away when you can write again.",
  notTaken: "This was not taken:",
  suggest: "Suggest it",
  suggested: "It is in a suggestion of yours",
  insert: "Put it where the cursor is",
  copy: "Copy it",
  copied: "Copied",
  discard: "Throw it away",
  failed: "That did not work. Copy it, and try again later.",
};
