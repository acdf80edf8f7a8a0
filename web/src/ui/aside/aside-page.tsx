/** Everything that is set aside on this device, or what belongs to one document. Works without network. */
import "./aside.css";
import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "wouter";
import type { AsideMatter, DocumentName, LocalDocument } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { Empty } from "../documents/document-list.tsx";
import { useArrival } from "../hooks/use-arrival.ts";
import { useClosedBranches } from "../portal/branches/use-closed-branches.ts";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { AsideCard, UnsentCard } from "./aside-card.tsx";
import { useAside } from "./use-aside.ts";

export default function AsidePage(props: { readonly document: DocumentName | null }): ReactNode {
  const { document } = props;
  const text = useWords();
  const main = useArrival();
  const aside = useAside(document);
  const held = useHeld(document, aside.matters);
  const title = held === null || held.title === "" ? text.common.untitled : held.title;
  const unsent = held?.unconfirmed ?? 0;
  const closed = useClosedBranches();
  const late = document === null ? closed : [];
  useDocumentTitle(`${text.aside.heading} – ${text.product}`);

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      {/* It is all on this device: nothing connects for it. */}
      <PageHeader connection={null} />
      <main ref={main} className="aside-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="aside-page__ways">
          {document === null ? (
            <Link href="/">{text.editor.back}</Link>
          ) : (
            <>
              <Link href={`/d/${encodeURIComponent(document)}`}>{text.aside.back}</Link>
              <Link href="/set-aside">{text.aside.all}</Link>
            </>
          )}
        </nav>
        <h1>{text.aside.heading}</h1>
        <p className="aside-page__lead">{document === null ? text.aside.lead : text.aside.leadOne(title)}</p>
        {aside.failed && <Notice tone="alarm">{text.aside.failed}</Notice>}
        {aside.matters === null && !aside.failed && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {aside.matters !== null &&
          aside.matters.length === 0 &&
          (document === null ? late.length === 0 : unsent === 0) && (
            <Empty title={text.aside.emptyTitle} body={text.aside.emptyBody} />
          )}
        {document !== null && unsent > 0 && (
          <section className="aside-group" aria-label={text.aside.unsentTitle(unsent)}>
            <h2 className="visually-hidden">{title}</h2>
            <UnsentCard document={document} title={title} count={unsent} />
          </section>
        )}
        {late.map(({ name, title: called, unconfirmed }) => (
          <section key={name} className="aside-group" aria-label={text.branches.list.suggestionFor(called)}>
            <h2>{text.branches.list.suggestionFor(called === "" ? text.common.untitled : called)}</h2>
            <UnsentCard document={name as DocumentName} title={called} count={unconfirmed} />
          </section>
        ))}
        {groupsOf(aside.matters ?? []).map(([name, matters]) => (
          <Group key={name} name={name} matters={matters} named={document === null} onChange={aside.refresh} />
        ))}
      </main>
    </>
  );
}

function Group(props: {
  readonly name: DocumentName;
  readonly matters: readonly AsideMatter[];
  readonly named: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { name, matters, named, onChange } = props;
  const text = useWords();
  const given = matters.find((matter) => matter.title !== "")?.title ?? "";
  const title = given === "" ? text.common.untitled : given;
  return (
    <section className="aside-group" aria-label={title}>
      <h2 className={named ? "" : "visually-hidden"}>
        <Link href={`/d/${encodeURIComponent(name)}`} tabIndex={named ? 0 : -1}>
          {title}
        </Link>
      </h2>
      {matters.map((matter) => (
        <AsideCard
          key={matter.kind === "copy" ? matter.copy : `${matter.ids[0]}`}
          matter={matter}
          onChange={onChange}
        />
      ))}
    </section>
  );
}

/** The matters of each document, in the order of their newest. */
function groupsOf(matters: readonly AsideMatter[]): readonly (readonly [DocumentName, readonly AsideMatter[]])[] {
  const groups = new Map<DocumentName, AsideMatter[]>();
  for (const matter of matters) {
    groups.set(matter.document, [...(groups.get(matter.document) ?? []), matter]);
  }
  return [...groups];
}

/** What this device holds of the document, read again with every `round`. */
function useHeld(document: DocumentName | null, round: unknown): LocalDocument | null {
  const { replica } = useApp();
  const [held, setHeld] = useState<LocalDocument | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round means reading again.
  useEffect(() => {
    let current = true;
    replica.localDocuments().then(
      (documents) => current && setHeld(documents.find(({ name }) => name === document) ?? null),
      () => current && setHeld(null),
    );
    return () => {
      current = false;
    };
  }, [replica, document, round]);
  return held;
}
