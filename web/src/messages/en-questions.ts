/** The words of clinical questions, in English. */

const grouped = (number: number): string => new Intl.NumberFormat("en").format(number);

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

const agreement = {
  no: "No",
  "probably-no": "Probably no",
  "probably-yes": "Probably yes",
  yes: "Yes",
  varies: "Varies",
  "dont-know": "Don’t know",
} as const;

const size = {
  trivial: "Trivial",
  small: "Small",
  moderate: "Moderate",
  large: "Large",
  varies: "Varies",
  "dont-know": "Don’t know",
} as const;

const favours = {
  "favours-comparison": "Favours the comparison",
  "probably-favours-comparison": "Probably favours the comparison",
  "favours-neither": "Favours neither",
  "probably-favours-intervention": "Probably favours the intervention",
  "favours-intervention": "Favours the intervention",
  varies: "Varies",
} as const;

const certainties = { "very-low": "Very low", low: "Low", moderate: "Moderate", high: "High" } as const;

export const enQuestions = {
  menuItem: "Clinical questions",
  heading: "Clinical questions",
  lead: "Each question has a page of its own: what is asked, what is known, what the panel judges, and what it recommends.",
  toDocument: "Back to the document",
  toList: "All clinical questions",
  none: "No clinical question yet",
  noneBody: "A question asks for whom, what, compared with what, and for which outcomes.",
  newLabel: "New question",
  newPlaceholder: "For example: Statins in adults over 75?",
  begin: "Begin",
  edited: (when: string) => `Edited ${when}`,
  moveUp: (title: string) => `Move “${title}” up`,
  moveDown: (title: string) => `Move “${title}” down`,
  putIntoBin: (title: string) => `Put “${title}” into the bin`,
  bin: "In the bin",
  restore: "Restore",
  restoreThis: (title: string) => `Restore “${title}”`,
  listOffline:
    "Without network this list is as it was last. Questions that you opened on this device can be opened and edited.",
  notHere: "This question is not on this device yet. It opens as soon as there is a connection.",
  conflicts: (count: number) => `${count} open ${plural(count, "conflict", "conflicts")}`,
  conflictsBody: "People set different values at the same time. Each place shows all of them; somebody has to choose.",
  codes: {
    "too-many": "There are 200 questions already, those in the bin included. Nothing was made.",
    "read-only": "You may read these questions and not change them.",
  },

  readerDetail:
    "You can see everything in this question, as others write it. Those who may write the guideline fill it in.",

  empty: "Nothing written",
  notSet: "Not set",
  undecided: "To be decided",
  cleared: "No value",
  unreadable: (raw: string) => `Not a value of this app: ${raw}`,
  notANumber: "Enter a whole number, or leave it empty.",
  full: (most: number) => `This is full: ${grouped(most)} characters fit here.`,
  pasteTooLong: (length: number, most: number) =>
    `Nothing was pasted: it would be ${grouped(length)} characters, and ${grouped(most)} fit here.`,

  conflict: {
    region: (label: string) => `Different values: ${label}`,
    title: "Set differently at the same time",
    by: (name: string, when: string | null) => (when === null ? name : `${name}, ${when}`),
    choose: "Choose this",
    chooseThis: (value: string, name: string) => `Choose this: ${value}, set by ${name}`,
    hint: "Choose one of these, or set another value. Until then none of them holds.",
    readerHint: "Until somebody who may write chooses, none of these holds.",
    foreign: "Written by another program",
    open: "To be decided",
  },

  foreign: {
    roots: "This question holds something that this app does not show",
    rootsBody: (names: string) => `Another program wrote it: ${names}. It is kept, and goes along in archives.`,
    values: (count: number) =>
      `${count} ${plural(count, "entry", "entries")} among the values ${plural(count, "is", "are")} not readable`,
    discard: "Remove what is shown here",
  },

  pico: {
    heading: "The question",
    parts: {
      population: "Population",
      intervention: "Intervention",
      comparison: "Comparison",
      outcome: "Outcomes, in words",
    },
    hints: {
      population: "Who is it about?",
      intervention: "What may be done?",
      comparison: "Compared with what?",
      outcome: "What matters to them? Each outcome is rated below.",
    },
  },

  certainties,

  outcomes: {
    heading: "Outcomes and evidence",
    lead: "Rate how much each outcome matters for the decision, and what is known about it.",
    none: "No outcome yet.",
    add: "Add an outcome",
    unnamed: (place: number) => `Outcome ${place}`,
    name: "Outcome",
    importance: "Importance, 1 to 9",
    importances: {
      "1": "1 – not important",
      "2": "2 – not important",
      "3": "3 – not important",
      "4": "4 – important",
      "5": "5 – important",
      "6": "6 – important",
      "7": "7 – critical",
      "8": "8 – critical",
      "9": "9 – critical",
    },
    classes: { "not-important": "not important", important: "important", critical: "critical" },
    studies: "Number of studies",
    participants: "Number of participants",
    effect: "Effect",
    effectHint: "With its confidence interval, for example: RR 0.89 (95% CI 0.77 to 1.02).",
    comment: "Comment",
    putAside: (name: string) => `Set “${name}” aside`,
    asideHeading: "Set aside",
    back: "Take back",
    takeBack: (name: string) => `Take “${name}” back`,
    asideConflict: "Whether this outcome is set aside",
    isAside: "Set aside",
    isKept: "Kept",
  },

  evidence: {
    certainty: "Certainty of the evidence:",
    judge: "Judge the certainty",
    show: "How it was judged",
    startMissing: "Not judged: say what kind of studies there are.",
    undecided: "Not computed until somebody has chosen between the values.",
    start: "Kind of studies",
    starts: { randomised: "Randomised trials", observational: "Observational studies" },
    domains: {
      "risk-of-bias": "Risk of bias",
      inconsistency: "Inconsistency",
      indirectness: "Indirectness",
      imprecision: "Imprecision",
      "publication-bias": "Publication bias",
    },
    concerns: {
      "no-concern": "No concern",
      "serious-concern": "Serious concern",
      "very-serious-concern": "Very serious concern",
      "extremely-serious-concern": "Extremely serious concern",
    },
    largeEffect: "Large effect",
    largeEffects: { "no-change": "No large effect", upcode1: "Large effect", upcode2: "Very large effect" },
    doseResponse: "Dose-response gradient",
    plausibleConfounding: "Plausible confounding would weaken the effect",
    presences: { absent: "No", present: "Yes" },
    /** Behind the name of a domain. */
    concernsBehind: {
      "no-concern": "no concern",
      "serious-concern": "serious concern",
      "very-serious-concern": "very serious concern",
      "extremely-serious-concern": "extremely serious concern",
    },
    reason: (domain: string, concern: string) => `${domain} (${concern})`,
    lowered: (reasons: string) => `lowered for ${reasons}`,
    raised: (reasons: string) => `raised for ${reasons}`,
    insteadReason: (reason: string, computed: string) => `Set by the panel: ${reason} Computed: ${computed}.`,
    cautions: {
      "raised-despite-concern": "Raised although something lowers it. GRADE hardly knows a case for that.",
      "raised-from-randomised": "Raised from randomised trials. GRADE hardly knows a case for that.",
    },
    instead: "Set another certainty",
    sayInstead: (certainty: string, reason: string) => `${certainty}: ${reason}`,
    noInstead: "The computed one",
    backToComputed: "Back to the computed one",
    why: "Why",
    whyHint: "A reason that others can follow. The computed certainty stays to be seen.",
    set: "Set it",
    cancel: "Cancel",
  },

  findings: {
    heading: "Summary of findings",
    outcome: "Outcome",
    importance: "Importance",
    evidence: "Participants (studies)",
    effect: "Effect",
    certainty: "Certainty",
    comment: "Comment",
    weight: (importance: number, means: string) => `${importance}, ${means}`,
    setBy: (value: string, name: string) => `${value} (${name})`,
  },

  decision: {
    heading: "From evidence to decision",
    lead: "Judge each criterion, and write what the judgement rests on.",
    judgementOn: (criterion: string) => `Judgement: ${criterion}`,
    reasons: "Evidence and considerations",
    reasonsFor: (criterion: string) => `Evidence and considerations: ${criterion}`,
    criteria: {
      problem: "Problem",
      "desirable-effects": "Desirable effects",
      "undesirable-effects": "Undesirable effects",
      certainty: "Certainty of the evidence",
      values: "Values",
      balance: "Balance of effects",
      resources: "Resources required",
      "cost-effectiveness": "Cost-effectiveness",
      equity: "Equity",
      acceptability: "Acceptability",
      feasibility: "Feasibility",
    },
    asks: {
      problem: "Is the problem a priority?",
      "desirable-effects": "How substantial are they?",
      "undesirable-effects": "How substantial are they?",
      certainty: "How certain is it overall?",
      values: "Do people value the main outcomes differently?",
      balance: "Which side does it favour?",
      resources: "How large are the costs?",
      "cost-effectiveness": "Which side does it favour?",
      equity: "What would happen to health equity?",
      acceptability: "Is it acceptable to those concerned?",
      feasibility: "Can it be done?",
    },
    judgements: {
      problem: agreement,
      "desirable-effects": size,
      "undesirable-effects": size,
      certainty: { ...certainties, "no-included-studies": "No included studies" },
      values: {
        "important-variability": "Important uncertainty or variability",
        "possibly-important-variability": "Possibly important uncertainty or variability",
        "probably-no-important-variability": "Probably no important uncertainty or variability",
        "no-important-variability": "No important uncertainty or variability",
      },
      balance: { ...favours, "dont-know": "Don’t know" },
      resources: {
        "large-costs": "Large costs",
        "moderate-costs": "Moderate costs",
        "negligible-costs-and-savings": "Negligible costs and savings",
        "moderate-savings": "Moderate savings",
        "large-savings": "Large savings",
        varies: "Varies",
        "dont-know": "Don’t know",
      },
      "cost-effectiveness": { ...favours, "no-included-studies": "No included studies" },
      equity: {
        reduced: "Reduced",
        "probably-reduced": "Probably reduced",
        "probably-no-impact": "Probably no impact",
        "probably-increased": "Probably increased",
        increased: "Increased",
        varies: "Varies",
        "dont-know": "Don’t know",
      },
      acceptability: agreement,
      feasibility: agreement,
    },
  },

  recommendation: {
    heading: "Recommendation",
    direction: "Direction",
    directions: { for: "For", against: "Against" },
    strength: "Strength",
    strengths: { strong: "Strong", weak: "Weak (conditional)" },
    certainty: "Certainty",
    action: "Action",
    actionHint: "What it is about, without a verb, for example: antibiotics within one hour.",
    statement: "Statement",
    suggested: "Wording that follows from strength and direction:",
    takeSuggested: "Take this wording",
    amiss: (beginning: string) =>
      `The statement does not begin with “${beginning}”, as this strength and direction do. Readers may take it for another.`,
    population: "For whom",
    remarks: "Remarks",
    reviewBy: "Review by",
    reviewByHint: "At the latest three years from now is usual.",
  },

  acts: {
    binned: (who: string, document: string) => `${who} put a clinical question of ${document} into the bin`,
    restored: (who: string, document: string) => `${who} restored a clinical question of ${document}`,
  },
} as const;
