/** The words of declared interests and how they are judged, in German. */
import type { enInterests } from "./en-interests.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const deInterests: typeof enInterests = {
  section: "Interessen",
  lead: "Was alle hier über ihre eigenen Interessen angeben, und wie andere beurteilen, wie weit sie mitwirken. Das lesen nur, die zur Community gehören; Betreiber des Servers und Geldgeber nicht.",
  guestLead:
    "Was Sie über Ihre Interessen angeben, und wie andere beurteilen, wie weit Sie mitwirken. Das lesen alle, die zur Community gehören.",

  mine: {
    heading: "Ihre Erklärung",
    never: "Sie haben Ihre Interessen noch nicht erklärt. Das tun alle, die mitwirken, auch wer keine hat.",
    declared: (when) => `Sie haben Ihre Interessen am ${when} erklärt.`,
    old: (when) =>
      `Ihre Erklärung ist über ein Jahr alt: Sie ist vom ${when}. Bitte sehen Sie sie durch und erklären Sie neu.`,
    declare: "Interessen erklären",
    again: "Neu erklären",
    judged: "Wie andere Ihre Interessen beurteilen",
    notJudged: "Niemand hat Ihre Interessen beurteilt. Sie wirken an allem voll mit, was Sie sehen dürfen.",
  },

  own: {
    full: (what, reason) => `${what}: Sie wirken voll mit. ${reason}`,
    discusses: (what, reason) => `${what}: Sie reden mit, schreiben und stimmen aber nicht ab, weil: ${reason}`,
    excluded: (what, reason) => `${what}: Sie wirken nicht mit, weil: ${reason}`,
    by: (who, when) => `Beurteilt von ${who} am ${when}.`,
    aQuestionOf: (title) => `Eine Frage aus „${title}“`,
    document: (title) => `„${title}“ als Ganzes`,
    question: (question, title) => `„${question}“ in „${title}“`,
  },

  list: {
    heading: "Alle",
    filter: "Zeigen",
    filters: {
      all: "Alle",
      missing: "Nicht erklärt",
      old: "Vor über einem Jahr erklärt",
      judged: "Beurteilt",
    },
    count: (count) => `${count} ${plural(count, "Person", "Personen")}`,
    none: "Hier ist niemand.",
    print: "Drucken",
    never: "Hat noch nichts erklärt",
    declaredOn: (when) => `Erklärt am ${when}`,
    oldOn: (when) => `Erklärt am ${when}, vor über einem Jahr`,
    nothing: "Gibt keine Interessen an.",
    earlier: "Frühere Erklärungen",
    earlierTitle: (name) => `Erklärungen von ${name}`,
    judge: "Beurteilen",
    judgeLabel: (name) => `Interessen von ${name} beurteilen`,
    judgedOf: (name) => `Wie ${name} mitwirkt`,
  },

  items: {
    support: {
      label: "Unterstützung genau dieser Arbeit",
      hint: "Geld, Studienmaterial, Schreibhilfe, Gebühren: von wem auch immer, ohne zeitliche Grenze.",
    },
    grants: { label: "Drittmittel oder Verträge", hint: "Von jeder Organisation, in den letzten 36 Monaten." },
    royalties: { label: "Tantiemen oder Lizenzen", hint: "In den letzten 36 Monaten." },
    consulting: { label: "Beratungshonorare", hint: "In den letzten 36 Monaten." },
    honoraria: {
      label: "Zahlungen oder Honorare",
      hint: "Für Vorträge, Präsentationen, Autorschaft oder Fortbildungen, in den letzten 36 Monaten.",
    },
    testimony: { label: "Honorare für Gutachten", hint: "In den letzten 36 Monaten." },
    travel: { label: "Unterstützung für Tagungen oder Reisen", hint: "In den letzten 36 Monaten." },
    patents: { label: "Patente", hint: "Geplant, erteilt oder angemeldet, in den letzten 36 Monaten." },
    boards: { label: "Datenüberwachungs- oder Beratungsgremium", hint: "In den letzten 36 Monaten." },
    leadership: {
      label: "Leitungs- oder Treuhandfunktion",
      hint: "In Vorstand, Gesellschaft, Ausschuss oder Interessenverband, bezahlt oder unbezahlt, in den letzten 36 Monaten.",
    },
    stock: { label: "Aktien oder Optionen", hint: "In den letzten 36 Monaten." },
    equipment: {
      label: "Geräte, Material, Arzneimittel, Schreibhilfe, Geschenke oder andere Leistungen",
      hint: "In den letzten 36 Monaten.",
    },
    other: { label: "Andere finanzielle oder nicht finanzielle Interessen", hint: "In den letzten 36 Monaten." },
    "own-studies": {
      label: "Eigene Studien zum Thema",
      hint: "Intellektuelles Interesse: Studien, die Sie geleitet oder mitgemacht haben und über die hier geurteilt werden kann.",
    },
    opinions: {
      label: "Veröffentlichte Meinungen zum Thema",
      hint: "Intellektuelles Interesse: Leitartikel, Leitlinien, Vorträge, in denen Sie Stellung bezogen haben.",
    },
  },
  amounts: {
    "to-1000": "bis 1.000",
    "to-10000": "bis 10.000",
    "to-50000": "bis 50.000",
    more: "über 50.000",
  },
  entry: {
    ongoing: "dauert an",
    since: (from) => `seit ${from}`,
    fromTo: (from, until) => `${from} bis ${until}`,
    untilOnly: (until) => `bis ${until}`,
  },

  form: {
    title: "Interessen erklären",
    lead: "Die Fragen sind die des Formulars der Herausgeber medizinischer Zeitschriften (ICMJE), dazu zwei nach intellektuellen Interessen. Beantworten Sie jede. Was Sie senden, bleibt mit seinem Datum, wie es ist; eine spätere Erklärung tritt an seine Stelle, und die frühere bleibt lesbar.",
    none: "Keine",
    some: "Ja, nämlich",
    unanswered: "Beantworten Sie das: keine, oder was es ist.",
    add: "Noch etwas",
    remove: (place) => `Eintrag ${place} entfernen`,
    entryLegend: (item, place) => `${item}, Eintrag ${place}`,
    organisation: "Organisation oder Person",
    purpose: "Wofür",
    amount: "Ungefähr wie viel",
    noAmount: "nicht in Geld, oder ohne Angabe",
    from: "Seit (Jahr-Monat)",
    until: "Bis (Jahr-Monat)",
    ongoing: "Dauert an",
    monthHint: "Wie 2026-11",
    organisationNeeded: "Sagen Sie, mit wem: in einer Zeile von höchstens 200 Zeichen.",
    purposeNeeded: "Sagen Sie, wofür: in einer Zeile von höchstens 500 Zeichen.",
    monthWrong: "Schreiben Sie Jahr und Monat wie 2026-11.",
    backwards: "Es kann nicht enden, bevor es begann.",
    endless: "Was andauert, hat noch kein Ende.",
    whole: "Etwas fehlt noch oder stimmt nicht. Es ist unten markiert.",
    submit: "Erklären",
    done: "Ihre Erklärung ist aufbewahrt. Alle, die zur Community gehören, können sie lesen.",
    tooMany: "Es ist Platz für 100 Einträge.",
  },

  judge: {
    title: (name) => `Interessen von ${name} beurteilen`,
    lead: "Es gilt sofort, auch für geöffnete Seiten, und steht mit Ihrem Namen und dem Grund im Protokoll.",
    subject: "Worüber",
    whole: "Das Dokument als Ganzes",
    document: "Dokument",
    noDocuments: "Hier ist kein Dokument, über das Sie urteilen dürfen.",
    verdict: "Wie weit sie mitwirken",
    verdicts: {
      full: { label: "Voll", about: "Sie schreiben und stimmen ab wie bisher." },
      discusses: {
        label: "Redet mit, stimmt nicht ab",
        about: "Sie lesen und kommentieren. Sie tragen keine Werte ein und stimmen darüber nicht ab.",
      },
      excluded: {
        label: "Ausgeschlossen",
        about:
          "Von einer Frage sehen sie nichts mehr. Von einem ganzen Dokument lesen sie den Text, und nichts von der Arbeit daran.",
      },
    },
    reason: "Warum",
    reasonHint: "Ein oder zwei Sätze, die alle in der Community und sie selbst lesen.",
    submit: "Beurteilen",
    done: (name) => `Beurteilt. Für ${name} gilt es ab jetzt.`,
    openVotes:
      "Bei offenen Abstimmungen sind sie sofort befangen. Das bleibt dort so, auch wenn Sie später anders urteilen.",
  },
  short: { full: "wirkt voll mit", discusses: "redet mit, stimmt nicht ab", excluded: "ausgeschlossen" },
  judgedLine: (what, short) => `${what}: ${short}.`,

  line: {
    heading: "Wer nicht voll mitwirkt",
    others: (name, short, reason) => `${name}: ${short}. ${reason}`,
    mineDiscusses: (reason) => `Sie reden bei dieser Frage mit, stimmen aber nicht ab, weil: ${reason}`,
    mineDocument: (reason) => `Sie reden bei dieser Leitlinie mit, stimmen aber nicht ab, weil: ${reason}`,
    writes: "Was Sie hier tippen, wird nicht übernommen. Sagen Sie Ihre Meinung denen, die schreiben.",
    judge: "Interessen beurteilen",
    toSection: "Interessen aller",
  },

  rounds: {
    judgedHeading: "Befangen, weil ihre Interessen beurteilt wurden",
    judgedLead: "Sie stimmen hier von selbst nicht mit ab, und das lässt sich hier nicht ändern.",
    suggested: (question) => `Beurteilt in der Frage „${question}“`,
    late: {
      "no-ballot": "beurteilt, während die Abstimmung lief",
      "ballot-removed": "beurteilt, während die Abstimmung lief; die Stimme wurde herausgenommen",
      "may-have-voted": "beurteilt, während die Abstimmung lief; ob eine Stimme von ihnen ist, kann niemand sagen",
    },
    removed: (count) =>
      `${count} ${plural(count, "Stimme wurde", "Stimmen wurden")} herausgenommen, weil ${plural(count, "die Person", "die Personen")} nach Festlegung der Liste für befangen erklärt ${plural(count, "wurde", "wurden")}.`,
    mayHaveVoted: (count) =>
      `${count} ${plural(count, "Person wurde", "Personen wurden")} nach Festlegung der Liste für befangen erklärt und ${plural(count, "hat", "haben")} vielleicht abgestimmt: Ohne Namen lässt sich eine Stimme nicht finden.`,
  },

  codes: {
    "interests-oneself":
      "Niemand beurteilt die eigenen Interessen. Das tut eine andere Leitung oder Stellvertretung; gibt es keine, ernennen Sie zuerst eine Stellvertretung.",
    "interests-not-full-part":
      "Ihre eigenen Interessen wurden hier beurteilt, darum wirken Sie nicht voll mit: Das tut eine andere Leitung oder Stellvertretung.",
    "leaders-only": "Interessen beurteilen Leitung und Stellvertretung.",
    "no-such-member": "Diese Person ist nicht mehr in der Community.",
    "private-document": "Ein privates Dokument gehört sonst niemandem: Es gibt nichts zu beurteilen.",
  },

  told: {
    judged: (who) => `${who} hat wegen Ihrer Interessen beurteilt, wie weit Sie mitwirken`,
    missing: "Erklären Sie Ihre Interessen",
    old: "Ihre Interessenerklärung ist ein Jahr alt: Sehen Sie sie durch und erklären Sie neu",
  },
  acts: {
    declared: (who, count) =>
      count === 0
        ? `${who} hat erklärt, keine Interessen zu haben`
        : `${who} hat ${count} ${plural(count, "Interesse", "Interessen")} erklärt`,
    judged: (who, whom, document, short) => `${who} hat die Interessen von ${whom} bei ${document} beurteilt: ${short}`,
    judgedQuestion: (who, whom, document, short) =>
      `${who} hat die Interessen von ${whom} bei einer Frage aus ${document} beurteilt: ${short}`,
  },
};
