/** The words of what cannot be taken back, and of members who are away, in English. */

const days = (count: number): string => `${count} ${count === 1 ? "day" : "days"}`;

export const enForGood = {
  delete: {
    button: "Delete for good",
    label: (title: string) => `Delete for good: ${title}`,
    title: (title: string) => `Delete “${title}” for good?`,
    lead: "The text, its comments, its suggestions, the votes about it and its whole past are gone then, for everybody, and nobody can bring them back. Copies that people have downloaded stay with them.",
    reason: "Why?",
    reasonHint: "It stays in the ledger for ever, where members read it. Do not repeat there what is to be gone.",
    reasonOfDraft: "Nobody but you has seen this document. Nothing of it stands in the ledger.",
    confirm: (title: string) => `Type the title to confirm: ${title}`,
    confirmMissing: "This is not the title.",
    submit: "Delete for good",
    done: (title: string) => `“${title}” is deleted for good`,
    codes: {
      "leaders-only": "Only leaders of the community can delete this for good.",
      "not-in-the-bin":
        "Somebody has taken it out of the bin meanwhile. Only what is in the bin can be deleted for good.",
      "no-such-document": "It is gone already, or you may not see it any more.",
    } as Readonly<Record<string, string>>,
  },
  gone: {
    title: "This document was deleted for good",
    body: (who: string, when: string) => `${who} deleted it on ${when}. The ledger of the community says why.`,
    /** Beside what was not sent. */
    kept: (who: string, when: string) =>
      `The document was deleted for good by ${who} on ${when}, so this cannot be sent any more. It is kept on this device until you delete it: copy or download what you need.`,
    nothing: "Nothing of yours was waiting to be sent.",
    toLedger: "Open the ledger",
  },
  handOver: {
    item: "Hand over leadership",
    title: "Hand over leadership",
    lead: "They lead from the moment on in which you confirm, and the community is without a leader at no time.",
    leadOfLast:
      "You are the only leader here, so you cannot simply leave. Hand over to somebody; you can leave in the same step.",
    to: "To whom?",
    toHint: "Deputy leaders come first.",
    option: (name: string, role: string) => `${name} (${role})`,
    nobody: "There is no deputy leader and no member who could take over. Invite somebody first.",
    loading: "The members are being looked up",
    andYou: "And you?",
    afterwards: {
      deputy: "I stay as deputy leader",
      member: "I stay as a member",
      gone: "I leave the community",
    },
    submit: "Hand over",
    done: (name: string) => `${name} leads now`,
    codes: {
      "cannot-take-over": "They cannot take over: they lead already, are no member any more, or cannot sign in.",
      "leaders-only": "You do not lead this community any more.",
    } as Readonly<Record<string, string>>,
  },
  away: {
    /** To whoever is asked. */
    askTitle: (community: string) => `Are you still with ${community}?`,
    ask: (since: string, until: string) =>
      `You were not here for a while, and have been asked since ${since}. If you do not answer until ${until}, you step back: you stay a member and keep what you may read and write, and no longer count among the active ones.`,
    askLeader: "If you lead this community, the deputy leader who has been one longest leads then in your place.",
    yes: "Yes, I am here",
    backTitle: (community: string) => `You have stepped back from ${community}`,
    back: (since: string) =>
      `Since ${since} you do not count among the active members. You keep what you may read and write.`,
    iAmBack: "I am back",
    done: (community: string) => `Good to have you with ${community}`,
    /** In the list of members. */
    steppedBack: (since: string) => `stepped back since ${since}`,
    heading: "Members who are away",
    lead: "After some time without a visit a member is asked whether they are still with the community. Without an answer they step back: nobody is removed and nothing is taken away, but they no longer count among the active members. A leader who steps back is followed by whoever was deputy leader longest. Of visits only the day is kept.",
    off: "Nothing is done",
    offAbout: "Members stay active however long they are away.",
    on: "Ask, then let them step back",
    onAbout: "Members see the question on every page of the community until they answer.",
    choice: "What happens when somebody is away?",
    askAfter: "Ask after so many days without a visit",
    askAfterHint: "14 to 1,095.",
    stepBackAfter: "Step back so many days after that",
    stepBackAfterHint: "7 to 365.",
    wrong: (from: number, to: number) => `A number from ${from} to ${to}.`,
    leadersOnly: "Only leaders decide this.",
    now: (ask: number, back: number) => `Now: asked after ${days(ask)} away, stepping back ${days(back)} after that.`,
    save: "Save the rule",
    saved: "Saved",
  },
  ownData: {
    heading: "Take your data",
    lead: "One file with everything here that is yours: your account and where it is signed in, your communities and roles, the documents that you made as Markdown and as web pages, your comments, your suggestions and what you decided. No community learns that you took it.",
    button: "Download my data",
    file: "my-data",
    done: (name: string) => `${name} is among your downloads.`,
    codes: { busy: "Your data is being put together already. Try again in a minute." } as Readonly<
      Record<string, string>
    >,
  },
  farewell: {
    heading: "Leave for good",
    lead: "You leave all communities, and nobody can sign in with this account any more. Take your data with you first. Where you lead a community alone, hand over first: in its members, with “Leave the community”.",
    button: "Give up my account",
    title: "Give up your account for good?",
    body: "You leave every community at once. Your e-mail address, your password and your sessions are deleted, and drafts that nobody but you ever saw. What you wrote in documents stays there, and what you decided stays in the ledgers: others rely on it. This cannot be taken back.",
    name: "What stands beside what you wrote and decided?",
    keep: "My name",
    keepAbout: "So that it stays clear who answers for what was decided.",
    former: "“A former member”",
    formerAbout: "Your name is deleted. That it was the same person each time can still be told.",
    submit: "Give up my account",
    again: (provider: string) =>
      `So that nobody does this who sits down at your open browser, sign in with ${provider} once more first. You come back here then.`,
    signInAgain: (provider: string) => `Sign in with ${provider} once more`,
    proved: (provider: string) => `You have signed in with ${provider} once more. This holds for ten minutes.`,
    address: "Type the e-mail address of your account",
    addressHint: (email: string) => `So that it is no slip: ${email}`,
    addressWrong: "This is not the e-mail address of your account.",
    codes: {
      "last-leader":
        "You lead a community alone. Hand over there first, or somebody would have to lead it who is gone.",
      "sign-in-again": "It is too long ago that you signed in again. Do it once more.",
    } as Readonly<Record<string, string>>,
  },
  /** Sentences of the ledger; `who` did it. */
  acts: {
    deleted: (who: string) => `${who} deleted a document for good`,
    handedOver: (who: string, whom: string) => `${who} handed leadership over to ${whom}`,
    afterwards: {
      deputy: (act: string) => `${act}, and stays as deputy leader`,
      member: (act: string) => `${act}, and stays as a member`,
      gone: (act: string) => `${act}, and left the community`,
    },
    ruleSet: (who: string, ask: number, back: number) =>
      `${who} decided: members who are away for ${days(ask)} are asked, and step back after ${days(back)} without an answer`,
    ruleGone: (who: string) => `${who} decided that nothing is done about members who are away`,
    steppedBack: (whom: string) => `${whom} was away, did not answer, and stepped back by the community’s rule`,
    passed: (whom: string) => `${whom} leads by the community’s rule, as the deputy leader of longest standing`,
    cameBack: (who: string) => `${who} is back`,
  },
} as const;
