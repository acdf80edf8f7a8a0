/** The documents in the bin, each with the way back. */
import { Button, Loader } from "@mantine/core";
import { RotateCcw } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { ListedDocument } from "../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { useToast } from "../shell/toast.tsx";
import { describeFailure } from "../words/failure.ts";
import { timeAgo } from "../words/time.ts";
import { Empty } from "./document-list.tsx";
import type { Library } from "./use-library.ts";

export function BinList(props: {
  readonly library: Library;
  /** What else can be done with one, beside the way back. */
  readonly further?: (document: ListedDocument, title: string) => ReactNode;
}): ReactNode {
  const text = useWords();
  const { binned, error, reachable, refresh } = props.library;
  if (binned === null) {
    return error === null ? (
      <div className="documents__waiting" aria-busy="true">
        <Loader size="sm" role="img" aria-label={text.common.loading} />
      </div>
    ) : (
      <Empty title={text.documents.binHeading} body={text.documents.binOffline} />
    );
  }
  if (binned.length === 0) {
    return <Empty title={text.documents.emptyBinTitle} body={text.documents.emptyBinBody} />;
  }
  return (
    <ul className="document-list">
      {binned.map((document) => (
        <BinRow
          key={document.name}
          document={document}
          reachable={reachable}
          refresh={refresh}
          further={props.further}
        />
      ))}
    </ul>
  );
}

function BinRow(props: {
  readonly document: ListedDocument;
  readonly reachable: boolean;
  readonly refresh: () => void;
  readonly further: ((document: ListedDocument, title: string) => ReactNode) | undefined;
}): ReactNode {
  const { document, refresh } = props;
  const text = useWords();
  const language = useLanguage();
  const { session } = useApp();
  const toast = useToast();
  const now = useNow(60_000);
  const title = document.title === "" ? text.common.untitled : document.title;
  const mayWrite = (document.sharing?.access ?? session.grants().of(document.name)) === "write";
  const reason = mayWrite ? (props.reachable ? null : text.documents.needsServer) : text.documents.needsWriting;
  const reasonId = useId();

  const restore = async (): Promise<void> => {
    try {
      await session.api.restore(document.name);
      toast({ message: text.documents.restored(title) });
    } catch (error) {
      toast({ message: describeFailure(error, text.api), tone: "alarm" });
    }
    refresh();
  };

  return (
    <li className="document-row document-row--binned">
      <div className="document-row__link">
        <span className="document-row__title">{title}</span>
        <span className="document-row__facts">
          {text.documents.deleted(timeAgo(document.deletedAt ?? document.updatedAt, now, language))}
        </span>
      </div>
      <div className="document-row__restore">
        <Button
          variant="default"
          leftSection={<RotateCcw size={16} aria-hidden="true" />}
          aria-label={`${text.documents.restore}: ${title}`}
          disabled={reason !== null}
          {...(reason === null ? {} : { "aria-describedby": reasonId })}
          onClick={() => void restore()}
        >
          {text.documents.restore}
        </Button>
        {props.further?.(document, title)}
        {reason !== null && (
          <span id={reasonId} className="button-reason">
            {reason}
          </span>
        )}
      </div>
    </li>
  );
}
