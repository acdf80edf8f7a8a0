/**
 * The choice of a message catalogue.
 *
 * A `Catalogue` has the shape of the English one with every text widened to `string`. English is always there; other
 * languages are loaded when somebody wants them.
 */
import { en } from "./en.ts";

type Widened<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : T extends readonly string[]
      ? readonly string[]
      : { readonly [Key in keyof T]: Widened<T[Key]> };

export type Catalogue = Widened<typeof en>;

/** The languages that there is a catalogue for, each by its own name. */
export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

/** `tag` (BCP 47) as a language that there is a catalogue for; `null` when there is none. */
export function languageOf(tag: string): Language | null {
  const language = tag.split("-")[0]?.toLowerCase() ?? "";
  return language === "en" || language === "de" ? language : null;
}

/** The first of `tags` (BCP 47, in order of preference) that there is a catalogue for; otherwise English. */
export function pickLanguage(tags: readonly string[]): Language {
  return tags.map(languageOf).find((language) => language !== null) ?? "en";
}

/** The catalogue of a language. Rejects when it cannot be loaded. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case "en":
      return en;
    case "de":
      return (await import("./de.ts")).de;
  }
}

/** The words that are always at hand. */
export const english: Catalogue = en;

/** `text` with the words that are said differently where people have accounts instead of personal links. */
export function wordsInPortal(text: Catalogue): Catalogue {
  const { account, boot, api, documents, editor, problems, reasons } = text.inPortal;
  return {
    ...text,
    account: { ...text.account, ...account },
    boot: { ...text.boot, ...boot },
    api: { ...text.api, ...api },
    documents: { ...text.documents, ...documents },
    editor: { ...text.editor, ...editor },
    problems: { ...text.problems, ...problems },
    reasons: { ...text.reasons, ...reasons },
  };
}
