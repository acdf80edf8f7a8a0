/** Die Worte der klinischen Fragen, auf Deutsch. */
import type { Catalogue } from "./index.ts";

const grouped = (number: number): string => new Intl.NumberFormat("de").format(number);

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

const agreement = {
  no: "Nein",
  "probably-no": "Wahrscheinlich nein",
  "probably-yes": "Wahrscheinlich ja",
  yes: "Ja",
  varies: "Unterschiedlich",
  "dont-know": "Nicht bekannt",
} as const;

const size = {
  trivial: "Unbedeutend",
  small: "Klein",
  moderate: "Mäßig",
  large: "Groß",
  varies: "Unterschiedlich",
  "dont-know": "Nicht bekannt",
} as const;

const favours = {
  "favours-comparison": "Spricht für den Vergleich",
  "probably-favours-comparison": "Spricht wahrscheinlich für den Vergleich",
  "favours-neither": "Spricht für keines von beiden",
  "probably-favours-intervention": "Spricht wahrscheinlich für die Intervention",
  "favours-intervention": "Spricht für die Intervention",
  varies: "Unterschiedlich",
} as const;

const certainties = { "very-low": "Sehr gering", low: "Gering", moderate: "Moderat", high: "Hoch" } as const;

export const deQuestions: Catalogue["questions"] = {
  menuItem: "Klinische Fragen",
  heading: "Klinische Fragen",
  lead: "Jede Frage hat eine eigene Seite: was gefragt wird, was man weiß, wie das Panel es beurteilt und was es empfiehlt.",
  toDocument: "Zurück zum Dokument",
  toList: "Alle klinischen Fragen",
  none: "Noch keine klinische Frage",
  noneBody: "Eine Frage sagt, um wen es geht, was getan wird, womit man vergleicht und welche Endpunkte zählen.",
  newLabel: "Neue Frage",
  newPlaceholder: "Zum Beispiel: Statine bei Erwachsenen über 75?",
  begin: "Beginnen",
  edited: (when) => `Bearbeitet ${when}`,
  moveUp: (title) => `„${title}“ nach oben`,
  moveDown: (title) => `„${title}“ nach unten`,
  putIntoBin: (title) => `„${title}“ in den Papierkorb legen`,
  bin: "Im Papierkorb",
  restore: "Wiederherstellen",
  binnedTitle: "Diese Frage liegt im Papierkorb",
  binnedBody:
    "Was hier geschrieben wird, bleibt bei ihr und steht in keiner Fassung der Leitlinie, bis sie wiederhergestellt ist.",
  restoreOffline: "Zum Wiederherstellen braucht es eine Verbindung zum Server.",
  restoreThis: (title) => `„${title}“ wiederherstellen`,
  listOffline:
    "Ohne Netz ist diese Liste die von zuletzt. Fragen, die Sie auf diesem Gerät geöffnet hatten, lassen sich öffnen und bearbeiten.",
  notHere: "Diese Frage ist noch nicht auf diesem Gerät. Sie öffnet sich, sobald es eine Verbindung gibt.",
  conflicts: (count) => `${count} ${plural(count, "offener Konflikt", "offene Konflikte")}`,
  conflictsBody:
    "Mehrere haben zur selben Zeit Verschiedenes gesetzt. An jeder Stelle steht alles davon; jemand muss wählen.",
  codes: {
    "too-many": "Es gibt schon 200 Fragen, die im Papierkorb mitgezählt. Es wurde keine angelegt.",
    "read-only": "Sie dürfen diese Fragen lesen, aber nicht ändern.",
  },

  readerDetail:
    "Sie sehen alles in dieser Frage, während andere schreiben. Ausgefüllt wird sie von denen, die die Leitlinie schreiben dürfen.",

  empty: "Nichts geschrieben",
  notSet: "Nicht gesetzt",
  undecided: "Noch zu entscheiden",
  cleared: "Kein Wert",
  unreadable: (raw) => `Kein Wert dieser App: ${raw}`,
  notANumber: "Geben Sie eine ganze Zahl ein, oder lassen Sie das Feld leer.",
  full: (most: number) => `Hier ist kein Platz mehr: ${grouped(most)} Zeichen passen hinein.`,
  pasteTooLong: (length: number, most: number) =>
    `Es wurde nichts eingefügt: Es wären ${grouped(length)} Zeichen, und ${grouped(most)} passen hinein.`,

  conflict: {
    region: (label) => `Verschiedene Werte: ${label}`,
    title: "Zur selben Zeit verschieden gesetzt",
    by: (name, when) => (when === null ? name : `${name}, ${when}`),
    choose: "Diesen wählen",
    chooseThis: (value, name) => `Diesen wählen: ${value}, gesetzt von ${name}`,
    hint: "Wählen Sie einen davon, oder setzen Sie einen anderen Wert. Bis dahin gilt keiner.",
    readerHint: "Bis jemand wählt, der schreiben darf, gilt keiner davon.",
    foreign: "Von einem anderen Programm geschrieben",
    open: "Noch zu entscheiden",
  },

  foreign: {
    roots: "In dieser Frage steht etwas, das diese App nicht zeigt",
    rootsBody: (names) =>
      `Ein anderes Programm hat es geschrieben: ${names}. Es bleibt aufbewahrt und geht in Archive mit.`,
    values: (count) =>
      `${count} ${plural(count, "Eintrag", "Einträge")} unter den Werten ${plural(count, "ist", "sind")} nicht lesbar`,
    discard: "Das hier Gezeigte entfernen",
  },

  pico: {
    heading: "Die Frage",
    parts: {
      population: "Population",
      intervention: "Intervention",
      comparison: "Vergleich",
      outcome: "Endpunkte in Worten",
    },
    hints: {
      population: "Um wen geht es?",
      intervention: "Was kann man tun?",
      comparison: "Womit wird verglichen?",
      outcome: "Was ist den Betroffenen wichtig? Jeder Endpunkt wird unten bewertet.",
    },
  },

  certainties,

  outcomes: {
    heading: "Endpunkte und Evidenz",
    lead: "Bewerten Sie, wie wichtig jeder Endpunkt für die Entscheidung ist und was man über ihn weiß.",
    none: "Noch kein Endpunkt.",
    add: "Endpunkt hinzufügen",
    unnamed: (place) => `Endpunkt ${place}`,
    name: "Endpunkt",
    importance: "Wichtigkeit, 1 bis 9",
    importances: {
      "1": "1 – nicht wichtig",
      "2": "2 – nicht wichtig",
      "3": "3 – nicht wichtig",
      "4": "4 – wichtig",
      "5": "5 – wichtig",
      "6": "6 – wichtig",
      "7": "7 – kritisch",
      "8": "8 – kritisch",
      "9": "9 – kritisch",
    },
    classes: { "not-important": "nicht wichtig", important: "wichtig", critical: "kritisch" },
    studies: "Zahl der Studien",
    participants: "Zahl der Teilnehmenden",
    effect: "Effekt",
    effectHint: "Mit Konfidenzintervall, zum Beispiel: RR 0,89 (95-%-KI 0,77 bis 1,02).",
    comment: "Bemerkung",
    putAside: (name) => `„${name}“ beiseitelegen`,
    asideHeading: "Beiseitegelegt",
    back: "Zurücknehmen",
    takeBack: (name) => `„${name}“ zurücknehmen`,
    asideConflict: "Ob dieser Endpunkt beiseitegelegt ist",
    isAside: "Beiseitegelegt",
    isKept: "Behalten",
  },

  evidence: {
    certainty: "Vertrauenswürdigkeit der Evidenz:",
    judge: "Vertrauenswürdigkeit beurteilen",
    show: "Wie sie beurteilt wurde",
    startMissing: "Nicht beurteilt: Sagen Sie, welche Art von Studien es gibt.",
    undecided: "Wird erst berechnet, wenn jemand zwischen den Werten gewählt hat.",
    start: "Art der Studien",
    starts: { randomised: "Randomisierte Studien", observational: "Beobachtungsstudien" },
    domains: {
      "risk-of-bias": "Verzerrungsrisiko",
      inconsistency: "Inkonsistenz",
      indirectness: "Indirektheit",
      imprecision: "Fehlende Präzision",
      "publication-bias": "Publikationsbias",
    },
    concerns: {
      "no-concern": "Keine Bedenken",
      "serious-concern": "Schwerwiegende Bedenken",
      "very-serious-concern": "Sehr schwerwiegende Bedenken",
      "extremely-serious-concern": "Äußerst schwerwiegende Bedenken",
    },
    largeEffect: "Großer Effekt",
    largeEffects: { "no-change": "Kein großer Effekt", upcode1: "Großer Effekt", upcode2: "Sehr großer Effekt" },
    doseResponse: "Dosis-Wirkungs-Beziehung",
    plausibleConfounding: "Plausible Störgrößen würden den Effekt abschwächen",
    presences: { absent: "Nein", present: "Ja" },
    concernsBehind: {
      "no-concern": "keine Bedenken",
      "serious-concern": "schwerwiegende Bedenken",
      "very-serious-concern": "sehr schwerwiegende Bedenken",
      "extremely-serious-concern": "äußerst schwerwiegende Bedenken",
    },
    reason: (domain, concern) => `${domain} (${concern})`,
    lowered: (reasons) => `herabgestuft wegen: ${reasons}`,
    raised: (reasons) => `heraufgestuft wegen: ${reasons}`,
    insteadReason: (reason, computed) => `Vom Panel gesetzt: ${reason} Berechnet: ${computed}.`,
    cautions: {
      "raised-despite-concern": "Heraufgestuft, obwohl etwas sie senkt. GRADE kennt dafür kaum einen Fall.",
      "raised-from-randomised": "Von randomisierten Studien heraufgestuft. GRADE kennt dafür kaum einen Fall.",
    },
    instead: "Andere Vertrauenswürdigkeit setzen",
    sayInstead: (certainty, reason) => `${certainty}: ${reason}`,
    noInstead: "Die berechnete",
    backToComputed: "Zurück zur berechneten",
    why: "Warum",
    whyHint: "Ein Grund, den andere nachvollziehen können. Die berechnete bleibt zu sehen.",
    set: "Setzen",
    cancel: "Abbrechen",
  },

  findings: {
    heading: "Zusammenfassung der Ergebnisse",
    outcome: "Endpunkt",
    importance: "Wichtigkeit",
    evidence: "Teilnehmende (Studien)",
    effect: "Effekt",
    certainty: "Vertrauenswürdigkeit",
    comment: "Bemerkung",
    weight: (importance, means) => `${importance}, ${means}`,
    setBy: (value, name) => `${value} (${name})`,
  },

  decision: {
    heading: "Von der Evidenz zur Entscheidung",
    lead: "Beurteilen Sie jedes Kriterium, und schreiben Sie, worauf sich das Urteil stützt.",
    judgementOn: (criterion) => `Urteil: ${criterion}`,
    reasons: "Evidenz und Überlegungen",
    reasonsFor: (criterion) => `Evidenz und Überlegungen: ${criterion}`,
    criteria: {
      problem: "Problem",
      "desirable-effects": "Erwünschte Effekte",
      "undesirable-effects": "Unerwünschte Effekte",
      certainty: "Vertrauenswürdigkeit der Evidenz",
      values: "Werte",
      balance: "Abwägung der Effekte",
      resources: "Benötigte Mittel",
      "cost-effectiveness": "Kosteneffektivität",
      equity: "Chancengleichheit",
      acceptability: "Akzeptanz",
      feasibility: "Umsetzbarkeit",
    },
    asks: {
      problem: "Ist das Problem vordringlich?",
      "desirable-effects": "Wie erheblich sind sie?",
      "undesirable-effects": "Wie erheblich sind sie?",
      certainty: "Wie hoch ist sie insgesamt?",
      values: "Werten Menschen die wichtigsten Endpunkte verschieden?",
      balance: "Für welche Seite spricht sie?",
      resources: "Wie groß sind die Kosten?",
      "cost-effectiveness": "Für welche Seite spricht sie?",
      equity: "Was geschähe mit der gesundheitlichen Chancengleichheit?",
      acceptability: "Ist es für die Betroffenen annehmbar?",
      feasibility: "Lässt es sich umsetzen?",
    },
    judgements: {
      problem: agreement,
      "desirable-effects": size,
      "undesirable-effects": size,
      certainty: { ...certainties, "no-included-studies": "Keine eingeschlossenen Studien" },
      values: {
        "important-variability": "Bedeutsame Unsicherheit oder Unterschiede",
        "possibly-important-variability": "Möglicherweise bedeutsame Unsicherheit oder Unterschiede",
        "probably-no-important-variability": "Wahrscheinlich keine bedeutsame Unsicherheit oder Unterschiede",
        "no-important-variability": "Keine bedeutsame Unsicherheit oder Unterschiede",
      },
      balance: { ...favours, "dont-know": "Nicht bekannt" },
      resources: {
        "large-costs": "Große Kosten",
        "moderate-costs": "Mäßige Kosten",
        "negligible-costs-and-savings": "Unerhebliche Kosten und Einsparungen",
        "moderate-savings": "Mäßige Einsparungen",
        "large-savings": "Große Einsparungen",
        varies: "Unterschiedlich",
        "dont-know": "Nicht bekannt",
      },
      "cost-effectiveness": { ...favours, "no-included-studies": "Keine eingeschlossenen Studien" },
      equity: {
        reduced: "Verringert",
        "probably-reduced": "Wahrscheinlich verringert",
        "probably-no-impact": "Wahrscheinlich keine Auswirkung",
        "probably-increased": "Wahrscheinlich erhöht",
        increased: "Erhöht",
        varies: "Unterschiedlich",
        "dont-know": "Nicht bekannt",
      },
      acceptability: agreement,
      feasibility: agreement,
    },
  },

  recommendation: {
    heading: "Empfehlung",
    direction: "Richtung",
    directions: { for: "Dafür", against: "Dagegen" },
    strength: "Stärke",
    strengths: { strong: "Stark", weak: "Schwach (bedingt)" },
    certainty: "Vertrauenswürdigkeit",
    action: "Maßnahme",
    actionHint: "Worum es geht, ohne Verb und im Akkusativ, zum Beispiel: Antibiotika binnen einer Stunde.",
    statement: "Wortlaut",
    suggested: "Wortlaut, der aus Stärke und Richtung folgt:",
    takeSuggested: "Diesen Wortlaut übernehmen",
    amiss: (beginning) =>
      `Der Wortlaut beginnt nicht mit „${beginning}“, wie es dieser Stärke und Richtung entspricht. Man könnte eine andere Empfehlung herauslesen.`,
    population: "Für wen",
    remarks: "Bemerkungen",
    reviewBy: "Zu überprüfen bis",
    reviewByHint: "Üblich sind höchstens drei Jahre von heute an.",
  },

  acts: {
    binned: (who, document) => `${who} hat eine klinische Frage von ${document} in den Papierkorb gelegt`,
    restored: (who, document) => `${who} hat eine klinische Frage von ${document} wiederhergestellt`,
  },
};
