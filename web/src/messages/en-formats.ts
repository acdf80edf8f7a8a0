/** The words of files: downloading a text in a form that others can open, and what of a file did not come in. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enFormats = {
  menuItem: "Download…",
  title: "Download this document",
  lead: "The file is made on this device, also without a connection, unless it says otherwise.",
  word: "Word",
  wordHint: "A .docx file, to work on in a word processor.",
  withComments: (count: number) => `With the ${plural(count, "comment thread", `${count} comment threads`)} beside it`,
  html: "Web page",
  htmlHint: "One .html file that needs nothing else, to read, pass on or print.",
  markdown: "Markdown",
  markdownHint: "Plain text with signs, a .md file.",
  fhir: "FHIR (for other software)",
  fhirHint:
    "A .json file in the form that HL7 FHIR R5 has for guidelines, with the clinical questions that you see. The server makes it, from what it has of the document.",
  fhirFailed: "The file could not be made: the server did not give it. It needs a connection. Try once more.",
  failed: "The file could not be made. Nothing is lost: the document is as it was. Try once more.",
  skip: "Skip to the text",

  wordWithChanges: (older: string, newer: string) => `Word: “${newer}”, with the changes since “${older}” tracked`,
  wordOfVersion: (version: string) => `Word: “${version}” as it was`,
  versionFailed: "The file could not be made: the version could not be read from the server. Try once more.",
  /** Whose the changes are, in the list of changes that Word shows. */
  changesSince: (version: string) => `Changes since ${version}`,

  locked: (file: string) =>
    `“${file}” is protected with a password, or in the form that Word used before 2007 (.doc). Nothing was imported. Open it in Word, save it as a .docx file without a password, then import that.`,
  swollen: (file: string) =>
    `“${file}” holds more than a document here can take once it is unpacked. Nothing was imported. Split it into several files.`,
  tooDeep: (file: string) =>
    `In “${file}”, lists, quotes or tables lie deeper within each other than a document here allows. Nothing was imported.`,
  damaged: (file: string) =>
    `“${file}” is damaged, or no Word file. Nothing was imported. If Word opens it, save it there once more as a .docx file.`,
  commentsLeftOut: (count: number) =>
    `${plural(count, "One comment was", `${count} comments were`)} left out: comments belong to whoever made them.`,
  deletionsLeftOut: "Of its tracked changes, insertions were taken and deletions left out.",
  formulasFlattened: (count: number) =>
    `${plural(count, "One formula is", `${count} formulas are`)} there as plain letters: check ${plural(count, "it", "them")} against the file.`,
} as const;
