/** All suggestions for a document that one may see: the open ones, and what became of the others. */
import "./branches.css";
import { Button, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useId } from "react";
import { Link } from "wouter";
import type { Catalogue } from "../../../messages/index.ts";
import { type Branch, type DocumentName, isUnreachable } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";
import { BranchActions } from "./branch-actions.tsx";
import { describeFate, titleOf } from "./branch-words.ts";
import { branchPath, changesPath, documentPath } from "./paths.ts";
import { usePassages } from "./use-passages.ts";
import { useSuggest } from "./use-suggest.ts";

const MINUTE_MS = 60_000;

export function SuggestionsPage(props: { readonly document: DocumentName }): ReactNode {
  const { document } = props;
  const text = useWords();
  const words = text.branches;
  const main = useArrival();
  useDocumentLook(document);
  const portal = usePortal();
  const { busy, suggest } = useSuggest(document);
  const ask = useCallback((signal: AbortSignal) => portal.api.branches.of(document, signal), [portal, document]);
  const { value: branches, error, refresh } = useAsked(ask);
  const isLost = isUnreachable(error);
  const first = branches?.[0];
  const heading = first === undefined ? words.list.pageTitle : words.list.heading(titleOf(first, text));
  useDocumentTitle(`${heading} – ${text.product}`);
  const open = branches?.filter(({ state }) => state === "open") ?? [];
  const passages = usePassages(open);
  const decided = branches?.filter(({ state }) => state !== "open") ?? [];
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(isLost ? "lost" : branches === null ? "asking" : "reached", text.connection)}
      />
      <main ref={main} className="branch-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="branch-page__ways">
          <Link href={documentPath(document)}>{words.toDocument}</Link>
        </nav>
        <h1>{heading}</h1>
        <p className="branch-page__lead">{words.list.lead}</p>
        {error !== null && (
          <Notice tone={isLost ? "plain" : "alarm"}>{describePortalFailure(error, text, words.codes)}</Notice>
        )}
        {branches === null && error === null && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {branches !== null && (
          <div className="branch-page__begin">
            <Button loading={busy} disabled={isLost} onClick={suggest}>
              {words.suggest}
            </Button>
          </div>
        )}
        {branches?.length === 0 && <Empty title={words.list.empty} body={words.list.emptyBody} />}
        <BranchList heading={words.list.open} branches={open} passages={passages} onChange={refresh} />
        <BranchList heading={words.list.decided} branches={decided} passages={passages} onChange={refresh} />
      </main>
    </>
  );
}

function BranchList(props: {
  readonly heading: string;
  readonly branches: readonly Branch[];
  readonly passages: ReadonlyMap<DocumentName, number>;
  readonly onChange: () => void;
}): ReactNode {
  const { heading, branches, passages, onChange } = props;
  const id = useId();
  return branches.length === 0 ? null : (
    <section className="branch-group" aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      <ul className="branch-list">
        {branches.map((branch) => (
          <BranchRow
            key={branch.name}
            branch={branch}
            passages={passages.get(branch.name) ?? null}
            onChange={onChange}
          />
        ))}
      </ul>
    </section>
  );
}

function headingOf(branch: Branch, text: Catalogue): string {
  switch (branch.kind) {
    case "draft":
      return text.branches.list.draft;
    case "suggestion":
      return text.branches.list.by(branch.author.name);
    case "left-behind":
      return text.leftBehind.by(branch.author.name);
  }
}

function BranchRow(props: {
  readonly branch: Branch;
  /** How many it changes; `null` where that is not known. */
  readonly passages: number | null;
  readonly onChange: () => void;
}): ReactNode {
  const { branch, passages, onChange } = props;
  const text = useWords();
  const words = text.branches;
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  return (
    <li className="branch-card">
      <h3>{headingOf(branch, text)}</h3>
      {branch.kind === "left-behind" && <p className="branch-card__facts">{text.leftBehind.label}</p>}
      <p className="branch-card__facts">
        {[
          describeFate(branch, now, language, text),
          ...(passages === null ? [] : [passages === 0 ? words.changes.none : words.changes.count(passages)]),
        ].join(" · ")}
      </p>
      {branch.note !== "" && <p className="branch-card__note">{branch.note}</p>}
      <BranchActions branch={branch} onChange={onChange}>
        <Button component={Link} href={changesPath(branch)} variant={branch.mayMerge ? "filled" : "default"}>
          {words.review}
        </Button>
        <Button component={Link} href={branchPath(branch)} variant="default">
          {words.toText}
        </Button>
      </BranchActions>
    </li>
  );
}
