/** The editor with a suggestion in it: a banner says where one is, who reads it, and what to do. */
import "./branches.css";
import { Button } from "@mantine/core";
import { type ReactNode, useCallback, useMemo } from "react";
import { Link } from "wouter";
import type { Branch, DocumentName, ReplicaDocument } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import EditorPage, { type Surroundings } from "../../editor/editor-page.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { usePortal } from "../context.tsx";
import { LostPage } from "../editor/lost-page.tsx";
import { useAsked } from "../use-asked.ts";
import { BranchActions } from "./branch-actions.tsx";
import { describeBranch } from "./branch-words.ts";
import { changesPath, documentPath } from "./paths.ts";

const MINUTE_MS = 60_000;

export default function BranchEditorPage(props: {
  readonly document: DocumentName;
  readonly name: DocumentName;
}): ReactNode {
  const { document, name } = props;
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.branches.one(name, signal), [portal, name]);
  const { value: branch, take } = useAsked(ask);
  const surroundings = useMemo<Surroundings>(
    () => ({
      home: documentPath(document),
      tools: null,
      history: null,
      people: null,
      lost: (opened: ReplicaDocument) => <LostPage name={name} document={opened} />,
      notice: () => branch !== null && <BranchBanner branch={branch} onChange={take} />,
      isBranch: true,
    }),
    [document, name, branch, take],
  );
  return <EditorPage name={name} surroundings={surroundings} />;
}

function BranchBanner(props: { readonly branch: Branch; readonly onChange: (branch: Branch) => void }): ReactNode {
  const { branch, onChange } = props;
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
      </BranchActions>
    </section>
  );
}
