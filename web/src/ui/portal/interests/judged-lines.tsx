/** Who takes no full part in a question, and why; to the person whom it concerns, in words that speak to them. */
import "./interests.css";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { DocumentName, QuestionId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export function JudgedLines(props: { readonly document: DocumentName; readonly question: QuestionId }): ReactNode {
  const { document, question } = props;
  const words = useWords().interests;
  const portal = usePortal();
  const { account } = useSignedIn();
  const ask = useCallback((signal: AbortSignal) => portal.api.interests.about(document, signal), [portal, document]);
  // While somebody looks: a judgement holds at once, and they are to know why.
  const { value } = useAsked(ask, nothing, "live");
  if (value === null) {
    return null;
  }
  const concerns = value.judgements.filter(
    (judgement) => judgement.verdict !== "full" && (judgement.question === null || judgement.question === question),
  );
  const mine = concerns.filter(({ member }) => member.id === account.id);
  const others = concerns.filter(({ member }) => member.id !== account.id);
  return (
    <>
      {mine.map((judgement) => (
        <Notice
          key={judgement.question ?? ""}
          tone="notice"
          title={
            judgement.question === null
              ? words.line.mineDocument(judgement.reason)
              : words.line.mineDiscusses(judgement.reason)
          }
        >
          {words.line.writes}
        </Notice>
      ))}
      {(others.length > 0 || value.mayJudge) && (
        <div className="judged-lines">
          {others.length > 0 && (
            <>
              <p className="judged-lines__head">{words.line.heading}</p>
              <ul>
                {others.map(({ member, verdict, reason, question: about }) => (
                  <li key={`${member.id} ${about ?? ""}`}>
                    {words.line.others(member.name, words.short[verdict], reason)}
                  </li>
                ))}
              </ul>
            </>
          )}
          {value.mayJudge && <Link href={`/c/${value.community}/interests`}>{words.line.judge}</Link>}
        </div>
      )}
    </>
  );
}
