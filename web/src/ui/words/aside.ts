/** What is set aside, in words: what happened, what it means, what to do. */
import type { Catalogue } from "../../messages/index.ts";
import { type AsideMatter, canBeOfferedAgain, type EditContent, HANDED_IN, type Stretch } from "../../sync/index.ts";
import { sayReason } from "./reason.ts";

export interface AsideWords {
  readonly title: string;
  readonly happened: string;
  readonly means: string;
  readonly todo: string;
}

export function describeAside(matter: AsideMatter, catalogue: Catalogue): AsideWords {
  const text = catalogue.aside;
  if (matter.kind === "copy") {
    return {
      title: text.copyTitle,
      happened: text.copyHappened,
      means: matter.unconfirmed > 0 ? text.copyHere : text.copyThere,
      todo: text.copyDo,
    };
  }
  const { reason, onServer, ids } = matter;
  if (reason === HANDED_IN && onServer === "all") {
    const { edits, happened, means, todo } = catalogue.leftBehind;
    return { title: edits(ids.length), happened, means, todo };
  }
  const means = { all: text.keptServer, some: text.keptPartly, nothing: text.keptDevice } as const;
  return {
    title: text.editsTitle(ids.length),
    happened: text.happened[reason] ?? text.happenedOtherwise(sayReason(reason, catalogue)),
    means: means[onServer],
    todo: canBeOfferedAgain(matter) ? text.doOffer : reason === "too-large" ? text.doSplit : text.doReport,
  };
}

/** The added words alone, a passage a paragraph. */
export function wordsIn({ passages }: EditContent): string {
  return passages
    .map((passage) =>
      passage
        .filter(({ kind }) => kind === "added")
        .map(({ text }) => text)
        .join(" … "),
    )
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The passages as plain text, with what was added and removed in brackets. */
export function transcript({ passages }: EditContent, text: Catalogue["aside"]): string {
  const say: Readonly<Record<Stretch["kind"], (words: string) => string>> = {
    kept: (words) => words,
    added: text.fileAdded,
    removed: text.fileRemoved,
  };
  return passages.map((passage) => passage.map(({ kind, text: words }) => say[kind](words)).join("")).join("\n\n");
}
