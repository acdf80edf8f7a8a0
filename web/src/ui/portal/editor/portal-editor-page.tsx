/** The editor within the portal: it knows the document's community, who may see it, and what losing it means. */
import { type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import {
  type Branch,
  type CommunityId,
  type DocumentName,
  hasCode,
  isUnreachable,
  type Memory,
  manages,
  type Policy,
  type Portal,
  type ReplicaDocument,
  suggestInstead,
} from "../../../sync/index.ts";
import type { DiscussionPeople } from "../../comments/people.ts";
import { useApp } from "../../context.tsx";
import EditorPage, { type Surroundings } from "../../editor/editor-page.tsx";
import { type HeldUp, HeldUpContext } from "../../editor/held-up.ts";
import { isCopy } from "../../editor/problems.tsx";
import { branchPath, suggestionsPath } from "../branches/paths.ts";
import { ReaderNotice, SuggestItem, SuggestionsSign } from "../branches/suggest-controls.tsx";
import { TakeAwayDialog } from "../comments/take-away-dialog.tsx";
import { Tile } from "../community/tile.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { useLook } from "../look/use-look.ts";
import { MeetingLine } from "../meeting/meeting-line.tsx";
import { PublicationItem } from "../publication/publication-item.tsx";
import { QuestionsItem } from "../questions/questions-item.tsx";
import { useQuestionsInText } from "../questions/use-questions-in-text.tsx";
import { referencesPath } from "../references/paths.ts";
import { ReferencesItem } from "../references/references-item.tsx";
import { PutToVoteDialog } from "../rounds/put-to-vote-dialog.tsx";
import { PutToVoteItem } from "../rounds/put-to-vote-item.tsx";
import { TermLine } from "../terms/term-line.tsx";
import { useAsked } from "../use-asked.ts";
import { LostPage } from "./lost-page.tsx";
import { SharingButton } from "./sharing-button.tsx";

/** Where a name is that of a suggestion, its page; otherwise what was wrong. */
async function pageOf(
  portal: Portal,
  memory: Memory,
  name: DocumentName,
  signal: AbortSignal,
  error: unknown,
): Promise<Found> {
  if (!hasCode(error, "no-such-document")) {
    throw error;
  }
  try {
    const branch = await portal.api.branches.one(name, signal);
    memory.rememberBranch(branch);
    return { branch };
  } catch {
    throw error;
  }
}

type Found = { readonly branch: Branch } | { readonly policy: Policy };

export default function PortalEditorPage(props: {
  readonly name: DocumentName;
  /** What the meeting says before the text, on the page of a meeting; it says so too where one may only read. */
  readonly meeting?: (document: ReplicaDocument) => ReactNode;
}): ReactNode {
  const { name, meeting } = props;
  const portal = usePortal();
  const { account, memory } = useSignedIn();
  const [putting, setPutting] = useState(false);
  const thread = new URLSearchParams(useSearch()).get("thread");
  const ask = useCallback(
    async (signal: AbortSignal): Promise<Found> => {
      try {
        const policy = await portal.api.documents.policy(name, signal);
        memory.rememberDocuments(policy.community.id, [name]);
        return { policy };
      } catch (error) {
        return await pageOf(portal, memory, name, signal, error);
      }
    },
    [portal, memory, name],
  );
  const { value: found, error, refresh, take } = useAsked(ask);
  // Only who lost sight of it asks on: what they are told when it is back is known here too.
  const askAgain = useCallback(
    async (signal: AbortSignal) => {
      take(await ask(signal));
    },
    [ask, take],
  );
  const policy = found !== null && "policy" in found ? found.policy : null;
  const look = useLook(policy?.community.id ?? memory.communityOf(name));
  const maySuggest = policy !== null && hasRole(memory, policy.community.id);
  // Whoever only reads what is open to everybody sees nothing of the work on it.
  const isInside = policy === null || policy.isInside;
  const reachable = !isUnreachable(error);
  const governs = policy !== null && doesGovern(memory, policy.community.id);
  const people = useMemo<DiscussionPeople>(
    () => ({
      me: { id: account.id, name: account.name },
      authorSource: (document) => ({
        ask: () => portal.api.discussion.authors(document),
        recall: () => memory.authors(document),
        remember: (authors) => memory.rememberAuthors(document, authors),
      }),
      readers: (document) => portal.api.discussion.readers(document),
      takenAway: {
        ask: (document) => portal.api.discussion.takenAway(document),
        recall: (document) => memory.takenAway(document),
        remember: (document, comments) => memory.rememberTakenAway(document, comments),
      },
      takeAway: governs
        ? (document, comment, close) => <TakeAwayDialog document={document} comment={comment} onClose={close} />
        : null,
    }),
    [portal, account.id, account.name, memory, governs],
  );
  const questions = useQuestionsInText(name);
  const surroundings = useMemo<Surroundings>(
    () => ({
      home: policy === null ? "/" : `/c/${policy.community.id}`,
      sign: look !== null && <Tile {...look} size={30} />,
      tools: policy !== null && (
        <>
          <SuggestionsSign document={name} />
          <SharingButton name={name} policy={policy} reachable={reachable} onChange={refresh} />
        </>
      ),
      history: isInside ? `/d/${encodeURIComponent(name)}/history` : null,
      ...(isInside ? { references: referencesPath(name), questions } : {}),
      notice: (document: ReplicaDocument) =>
        meeting?.(document) ??
        (maySuggest && policy !== null && (
          <>
            <TermLine place={{ document: name }} />
            {goesToMeetings(memory, policy.community.id) ? (
              <MeetingLine name={name} document={document} policy={policy} />
            ) : (
              <ReaderNotice name={name} document={document} policy={policy} />
            )}
          </>
        )),
      saysWhatWaits: meeting !== undefined || (maySuggest && policy !== null),
      menu: (
        <>
          {isInside && <ReferencesItem document={name} />}
          {isInside && policy !== null && <QuestionsItem document={name} />}
          {isInside && policy !== null && <PublicationItem document={name} />}
          {maySuggest && <SuggestItem document={name} />}
          {maySuggest && policy !== null && (
            <PutToVoteItem document={name} policy={policy} onOpen={() => setPutting(true)} />
          )}
        </>
      ),
      // A copy is of this device, and the server knows nothing of it.
      lost: (document: ReplicaDocument, openAgain: () => void) =>
        isCopy(document.state.value, name) ? null : (
          <LostPage name={name} document={document} ask={askAgain} openAgain={openAgain} />
        ),
      people: isInside ? people : null,
      thread,
    }),
    [
      people,
      name,
      policy,
      look,
      askAgain,
      maySuggest,
      isInside,
      reachable,
      refresh,
      thread,
      meeting,
      memory,
      questions,
    ],
  );
  const held = useHeldUp(name, maySuggest);
  const around = useContext(HeldUpContext);
  if (found !== null && "branch" in found) {
    return <Redirect to={branchPath(found.branch)} replace />;
  }
  return (
    <>
      <HeldUpContext value={meeting === undefined ? held : around}>
        <EditorPage name={name} surroundings={surroundings} />
      </HeldUpContext>
      {putting && policy !== null && (
        <PutToVoteDialog document={name} community={policy.community.id} onClose={() => setPutting(false)} />
      )}
    </>
  );
}

/** What was typed after this member could not write any more becomes a suggestion of theirs, which is shown then. */
function useHeldUp(name: DocumentName, maySuggest: boolean): HeldUp {
  const { branches } = usePortal().api;
  const { replica } = useApp();
  const [, navigate] = useLocation();
  return useMemo(
    () => ({
      why: null,
      suggest: maySuggest
        ? async (edit) => {
            const branch = await suggestInstead(replica, branches, name, edit);
            navigate(`${suggestionsPath(name)}/${encodeURIComponent(branch)}`);
          }
        : null,
    }),
    [maySuggest, replica, branches, name, navigate],
  );
}

/** Whether the community's meetings are open to this member; those of whom the role is not known are not told of them. */
function goesToMeetings(memory: Memory, community: CommunityId): boolean {
  const role =
    memory.community(community)?.role ?? memory.communities()?.find(({ id }) => id === community)?.role ?? "listener";
  return role !== "listener";
}

/** Whether this member has a role in the community, as far as this device knows; whoever reads the library has none. */
function hasRole(memory: Memory, community: CommunityId): boolean {
  const mine = memory.communities();
  return memory.community(community) !== null || mine === null || mine.some(({ id }) => id === community);
}

/** Whether this member looks after the community, as far as this device knows; the server decides. */
function doesGovern(memory: Memory, community: CommunityId): boolean {
  const role = memory.community(community)?.role ?? memory.communities()?.find(({ id }) => id === community)?.role;
  return role !== undefined && manages(role);
}
