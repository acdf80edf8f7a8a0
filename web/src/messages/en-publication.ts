/** The words of publication, in English. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enPublication = {
  menuItem: "Publication",
  heading: "Publication",
  lead: "A version is frozen, signed by those who are named, and published for good. Here is where that stands.",
  toDocument: "To the document",
  untitled: "Untitled",

  obstaclesHeading: "To be decided first",
  obstaclesLead: "A version can be prepared when nothing of this is open any more.",
  undecided: (title: string, count: number) =>
    `${title}: ${count} ${plural(count, "value was", "values were")} set differently by several people`,
  untitledQuestion: "A clinical question without a title",
  openRound: (question: string) => `The vote “${question}” is open`,
  noText: "There is nothing in the document yet",

  candidateHeading: "Ready to be signed",
  noCandidate: "No version is being signed.",
  prepared: (who: string, when: string) => `prepared by ${who} on ${when}`,
  progress: (signed: number, declined: number, all: number) =>
    declined === 0 ? `${signed} of ${all} have signed` : `${signed} of ${all} have signed, ${declined} declined`,
  waitsForMe: "Your signature is missing",
  open: "Read and sign",
  openPlain: "Read it",
  changed: "The text has changed since this was signed.",
  changedBody:
    "What the candidate shows is not what stands in the document now. It cannot be published like this: prepare a new candidate. Signatures do not go over to it.",

  prepareHeading: "Prepare a version",
  prepareLead:
    "The text and its clinical questions are frozen as they are now, and published with the signatures. Whoever you name signs that very text, or declines with a reason that is published too.",
  prepareAgain: "A new candidate takes the place of the present one; signatures do not go over to it.",
  signatoriesLegend: "Who is to sign",
  prepare: "Freeze and ask for signatures",
  nobodyNamed: "Name at least one person, and at most 50.",

  versionsHeading: "Versions",
  noVersions: "Nothing is published yet.",
  version: (number: string) => `Version ${number}`,
  publishedOn: (when: string) => `published on ${when}`,
  latest: "the latest",
  isSuperseded: "replaced by a later one",
  isWithdrawn: "withdrawn",
  replacedHeading: "Candidates that were not published",
  candidateOf: (when: string) => `Candidate of ${when}`,

  page: {
    candidate: "Candidate",
    candidateBody: "This is not published. It is the very text that is signed, as it was frozen.",
    replaced: "This candidate was replaced",
    replacedBody: "A new one was prepared. This one is kept, and cannot be signed or published.",
    superseded: (number: string) => `There is a later version: ${number}`,
    supersededBody: "What you read here is how it was. Read the later one for what holds now.",
    toLatest: "To the latest version",
    overdue: (when: string) => `This was to be looked at again by ${when}`,
    overdueBody: "It may be out of date. The community has not published a newer version.",
    withdrawn: (when: string) => `This version was withdrawn on ${when}`,
    origin: (community: string, when: string) => `Published elsewhere: by “${community}” on ${when}`,
    originBody: (who: string) =>
      `${who} brought it here with an archive. Its text is unchanged if its hash is the one that was published there; the names below are as the archive gives them.`,
    originWithdrawn: (reason: string) => `It was withdrawn there: ${reason}`,
    facts: "About this version",
    community: "Community",
    published: "Published",
    preparedOn: "Prepared",
    reviewBy: "To be looked at again by",
    licence: "Licence",
    hash: "Hash of the text (SHA-256)",
    address: "Permanent address",
    note: "What is new",
    signaturesHeading: "Signatures",
    signedOn: (when: string) => `signed on ${when}`,
    declinedOn: (when: string) => `declined on ${when}`,
    waiting: "has not decided yet",
    declinedBecause: "Reason",
    signedThis: "for this very text, by its hash above",
    signedHash: "for the text with the hash",
    votesHeading: "Votes on this text",
    votesLead: "Votes that were counted, of which the text stands in this version word for word.",
    turnout: (voted: number, eligible: number) => `${voted} of ${eligible} voted`,
    approvals: (approve: number, object: number) => `${approve} for it, ${object} against it`,
    median: (median: string) => `median ${median}`,
    said: "What was said to it",
    othersHeading: "Other versions",
    changesHeading: "What has changed",
    changesSince: (number: string) => `Compared with version ${number}`,
    changesFailed: "The comparison could not be made. Load the page again.",
    noChanges: "The text says the same.",
    beginning: "At the beginning",
    questionsChanged: "Recommendations",
    textHeading: "Text",
    textLabel: "The text of this version",
    textFailed: "The text could not be loaded. Load the page again.",
    print: "Print",
    markdown: "Markdown",
    word: "Word",
    html: "HTML",
    unknownTitle: "There is no such version",
    unknownBody: "Or it is not for you. If you belong to the community, sign in and open the address again.",
    signIn: "Sign in",
    failed: "The version could not be loaded",
    toPublication: "To the publication of the document",
  },

  sign: {
    heading: "Your signature",
    lead: "Read the text above. Your signature names the hash of exactly that text, and stands with your name for good.",
    sign: "Sign this text",
    decline: "Decline …",
    declineTitle: "Decline to sign",
    declineLead:
      "The version can be published without your signature. Your reason is published with it, under your name.",
    declineLabel: "Why you do not sign",
    declineSend: "Decline",
    done: "You have signed.",
    declined: "You have declined.",
  },

  publish: {
    heading: "Publish",
    waiting: "It can be published when everybody who was named has signed or declined, and somebody has signed.",
    lead: "Nothing of it can be changed afterwards. It can be withdrawn with a reason; its text stays readable.",
    number: "Number",
    numberHint: (offers: string) => `Usual here: ${offers}`,
    numberOr: " or ",
    numberWrong: "Two numbers with a point between them, like 1.0 or 2.3.",
    review: "To be looked at again in",
    years: (count: number) => `${count} ${plural(count, "year", "years")}`,
    licence: "Licence",
    note: "What is new (may stay empty)",
    noteLong: "At most 2000 characters.",
    send: "Publish for good",
  },

  withdraw: {
    open: "Withdraw this version …",
    title: "Withdraw this version",
    lead: "The page will say that it does not hold any more, and why. Its text stays readable.",
    label: "Why it is withdrawn",
    send: "Withdraw",
  },

  licences: {
    "cc-by-4.0": "CC BY 4.0 (by name)",
    "cc-by-nc-4.0": "CC BY-NC 4.0 (by name, not commercially)",
    "cc-by-sa-4.0": "CC BY-SA 4.0 (by name, under the same licence)",
    "cc-by-nd-4.0": "CC BY-ND 4.0 (by name, unchanged)",
    "all-rights-reserved": "All rights reserved",
  },

  frozen: {
    question: (place: number) => `Clinical question ${place}`,
    recommendation: "Recommendation",
    added: (title: string) => `New question: ${title}`,
    removed: (title: string) => `Question taken out: ${title}`,
    changed: (what: string, before: string, after: string) => `${what}: ${before} → ${after}`,
    nothing: "nothing",
  },

  watch: {
    heading: "To be looked at again",
    lead: "Published versions that are due within six months, or were.",
    due: (when: string) => `due on ${when}`,
    overdue: (when: string) => `overdue since ${when}`,
    digest: (count: number) =>
      `${count} published ${plural(count, "version is", "versions are")} to be looked at again within six months`,
  },

  codes: {
    "publication-obstacles": "Something has to be decided first. The list above says what.",
    "publication-too-long": "The text is too long to be published as one version.",
    "publication-cannot-sign":
      "One of them cannot sign any more: they have left, stepped back, or do not read the document. Choose again.",
    "publication-not-a-signatory": "You were not named for this version, so your signature is not asked for.",
    "publication-other-text": "This was another text. Load the page again and read what is signed now.",
    "publication-has-decided": "You have decided about this version already, and that stands.",
    "publication-over": "This is no candidate any more: it was published, or another took its place.",
    "publication-text-changed": "The text has changed since this was signed. Prepare a new candidate.",
    "publication-unsigned": "Somebody has not decided yet, or nobody has signed.",
    "publication-number": "This number is not larger than those before. Choose a larger one.",
    "publication-not-published": "This is not published, so it cannot be withdrawn.",
    "publication-withdrawn": "This version was withdrawn already.",
    "private-document": "A private document has nobody to sign it. Open it to the community first.",
  } as Readonly<Record<string, string>>,

  told: {
    asked: (who: string) => `${who} asks you to sign a version`,
    declined: (who: string) => `${who} declined to sign the version that you prepared`,
  },

  acts: {
    prepared: (who: string, document: string, count: number) =>
      `${who} prepared a version of ${document} and asked ${count} ${plural(count, "person", "people")} to sign it`,
    signed: (who: string, document: string) => `${who} signed a version of ${document}`,
    declined: (who: string, document: string) => `${who} declined to sign a version of ${document}`,
    published: (who: string, document: string, number: string) => `${who} published version ${number} of ${document}`,
    withdrawn: (who: string, document: string, reason: string) =>
      `${who} withdrew a published version of ${document}: ${reason}`,
  },
};
