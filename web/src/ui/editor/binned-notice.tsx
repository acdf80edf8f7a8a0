/** Says that the document lies in the bin, to everybody who has it open, and offers the way back. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { ListedDocument } from "../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { useReach } from "../hooks/use-reach.ts";
import { Notice } from "../shell/notice.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeFailure } from "../words/failure.ts";
import { timeAgo } from "../words/time.ts";

const MINUTE_MS = 60_000;

export function BinnedNotice(props: {
  readonly record: ListedDocument;
  readonly readOnly: boolean;
  readonly onRestored: () => void;
}): ReactNode {
  const { record, readOnly, onRestored } = props;
  const text = useWords();
  const language = useLanguage();
  const { session } = useApp();
  const toast = useToast();
  const reachable = useReach();
  const now = useNow(MINUTE_MS);
  const title = record.title === "" ? text.common.untitled : record.title;

  const restore = async (): Promise<void> => {
    try {
      await session.api.restore(record.name);
      toast({ message: text.documents.restored(title) });
    } catch (error) {
      toast({ message: describeFailure(error, text.api), tone: "alarm" });
    }
    onRestored();
  };

  return (
    <Notice
      tone="notice"
      title={text.editor.binnedTitle}
      {...(readOnly
        ? {}
        : {
            action: reachable ? (
              <UnstyledButton className="notice__button" onClick={() => void restore()}>
                {text.editor.binnedRestore}
              </UnstyledButton>
            ) : (
              <span>{text.editor.binnedOffline}</span>
            ),
          })}
    >
      {text.editor.binnedBody(timeAgo(record.deletedAt ?? record.updatedAt, now, language))}{" "}
      {readOnly && text.editor.binnedReader}
    </Notice>
  );
}
