/** Die Worte der Literatur und der Zitate, auf Deutsch. */
import type { Catalogue } from "./index.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const deReferences: Catalogue["references"] = {
  menuItem: "Literatur",
  heading: "Literatur",
  lead: "Was dieses Dokument zitieren kann. Alle, die es bearbeiten dürfen, teilen diese Liste, auch ohne Verbindung.",
  toDocument: "Zurück zum Dokument",
  none: "Noch keine Literatur",
  noneBody:
    "Tragen Sie eine Angabe von Hand ein, oder importieren Sie eine Datei aus PubMed, Zotero, EndNote oder einem anderen Literaturprogramm.",
  add: "Angabe eintragen",
  import: "Importieren…",
  style: "So wird zitiert",
  styles: { numbered: "Mit Nummern (Vancouver)", "author-date": "Mit Namen und Jahr (APA)" },
  find: "In der Literatur suchen",
  count: (found: number, all: number) =>
    found === all ? `${all} ${plural(all, "Angabe", "Angaben")}` : `${found} von ${all} Angaben`,
  more: (count: number) => `und ${count} weitere`,
  edit: (name: string) => `„${name}“ bearbeiten`,
  remove: (name: string) => `„${name}“ entfernen`,
  removed: (name: string) => `„${name}“ ist entfernt. Wo es zitiert ist, steht im Text, dass die Angabe fehlt.`,
  removedHeading: "Entfernt",
  removedLead: "Entferntes kann zurückgeholt werden, mit allem, was darin stand.",
  restore: "Zurückholen",
  restoreThis: (name: string) => `„${name}“ zurückholen`,
  cancel: "Abbrechen",
  apply: "Übernehmen",
  back: "Zurück",

  tool: "Zitieren",
  cite: "Literatur zitieren",
  changeCitation: "Dieses Zitat ändern",
  citeNow: "Zitieren",
  which: "Literatur",
  whichHint: "Geben Sie einen Namen, ein Wort des Titels oder ein Jahr ein.",
  noneFound: "Keine Angabe dieses Dokuments hat diese Wörter.",
  locator: "Stelle darin",
  locatorHint: "Eine Seite wie 12 oder 12-14, oder Wörter wie Tabelle 2. Kann leer bleiben.",
  nothingToCite: "Dieses Dokument hat noch keine Literatur. Tragen Sie zuerst etwas ein, oder importieren Sie.",
  toPage: "Literatur dieses Dokuments",
  missing: (label: string) => (label === "" ? "Angabe fehlt" : `Angabe fehlt: ${label}`),
  missingTitle: "Diese Angabe wurde entfernt, oder sie gehört nicht zu diesem Dokument.",
  formatting: "Das Verzeichnis wird erstellt.",
  notFormatted: "Das Verzeichnis konnte nicht erstellt werden: Ein Teil der App fehlt. Verloren ist nichts.",
  again: "Noch einmal versuchen",

  importTitle: "Literatur importieren",
  importLead:
    "Eine Datei in BibTeX (.bib), RIS (.ris) oder CSL-JSON (.json), bis 5 MB und 5.000 Angaben. Sie wird auf diesem Gerät gelesen. Zuerst sehen Sie, was gelesen wurde.",
  chooseFile: "Datei wählen…",
  paste: "Oder fügen Sie ihren Text hier ein",
  readPasted: "Lesen",
  importNow: "Importieren",
  imported: (count: number) => `${count} ${plural(count, "Angabe", "Angaben")} hinzugefügt.`,
  formats: { bibtex: "BibTeX", ris: "RIS", "csl-json": "CSL-JSON" },
  found: (count: number, format: string) => `${count} neue ${plural(count, "Angabe", "Angaben")} (${format}).`,
  already: (count: number) =>
    count === 1
      ? "Eine ist schon hier oder zweimal in der Datei"
      : `${count} sind schon hier oder zweimal in der Datei`,
  whatWithAll: "Was mit ihnen geschieht",
  whatWith: (name: string) => `Was mit „${name}“ geschieht`,
  choices: { fill: "Leere Felder füllen", keep: "Beide behalten", skip: "Weglassen" },
  sameBy: { doi: "dieselbe DOI", pmid: "dieselbe PubMed-Nummer", title: "derselbe Titel im selben Jahr" },
  sameAs: (name: string, by: string) => `Hier als „${name}“: ${by}`,
  sameAsLine: (line: number, by: string) => `Wie in Zeile ${line} der Datei: ${by}. Behalten oder weglassen.`,
  problems: (count: number) =>
    count === 1
      ? "Eines konnte nicht so gelesen werden, wie es dasteht"
      : `${count} Stellen konnten nicht so gelesen werden, wie sie dastehen`,
  problem: (line: number, why: string, about: string) =>
    about === "" ? `Zeile ${line}: ${why}` : `Zeile ${line} (${about}): ${why}`,
  whys: {
    malformed: "nicht in der Form solcher Dateien; weggelassen",
    unfinished: "endet, bevor es vollständig ist",
    "too-deep": "Klammern liegen zu tief ineinander; weggelassen",
    "nothing-to-cite": "hat weder Titel noch Namen noch Zeitschrift; weggelassen",
    "unknown-abbreviation": "eine Abkürzung, die die Datei nicht erklärt; übernommen, wie sie dasteht",
  },
  refusals: {
    "too-large": "Das sind mehr als 5 MB. Nichts wurde importiert. Teilen Sie es in mehrere Dateien.",
    "too-many": "Darin sind mehr als 5.000 Angaben. Nichts wurde importiert. Teilen Sie es in mehrere Dateien.",
    "too-broken":
      "Darin sind mehr als 1.000 Fehler. Nichts wurde importiert. Exportieren Sie es noch einmal aus Ihrem Literaturprogramm.",
    "unknown-format":
      "Das ist weder BibTeX noch RIS noch CSL-JSON. Nichts wurde importiert. Exportieren Sie es aus Ihrem Literaturprogramm in einer dieser Formen.",
    "nothing-found": "Darin ist keine Angabe. Nichts wurde importiert.",
    "library-full": "Ein Dokument kann 10.000 Angaben haben. Nichts wurde importiert.",
    undecodable:
      "Der Text dieser Datei konnte nicht gelesen werden. Nichts wurde importiert. Speichern Sie sie als UTF-8, und versuchen Sie es noch einmal.",
  },

  form: {
    add: "Angabe eintragen",
    edit: "Diese Angabe bearbeiten",
    addNow: "Eintragen",
    authorsHint: "In jeder Zeile einer: Nachname, Vorname. Eine Organisation ohne Komma.",
    titleMissing: "Geben Sie einen Titel ein.",
    wrong: {
      DOI: "Eine DOI beginnt mit 10., zum Beispiel 10.1056/NEJMoa2034577.",
      PMID: "Eine PubMed-Nummer hat bis zu neun Ziffern.",
      URL: "Eine Adresse beginnt mit https:// oder http://.",
      issued: "Geben Sie ein Jahr, einen Monat oder einen Tag ein: 2024, 2024-05 oder 2024-05-31.",
    },
  },
  fields: {
    type: "Art",
    title: "Titel",
    author: "Autorinnen und Autoren",
    "container-title": "Zeitschrift oder Buch, worin es steht",
    issued: "Datum oder Jahr",
    volume: "Band",
    issue: "Heft",
    page: "Seiten",
    publisher: "Verlag",
    "publisher-place": "Ort",
    DOI: "DOI",
    PMID: "PubMed-Nummer",
    URL: "Adresse",
  },
  types: {
    "article-journal": "Artikel",
    book: "Buch",
    chapter: "Kapitel eines Buchs",
    "paper-conference": "Konferenzbeitrag",
    report: "Bericht oder Leitlinie",
    thesis: "Hochschulschrift",
    webpage: "Webseite",
    legislation: "Gesetz",
    dataset: "Daten",
    software: "Software",
    manuscript: "Manuskript",
    patent: "Patent",
    document: "Anderes",
  },

  evidence: "Belege aus der Literatur",
  evidenceHint: "Angaben des Dokuments, auf denen das beruht.",
  noEvidence: "Keine gewählt",
};
