/** Says that a document can no longer be seen, and where what was written and not sent is kept. */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import type { DocumentName, ReplicaDocument } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { hasAside, hasHandedIn } from "../../editor/problems.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useSelected } from "../../hooks/use-observable.ts";
import { LogoMark } from "../../shell/logo.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { usePortal } from "../context.tsx";

export function LostPage(props: { readonly name: DocumentName; readonly document: ReplicaDocument }): ReactNode {
  const text = useWords();
  const words = text.portal.lost;
  const main = useArrival();
  const keeps = useSelected(props.document.state, hasAside);
  const isHandedIn = useSelected(props.document.state, hasHandedIn);
  // Some of it may still be on its way.
  const waits = useSelected(props.document.state, ({ unconfirmed }) => unconfirmed > 0);
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
          <p>{isHandedIn && !waits ? text.leftBehind.lost : keeps ? words.waits : words.nothing}</p>
        </div>
        <div className="lost-actions">
          {keeps && (
            <Button component={Link} href={`/d/${encodeURIComponent(props.name)}/set-aside`}>
              {words.read}
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
