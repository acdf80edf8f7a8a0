/** The words about what came together after an offline spell, in German. */
import type { enMergeReview } from "./en-merge-review.ts";

const places = (count: number): string => (count === 1 ? "1 Stelle" : `${count} Stellen`);

export const deMergeReview: typeof enMergeReview = {
  line: (theirs, both) => {
    const changed = `Während Sie offline waren, haben andere ${places(theirs)} geändert.`;
    if (both === 0) {
      return changed;
    }
    if (theirs === 1) {
      return `${changed} Sie haben sie auch geändert.`;
    }
    return both === 1
      ? `${changed} Eine davon haben Sie auch geändert.`
      : `${changed} Davon haben Sie ${both} auch geändert.`;
  },
  lineOpaque: "Während Sie offline waren, haben Sie und andere dieses Dokument geändert.",
  lineOpaqueBody:
    "Was zusammenkam, ließ sich nicht Stelle für Stelle vergleichen. Lesen Sie den Text einmal durch, wo es darauf ankommt.",
  look: "Ansehen",

  menuItem: "Was zusammenkam",
  heading: "Was zusammenkam",
  close: "Was zusammenkam schließen",
  span: (from, to) => `Getrennt seit ${from}, wieder verbunden ${to}.`,
  which: "Welche Zeit offline",
  intro:
    "Wo beide Seiten etwas geändert haben, kann etwas stehen, das niemand gemeint hat. Sehen Sie sich diese Stellen zuerst an.",
  opaque:
    "Was zusammenkam, ließ sich nicht Stelle für Stelle vergleichen. Lesen Sie den Text einmal durch; der Verlauf zeigt, was wann kam.",
  both: (count) => `Von beiden geändert (${count})`,
  theirs: (count) => `Von anderen geändert (${count})`,
  mine: (count) => `Von Ihnen geändert (${count})`,
  more: (count) =>
    count === 1
      ? "Und 1 weitere Stelle. Sie ist nicht aufgeführt, weil es so viele sind."
      : `Und ${count} weitere Stellen. Sie sind nicht aufgeführt, weil es so viele sind.`,
  looksRight: "Passt so",
  closed: "Sie haben gesagt, dass es so passt. Sie können es sich Stelle für Stelle noch anders überlegen.",

  kinds: {
    title: "Titel",
    paragraph: "Absatz",
    heading: "Überschrift",
    listItem: "Listenpunkt",
    taskItem: "Aufgabe",
    tableCell: "Tabellenzelle",
    tableHeader: "Tabellenüberschrift",
    bulletList: "Liste",
    orderedList: "Nummerierte Liste",
    taskList: "Aufgabenliste",
    table: "Tabelle",
    tableRow: "Tabellenzeile",
    blockquote: "Zitat",
    codeBlock: "Code",
    horizontalRule: "Linie",
    other: "Stelle",
  },
  under: (kind, heading) => `${kind} unter „${heading}“`,
  yours: "Sie",
  others: "Andere",
  now: "Jetzt im Text",
  inserted: "hinzugefügt",
  deleted: "entfernt",
  nothing: "Davon ist nichts mehr im Text.",
  nothingSaid: "Keine Wörter.",
  youRemoved: "Sie haben es entfernt.",
  theyRemoved: "Andere haben es entfernt.",
  looksOnly: "Die Wörter sind gleich; anders ist, wie sie gesetzt sind.",
  frame: "Nur die Einstellungen sind anders, nicht der Inhalt.",
  moved: "Es wurde verschoben.",
  show: "Im Text zeigen",
  keepMine: "Meins behalten",
  keepTheirs: "Das der anderen behalten",
  edit: "Bearbeiten",
  about: (action, place) => `${action}: ${place}`,
  keptMine: "Im Text steht, was Sie geschrieben haben.",
  keptTheirs: "Im Text steht, was andere geschrieben haben.",
  failed: "Das hat nicht geklappt. Der Text ist, wie er war; versuchen Sie es noch einmal.",
  gone: {
    removedHere: "Es steht jetzt nicht im Text. „Das der anderen behalten“ bringt es zurück.",
    removedThere: "Es steht jetzt nicht im Text. „Meins behalten“ bringt es zurück.",
    both: "Es steht jetzt nicht im Text. „Meins behalten“ oder „Das der anderen behalten“ bringt es zurück.",
  },
};
