/** The words of taking a community away as one file, and of bringing it along, in German. */
import type { Catalogue } from "./index.ts";

const documents = (count: number): string => `${count} ${count === 1 ? "Dokument" : "Dokumente"}`;
const withDocuments = (count: number): string => `${count} ${count === 1 ? "Dokument" : "Dokumenten"}`;

export const deArchive: Catalogue["archive"] = {
  take: {
    heading: "Zum Mitnehmen",
    lead: "Eine Datei mit jedem Dokument, das Sie hier lesen dürfen, als Markdown, als Webseite und für ein anderes Consilium, mit Kommentaren, Vorschlägen, klinischen Fragen, Fassungen und dem Papierkorb, dazu die Mitglieder und das Protokoll. Abstimmungen und Niederschriften von Sitzungen sind nicht darin. Dass Sie sie mitgenommen haben, steht im Protokoll.",
    button: "Alles herunterladen",
    offline: "Zum Herunterladen braucht es eine Verbindung zum Server.",
    file: "gemeinschaft",
    done: (name) => `${name} liegt bei Ihren Downloads.`,
  },
  bring: {
    heading: "Eine Gemeinschaft mitbringen",
    lead: "Wählen Sie die Datei, die „Alles herunterladen“ in einer Gemeinschaft ergeben hat, hier oder in einem anderen Consilium, oder lassen Sie sie auf diese Seite fallen. Daraus entsteht eine neue Gemeinschaft, die Sie leiten. Ihre Dokumente kommen mit; ihre Mitglieder laden Sie neu ein.",
    button: "Datei wählen",
    busy: (file) => `„${file}“ wird hergebracht. Das kann einige Minuten dauern; bleiben Sie auf dieser Seite.`,
    done: (name, count) => `„${name}“ ist da, mit ${withDocuments(count)}.`,
    partly: (name, count) => `„${name}“ ist da, mit ${withDocuments(count)}. Diese konnten nicht mitkommen:`,
    partlyTodo: "Sie sind weiter in der Datei, als Markdown und als Webseiten.",
    ledger: {
      missing:
        "Das Archiv hat kein Protokoll: Was vorher beschlossen wurde, lässt sich nicht zeigen. Das steht im Protokoll hier.",
      broken:
        "Das Protokoll im Archiv ist nicht, was geschrieben wurde: Etwas darin wurde geändert, herausgenommen oder abgeschnitten. Verlassen Sie sich nicht darauf. Das steht im Protokoll hier.",
    },
    goThere: "Zur Gemeinschaft",
    severalFiles: "Bringen Sie eine Datei nach der anderen.",
  },
  refused: {
    notAnArchive:
      "Diese Datei ist kein Archiv einer Gemeinschaft. Wählen Sie die, die „Alles herunterladen“ ergeben hat.",
    anotherKind:
      "Dieses Archiv stammt aus einem neueren Consilium oder von etwas anderem. Dieser Server kann es nicht lesen.",
    damaged: "Dieses Archiv ist beschädigt. Laden Sie es dort, wo es herkommt, noch einmal herunter.",
    tooLarge: (megabytes) => `Diese Datei ist zu groß: Ein Archiv darf höchstens ${megabytes} MB haben.`,
    busy: "Der Server ist mit anderen Archiven beschäftigt. Versuchen Sie es in einer Minute noch einmal.",
    cutOff:
      "Die Verbindung ging währenddessen verloren. Sehen Sie nach, ob die Gemeinschaft da ist, bevor Sie es noch einmal versuchen.",
  },
  acts: {
    exported: (who, count) => `${who} hat die Gemeinschaft heruntergeladen, mit ${withDocuments(count)}`,
    ledgerMissing: "; ein Protokoll war nicht dabei",
    ledgerBroken: "; das Protokoll darin ist nicht, was geschrieben wurde",
    imported: (who, count, when) =>
      `${who} hat die Gemeinschaft aus einem Archiv vom ${when} mitgebracht: ${documents(count)}`,
  },
};
