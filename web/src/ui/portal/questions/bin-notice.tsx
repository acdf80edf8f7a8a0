/** Says that the open question is in the bin, and takes it out: what is written there is in no version of the guideline. */
import { type ReactNode, useCallback, useState } from "react";
import { type DocumentName, isUnreachable, type Question, type QuestionId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export function BinNotice(props: { readonly document: DocumentName; readonly id: QuestionId }): ReactNode {
  const { document, id } = props;
  const text = useWords();
  const words = text.questions;
  const portal = usePortal();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const ask = useCallback(
    async (signal: AbortSignal): Promise<Question | null> => {
      const questions = await portal.api.questions.of(document, signal);
      return questions.find((question) => question.id === id) ?? null;
    },
    [portal, document, id],
  );
  // Once: the server reads every question to answer, which is too much for each open page again and again.
  const { value, take } = useAsked(ask, nothing, "once");
  if (value === null || value.binnedAt === null) {
    return null;
  }
  const restore = async (): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.questions.restore(document, id);
      take({ ...value, binnedAt: null });
    } catch (error) {
      const message = isUnreachable(error) ? words.restoreOffline : describePortalFailure(error, text, words.codes);
      toast({ message, tone: "alarm" });
    }
    setBusy(false);
  };
  return (
    <Notice
      tone="notice"
      title={words.binnedTitle}
      action={
        value.mayWrite && (
          <button type="button" className="notice__button" disabled={busy} onClick={() => void restore()}>
            {words.restore}
          </button>
        )
      }
    >
      {words.binnedBody}
    </Notice>
  );
}
