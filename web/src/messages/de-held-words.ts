/** The words about what was typed after writing was taken from somebody, in German. */
import type { enHeldWords } from "./en-held-words.ts";

export const deHeldWords: typeof enHeldWords = {
  region: "Nicht übernommen",
  title: "Sie können hier gerade nicht schreiben",
  body: "Sie dürfen diesen Text nicht mehr schreiben, oder er ist vorübergehend geschlossen. Was Sie bis dahin geschrieben hatten, ist aufgehoben.",
  backTitle: "Sie können hier wieder schreiben",
  nothingYet:
    "Was Sie jetzt tippen, wird nicht übernommen. Dieser Hinweis verschwindet, sobald Sie wieder schreiben können.",
  notTaken: "Dies wurde nicht übernommen:",
  suggest: "Vorschlagen",
  suggested: "Es steht jetzt in einem Vorschlag von Ihnen",
  insert: "An der Schreibmarke einfügen",
  copy: "Kopieren",
  copied: "Kopiert",
  discard: "Verwerfen",
  failed: "Das ging nicht. Kopieren Sie es, und versuchen Sie es später noch einmal.",
};
