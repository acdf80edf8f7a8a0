/** The language of the page: the one that was chosen on this device, otherwise the first that the browser asks for. */
import { type Language, languageOf, pickLanguage } from "../messages/index.ts";
import { recallLanguage } from "../sync/index.ts";

export function preferredLanguage(): Language {
  return languageOf(recallLanguage() ?? "") ?? pickLanguage(navigator.languages);
}
