/** The words about suggestions, in German. */
import type { Catalogue } from "./index.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const deBranches: Catalogue["branches"] = {
  codes: {
    "no-such-branch": "Diesen Vorschlag gibt es nicht, oder Sie dürfen ihn nicht sehen.",
    "branch-closed": "Über diesen Vorschlag wurde inzwischen entschieden.",
    "being-decided":
      "In diesem Augenblick entscheidet jemand über einen Vorschlag zu diesem Dokument. Nichts wurde übernommen. Versuchen Sie es gleich noch einmal.",
    "too-many-branches":
      "Sie haben zwanzig offene Vorschläge zu diesem Dokument. Reichen Sie erst einige ein oder verwerfen Sie sie.",
    "branch-changed":
      "Der Vorschlag oder das Dokument hat sich geändert, seit Sie das gelesen haben. Nichts wurde übernommen. So ist es jetzt: Sehen Sie es noch einmal an.",
    "merge-refused":
      "Dieser Vorschlag lässt sich nicht als Ganzes übernehmen: Ein Teil ist unter fremdem Zeichen geschrieben. Wählen Sie Absätze aus und übernehmen Sie diese.",
    "author-only": "Das kann nur, wer den Vorschlag gemacht hat.",
    "members-only": "Vorschlagen kann nur, wer in der Gemeinschaft eine Rolle hat.",
    "read-only": "Über Vorschläge entscheidet, wer im Dokument schreiben darf.",
  },

  suggest: "Änderungen vorschlagen",
  needsServer: "Braucht den Server",
  readerTitle: "Sie können Änderungen vorschlagen",
  readerBody:
    "Sie dürfen diesen Text lesen. Schreiben Sie Ihren Vorschlag in eine Kopie; wer im Dokument schreibt, entscheidet, was übernommen wird.",
  unsentTitle: "Ihre letzten Worte stehen nicht im Dokument",
  unsentBody:
    "Sie dürfen es jetzt nur noch lesen, darum hat der Server sie nicht angenommen. Sie sind auf diesem Gerät aufbewahrt, und Sie können einen Vorschlag daraus machen.",
  unsentWay: "Lesen oder vorschlagen",
  button: (open) => `Vorschläge: ${open} offen`,

  banner: {
    region: "Über diesen Vorschlag",
    draft: (title) => `Ihr Entwurf zu „${title}“`,
    draftBody:
      "Das ist eine Kopie des Dokuments. Schreiben Sie Ihre Änderungen hinein. Nur Sie können sie lesen; reichen Sie sie ein, wenn sie fertig ist.",
    mine: (title) => `Ihr Vorschlag zu „${title}“`,
    mineBody:
      "Wer das Dokument liest, kann Ihren Vorschlag lesen. Wer im Dokument schreibt, kann auch hier schreiben und entscheidet, was übernommen wird.",
    theirs: (who, title) => `Vorschlag von ${who} zu „${title}“`,
    theirsWriter:
      "Was Sie hier schreiben, ändert den Vorschlag, nicht das Dokument. Sehen Sie die Änderungen an, um zu entscheiden.",
    theirsReader: "Sie können ihn hier lesen. Wer im Dokument schreibt, entscheidet darüber.",
    merged: (who, when) => `${who} hat diesen Vorschlag ${when} in das Dokument übernommen. Er wird nur noch gelesen.`,
    discarded: (who, when) => `${who} hat diesen Vorschlag ${when} verworfen. Er wird nur noch gelesen.`,
  },

  late: {
    title: "Ihre letzten Worte stehen nicht in diesem Vorschlag",
    body: "Über ihn war schon entschieden, als sie ankamen; deshalb hat sie niemand. Sie sind auf diesem Gerät aufgehoben, und Sie können einen neuen Vorschlag daraus machen.",
    way: "Lesen oder vorschlagen",
    happened: "Das haben Sie in einem Vorschlag geschrieben, über den entschieden war, bevor es ankam.",
    means: "Der Vorschlag nimmt nichts mehr auf. Sonst hat das niemand: Es ist nur auf diesem Gerät aufgehoben.",
    todo: "Machen Sie einen neuen Vorschlag für dasselbe Dokument daraus, oder kopieren Sie es.",
  },

  handIn: "Einreichen",
  handInTitle: "Vorschlag einreichen",
  handInLead: "Danach kann jeder, der das Dokument liest, Ihren Vorschlag lesen. Sie können darin weiterschreiben.",
  note: "Was schlagen Sie vor, und warum? (freiwillig)",
  noteTooLong: "Höchstens 500 Zeichen.",
  handedIn: "Ihr Vorschlag ist eingereicht",

  review: "Änderungen ansehen",
  toText: "Text öffnen",
  toDocument: "Zurück zum Dokument",
  toList: "Alle Vorschläge",
  discard: "Verwerfen",
  discardTitle: "Diesen Vorschlag verwerfen?",
  discardBody: "Nichts davon kommt in das Dokument. Er bleibt in der Liste und lässt sich wieder öffnen.",
  discarded: "Der Vorschlag ist verworfen",
  reopen: "Wieder öffnen",
  reopened: "Der Vorschlag ist wieder offen",

  list: {
    pageTitle: "Vorschläge",
    heading: (title) => `Vorschläge zu „${title}“`,
    lead: "Ein Vorschlag ist eine Kopie des Dokuments mit den Änderungen einer Person. Nichts davon steht im Dokument, bevor jemand es übernimmt, der dort schreiben darf.",
    open: "Offen",
    decided: "Entschieden",
    empty: "Es gibt keine Vorschläge",
    emptyBody: "Wer etwas anders sagen würde, kann es in eine Kopie des Dokuments schreiben und einreichen.",
    draft: "Ihr Entwurf",
    by: (who) => `Von ${who}`,
    made: (when) => `Begonnen ${when}`,
    merged: (who, when) => `Übernommen von ${who} ${when}`,
    discarded: (who, when) => `Verworfen von ${who} ${when}`,
    inPart: "Zum Teil übernommen",
    suggestionFor: (title) => `Vorschlag zu „${title}“`,
  },

  changes: {
    pageTitle: "Änderungen",
    heading: (who) => `Was ${who} vorschlägt`,
    headingMine: "Was Sie vorschlagen",
    for: (title) => `Zu „${title}“`,
    noteBy: (who) => `${who} sagt dazu:`,
    count: (count) => `${count} ${plural(count, "Absatz ist", "Absätze sind")} geändert`,
    none: "Es ist nichts zu übernehmen",
    noneBody: "Das Dokument sagt das alles schon, oder es wurde noch nichts geändert.",
    under: (heading) => `Unter „${heading}“`,
    what: {
      title: "Der Titel",
      changed: "Geändert",
      inserted: "Neu",
      deleted: "Weggelassen",
    },
    looksOnly: "Die Worte bleiben gleich; nur ihr Aussehen ist geändert.",
    nothingSaid: "(leer)",
    both: "Auch das Dokument wurde hier geändert. Wenn Sie diesen Absatz übernehmen, ersetzt er, was jetzt dort steht:",
    gone: "Das Dokument hat diesen Absatz inzwischen weggelassen. Wenn Sie ihn übernehmen, kommt er zurück.",
    choose: (what, number) => `Absatz ${number}: ${what}. Übernehmen`,
    insertedMark: "eingefügt",
    deletedMark: "weggelassen",
    takeAll: "Alles übernehmen",
    takeChosen: (count) => `${count} ${plural(count, "Absatz", "Absätze")} übernehmen`,
    chooseFirst: "Wählen Sie Absätze aus, oder übernehmen Sie alles.",
    writersDecide: "Wer im Dokument schreibt, entscheidet, was übernommen wird.",
    draftFirst: "Diesen Entwurf sehen nur Sie. Reichen Sie ihn ein, damit darüber entschieden werden kann.",
    taken: "Der Vorschlag steht im Dokument",
    takenSome: (count) => `${count} ${plural(count, "Absatz steht", "Absätze stehen")} im Dokument`,
  },

  ledger: {
    merged: (who, whom, document) => `${who} hat den Vorschlag von ${whom} in ${document} übernommen`,
    mergedSome: (who, whom, document) => `${who} hat einen Teil des Vorschlags von ${whom} in ${document} übernommen`,
    discarded: (who, whom, document) => `${who} hat den Vorschlag von ${whom} zu ${document} verworfen`,
    reopened: (who, whom, document) => `${who} hat den Vorschlag von ${whom} zu ${document} wieder geöffnet`,
  },

  aside: {
    offer: "Stattdessen vorschlagen",
    offered: "Als Vorschlag eingereicht",
    failed: "Daraus ließ sich kein Vorschlag machen. Es ist hier weiter aufbewahrt.",
  },
};
