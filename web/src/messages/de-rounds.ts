/** The words of votes that a community takes over days, in German. */
import type { enRounds } from "./en-rounds.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);
const decimal = (number: string): string => String(number).replace(".", ",");
const people = (count: number): string => `${count} ${plural(count, "Person", "Personen")}`;

export const deRounds: typeof enRounds = {
  section: "Abstimmungen",
  listLead:
    "Worüber hier abgestimmt wird und wurde. Jede Abstimmung gilt einem Text, wie er bei ihrer Eröffnung stand.",
  waiting: (count: number) => `${count} ${plural(count, "wartet", "warten")} auf Ihre Stimme`,
  open: "Offen",
  ended: "Beendet",
  emptyTitle: "Noch wurde über nichts abgestimmt",
  empty: "Leitung und Stellvertretung eröffnen eine Abstimmung aus dem Menü des Dokuments.",
  emptyOpen: "Keine Abstimmung ist offen.",
  yourTurn: "Ihre Stimme fehlt",
  youVoted: "Sie haben abgestimmt",
  youAreRecused: "Sie sind befangen",
  notOnRoll: "Sie stimmen hier nicht ab",
  closes: (when: string) => `offen bis ${when}`,
  closesByHand: (when: string) => `offen, bis sie von Hand beendet wird, spätestens am ${when}`,
  beingCounted: "Ihre Zeit ist um. Es wird ausgezählt.",
  endedOn: (when: string) => `beendet am ${when}`,
  turnout: (voted: number, eligible: number) => `${voted} von ${eligible} haben abgestimmt`,
  turnoutEnded: (voted: number, eligible: number) => `${voted} von ${eligible} haben abgestimmt`,
  named: "mit Namen",
  anonymous: "ohne Namen",
  about: (title: string) => `Zu „${title}“`,
  aboutPassage: (title: string, heading: string) => `Zu „${title}“, Abschnitt „${heading}“`,
  aboutSomePassage: (title: string) => `Zu einer Stelle in „${title}“`,
  textChanged: "Der Text hat sich seit dieser Abstimmung geändert.",
  textChangedBody:
    "Worüber abgestimmt wurde, steht so nicht mehr im Dokument. Das Ergebnis gilt für den Text unten und für nichts, was aus dem Dokument in seinem jetzigen Stand veröffentlicht wird.",
  voided: "Für ungültig erklärt",
  voidedBecause: (who: string, reason: string) => `${who} hat diese Abstimmung für ungültig erklärt: ${reason}`,
  voidedBody: "Sie entscheidet nichts, und ihre Stimmen wurden gelöscht.",

  verdicts: {
    "no-quorum": "Keine Entscheidung: Zu wenige haben abgestimmt",
    "no-choice": "Keine Entscheidung: Niemand hat etwas gewählt",
    "outside-table": "Keine Entscheidung: Für so viele Bewertungen sagt die Regel nichts",
    appropriate: "Angemessen",
    uncertain: "Unsicher",
    "uncertain-by-disagreement": "Unsicher, weil die Bewertungen uneinig sind",
    inappropriate: "Unangemessen",
    "consensus-for": "Konsens dafür",
    "consensus-against": "Konsens dagegen",
    "no-consensus": "Kein Konsens",
    "consensus-in": "Konsens: gehört dazu",
    "consensus-out": "Konsens: gehört nicht dazu",
    "neither-in-nor-out": "Kein Konsens, ob es dazugehört",
    "strong-consensus": "Starker Konsens",
    consensus: "Konsens",
    majority: "Mehrheitliche Zustimmung, kein Konsens",
    "no-majority": "Keine Mehrheit",
    approved: "Angenommen",
    "not-approved": "Nicht angenommen",
    objected: "Nicht angenommen: zu viele Einwände",
  },

  methods: {
    awmf: "Anteil der Zustimmung (AWMF)",
    approval: "Zustimmen oder ablehnen",
    "rand-ucla": "Angemessenheit, bewertet von 1 bis 9 (RAND/UCLA)",
    delphi: "Zustimmung, bewertet von 1 bis 9 (Delphi)",
    "core-outcome-set": "Kernendpunkt, bewertet von 1 bis 9 (COMET)",
  },

  rule: {
    heading: "Die Regel",
    unknown: (text: string) => `Eine Regel, die diese Fassung der App nicht kennt: ${text}`,
    percent: (percent: string) => `${decimal(percent)} %`,
    atLeast: (share: string) => `mindestens ${share}`,
    moreThan: (share: string) => `mehr als ${share}`,
    of: {
      votes: "gezählt unter denen, die zustimmen oder ablehnen. Enthaltungen zählen nicht mit.",
      ballots: "gezählt unter allen, die abstimmen. Eine Enthaltung zählt wie eine Ablehnung.",
      eligible:
        "gezählt unter allen, die abstimmen dürfen. Wer sich enthält oder nicht abstimmt, zählt wie eine Ablehnung.",
    },
    awmf: (of: string) =>
      `Starker Konsens braucht mehr als 95 % Zustimmung, Konsens mehr als 75 %, eine Mehrheit mehr als 50 %, ${of}`,
    approval: (share: string, of: string) => `Angenommen ist es mit ${share} Zustimmung, ${of}`,
    noObjection: "Eine einzige Ablehnung verhindert es.",
    objections: (most: number) => `Mehr als ${most} Ablehnungen verhindern es.`,
    randUcla:
      "Alle bewerten von 1 bis 9. Der Median entscheidet: ab 6,5 angemessen, ab 3,5 unsicher, darunter unangemessen. Sind die Bewertungen uneinig, ist es unsicher, gleich wo der Median liegt.",
    classic:
      "Uneinig sind sie, wenn viele an beiden Enden stehen, nach der klassischen Tabelle für 8 bis 16 Bewertungen.",
    ipras: "Uneinig sind sie, wenn sie weiter streuen, als es um ihre Mitte üblich ist (IPRAS), bei beliebig vielen.",
    delphi: (share: string) =>
      `Alle bewerten von 1 bis 9. Konsens dafür braucht ${share} Bewertungen von 7 bis 9, Konsens dagegen ebenso viele von 1 bis 3. Enthaltungen zählen nicht mit.`,
    cos: (many: string, few: string) =>
      `Alle bewerten von 1 bis 9. Es gehört dazu mit ${many} Bewertungen von 7 bis 9 und unter ${few} von 1 bis 3; umgekehrt gehört es nicht dazu. Enthaltungen zählen nicht mit.`,
    noQuorum: "Eine Mindestzahl an Stimmen ist nicht nötig.",
    quorumBallots: (count: number) => `Mindestens ${count} müssen abstimmen.`,
    quorumShare: (share: string) => `Für eine Entscheidung müssen ${share} derer abstimmen, die es dürfen.`,
    frozen: "Die Regel wurde festgelegt, als die Abstimmung eröffnet wurde.",
  },

  page: {
    back: (community: string) => `Alle Abstimmungen in ${community}`,
    backPlain: "Alle Abstimmungen",
    toDocument: "Dokument öffnen",
    putText: "Worüber abgestimmt wird",
    putTextEnded: "Worüber abgestimmt wurde",
    putTextLead: (when: string) => `Der Text, wie er am ${when} stand.`,
    textLabel: "Der Text, über den abgestimmt wird",
    textFailed:
      "Der Text lässt sich gerade nicht anzeigen. Niemand sollte über etwas abstimmen, das er nicht gelesen hat.",
    opened: (who: string, when: string) => `${who} hat diese Abstimmung am ${when} eröffnet.`,
    unknownTitle: "Diese Abstimmung gibt es nicht",
    unknownBody: "Vielleicht wurde sie mit ihrem Dokument gelöscht, oder Sie dürfen es nicht mehr lesen.",
    offline: "Der Server ist nicht erreichbar. Hier steht, was zuletzt bekannt war.",
    secrecyNamed: "Es wird mit Namen abgestimmt: Am Ende sehen alle, wer was gewählt hat.",
    secrecyAnonymous:
      "Es wird ohne Namen abgestimmt: Nichts, was aufbewahrt wird, sagt, wer was gewählt hat. Bekannt ist nur, wie viele abgestimmt haben.",
  },

  vote: {
    heading: "Ihre Stimme",
    scale: "Ihre Bewertung",
    scaleHint: "1 heißt gar nicht, 9 heißt voll und ganz.",
    choice: "Ihre Wahl",
    approve: "Zustimmen",
    object: "Ablehnen",
    abstain: "Enthalten",
    abstainRating: "Das kann ich nicht beurteilen",
    said: "Warum (nicht nötig)",
    saidObject: "Warum Sie ablehnen (nicht nötig)",
    saidNamed: "Es steht unter Ihrem Namen, sobald die Abstimmung beendet ist.",
    saidAnonymous:
      "Es steht ohne Namen da, in zufälliger Reihenfolge. Ihre Art zu schreiben kann Sie trotzdem verraten.",
    saidTooLong: "Höchstens 2000 Zeichen.",
    missing: "Wählen Sie zuerst etwas aus.",
    submit: "Stimme abgeben",
    change: "Stimme ändern",
    done: "Ihre Stimme ist abgegeben. Bis zum Ende der Abstimmung können Sie sie ändern.",
    changed: "Ihre Stimme ist geändert.",
    yours: (choice: string) => `Sie haben gewählt: ${choice}.`,
    yoursUntil: (choice: string) => `Sie haben gewählt: ${choice}. Bis zum Ende der Abstimmung können Sie das ändern.`,
    elsewhere:
      "Sie haben mit einem anderen Browser abgestimmt. Nur der hat, was zum Ändern nötig ist, denn der Server weiß nicht, welche Stimme Ihre ist.",
    keepBrowser:
      "Was Ihre Stimme belegt, liegt nur in diesem Browser. Wer ihn benutzt, kann sehen, was Sie gewählt haben, und Sie können es anderen zeigen: Verlangen darf das niemand.",
    waiting:
      "Ihre Stimme liegt auf diesem Gerät und ist noch nicht abgegeben, weil der Server nicht erreichbar ist. Sie zählt nur, wenn sie vor dem Ende der Abstimmung ankommt.",
    late: (question: string) =>
      `Ihre Stimme zu „${question}“ kam zu spät: Die Abstimmung war beendet, als sie ankam. Sie wurde nicht gezählt.`,
    lateChange: (question: string) =>
      `Ihre Änderung zu „${question}“ kam zu spät: Die Abstimmung war beendet, als sie ankam. Es zählt Ihre frühere Stimme.`,
    refused: (question: string, why: string) => `Ihre Stimme zu „${question}“ wurde nicht angenommen: ${why}`,
    understood: "Verstanden",
    recuse: "Befangenheit erklären",
    recuseTitle: "Sich für befangen erklären",
    recuseLead:
      "Tun Sie das, wenn Sie selbst ein Interesse an der Sache haben. Sie zählen dann nicht zu denen, die abstimmen dürfen, und können es nicht zurücknehmen.",
    recuseReason: "Warum",
    recuseHint: "Alle, die die Abstimmung sehen, lesen es.",
    recused: "Sie sind in dieser Abstimmung befangen.",
    reasonNeeded: "Sagen Sie warum, in 3 bis 500 Zeichen.",
    recusedBecause: (reason: string) => `Sie sind in dieser Abstimmung befangen: ${reason}`,
    notOnRoll: "Sie stimmen hier nicht ab: Das tun nur die, die es bei der Eröffnung durften.",
  },

  roll: {
    heading: "Wer abstimmen darf",
    lead: (eligible: number, recused: number) =>
      recused === 0
        ? `${people(eligible)}.`
        : `${people(eligible)}; ${recused} ${plural(recused, "ist", "sind")} befangen.`,
    show: "Liste zeigen",
    recused: (name: string, reason: string) => `${name}: befangen (${reason})`,
  },

  result: {
    heading: "Ergebnis",
    withheld:
      "Weniger als drei haben abgestimmt. Wie, wird nicht gezeigt und wurde nicht aufbewahrt, denn wer die eigene Stimme kennt, würde die andere kennen.",
    histogram: "Wie oft jede Bewertung vergeben wurde",
    rating: "Bewertung",
    votes: "Stimmen",
    choice: "Wahl",
    count: "Anzahl",
    abstained: (count: number) => `${count} ${plural(count, "Enthaltung", "Enthaltungen")}`,
    decimal: (number: string) => decimal(number),
    median: "Median",
    middle: "Mitte der Bewertungen (30. bis 70. Perzentil)",
    from: (low: string, high: string) => `${decimal(low)} bis ${decimal(high)}`,
    disagreement: "Uneinigkeit",
    byTable: (yes: boolean | null) =>
      yes === null ? "klassische Tabelle: keine für so viele" : `klassische Tabelle: ${yes ? "ja" : "nein"}`,
    byIpras: (yes: boolean, index: string) => `IPRAS: ${yes ? "ja" : "nein"} (Index ${decimal(index)})`,
    percent: (percent: string, of: number) => `${decimal(percent)} % von ${of} stimmen zu`,
    whoChose: "Wer was gewählt hat",
    who: "Wer",
    why: "Warum",
    said: "Was dazu gesagt wurde",
    saidLead: "Ohne Namen, in zufälliger Reihenfolge.",
    receipts: "Alle Stimmen",
    receiptsLead:
      "Jede Stimme liegt unter einer Nummer, die nur kennen kann, wer sie abgegeben hat. So können alle nachzählen, und jede und jeder sieht, dass die eigene dabei ist.",
    receipt: "Nummer der Stimme",
    yours: "Ihre",
    isIn: (choice: string) => `Ihre Stimme ist dabei: ${choice}.`,
    isNotIn:
      "Dieser Browser hat eine Stimme von Ihnen, die nicht im Ergebnis steht. Wenn Sie sie nicht anderswo geändert haben, sagen Sie es der Leitung der Gemeinschaft.",
    noReceipt:
      "Dieser Browser hat keine Stimme von Ihnen zu dieser Abstimmung und kann sie deshalb im Ergebnis nicht suchen.",
  },

  lead: {
    close: "Beenden und auszählen",
    closeTitle: "Diese Abstimmung beenden?",
    closeBody: (voted: number, eligible: number) =>
      `${voted} von ${eligible} haben abgestimmt. Es wird sofort ausgezählt, und die Abstimmung lässt sich nicht wieder öffnen.`,
    closed: "Die Abstimmung ist ausgezählt.",
    void: "Für ungültig erklären",
    voidTitle: "Diese Abstimmung für ungültig erklären?",
    voidLead: "Sie entscheidet dann nichts, und ihre Stimmen werden gelöscht. Der Grund steht für immer im Protokoll.",
    voidReason: "Warum",
    voided: "Die Abstimmung ist ungültig.",
  },

  start: {
    item: "Darüber abstimmen …",
    title: "Abstimmung eröffnen",
    needsServer: "Dafür wird der Server gebraucht, und der ist gerade nicht erreichbar.",
    question: "Was gefragt wird",
    questionHint: "Ein Satz, auf den man antworten kann, zum Beispiel: Geben wir diese Empfehlung?",
    questionNeeded: "Fragen Sie etwas, in höchstens 500 Zeichen.",
    subject: "Worüber abgestimmt wird",
    subjectHint:
      "Der Text, wie er jetzt auf dem Server steht. Spätere Änderungen ändern nichts daran, worüber abgestimmt wird.",
    whole: "Der ganze Text",
    section: (heading: string) => `Abschnitt „${heading}“`,
    method: "Wie entschieden wird",
    disagreement: "Wann Bewertungen uneinig sind",
    classic: "Klassische Tabelle (8 bis 16 Stimmen)",
    ipras: "IPRAS (beliebig viele Stimmen)",
    threshold: "Wie viel Zustimmung nötig ist",
    thresholds: {
      "more-than:1/2": "Mehr als die Hälfte",
      "at-least:2/3": "Mindestens zwei Drittel",
      "at-least:3/4": "Mindestens drei Viertel",
      "at-least:1/1": "Alle",
    },
    denominator: "Unter wem",
    denominators: {
      votes: "Unter denen, die zustimmen oder ablehnen",
      ballots: "Unter allen, die abstimmen",
      eligible: "Unter allen, die abstimmen dürfen",
    },
    objections: "Ablehnungen",
    objectionsNone: "Zählen nur als Stimmen",
    objectionsAny: "Eine einzige verhindert es",
    quorum: "Wie viele abstimmen müssen",
    quorums: {
      none: "Keine Mindestzahl",
      "at-least:1/2": "Mindestens die Hälfte",
      "at-least:2/3": "Mindestens zwei Drittel",
      "at-least:3/4": "Mindestens drei Viertel",
    },
    quorumOfThree: "Mindestens 3, damit niemand zu erkennen ist",
    secrecy: "Namen",
    secrecies: {
      named: "Mit Namen",
      anonymous: "Ohne Namen",
    },
    aboutNamed: "Am Ende sehen alle, wer was gewählt hat.",
    aboutAnonymous: "Niemand sieht, wer was gewählt hat, auch nicht, wer später die Datenbank des Servers liest.",
    duration: "Offen für",
    durations: {
      "60": "1 Stunde",
      "1440": "1 Tag",
      "4320": "3 Tage",
      "10080": "1 Woche",
      "20160": "2 Wochen",
      "43200": "30 Tage",
      "129600": "90 Tage",
      "": "Bis sie von Hand beendet wird",
    },
    recusals: "Wer nicht abstimmen darf",
    recusalsLead: "Wer selbst ein Interesse an der Sache hat. Sie zählen nicht zu denen, die abstimmen dürfen.",
    recuse: "Jemanden ausnehmen",
    member: "Mitglied",
    because: "Warum",
    removeRecusal: (name: string) => `${name} abstimmen lassen`,
    recusalNeeded: "Sagen Sie bei jeder Person, warum sie befangen ist, in 3 bis 500 Zeichen.",
    inWords: "In Worten",
    submit: "Abstimmung eröffnen",
    done: "Die Abstimmung ist offen. Alle, die abstimmen dürfen, erfahren davon.",
    loading: "Der Text wird geholt",
  },

  codes: {
    "interests-not-full-part":
      "Ihre eigenen Interessen wurden für dieses Dokument beurteilt, darum tut das eine andere Leitung oder Stellvertretung.",
    "round-over": "Diese Abstimmung ist beendet. Was jetzt kam, zählt nicht.",
    "round-not-on-roll": "Abstimmen können nur die, die es bei der Eröffnung durften.",
    "round-recused": "Sie sind in dieser Abstimmung befangen.",
    "round-other-text": "Sie galt einem anderen Text. Laden Sie die Seite neu und lesen Sie, worüber abgestimmt wird.",
    "round-wrong-choice": "Danach fragt diese Abstimmung nicht. Laden Sie die Seite neu.",
    "round-secret": "Diese Seite und der Server sind sich über die Namen nicht einig. Laden Sie die Seite neu.",
    "round-other-secret": "Sie haben mit einem anderen Browser abgestimmt, und nur der kann Ihre Stimme ändern.",
    "round-secret-taken": "Ihre Stimme war von einer anderen nicht zu unterscheiden. Versuchen Sie es noch einmal.",
    "round-has-voted": "Sie haben schon abgestimmt und können deshalb nicht mehr befangen sein.",
    "round-not-yet": "Sie endet von selbst, und noch haben nicht alle abgestimmt.",
    "round-too-few":
      "Ohne Namen kann nur abgestimmt werden, wenn mindestens drei es dürfen. Wählen Sie eine Abstimmung mit Namen.",
    "round-rule-too-open":
      "Bei so wenigen Stimmberechtigten könnten mit dieser Mindestzahl weniger als drei Stimmen entscheiden. Wählen Sie eine höhere oder eine Abstimmung mit Namen.",
    "round-rule-undefined":
      "Die klassische Tabelle gilt für 8 bis 16 Stimmen. Wählen Sie IPRAS oder ein anderes Verfahren.",
    "round-nobody": "Es bliebe niemand, der abstimmt.",
    "round-no-text":
      "Dort steht kein Text, über den man abstimmen könnte, oder der Abschnitt ist zu lang. Wählen Sie einen anderen oder den ganzen Text.",
    "round-text-too-long": "Der Text ist zu lang, um über ihn als Ganzes abzustimmen. Wählen Sie einen Abschnitt.",
    "round-not-a-voter": "Ausnehmen kann man nur Mitglieder, die abstimmen dürften, und jede Person einmal.",
    "private-document": "Dieses Dokument lesen nur Sie. Öffnen Sie es zuerst für die Gemeinschaft.",
    "no-such-round": "Diese Abstimmung gibt es nicht, oder Sie dürfen sie nicht mehr sehen.",
    "too-many": "Zu viele Abstimmungen sind offen. Warten Sie, bis eine beendet ist.",
  },

  told: {
    opened: (who: string) => `${who} hat eine Abstimmung eröffnet: Ihre Stimme ist gefragt`,
    closed: (who: string) => `${who} hat eine Abstimmung eröffnet, die nun beendet ist`,
    voided: (who: string) => `${who} hat eine Abstimmung für ungültig erklärt`,
    offer: (question: string) => `Ihre Stimme fehlt: ${question}`,
  },

  acts: {
    opened: (who: string, document: string, names: string, rule: string) =>
      `${who} hat über ${document} abstimmen lassen, ${names}. ${rule}`,
    closed: (document: string, verdict: string, voted: number, eligible: number) =>
      `Die Abstimmung über ${document} ist beendet: ${verdict}. ${voted} von ${eligible} haben abgestimmt.`,
    voided: (who: string, document: string) => `${who} hat eine Abstimmung über ${document} für ungültig erklärt`,
  },
};
