/**
 * Keeps the citations of an open text written as their style wants, and the list of references that goes with them.
 *
 * A moment after a change the whole text is formatted anew: a citation at the top moves the numbers of all that follow.
 */
import { useEffect, useState } from "react";
import { citationsIn, type Editor, type StandingCitation, sayCitations } from "../../editor/index.ts";
import type { Library, ReferenceId } from "../../references/index.ts";
import type { FormattedCitations } from "../../sync/index.ts";
import { useLanguage, useWords } from "../context.tsx";
import { formatted, wordsOf } from "./format.ts";

/** How long after a change, in milliseconds. */
const SETTLES_MS = 150;

export type CitationsState =
  | { readonly phase: "none" }
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly again: () => void }
  | { readonly phase: "here"; readonly references: FormattedCitations["references"] };

export function useCitations(editor: Editor | null, library: Library): CitationsState {
  const words = useWords().references;
  const language = useLanguage();
  const [state, setState] = useState<CitationsState>({ phase: "none" });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round tries again.
  useEffect(() => {
    if (editor === null) {
      return;
    }
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last: readonly StandingCitation[] | null = null;
    const format = async (): Promise<void> => {
      const citations = citationsIn(editor.state.doc);
      if (last !== null && isAlike(last, citations)) {
        return;
      }
      last = citations;
      if (citations.length === 0) {
        setState({ phase: "none" });
        return;
      }
      setState((before) => (before.phase === "here" ? before : { phase: "loading" }));
      try {
        const answer = await formatted(citations, library, language);
        if (!current || last !== citations) {
          return;
        }
        const said = citations.map(({ refs, label }, index) => {
          const isMissing = refs.length === 0 || refs.some((id) => !library.items.has(id as ReferenceId));
          const text = wordsOf(answer.citations[index] ?? []);
          const titles = refs.map((id) => library.items.get(id as ReferenceId)?.title ?? words.missingTitle);
          return {
            text: isMissing ? `${text}[${words.missing(label)}]` : text,
            isMissing,
            title: titles.join("\n"),
          };
        });
        // What was typed meanwhile has moved them; the next round is on its way then.
        if (isAlike(citations, citationsIn(editor.state.doc), "where they stand")) {
          sayCitations(editor.view, citations, said);
        } else {
          last = null;
          later();
        }
        setState({ phase: "here", references: answer.references });
      } catch {
        if (current) {
          setState({ phase: "failed", again: () => setRound((before) => before + 1) });
        }
      }
    };
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void format(), SETTLES_MS);
    };
    const onTransaction = ({ transaction }: { readonly transaction: { readonly docChanged: boolean } }): void => {
      if (transaction.docChanged) {
        later();
      }
    };
    editor.on("transaction", onTransaction);
    void format();
    return () => {
      current = false;
      clearTimeout(timer);
      editor.off("transaction", onTransaction);
    };
  }, [editor, library, language, words, round]);
  return state;
}

/** Whether two lists cite the same in the same order; where they stand only matters where they are shown. */
function isAlike(
  one: readonly StandingCitation[],
  other: readonly StandingCitation[],
  how: "what they cite" | "where they stand" = "what they cite",
): boolean {
  return (
    one.length === other.length &&
    one.every((citation, index) => {
      const same = other[index];
      return (
        same !== undefined &&
        citation.locator === same.locator &&
        citation.label === same.label &&
        citation.refs.join(" ") === same.refs.join(" ") &&
        (how === "what they cite" || citation.at === same.at)
      );
    })
  );
}
