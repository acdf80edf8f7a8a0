/**
 * The choice of a message catalogue.
 *
 * A `Catalogue` has the shape of the English one with every text widened to `string`; `pickCatalogue` takes the
 * reader's languages in order of preference and falls back to English.
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

const catalogues: ReadonlyMap<string, Catalogue> = new Map([["en", en]]);

/** The catalogue for the first of `languages` (BCP 47 tags) that there is one for, and its language. */
export function pickCatalogue(languages: readonly string[]): { readonly language: string; readonly text: Catalogue } {
  for (const tag of languages) {
    const language = tag.split("-")[0]?.toLowerCase() ?? "";
    const text = catalogues.get(language);
    if (text !== undefined) {
      return { language, text };
    }
  }
  return { language: "en", text: en };
}

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
