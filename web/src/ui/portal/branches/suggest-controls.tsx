/** The ways to suggestions from the open document: a sign in the bar, an item of its menu, a word to its readers. */
import "./branches.css";
import { Menu, UnstyledButton } from "@mantine/core";
import { MessageSquarePlus, SquarePen } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { DocumentName, Policy, ReplicaDocument } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useSelected } from "../../hooks/use-observable.ts";
import { useReach } from "../../hooks/use-reach.ts";
import { Notice } from "../../shell/notice.tsx";
import { ReasonedItem } from "../../shell/reasoned-item.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { documentPath, suggestionsPath } from "./paths.ts";
import { useSuggest } from "./use-suggest.ts";

/** How many suggestions are open; nothing where there are none. */
export function SuggestionsSign(props: { readonly document: DocumentName }): ReactNode {
  const { document } = props;
  const text = useWords();
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.branches.of(document, signal), [portal, document]);
  const open = useAsked(ask).value?.filter(({ state }) => state === "open").length ?? 0;
  return open === 0 ? null : (
    <Link href={suggestionsPath(document)} className="people suggestions-sign" aria-label={text.branches.button(open)}>
      <MessageSquarePlus size={18} aria-hidden="true" />
      <span aria-hidden="true">{open}</span>
    </Link>
  );
}

export function SuggestItem(props: { readonly document: DocumentName }): ReactNode {
  const text = useWords();
  const reachable = useReach();
  const { suggest } = useSuggest(props.document);
  return (
    <>
      <Menu.Divider />
      <ReasonedItem
        icon={<SquarePen size={16} aria-hidden="true" />}
        label={text.branches.suggest}
        reason={reachable ? null : text.branches.needsServer}
        run={suggest}
      />
    </>
  );
}

/** For whoever reads and does not write: by the word of the open document, and until there is one, by the policy’s. */
export function ReaderNotice(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly policy: Policy;
}): ReactNode {
  const access = useSelected(props.document.state, (state) => state.access);
  const mayWrite = access === "write" || (access === "unknown" && props.policy.access === "write");
  return mayWrite ? null : <Reader {...props} />;
}

function Reader(props: { readonly name: DocumentName; readonly document: ReplicaDocument }): ReactNode {
  const text = useWords();
  const reachable = useReach();
  const { busy, suggest } = useSuggest(props.name);
  const hasUnsent = useSelected(
    props.document.state,
    ({ access, unconfirmed }) => access === "read" && unconfirmed > 0,
  );
  if (hasUnsent) {
    return (
      <Notice
        tone="notice"
        title={text.branches.unsentTitle}
        action={<Link href={`${documentPath(props.name)}/set-aside`}>{text.branches.unsentWay}</Link>}
      >
        {text.branches.unsentBody}
      </Notice>
    );
  }
  return (
    <Notice
      tone="plain"
      title={text.branches.readerTitle}
      action={
        reachable ? (
          <UnstyledButton className="notice__button" disabled={busy} onClick={suggest}>
            {text.branches.suggest}
          </UnstyledButton>
        ) : (
          <span>{text.branches.needsServer}</span>
        )
      }
    >
      {text.branches.readerBody}
    </Notice>
  );
}
