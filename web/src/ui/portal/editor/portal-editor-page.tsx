/** The editor within the portal: it knows the document's community, who may see it, and what losing it means. */
import { type ReactNode, useCallback, useMemo } from "react";
import { type DocumentName, isUnreachable, type ReplicaDocument } from "../../../sync/index.ts";
import type { DiscussionPeople } from "../../comments/people.ts";
import EditorPage, { type Surroundings } from "../../editor/editor-page.tsx";
import { isCopy } from "../../editor/problems.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { LostPage } from "./lost-page.tsx";
import { SharingButton } from "./sharing-button.tsx";

export default function PortalEditorPage(props: { readonly name: DocumentName }): ReactNode {
  const { name } = props;
  const portal = usePortal();
  const { account, memory } = useSignedIn();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const policy = await portal.api.documents.policy(name, signal);
      memory.rememberDocuments(policy.community.id, [name]);
      return policy;
    },
    [portal, memory, name],
  );
  const { value: policy, error, refresh } = useAsked(ask);
  const reachable = !isUnreachable(error);
  const people = useMemo<DiscussionPeople>(
    () => ({
      me: { id: account.id, name: account.name },
      authorSource: (document) => ({
        ask: () => portal.api.discussion.authors(document),
        recall: () => memory.authors(document),
        remember: (authors) => memory.rememberAuthors(document, authors),
      }),
      readers: (document) => portal.api.discussion.readers(document),
    }),
    [portal, account.id, account.name, memory],
  );
  const surroundings = useMemo<Surroundings>(
    () => ({
      home: policy === null ? "/" : `/c/${policy.community.id}`,
      tools: policy !== null && <SharingButton name={name} policy={policy} reachable={reachable} onChange={refresh} />,
      history: `/d/${encodeURIComponent(name)}/history`,
      // A copy is of this device, and the server knows nothing of it.
      lost: (document: ReplicaDocument) =>
        isCopy(document.state.value, name) ? null : <LostPage name={name} document={document} />,
      people,
    }),
    [people, name, policy, reachable, refresh],
  );
  return <EditorPage name={name} surroundings={surroundings} />;
}
