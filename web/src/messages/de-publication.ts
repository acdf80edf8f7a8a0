/** Die Worte der Veröffentlichung, auf Deutsch. */
import type { enPublication } from "./en-publication.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const dePublication: typeof enPublication = {
  menuItem: "Veröffentlichung",
  heading: "Veröffentlichung",
  lead: "Eine Fassung wird festgehalten, von den Benannten unterzeichnet und für immer veröffentlicht. Hier steht, wie weit das ist.",
  toDocument: "Zum Dokument",
  untitled: "Ohne Titel",

  obstaclesHeading: "Zuerst zu entscheiden",
  obstaclesLead: "Eine Fassung lässt sich vorbereiten, wenn nichts davon mehr offen ist.",
  undecided: (title: string, count: number) =>
    `${title}: ${count} ${plural(count, "Wert wurde", "Werte wurden")} von mehreren verschieden gesetzt`,
  untitledQuestion: "Eine klinische Frage ohne Titel",
  openRound: (question: string) => `Die Abstimmung „${question}“ ist offen`,
  noText: "Im Dokument steht noch nichts",

  candidateHeading: "Zur Unterschrift bereit",
  noCandidate: "Es wird gerade keine Fassung unterzeichnet.",
  prepared: (who: string, when: string) => `vorbereitet von ${who} am ${when}`,
  progress: (signed: number, declined: number, all: number) =>
    declined === 0
      ? `${signed} von ${all} haben unterschrieben`
      : `${signed} von ${all} haben unterschrieben, ${declined} abgelehnt`,
  waitsForMe: "Ihre Unterschrift fehlt",
  open: "Lesen und unterschreiben",
  openPlain: "Lesen",
  changed: "Der Text hat sich seit der Unterschrift geändert.",
  changedBody:
    "Was der Entwurf zeigt, steht so nicht mehr im Dokument. Er kann so nicht veröffentlicht werden: Bereiten Sie einen neuen vor. Unterschriften gehen nicht auf ihn über.",

  prepareHeading: "Eine Fassung vorbereiten",
  prepareLead:
    "Der Text und seine klinischen Fragen werden so festgehalten, wie sie jetzt sind, und mit den Unterschriften veröffentlicht. Wen Sie benennen, unterschreibt genau diesen Text oder lehnt mit einer Begründung ab, die ebenfalls veröffentlicht wird.",
  prepareAgain: "Ein neuer Entwurf tritt an die Stelle des jetzigen; Unterschriften gehen nicht auf ihn über.",
  signatoriesLegend: "Wer unterschreiben soll",
  prepare: "Festhalten und um Unterschrift bitten",
  nobodyNamed: "Benennen Sie mindestens eine Person, höchstens 50.",

  versionsHeading: "Fassungen",
  noVersions: "Es ist noch nichts veröffentlicht.",
  version: (number: string) => `Fassung ${number}`,
  publishedOn: (when: string) => `veröffentlicht am ${when}`,
  latest: "die neueste",
  isSuperseded: "von einer späteren abgelöst",
  isWithdrawn: "zurückgezogen",
  replacedHeading: "Entwürfe, die nicht veröffentlicht wurden",
  candidateOf: (when: string) => `Entwurf vom ${when}`,

  page: {
    candidate: "Entwurf zur Unterschrift",
    candidateBody:
      "Dies ist nicht veröffentlicht. Es ist genau der Text, der unterschrieben wird, wie er festgehalten wurde.",
    replaced: "Dieser Entwurf wurde ersetzt",
    replacedBody:
      "Ein neuer wurde vorbereitet. Dieser bleibt erhalten und kann weder unterschrieben noch veröffentlicht werden.",
    superseded: (number: string) => `Es gibt eine spätere Fassung: ${number}`,
    supersededBody: "Hier lesen Sie, wie es war. Was jetzt gilt, steht in der späteren.",
    toLatest: "Zur neuesten Fassung",
    overdue: (when: string) => `Dies sollte bis zum ${when} überprüft werden`,
    overdueBody: "Es kann veraltet sein. Die Gemeinschaft hat keine neuere Fassung veröffentlicht.",
    withdrawn: (when: string) => `Diese Fassung wurde am ${when} zurückgezogen`,
    origin: (community: string, when: string) => `Anderswo veröffentlicht: von „${community}“ am ${when}`,
    originBody: (who: string) =>
      `${who} hat sie mit einem Archiv hierher gebracht. Ihr Text ist unverändert, wenn seine Prüfsumme die dort veröffentlichte ist; die Namen unten sind die aus dem Archiv.`,
    originWithdrawn: (reason: string) => `Dort wurde sie zurückgezogen: ${reason}`,
    facts: "Über diese Fassung",
    community: "Gemeinschaft",
    published: "Veröffentlicht",
    preparedOn: "Vorbereitet",
    reviewBy: "Zu überprüfen bis",
    licence: "Lizenz",
    hash: "Prüfsumme des Textes (SHA-256)",
    address: "Dauerhafte Adresse",
    note: "Was neu ist",
    signaturesHeading: "Unterschriften",
    signedOn: (when: string) => `unterschrieben am ${when}`,
    declinedOn: (when: string) => `abgelehnt am ${when}`,
    waiting: "hat noch nicht entschieden",
    declinedBecause: "Begründung",
    signedThis: "für genau diesen Text, mit der Prüfsumme oben",
    signedHash: "für den Text mit der Prüfsumme",
    votesHeading: "Abstimmungen über diesen Text",
    votesLead: "Ausgezählte Abstimmungen, deren Text Wort für Wort in dieser Fassung steht.",
    turnout: (voted: number, eligible: number) => `${voted} von ${eligible} haben abgestimmt`,
    approvals: (approve: number, object: number) => `${approve} dafür, ${object} dagegen`,
    median: (median: string) => `Median ${median}`,
    said: "Was dazu gesagt wurde",
    othersHeading: "Andere Fassungen",
    changesHeading: "Was sich geändert hat",
    changesSince: (number: string) => `Im Vergleich mit Fassung ${number}`,
    changesFailed: "Der Vergleich ließ sich nicht anstellen. Laden Sie die Seite neu.",
    noChanges: "Der Text sagt dasselbe.",
    beginning: "Am Anfang",
    questionsChanged: "Empfehlungen",
    textHeading: "Text",
    textLabel: "Der Text dieser Fassung",
    textFailed: "Der Text ließ sich nicht laden. Laden Sie die Seite neu.",
    print: "Drucken",
    markdown: "Markdown",
    word: "Word",
    html: "HTML",
    unknownTitle: "Eine solche Fassung gibt es nicht",
    unknownBody:
      "Oder sie ist nicht für Sie bestimmt. Wenn Sie zur Gemeinschaft gehören, melden Sie sich an und öffnen Sie die Adresse noch einmal.",
    signIn: "Anmelden",
    failed: "Die Fassung ließ sich nicht laden",
    toPublication: "Zur Veröffentlichung des Dokuments",
  },

  sign: {
    heading: "Ihre Unterschrift",
    lead: "Lesen Sie den Text oben. Ihre Unterschrift nennt die Prüfsumme genau dieses Textes und steht mit Ihrem Namen für immer da.",
    sign: "Diesen Text unterschreiben",
    decline: "Ablehnen …",
    declineTitle: "Unterschrift ablehnen",
    declineLead:
      "Die Fassung kann ohne Ihre Unterschrift veröffentlicht werden. Ihre Begründung wird unter Ihrem Namen mit veröffentlicht.",
    declineLabel: "Warum Sie nicht unterschreiben",
    declineSend: "Ablehnen",
    done: "Sie haben unterschrieben.",
    declined: "Sie haben abgelehnt.",
  },

  publish: {
    heading: "Veröffentlichen",
    waiting:
      "Sie kann veröffentlicht werden, wenn alle Benannten unterschrieben oder abgelehnt haben und mindestens eine Unterschrift da ist.",
    lead: "Danach lässt sich nichts mehr daran ändern. Sie kann mit einer Begründung zurückgezogen werden; ihr Text bleibt lesbar.",
    number: "Nummer",
    numberHint: (offers: string) => `Üblich wäre hier: ${offers}`,
    numberOr: " oder ",
    numberWrong: "Zwei Zahlen mit einem Punkt dazwischen, wie 1.0 oder 2.3.",
    review: "Zu überprüfen in",
    years: (count: number) => `${count} ${plural(count, "Jahr", "Jahren")}`,
    licence: "Lizenz",
    note: "Was neu ist (darf leer bleiben)",
    noteLong: "Höchstens 2000 Zeichen.",
    send: "Für immer veröffentlichen",
  },

  withdraw: {
    open: "Diese Fassung zurückziehen …",
    title: "Diese Fassung zurückziehen",
    lead: "Die Seite wird sagen, dass sie nicht mehr gilt, und warum. Ihr Text bleibt lesbar.",
    label: "Warum sie zurückgezogen wird",
    send: "Zurückziehen",
  },

  licences: {
    "cc-by-4.0": "CC BY 4.0 (mit Namensnennung)",
    "cc-by-nc-4.0": "CC BY-NC 4.0 (mit Namensnennung, nicht kommerziell)",
    "cc-by-sa-4.0": "CC BY-SA 4.0 (mit Namensnennung, unter gleicher Lizenz)",
    "cc-by-nd-4.0": "CC BY-ND 4.0 (mit Namensnennung, unverändert)",
    "all-rights-reserved": "Alle Rechte vorbehalten",
  },

  frozen: {
    question: (place: number) => `Klinische Frage ${place}`,
    recommendation: "Empfehlung",
    added: (title: string) => `Neue Frage: ${title}`,
    removed: (title: string) => `Frage entfallen: ${title}`,
    changed: (what: string, before: string, after: string) => `${what}: ${before} → ${after}`,
    nothing: "nichts",
  },

  watch: {
    heading: "Zu überprüfen",
    lead: "Veröffentlichte Fassungen, die binnen sechs Monaten zu überprüfen sind oder es schon waren.",
    due: (when: string) => `fällig am ${when}`,
    overdue: (when: string) => `überfällig seit dem ${when}`,
    digest: (count: number) =>
      `${count} veröffentlichte ${plural(count, "Fassung ist", "Fassungen sind")} binnen sechs Monaten zu überprüfen`,
  },

  codes: {
    "publication-obstacles": "Zuerst ist etwas zu entscheiden. Die Liste oben sagt, was.",
    "publication-too-long": "Der Text ist zu lang, um als eine Fassung veröffentlicht zu werden.",
    "publication-cannot-sign":
      "Eine der Personen kann nicht mehr unterschreiben: Sie ist gegangen, zurückgetreten oder liest das Dokument nicht. Wählen Sie noch einmal.",
    "publication-not-a-signatory":
      "Sie wurden für diese Fassung nicht benannt; um Ihre Unterschrift wird nicht gebeten.",
    "publication-other-text":
      "Das war ein anderer Text. Laden Sie die Seite neu und lesen Sie, was jetzt unterschrieben wird.",
    "publication-has-decided": "Sie haben über diese Fassung schon entschieden, und das bleibt so.",
    "publication-over": "Dies ist kein Entwurf mehr: Er wurde veröffentlicht, oder ein anderer trat an seine Stelle.",
    "publication-text-changed":
      "Der Text hat sich seit der Unterschrift geändert. Bereiten Sie einen neuen Entwurf vor.",
    "publication-unsigned": "Jemand hat noch nicht entschieden, oder niemand hat unterschrieben.",
    "publication-number": "Diese Nummer ist nicht größer als die früheren. Wählen Sie eine größere.",
    "publication-not-published": "Dies ist nicht veröffentlicht und kann nicht zurückgezogen werden.",
    "publication-withdrawn": "Diese Fassung wurde schon zurückgezogen.",
    "private-document":
      "Für ein privates Dokument kann niemand unterschreiben. Öffnen Sie es zuerst für die Gemeinschaft.",
  },

  told: {
    asked: (who) => `${who} bittet Sie, eine Fassung zu unterschreiben`,
    declined: (who) => `${who} hat die Unterschrift unter die Fassung abgelehnt, die Sie vorbereitet haben`,
  },

  acts: {
    prepared: (who: string, document: string, count: number) =>
      `${who} hat eine Fassung von ${document} vorbereitet und ${count} ${plural(count, "Person", "Personen")} um Unterschrift gebeten`,
    signed: (who: string, document: string) => `${who} hat eine Fassung von ${document} unterschrieben`,
    declined: (who: string, document: string) =>
      `${who} hat die Unterschrift unter eine Fassung von ${document} abgelehnt`,
    published: (who: string, document: string, number: string) =>
      `${who} hat Fassung ${number} von ${document} veröffentlicht`,
    withdrawn: (who: string, document: string, reason: string) =>
      `${who} hat eine veröffentlichte Fassung von ${document} zurückgezogen: ${reason}`,
  },
};
