/** Says that a document can no longer be seen, and where what was written and not sent is kept. */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import type { Catalogue } from "../../../messages/index.ts";
import type { DocumentName, ReplicaDocument, Tombstone } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { hasAside } from "../../editor/problems.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useSelected } from "../../hooks/use-observable.ts";
import { LogoMark } from "../../shell/logo.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useTombstone } from "../for-good/use-tombstone.ts";

export function LostPage(props: { readonly name: DocumentName; readonly document: ReplicaDocument }): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const stone = useTombstone(props.name);
  const words = stone === null ? text.portal.lost : { ...text.portal.lost, ...goneWords(stone, language, text) };
  const main = useArrival();
  const keeps = useSelected(props.document.state, hasAside);
  const portal = usePortal();
  // It may be the session that has ended, and not a decision about the document.
  useEffect(() => void portal.recheck(), [portal]);
  useDocumentTitle(`${words.title} – ${text.product}`);
  return (
    <>
      <PageHeader />
      <main ref={main} className="awaited" tabIndex={-1}>
        <LogoMark size={44} />
        {/* It may come while somebody is writing: not to be missed. */}
        <div role="alert">
          <h1>{words.title}</h1>
          <p>{words.body}</p>
          <p>{keeps ? words.waits : words.nothing}</p>
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
