/** Says on the page of a community or a document that one’s time there ends soon. */
import type { ReactNode } from "react";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { dayOf } from "../../words/time.ts";
import { endsSoon, whatEnds } from "./term-words.ts";
import { type Place, useTerm } from "./use-term.ts";

export function TermLine(props: { readonly place: Place }): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const now = useNow(60_000);
  const term = useTerm(props.place);
  if (term === null || !endsSoon(term, now)) {
    return null;
  }
  return (
    <Notice tone="notice" title={text.terms.endsTitle(whatEnds(term, text), dayOf(term.until, language))}>
      {text.terms.ends}
    </Notice>
  );
}
