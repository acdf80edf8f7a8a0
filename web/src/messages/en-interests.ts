/** The words of declared interests and how they are judged, in English. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enInterests = {
  section: "Interests",
  lead: "What everybody here says about their own interests, and how others judge how far they take part. Only those who belong to the community read this; organisers of the server and sponsors do not.",
  guestLead:
    "What you say about your own interests, and how others judge how far you take part. Those who belong to the community read it.",

  mine: {
    heading: "Your declaration",
    never: "You have not declared your interests yet. Everybody who takes part does, also those who have none.",
    declared: (when: string) => `You declared your interests on ${when}.`,
    old: (when: string) =>
      `Your declaration is more than a year old: it is from ${when}. Please look it through and declare anew.`,
    declare: "Declare your interests",
    again: "Declare anew",
    judged: "How others judge your interests",
    notJudged: "Nobody has judged your interests. You take full part in everything that you may see.",
  },

  own: {
    full: (what: string, reason: string) => `${what}: you take full part. ${reason}`,
    discusses: (what: string, reason: string) =>
      `${what}: you discuss this but neither write nor vote, because: ${reason}`,
    excluded: (what: string, reason: string) => `${what}: you do not take part, because: ${reason}`,
    by: (who: string, when: string) => `Judged by ${who} on ${when}.`,
    aQuestionOf: (title: string) => `A question of “${title}”`,
    document: (title: string) => `“${title}” as a whole`,
    question: (question: string, title: string) => `“${question}” in “${title}”`,
  },

  list: {
    heading: "Everybody",
    filter: "Show",
    filters: {
      all: "Everybody",
      missing: "Not declared",
      old: "Declared more than a year ago",
      judged: "Judged",
    },
    count: (count: number) => `${count} ${plural(count, "person", "people")}`,
    none: "Nobody here.",
    print: "Print",
    never: "Has not declared anything yet",
    declaredOn: (when: string) => `Declared on ${when}`,
    oldOn: (when: string) => `Declared on ${when}, more than a year ago`,
    nothing: "Declares no interests.",
    earlier: "Earlier declarations",
    earlierTitle: (name: string) => `Declarations of ${name}`,
    judge: "Judge",
    judgeLabel: (name: string) => `Judge the interests of ${name}`,
    judgedOf: (name: string) => `How ${name} takes part`,
  },

  items: {
    support: {
      label: "Support for this very work",
      hint: "Funding, study materials, medical writing, processing charges: from whomever, without limit of time.",
    },
    grants: { label: "Grants or contracts", hint: "From any organisation, in the past 36 months." },
    royalties: { label: "Royalties or licences", hint: "In the past 36 months." },
    consulting: { label: "Consulting fees", hint: "In the past 36 months." },
    honoraria: {
      label: "Payment or honoraria",
      hint: "For lectures, presentations, speakers’ bureaus, writing or educational events, in the past 36 months.",
    },
    testimony: { label: "Payment for expert testimony", hint: "In the past 36 months." },
    travel: { label: "Support for meetings or travel", hint: "In the past 36 months." },
    patents: { label: "Patents", hint: "Planned, issued or pending, in the past 36 months." },
    boards: { label: "Data safety monitoring or advisory board", hint: "In the past 36 months." },
    leadership: {
      label: "Leadership or fiduciary role",
      hint: "In a board, society, committee or advocacy group, paid or unpaid, in the past 36 months.",
    },
    stock: { label: "Stock or stock options", hint: "In the past 36 months." },
    equipment: {
      label: "Equipment, materials, drugs, medical writing, gifts or other services",
      hint: "In the past 36 months.",
    },
    other: { label: "Other financial or non-financial interests", hint: "In the past 36 months." },
    "own-studies": {
      label: "Own studies of the subject",
      hint: "Intellectual interest: studies that you led or took part in and that may be judged here.",
    },
    opinions: {
      label: "Published opinions on the subject",
      hint: "Intellectual interest: editorials, guidelines, lectures in which you took a side.",
    },
  },
  amounts: {
    "to-1000": "up to 1,000",
    "to-10000": "up to 10,000",
    "to-50000": "up to 50,000",
    more: "more than 50,000",
  },
  entry: {
    ongoing: "still going on",
    since: (from: string) => `since ${from}`,
    fromTo: (from: string, until: string) => `${from} to ${until}`,
    untilOnly: (until: string) => `until ${until}`,
  },

  form: {
    title: "Declare your interests",
    lead: "The questions are those of the disclosure form of the medical journals’ editors (ICMJE), and two on intellectual interests. Answer each. What you send is kept as it is, with its date; a later declaration takes its place, and the earlier one stays readable.",
    none: "None",
    some: "Yes, namely",
    unanswered: "Answer this: none, or what it is.",
    add: "Add another",
    remove: (place: number) => `Remove entry ${place}`,
    entryLegend: (item: string, place: number) => `${item}, entry ${place}`,
    organisation: "Organisation or person",
    purpose: "What for",
    amount: "Roughly how much",
    noAmount: "not in money, or not said",
    from: "Since (year-month)",
    until: "Until (year-month)",
    ongoing: "Still going on",
    monthHint: "As 2026-11",
    organisationNeeded: "Say with whom, in one line of at most 200 characters.",
    purposeNeeded: "Say what for, in one line of at most 500 characters.",
    monthWrong: "Write year and month as 2026-11.",
    backwards: "It cannot end before it began.",
    endless: "What is still going on has no end yet.",
    whole: "Something is missing or not right yet. It is marked below.",
    submit: "Declare",
    done: "Your declaration is kept. Those who belong to the community can read it.",
    tooMany: "There is room for 100 entries.",
  },

  judge: {
    title: (name: string) => `Judge the interests of ${name}`,
    lead: "It holds at once, also for pages that are open, and stands in the ledger with your name and the reason.",
    subject: "About",
    whole: "The document as a whole",
    document: "Document",
    noDocuments: "There is no document here that you may judge about.",
    verdict: "How far they take part",
    verdicts: {
      full: { label: "Full part", about: "They write and vote as before." },
      discusses: {
        label: "Discusses, does not vote",
        about: "They read and comment. They write no values and are recused from votes about it.",
      },
      excluded: {
        label: "Excluded",
        about:
          "Of a question they see nothing any more. Of a document as a whole they read the text, and nothing of the work on it.",
      },
    },
    reason: "Why",
    reasonHint: "One or two sentences, which everybody in the community and they themselves read.",
    submit: "Judge",
    done: (name: string) => `Judged. It holds for ${name} from now on.`,
    openVotes:
      "In votes that are open they are recused at once. That stays so there, also when you judge otherwise later.",
  },
  short: { full: "takes full part", discusses: "discusses, does not vote", excluded: "excluded" },
  judgedLine: (what: string, short: string) => `${what}: ${short}.`,

  line: {
    heading: "Who does not take full part",
    others: (name: string, short: string, reason: string) => `${name}: ${short}. ${reason}`,
    mineDiscusses: (reason: string) => `You discuss this question but do not vote, because: ${reason}`,
    mineDocument: (reason: string) => `You discuss this guideline but do not vote, because: ${reason}`,
    writes: "What you type here is not taken. Say what you think to those who write it.",
    judge: "Judge interests",
    toSection: "Interests of everybody",
  },

  rounds: {
    judgedHeading: "Recused because their interests were judged",
    judgedLead: "They are left out of this vote by themselves, and it cannot be changed here.",
    suggested: (question: string) => `Judged in the question “${question}”`,
    late: {
      "no-ballot": "judged while the vote was open",
      "ballot-removed": "judged while the vote was open; the ballot was taken out",
      "may-have-voted": "judged while the vote was open; whether a ballot is theirs, nobody can say",
    },
    removed: (count: number) =>
      `${count} ${plural(count, "ballot was", "ballots were")} taken out, because ${plural(count, "its voter was", "their voters were")} recused after the roll was fixed.`,
    mayHaveVoted: (count: number) =>
      `${count} ${plural(count, "person was", "people were")} recused after the roll was fixed and may have voted: without names a ballot cannot be found.`,
  },

  codes: {
    "interests-oneself":
      "Nobody judges their own interests. Another leader or a deputy does; where there is none, make somebody a deputy first.",
    "interests-not-full-part":
      "Your own interests were judged here, so you do not take full part in this: another leader or a deputy does it.",
    "leaders-only": "Leaders and deputies judge interests.",
    "no-such-member": "They are not in the community any more.",
    "private-document": "A private document is nobody else’s: there is nothing to judge.",
  } as Readonly<Record<string, string>>,

  told: {
    judged: (who: string) => `${who} judged how far you take part, because of your interests`,
    missing: "Declare your interests",
    old: "Your declaration of interests is a year old: look it through and declare anew",
  },
  acts: {
    declared: (who: string, count: number) =>
      count === 0
        ? `${who} declared to have no interests`
        : `${who} declared ${count} ${plural(count, "interest", "interests")}`,
    judged: (who: string, whom: string, document: string, short: string) =>
      `${who} judged the interests of ${whom} in ${document}: ${short}`,
    judgedQuestion: (who: string, whom: string, document: string, short: string) =>
      `${who} judged the interests of ${whom} in a question of ${document}: ${short}`,
  },
};
