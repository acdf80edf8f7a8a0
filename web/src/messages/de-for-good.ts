/** The words of what cannot be taken back, and of members who are away, in German. */
import type { Catalogue } from "./index.ts";

const days = (count: number): string => `${count} ${count === 1 ? "Tag" : "Tage"}`;
const ofDays = (count: number): string => `${count} ${count === 1 ? "Tag" : "Tagen"}`;

export const deForGood: Catalogue["forGood"] = {
  delete: {
    button: "Endgültig löschen",
    label: (title) => `Endgültig löschen: ${title}`,
    title: (title) => `„${title}“ endgültig löschen?`,
    lead: "Der Text, seine Kommentare, seine Vorschläge, die Abstimmungen darüber und seine ganze Vergangenheit sind dann weg, für alle, und niemand kann sie zurückholen. Kopien, die jemand heruntergeladen hat, behält er.",
    reason: "Warum?",
    reasonHint:
      "Es bleibt für immer im Protokoll, wo Mitglieder es lesen. Wiederholen Sie dort nicht, was verschwinden soll.",
    reasonOfDraft: "Niemand außer Ihnen hat dieses Dokument gesehen. Im Protokoll steht nichts davon.",
    confirm: (title) => `Geben Sie zur Bestätigung den Titel ein: ${title}`,
    confirmMissing: "Das ist nicht der Titel.",
    submit: "Endgültig löschen",
    done: (title) => `„${title}“ ist endgültig gelöscht`,
    codes: {
      "leaders-only": "Nur wer die Gemeinschaft leitet, kann das endgültig löschen.",
      "not-in-the-bin":
        "Jemand hat es inzwischen aus dem Papierkorb geholt. Endgültig löschen lässt sich nur, was im Papierkorb liegt.",
      "no-such-document": "Es ist schon weg, oder Sie dürfen es nicht mehr sehen.",
    },
  },
  gone: {
    title: "Dieses Dokument wurde endgültig gelöscht",
    body: (who, when) => `${who} hat es am ${when} gelöscht. Warum, steht im Protokoll der Gemeinschaft.`,
    kept: (who, when) =>
      `${who} hat das Dokument am ${when} endgültig gelöscht, deshalb lässt sich dies nicht mehr senden. Es bleibt auf diesem Gerät, bis Sie es löschen: Kopieren oder laden Sie herunter, was Sie brauchen.`,
    nothing: "Von Ihnen wartete nichts darauf, gesendet zu werden.",
    toLedger: "Protokoll öffnen",
  },
  handOver: {
    item: "Leitung übergeben",
    title: "Leitung übergeben",
    lead: "Die Person leitet von dem Augenblick an, in dem Sie bestätigen; die Gemeinschaft ist zu keiner Zeit ohne Leitung.",
    leadOfLast:
      "Sie leiten hier allein und können deshalb nicht einfach gehen. Übergeben Sie an jemanden; im selben Schritt können Sie gehen.",
    to: "An wen?",
    toHint: "Stellvertretungen stehen oben.",
    option: (name, role) => `${name} (${role})`,
    nobody: "Es gibt keine Stellvertretung und kein Mitglied, das übernehmen könnte. Laden Sie zuerst jemanden ein.",
    loading: "Die Mitglieder werden nachgesehen",
    andYou: "Und Sie?",
    afterwards: {
      deputy: "Ich bleibe als Stellvertretung",
      member: "Ich bleibe als Mitglied",
      gone: "Ich verlasse die Gemeinschaft",
    },
    submit: "Übergeben",
    done: (name) => `${name} leitet jetzt`,
    codes: {
      "cannot-take-over":
        "Die Person kann nicht übernehmen: Sie leitet schon, ist kein Mitglied mehr oder kann sich nicht anmelden.",
      "leaders-only": "Sie leiten diese Gemeinschaft nicht mehr.",
    },
  },
  away: {
    askTitle: (community) => `Sind Sie noch dabei: ${community}?`,
    ask: (since, until) =>
      `Sie waren eine Weile nicht hier und werden seit ${since} gefragt. Antworten Sie nicht bis ${until}, treten Sie zurück: Sie bleiben Mitglied, lesen und schreiben wie bisher und zählen nicht mehr zu den Aktiven.`,
    askLeader: "Leiten Sie diese Gemeinschaft, so leitet dann an Ihrer Stelle, wer am längsten Stellvertretung ist.",
    yes: "Ja, ich bin dabei",
    backTitle: (community) => `Sie sind zurückgetreten: ${community}`,
    back: (since) =>
      `Seit ${since} zählen Sie nicht zu den aktiven Mitgliedern. Lesen und schreiben dürfen Sie wie bisher.`,
    iAmBack: "Ich bin wieder da",
    done: (community) => `Schön, dass Sie dabei sind: ${community}`,
    steppedBack: (since) => `zurückgetreten seit ${since}`,
    heading: "Mitglieder, die nicht da sind",
    lead: "Nach einiger Zeit ohne Besuch wird ein Mitglied gefragt, ob es noch dabei ist. Ohne Antwort tritt es zurück: Niemand wird entfernt und nichts weggenommen, aber es zählt nicht mehr zu den Aktiven. Tritt jemand zurück, der leitet, folgt, wer am längsten Stellvertretung ist. Von Besuchen wird nur der Tag aufgehoben.",
    off: "Nichts geschieht",
    offAbout: "Mitglieder bleiben aktiv, wie lange sie auch weg sind.",
    on: "Fragen, dann zurücktreten lassen",
    onAbout: "Mitglieder sehen die Frage auf jeder Seite der Gemeinschaft, bis sie antworten.",
    choice: "Was geschieht, wenn jemand nicht da ist?",
    askAfter: "Fragen nach so vielen Tagen ohne Besuch",
    askAfterHint: "14 bis 1.095.",
    stepBackAfter: "Zurücktreten so viele Tage danach",
    stepBackAfterHint: "7 bis 365.",
    wrong: (from, to) => `Eine Zahl von ${from} bis ${to}.`,
    leadersOnly: "Das entscheidet nur, wer leitet.",
    now: (ask, back) => `Jetzt: gefragt nach ${ofDays(ask)} ohne Besuch, zurückgetreten ${days(back)} danach.`,
    save: "Regel speichern",
    saved: "Gespeichert",
  },
  ownData: {
    heading: "Ihre Daten mitnehmen",
    lead: "Eine Datei mit allem, was hier Ihres ist: Ihr Konto und wo es angemeldet ist, Ihre Gemeinschaften und Rollen, die Dokumente, die Sie begonnen haben, als Markdown und als Webseiten, Ihre Kommentare, Ihre Vorschläge und was Sie entschieden haben. Keine Gemeinschaft erfährt, dass Sie sie mitgenommen haben.",
    button: "Meine Daten herunterladen",
    file: "meine-daten",
    done: (name) => `${name} liegt bei Ihren Downloads.`,
    codes: { busy: "Ihre Daten werden schon zusammengestellt. Versuchen Sie es in einer Minute noch einmal." },
  },
  farewell: {
    heading: "Für immer gehen",
    lead: "Sie verlassen alle Gemeinschaften, und niemand kann sich mehr mit diesem Konto anmelden. Nehmen Sie vorher Ihre Daten mit. Wo Sie eine Gemeinschaft allein leiten, übergeben Sie zuerst: bei ihren Mitgliedern, mit „Gemeinschaft verlassen“.",
    button: "Mein Konto aufgeben",
    title: "Konto endgültig aufgeben?",
    body: "Sie verlassen sofort alle Gemeinschaften. Ihre E-Mail-Adresse, Ihr Passwort und Ihre Anmeldungen werden gelöscht, ebenso Entwürfe, die niemand außer Ihnen je gesehen hat. Was Sie in Dokumenten geschrieben haben, bleibt dort, und was Sie entschieden haben, bleibt in den Protokollen: Andere verlassen sich darauf. Das lässt sich nicht zurücknehmen.",
    name: "Was steht bei dem, was Sie geschrieben und entschieden haben?",
    keep: "Mein Name",
    keepAbout: "Damit klar bleibt, wer für das Entschiedene einsteht.",
    former: "„Ein früheres Mitglied“",
    formerAbout: "Ihr Name wird gelöscht. Dass es jedes Mal dieselbe Person war, bleibt erkennbar.",
    submit: "Mein Konto aufgeben",
    again: (provider) =>
      `Damit das niemand tut, der sich an Ihren offenen Browser setzt, melden Sie sich vorher noch einmal mit ${provider} an. Danach kommen Sie hierher zurück.`,
    signInAgain: (provider) => `Noch einmal mit ${provider} anmelden`,
    proved: (provider) => `Sie haben sich noch einmal mit ${provider} angemeldet. Das gilt zehn Minuten.`,
    address: "Geben Sie die E-Mail-Adresse Ihres Kontos ein",
    addressHint: (email) => `Damit es kein Versehen ist: ${email}`,
    addressWrong: "Das ist nicht die E-Mail-Adresse Ihres Kontos.",
    codes: {
      "last-leader":
        "Sie leiten eine Gemeinschaft allein. Übergeben Sie dort zuerst, sonst müsste jemand sie leiten, der nicht mehr da ist.",
      "sign-in-again": "Es ist zu lange her, dass Sie sich noch einmal angemeldet haben. Tun Sie es erneut.",
    },
  },
  acts: {
    deleted: (who) => `${who} hat ein Dokument endgültig gelöscht`,
    handedOver: (who, whom) => `${who} hat die Leitung an ${whom} übergeben`,
    afterwards: {
      deputy: (act) => `${act} und bleibt als Stellvertretung`,
      member: (act) => `${act} und bleibt als Mitglied`,
      gone: (act) => `${act} und hat die Gemeinschaft verlassen`,
    },
    ruleSet: (who, ask, back) =>
      `${who} hat entschieden: Wer ${days(ask)} nicht da ist, wird gefragt und tritt nach ${ofDays(back)} ohne Antwort zurück`,
    ruleGone: (who) => `${who} hat entschieden, dass bei Mitgliedern, die nicht da sind, nichts geschieht`,
    steppedBack: (whom) =>
      `${whom} war nicht da, hat nicht geantwortet und ist nach der Regel der Gemeinschaft zurückgetreten`,
    passed: (whom) => `${whom} leitet nach der Regel der Gemeinschaft, als dienstälteste Stellvertretung`,
    cameBack: (who) => `${who} ist wieder da`,
  },
};
