/**
 * The text in the middle: the ordinary editor of a document of the meeting, or of this person’s suggestion for it.
 *
 * Where the meeting keeps them from writing, they write a suggestion without leaving the page, and so the meeting.
 */
import { NativeSelect, UnstyledButton } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { currentItem, type DocumentName, putInto, type ReplicaDocument } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { type HeldUp, HeldUpContext } from "../../editor/held-up.ts";
import { ReadingAlongContext } from "../../editor/reading-along.ts";
import { ShownSections } from "../../editor/shown-sections.ts";
import { useSelected } from "../../hooks/use-observable.ts";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import BranchEditorPage from "../branches/branch-editor-page.tsx";
import { usePortal } from "../context.tsx";
import PortalEditorPage from "../editor/portal-editor-page.tsx";
import { useServerNow } from "./countdown.tsx";
import { useReadingTogether } from "./follow-context.tsx";
import { useClosedSections } from "./locks-card.tsx";
import { useRoom } from "./room-context.tsx";
import { type Why, whyNot } from "./standing.ts";

/** A suggestion of this person’s that they write in, and the document that it is for. */
export interface Draft {
  readonly of: DocumentName;
  readonly name: DocumentName;
}

export function TextPane(props: {
  readonly onShow: (document: DocumentName) => void;
  readonly draft: Draft | null;
  readonly onDraft: (draft: Draft | null) => void;
}): ReactNode {
  const { draft, onDraft } = props;
  const here = useRoom();
  const { shown, meeting, inside } = here;
  const text = useWords();
  const words = text.meeting.texts;
  const place = currentItem(inside)?.place ?? null;
  const back = useCallback(() => onDraft(null), [onDraft]);
  const begun = useCallback((of: DocumentName, name: DocumentName) => onDraft({ of, name }), [onDraft]);
  if (shown === null) {
    return <p className="meeting-card__soft">{words.none}</p>;
  }
  const isElsewhere = place !== null && place.document !== shown;
  return (
    <>
      {(meeting.documents.length > 1 || isElsewhere) && (
        <div className="meeting-texts">
          {meeting.documents.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label={words.choose}
              value={shown}
              data={meeting.documents.map(({ name }) => ({ value: name, label: here.titleOf(name) }))}
              onChange={(event) => {
                const found = meeting.documents.find(({ name }) => name === event.currentTarget.value);
                if (found !== undefined) {
                  props.onShow(found.name);
                }
              }}
            />
          )}
          {isElsewhere && (
            <p>
              {words.elsewhere(here.titleOf(place.document))}{" "}
              <button type="button" className="link-button" onClick={() => here.goTo(place)}>
                {words.show}
              </button>
            </p>
          )}
        </div>
      )}
      {draft !== null && draft.of === shown ? (
        <>
          <div className="meeting-texts" role="status">
            <p>{text.meeting.suggesting}</p>
          </div>
          <BranchEditorPage key={draft.name} document={draft.of} name={draft.name} onBack={back} />
        </>
      ) : (
        <Document key={shown} name={shown} onDraft={begun} />
      )}
    </>
  );
}

function Document(props: {
  readonly name: DocumentName;
  readonly onDraft: (of: DocumentName, name: DocumentName) => void;
}): ReactNode {
  const { name, onDraft } = props;
  const notice = useCallback(
    (document: ReplicaDocument) => <TextNotice name={name} document={document} onDraft={onDraft} />,
    [name, onDraft],
  );
  const sections = useClosedSections(name);
  const held = useHeldUp(name, onDraft);
  const together = useReadingTogether(name);
  return (
    <ShownSections value={sections}>
      <HeldUpContext value={held}>
        <ReadingAlongContext value={together}>
          <PortalEditorPage name={name} meeting={notice} />
        </ReadingAlongContext>
      </HeldUpContext>
    </ShownSections>
  );
}

/** Why this person does not write `name` now; `null` when the meeting has nothing against it. */
function useWhyNot(name: DocumentName): Why | null {
  const { inside, me, clock } = useRoom();
  const until = inside.room?.turn?.until ?? null;
  const now = useServerNow(clock, until !== null);
  return whyNot(inside, me, name, now);
}

/** What was typed after they could not write any more goes into their draft, which is shown then. */
function useHeldUp(name: DocumentName, onDraft: (of: DocumentName, name: DocumentName) => void): HeldUp {
  const why = useWhyNot(name);
  const said = useWords().meeting.interrupted;
  const { replica } = useApp();
  const draftOf = useDraft();
  return useMemo(
    () => ({
      why: why === null ? null : said[why],
      suggest:
        why === "under-vote"
          ? null
          : async (edit) => {
              const draft = await draftOf(name);
              await putInto(replica, draft, edit);
              onDraft(name, draft);
            },
    }),
    [why, said, replica, draftOf, name, onDraft],
  );
}

/** The draft of a suggestion that this person has open, or a new one. */
function useDraft(): (document: DocumentName) => Promise<DocumentName> {
  const { branches } = usePortal().api;
  return useCallback(
    async (document) => {
      const known = await branches.of(document);
      const open = known.find(({ mine, kind, state }) => mine && kind === "draft" && state === "open");
      return (open ?? (await branches.make(document, "draft"))).name;
    },
    [branches],
  );
}

/** Why one cannot write here now, and what to do instead. */
function TextNotice(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly onDraft: (of: DocumentName, name: DocumentName) => void;
}): ReactNode {
  const { name, onDraft } = props;
  const { inside } = useRoom();
  const text = useWords();
  const draftOf = useDraft();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const why = useWhyNot(name);
  const mayWrite = useSelected(props.document.state, ({ access }) => access === "write" || access === "unknown");
  // What takes no room says nothing; what is said keeps its place until it is otherwise.
  if (why === null && mayWrite) {
    return inside.freeze === null ? null : <Notice tone="plain">{text.meeting.frozenExcept}</Notice>;
  }
  const begin = async (): Promise<void> => {
    setBusy(true);
    try {
      onDraft(name, await draftOf(name));
    } catch (error) {
      toast({ message: describePortalFailure(error, text, text.branches.codes), tone: "alarm" });
      setBusy(false);
    }
  };
  return (
    <Notice
      tone="notice"
      action={
        why === "under-vote" ? undefined : (
          <UnstyledButton className="notice__button" disabled={busy} onClick={() => void begin()}>
            {text.meeting.suggest}
          </UnstyledButton>
        )
      }
    >
      {why === null ? text.meeting.reader : text.meeting.why[why]}
    </Notice>
  );
}

/** The document that is looked at: the one that was chosen, else the one that is presented, or that of the current item. */
export function useShown(
  documents: readonly { readonly name: DocumentName }[],
  current: { readonly id: number; readonly document: DocumentName | null } | null,
  presented: DocumentName | null,
): readonly [DocumentName | null, (document: DocumentName) => void] {
  const [shown, setShown] = useState<DocumentName | null>(
    documents.find(({ name }) => name === presented)?.name ?? current?.document ?? documents[0]?.name ?? null,
  );
  const item = current?.id ?? null;
  const wanted = current?.document ?? null;
  // A new item brings its text, but takes nobody out of what they are writing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each item.
  useEffect(() => {
    if (wanted !== null && document.activeElement?.closest(".sheet__text") === null) {
      setShown(wanted);
    }
  }, [item]);
  return [shown, setShown];
}
