/**
 * Says that a document can no longer be seen, and where what was written and not sent is kept. Goes by itself when it can
 * be seen again.
 */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useMemo } from "react";
import { Link } from "wouter";
import type { Catalogue } from "../../../messages/index.ts";
import { CommentDrafts, type DocumentName, type ReplicaDocument, type Tombstone } from "../../../sync/index.ts";
import { KeptDrafts } from "../../comments/kept-drafts.tsx";
import { useLanguage, useWords } from "../../context.tsx";
import "../../comments/comments.css";
import { hasAside, hasHandedIn } from "../../editor/problems.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useObservable, useSelected } from "../../hooks/use-observable.ts";
import { LogoMark } from "../../shell/logo.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { pointInTime } from "../../words/time.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useTombstone } from "../for-good/use-tombstone.ts";
import { overWords } from "../terms/term-words.ts";
import { useTerm } from "../terms/use-term.ts";
import { nothing, useAsked } from "../use-asked.ts";

/** Between the word that a document may be seen again and opening it, in milliseconds. */
const PAUSE_MS = 1_500;

export function LostPage(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  /** Settles when the server lets this member see it. The same at every rendering. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
  readonly openAgain: () => void;
}): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const stone = useTombstone(props.name);
  const ended = overWords(useTerm({ document: props.name }), language, text);
  const words = {
    ...text.portal.lost,
    ...(stone === null ? ended : goneWords(stone, language, text)),
  };
  const main = useArrival();
  const keeps = useSelected(props.document.state, hasAside);
  const isHandedIn = useSelected(props.document.state, hasHandedIn);
  // Some of it may still be on its way.
  const waits = useSelected(props.document.state, ({ unconfirmed }) => unconfirmed > 0);
  const portal = usePortal();
  const { account } = useSignedIn();
  const drafts = useMemo(() => new CommentDrafts(account.id, props.name), [account.id, props.name]);
  const hasDrafts = useObservable(drafts.all).length > 0;
  // It may be the session that has ended, and not a decision about the document.
  useEffect(() => void portal.recheck(), [portal]);
  const { ask, openAgain } = props;
  // What was deleted for good does not come back; anything else may be opened to this member again.
  const { value: isBack } = useAsked(
    useCallback((signal) => ask(signal).then(() => true), [ask]),
    nothing,
    stone === null ? "awaited" : "once",
  );
  useEffect(() => {
    if (isBack === true) {
      // Not at once: where the two answers of the server differ, it is not to be asked in a tight circle.
      const timer = setTimeout(openAgain, PAUSE_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [isBack, openAgain]);
  useDocumentTitle(`${words.title} – ${text.product}`);
  const whatBecame = (): string => {
    if (isHandedIn && !waits) {
      return text.leftBehind.lost;
    }
    if (keeps) {
      return words.waits;
    }
    return hasDrafts ? words.draft : words.nothing;
  };
  return (
    <>
      <PageHeader />
      <main ref={main} className="awaited" tabIndex={-1}>
        <LogoMark size={44} />
        {/* It may come while somebody is writing: not to be missed. */}
        <div role="alert">
          <h1>{words.title}</h1>
          <p>{words.body}</p>
          <p>{whatBecame()}</p>
        </div>
        <div className="lost-drafts">
          <KeptDrafts drafts={drafts} />
        </div>
        <div className="lost-actions">
          {keeps && (
            <Button component={Link} href={`/d/${encodeURIComponent(props.name)}/set-aside`}>
              {words.read}
            </Button>
          )}
          {stone !== null && (
            <Button component={Link} href={`/c/${stone.community}/ledger`} variant="default">
              {text.forGood.gone.toLedger}
            </Button>
          )}
          <Button component={Link} href="/" variant="default">
            {words.toHome}
          </Button>
        </div>
      </main>
    </>
  );
}

/** What is said otherwise where the document does not exist any more. */
function goneWords(
  { deletedBy, deletedAt }: Tombstone,
  language: string,
  { forGood }: Catalogue,
): { readonly title: string; readonly body: string; readonly nothing: string } {
  const { gone } = forGood;
  return { title: gone.title, body: gone.body(deletedBy, pointInTime(deletedAt, language)), nothing: gone.nothing };
}
