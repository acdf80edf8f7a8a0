/** What is different from the version before: made from the two frozen texts, so it is the same for whoever looks. */
import "../history/history.css";
import { Loader } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import type { PublicationId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { Notice } from "../../shell/notice.tsx";
import { ComparisonView } from "../history/comparison-view.tsx";
import { recommendationChanges } from "../questions/said-questions.ts";
import { nothing, useAsked } from "../use-asked.ts";
import { type FrozenText, loadPublished, useFrozen } from "./use-frozen.ts";

const loadPast = piece(() => import("../../../editor/past/index.ts"));

export function ChangeLog(props: {
  readonly before: { readonly id: PublicationId; readonly number: string };
  readonly after: FrozenText;
}): ReactNode {
  const { before } = props;
  const text = useWords();
  const words = text.publication.page;
  const old = useFrozen(before.id);
  return (
    <section className="version-changes" aria-labelledby="version-changes">
      <h2 id="version-changes">{words.changesHeading}</h2>
      <p className="version-lead">{words.changesSince(before.number)}</p>
      {old.value === null && old.error === null && <Loader size="sm" role="img" aria-label={text.common.loading} />}
      {old.error !== null && <Notice tone="alarm">{words.changesFailed}</Notice>}
      {old.value !== null && <Changes before={old.value} after={props.after} />}
    </section>
  );
}

function Changes(props: { readonly before: FrozenText; readonly after: FrozenText }): ReactNode {
  const { before, after } = props;
  const text = useWords();
  const words = text.publication.page;
  const ask = useCallback(async () => {
    const [{ compare }, { sectionsOf, documentOf }] = await Promise.all([loadPast(), loadPublished()]);
    // Questions are compared by what they say, below; here it is the text.
    const prose = ({ frozen }: FrozenText) => ({ title: frozen.title, body: documentOf(frozen.blocks) });
    return sectionsOf(compare(prose(before), prose(after)));
  }, [before, after]);
  const { value: sections, error } = useAsked(ask, nothing, "once");
  const questions = recommendationChanges(before.frozen.questions, after.frozen.questions, text);
  if (error !== null) {
    return <Notice tone="alarm">{words.changesFailed}</Notice>;
  }
  if (sections === null) {
    return <Loader size="sm" role="img" aria-label={text.common.loading} />;
  }
  return (
    <>
      {questions.length > 0 && (
        <>
          <h3>{words.questionsChanged}</h3>
          <ul className="version-changes__questions">
            {questions.map(({ title, changes }) => (
              <li key={title}>
                <strong>{title}</strong>
                {changes.map((change) => (
                  <span key={change}>{change}</span>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
      {sections.map(({ at, heading, changes }) => (
        <div key={at}>
          <h3>{heading ?? words.beginning}</h3>
          <ComparisonView compared={changes} view="inline" />
        </div>
      ))}
      {sections.length === 0 && questions.length === 0 && <p>{words.noChanges}</p>}
    </>
  );
}
