/** Die Wörter zu Dateien, auf Deutsch. */
import type { Catalogue } from "./index.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const deFormats: Catalogue["formats"] = {
  menuItem: "Herunterladen …",
  title: "Dieses Dokument herunterladen",
  lead: "Die Datei entsteht auf diesem Gerät, auch ohne Verbindung, wenn nichts anderes dabeisteht.",
  word: "Word",
  wordHint: "Eine .docx-Datei zum Weiterarbeiten in einer Textverarbeitung.",
  withComments: (count) => `Mit ${plural(count, "dem Kommentarfaden", `den ${count} Kommentarfäden`)} am Rand`,
  html: "Webseite",
  htmlHint: "Eine einzige .html-Datei, die nichts weiter braucht: zum Lesen, Weitergeben oder Drucken.",
  markdown: "Markdown",
  markdownHint: "Einfacher Text mit Zeichen, eine .md-Datei.",
  fhir: "FHIR (für andere Software)",
  fhirHint:
    "Eine .json-Datei in der Form, die HL7 FHIR R5 für Leitlinien vorsieht, mit den klinischen Fragen, die Sie sehen. Der Server erstellt sie aus dem, was er vom Dokument hat.",
  fhirFailed:
    "Die Datei konnte nicht erstellt werden: Der Server hat sie nicht gegeben. Sie braucht eine Verbindung. Versuchen Sie es noch einmal.",
  failed:
    "Die Datei konnte nicht erstellt werden. Nichts ist verloren: Das Dokument ist unverändert. Versuchen Sie es noch einmal.",
  skip: "Zum Text springen",

  wordWithChanges: (older, newer) => `Word: „${newer}“, mit den nachverfolgten Änderungen seit „${older}“`,
  wordOfVersion: (version) => `Word: „${version}“, wie es war`,
  versionFailed:
    "Die Datei konnte nicht erstellt werden: Die Fassung ließ sich nicht vom Server lesen. Versuchen Sie es noch einmal.",
  changesSince: (version) => `Änderungen seit ${version}`,

  locked: (file) =>
    `„${file}“ ist durch ein Kennwort geschützt oder in der Form, die Word vor 2007 verwendete (.doc). Nichts wurde eingelesen. Öffnen Sie die Datei in Word, speichern Sie sie als .docx ohne Kennwort und lesen Sie diese ein.`,
  swollen: (file) =>
    `„${file}“ enthält ausgepackt mehr, als ein Dokument hier aufnehmen kann. Nichts wurde eingelesen. Teilen Sie die Datei auf.`,
  tooDeep: (file) =>
    `In „${file}“ liegen Listen, Zitate oder Tabellen tiefer ineinander, als ein Dokument hier zulässt. Nichts wurde eingelesen.`,
  damaged: (file) =>
    `„${file}“ ist beschädigt oder keine Word-Datei. Nichts wurde eingelesen. Falls Word sie öffnet, speichern Sie sie dort noch einmal als .docx.`,
  commentsLeftOut: (count) =>
    `${plural(count, "Ein Kommentar wurde", `${count} Kommentare wurden`)} ausgelassen: Kommentare gehören denen, die sie gemacht haben.`,
  deletionsLeftOut: "Von den nachverfolgten Änderungen wurden Einfügungen übernommen und Löschungen ausgelassen.",
  formulasFlattened: (count) =>
    `${plural(count, "Eine Formel steht", `${count} Formeln stehen`)} als einfache Buchstaben da: Vergleichen Sie sie mit der Datei.`,
};
