/** What a suggestion changes, passage by passage; whoever may write the document takes it here, wholly or in part. */
import "./branches.css";
import { Button, Checkbox, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useId, useState } from "react";
import { Link, useLocation } from "wouter";
import { type Branch, type BranchChange, type DocumentName, hasCode, isUnreachable } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { timeAgo } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";
import { BranchActions } from "./branch-actions.tsx";
import { describeBranch, titleOf } from "./branch-words.ts";
import { ComparedTextView } from "./compared-text-view.tsx";
import { branchPath, documentPath, suggestionsPath } from "./paths.ts";

const MINUTE_MS = 60_000;

interface Comparison {
  readonly branch: Branch;
  readonly changes: readonly BranchChange[];
}

export function ChangesPage(props: { readonly document: DocumentName; readonly name: DocumentName }): ReactNode {
  const { document, name } = props;
  const text = useWords();
  const words = text.branches;
  const main = useArrival();
  useDocumentLook(document);
  const portal = usePortal();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<Comparison> => {
      const { branches } = portal.api;
      const [branch, changes] = await Promise.all([branches.one(name, signal), branches.changes(name, signal)]);
      return { branch, changes };
    },
    [portal, name],
  );
  const { value: comparison, error, refresh } = useAsked(ask);
  const isLost = isUnreachable(error);
  useDocumentTitle(`${words.changes.pageTitle} – ${text.product}`);
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(isLost ? "lost" : comparison === null ? "asking" : "reached", text.connection)}
      />
      <main ref={main} className="branch-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="branch-page__ways">
          <Link href={documentPath(document)}>{words.toDocument}</Link>
          <Link href={suggestionsPath(document)}>{words.toList}</Link>
        </nav>
        {comparison === null && <h1>{words.changes.pageTitle}</h1>}
        {error !== null && (
          <Notice tone={isLost ? "plain" : "alarm"}>{describePortalFailure(error, text, words.codes)}</Notice>
        )}
        {comparison === null && error === null && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {comparison !== null && <Review {...comparison} onChange={refresh} />}
      </main>
    </>
  );
}

function Review(props: Comparison & { readonly onChange: () => void }): ReactNode {
  const { branch, changes, onChange } = props;
  const text = useWords();
  const words = text.branches.changes;
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { busy, failure, merge } = useMerge(branch, onChange);
  // What changed since it was chosen is another change, and not chosen.
  const taking = changes.filter(({ id }) => chosen.has(id));
  const mayTake = branch.mayMerge && changes.length > 0;
  const isLeft = branch.kind === "left-behind";
  const left = text.leftBehind;

  const choose = (id: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) {
      next.add(id);
    } else {
      next.delete(id);
    }
    setChosen(next);
  };

  return (
    <>
      <h1>{branch.mine ? words.headingMine : (isLeft ? left : words).heading(branch.author.name)}</h1>
      <p className="branch-page__lead">{words.for(titleOf(branch, text))}</p>
      {branch.leftAt !== null && (
        <Notice tone="notice" title={left.label}>
          {left.by(branch.author.name)}. {left.arrived(timeAgo(branch.leftAt, now, language))}.
        </Notice>
      )}
      {branch.note !== "" && (
        <div className="branch-note">
          <p className="branch-note__who">{words.noteBy(branch.author.name)}</p>
          <p>{branch.note}</p>
        </div>
      )}
      {branch.state !== "open" && <Notice tone="notice">{describeBranch(branch, now, language, text).body}</Notice>}
      {branch.state === "open" && branch.kind === "draft" && <Notice tone="plain">{words.draftFirst}</Notice>}
      {branch.state === "open" && branch.kind !== "draft" && !branch.mayMerge && (
        <Notice tone="plain">{words.writersDecide}</Notice>
      )}
      <div role="alert" className="form-whole">
        {failure !== null && <Notice tone="alarm">{describePortalFailure(failure, text, text.branches.codes)}</Notice>}
      </div>
      {changes.length === 0 ? (
        <Empty title={words.none} body={words.noneBody} />
      ) : (
        <>
          <p className="branch-page__count">{words.count(changes.length)}</p>
          <ol className="change-list">
            {changes.map((change, index) => (
              <ChangeCard
                key={change.id}
                change={change}
                number={index + 1}
                chosen={mayTake ? chosen.has(change.id) : null}
                onChoose={(isChosen) => choose(change.id, isChosen)}
              />
            ))}
          </ol>
        </>
      )}
      <div className="branch-page__decision">
        <BranchActions branch={branch} onChange={onChange}>
          {mayTake && (
            <>
              <Button loading={busy} onClick={() => void merge(changes)}>
                {words.takeAll}
              </Button>
              {taking.length > 0 && (
                <Button variant="default" loading={busy} onClick={() => void merge(taking)}>
                  {words.takeChosen(taking.length)}
                </Button>
              )}
            </>
          )}
          <Button component={Link} href={branchPath(branch)} variant="default">
            {text.branches.toText}
          </Button>
        </BranchActions>
        {mayTake && taking.length === 0 && <p className="branch-page__hint">{words.chooseFirst}</p>}
      </div>
    </>
  );
}

/** Takes changes into the document; afterwards one is where they are, unless something is left to decide. */
function useMerge(
  branch: Branch,
  onChange: () => void,
): {
  readonly busy: boolean;
  readonly failure: unknown;
  readonly merge: (changes: readonly BranchChange[]) => Promise<void>;
} {
  const words = useWords().branches.changes;
  const { branches } = usePortal().api;
  const toast = useToast();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const merge = async (changes: readonly BranchChange[]): Promise<void> => {
    setBusy(true);
    try {
      // Each by name, all of them too: what was written since they were read is not taken unread.
      const after = await branches.merge(
        branch.name,
        changes.map(({ id }) => id),
      );
      setFailure(null);
      if (after.state === "merged") {
        toast({ message: words.taken });
        navigate(documentPath(branch.document.name));
        return;
      }
      toast({ message: words.takenSome(changes.length) });
      onChange();
    } catch (error) {
      setFailure(error);
      if (hasCode(error, "branch-changed") || hasCode(error, "branch-closed")) {
        onChange();
      }
    }
    setBusy(false);
  };
  return { busy, failure, merge };
}

function ChangeCard(props: {
  readonly change: BranchChange;
  readonly number: number;
  /** `null` where there is nothing to choose. */
  readonly chosen: boolean | null;
  readonly onChoose: (isChosen: boolean) => void;
}): ReactNode {
  const { change, number, chosen, onChoose } = props;
  const words = useWords().branches.changes;
  const id = useId();
  const what = words.what[change.what];
  const isGone = (change.now?.length ?? 0) > 0 && change.now?.every(({ is }) => is === "deleted") === true;
  return (
    <li className="change-card" aria-labelledby={id}>
      <div className="change-card__head">
        {chosen !== null && (
          <Checkbox
            checked={chosen}
            aria-label={words.choose(what, number)}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        )}
        <h2 id={id}>{what}</h2>
        {change.under !== "" && <span className="change-card__under">{words.under(change.under)}</span>}
      </div>
      <ComparedTextView pieces={change.pieces} />
      {change.looksOnly && <p className="change-card__looks">{words.looksOnly}</p>}
      {change.now !== null && (
        <div className="change-card__both">
          <p>{isGone ? words.gone : words.both}</p>
          {!isGone && <ComparedTextView pieces={change.now} />}
        </div>
      )}
    </li>
  );
}
