/** The editor with a suggestion in it: a banner says where one is, who reads it, and what to do. */
import "./branches.css";
import { Button } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo } from "react";
import { Link } from "wouter";
import type { Branch, DocumentName, ReplicaDocument } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import EditorPage, { type Surroundings } from "../../editor/editor-page.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { useSelected } from "../../hooks/use-observable.ts";
import { Notice } from "../../shell/notice.tsx";
import { Tile } from "../community/tile.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { LostPage } from "../editor/lost-page.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useQuestionsInText } from "../questions/use-questions-in-text.tsx";
import { referencesPath } from "../references/paths.ts";
import { ReferencesItem } from "../references/references-item.tsx";
import { useAsked } from "../use-asked.ts";
import { BranchActions } from "./branch-actions.tsx";
import { describeBranch } from "./branch-words.ts";
import { changesPath, documentPath } from "./paths.ts";

const MINUTE_MS = 60_000;

export default function BranchEditorPage(props: {
  readonly document: DocumentName;
  readonly name: DocumentName;
  /** Leads back to the text, where this is a part of another page. */
  readonly onBack?: () => void;
}): ReactNode {
  const { document, name, onBack } = props;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await portal.api.branches.one(name, signal);
      memory.rememberBranch(found);
      return found;
    },
    [portal, memory, name],
  );
  const { value: branch, take, refresh } = useAsked(ask);
  const askAgain = useCallback(
    async (signal: AbortSignal) => {
      take(await ask(signal));
    },
    [ask, take],
  );
  const look = useDocumentLook(document);
  const questions = useQuestionsInText(document);
  const surroundings = useMemo<Surroundings>(
    () => ({
      home: documentPath(document),
      sign: look !== null && <Tile {...look} size={30} />,
      tools: null,
      history: null,
      references: referencesPath(name),
      questions,
      menu: <ReferencesItem document={name} />,
      people: null,
      lost: (opened: ReplicaDocument, openAgain: () => void) => (
        <LostPage name={name} document={opened} ask={askAgain} openAgain={openAgain} />
      ),
      notice: (opened: ReplicaDocument) => (
        <>
          <AccessWatch document={opened} onChange={refresh} />
          {branch !== null && <BranchBanner branch={branch} onChange={take} onBack={onBack} />}
          {branch !== null && branch.state !== "open" && <LateWords name={name} document={opened} />}
        </>
      ),
      saysWhatWaits: branch !== null && branch.state !== "open",
      isBranch: true,
    }),
    [document, name, branch, look, askAgain, take, refresh, onBack, questions],
  );
  return <EditorPage name={name} surroundings={surroundings} />;
}

/** Asks again what became of the suggestion as soon as the server takes less, or more, of what is written in it. */
function AccessWatch(props: { readonly document: ReplicaDocument; readonly onChange: () => void }): null {
  const { document, onChange } = props;
  const access = useSelected(document.state, (state) => state.access);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other access means asking again.
  useEffect(onChange, [access, onChange]);
  return null;
}

/** For whoever wrote on while it was decided. */
function LateWords(props: { readonly name: DocumentName; readonly document: ReplicaDocument }): ReactNode {
  const words = useWords().branches.late;
  const waits = useSelected(props.document.state, ({ unconfirmed }) => unconfirmed > 0);
  return (
    waits && (
      <Notice
        tone="alarm"
        title={words.title}
        action={<Link href={`${documentPath(props.name)}/set-aside`}>{words.way}</Link>}
      >
        {words.body}
      </Notice>
    )
  );
}

function BranchBanner(props: {
  readonly branch: Branch;
  readonly onChange: (branch: Branch) => void;
  readonly onBack: (() => void) | undefined;
}): ReactNode {
  const { branch, onChange, onBack } = props;
  const text = useWords();
  const words = text.branches;
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  const said = describeBranch(branch, now, language, text);
  return (
    <section className="branch-banner" aria-label={words.banner.region}>
      <h2>{said.title}</h2>
      <p>{said.body}</p>
      <BranchActions branch={branch} onChange={onChange}>
        {onBack === undefined ? (
          <>
            <Button
              component={Link}
              href={changesPath(branch)}
              variant={branch.mayMerge && !branch.mine ? "filled" : "default"}
            >
              {words.review}
            </Button>
            <Button component={Link} href={documentPath(branch.document.name)} variant="default">
              {words.toDocument}
            </Button>
          </>
        ) : (
          <Button variant="default" onClick={onBack}>
            {words.toDocument}
          </Button>
        )}
      </BranchActions>
    </section>
  );
}
