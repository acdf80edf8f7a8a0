/** The comments beside a text: which are shown, which one is looked at, and what is being written. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  commentMarksKey,
  type Editor,
  revealPassage,
  selectedPassage,
  showCurrentPassage,
  showPassages,
} from "../../editor/index.ts";
import {
  type Anchor,
  CommentDrafts,
  type DocumentName,
  type EventId,
  openThread,
  type Remark,
} from "../../sync/index.ts";
import { hasMod } from "../shell/keys.ts";
import type { DiscussionPeople } from "./people.ts";
import { type Discussion, useDiscussion } from "./use-discussion.ts";

/** A passage that somebody is about to comment on; nothing in it stands for the document as a whole. */
export interface Draft {
  readonly passage: { readonly anchor: Anchor; readonly quote: string } | null;
  /** Whether it was begun just now, and did not come back from what this device keeps. */
  readonly isBegun: boolean;
}

export interface Comments {
  readonly name: DocumentName;
  readonly people: DiscussionPeople;
  /** `null` until the discussion is read. */
  readonly discussion: Discussion | null;
  readonly isOpen: boolean;
  readonly current: EventId | null;
  readonly draft: Draft | null;
  /** What was begun and not sent. */
  readonly drafts: CommentDrafts;
  readonly toggle: () => void;
  readonly close: () => void;
  /** Looks at a thread, and shows where it hangs. */
  readonly pick: (thread: EventId) => void;
  /** Begins a comment on what is selected, or on the document as a whole. */
  readonly begin: () => void;
  readonly finish: (remark: Remark) => void;
  readonly discard: () => void;
}

/** Marks what is being written about, before there is a thread. */
const DRAFT = "draft";

export function useComments(options: {
  readonly name: DocumentName;
  readonly people: DiscussionPeople | null;
  readonly editor: Editor | null;
  /** What was pressed in the text, and how often: once more looks at it once more. */
  readonly pressed: { readonly thread: string; readonly times: number } | null;
}): Comments | null {
  const { name, people, editor, pressed } = options;
  const discussion = useDiscussion(name, people);
  const account = people?.me.id ?? null;
  const drafts = useMemo(() => (account === null ? null : new CommentDrafts(account, name)), [account, name]);
  // Whoever was writing when the page went is where they were.
  const [isOpen, setOpen] = useState(() => (drafts?.all.value.length ?? 0) > 0);
  const [current, setCurrent] = useState<EventId | null>(null);
  const [draft, setDraft] = useState<Draft | null>(() => keptIn(drafts));
  const opener = useRef<Element | null>(null);

  const show = useCallback(() => {
    opener.current = document.activeElement;
    setOpen(true);
  }, []);

  const close = useCallback(() => {
    setOpen(false);
    // What was begun is there again when it is opened.
    setDraft(keptIn(drafts));
    setCurrent(null);
    const before = opener.current;
    if (before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
    }
  }, [drafts]);

  const toggle = useCallback(() => (isOpen ? close() : show()), [isOpen, close, show]);

  const pick = useCallback(
    (thread: EventId) => {
      setCurrent(thread);
      if (editor !== null) {
        reveal(editor, thread);
      }
    },
    [editor],
  );

  const mayBegin = discussion !== null && discussion.voice === "speaks";
  const begin = useCallback(() => {
    if (mayBegin && editor !== null) {
      show();
      setCurrent(null);
      // A comment that waits to be sent comes first.
      const kept = keptIn(drafts);
      setDraft(kept === null ? { passage: selectedPassage(editor.state), isBegun: true } : { ...kept, isBegun: true });
    }
  }, [mayBegin, editor, show, drafts]);

  const discard = useCallback(() => {
    setDraft(null);
    editor?.view.focus();
  }, [editor]);

  const finish = useCallback(
    (remark: Remark) => {
      if (discussion !== null && draft !== null) {
        setCurrent(openThread(discussion.document.doc, draft.passage, remark, Date.now()));
        setDraft(null);
      }
    },
    [discussion, draft],
  );

  // Pressing a marked passage opens its thread.
  useEffect(() => {
    if (pressed !== null && pressed.thread !== DRAFT) {
      setOpen(true);
      setCurrent(pressed.thread as EventId);
    }
  }, [pressed]);

  // The marks in the text: of what is open, of what is looked at, and of what is being written about.
  const threads = discussion?.threads;
  const passages = useMemo(() => {
    const marked = (threads ?? []).flatMap(({ id, anchor, quote, resolved }) =>
      anchor !== null && (resolved === null || id === current) ? [{ id: id as string, anchor, quote }] : [],
    );
    const passage = draft?.passage ?? null;
    return passage === null ? marked : [...marked, { id: DRAFT, ...passage }];
  }, [threads, current, draft]);
  useEffect(() => {
    if (editor !== null && (passages.length > 0 || commentMarksKey.getState(editor.state)?.passages.length !== 0)) {
      showPassages(editor.view, passages);
    }
  }, [editor, passages]);
  useEffect(() => {
    if (editor !== null) {
      showCurrentPassage(editor.view, draft === null ? current : DRAFT);
    }
  }, [editor, draft, current]);

  // After it is marked: a sheet may have come to lie over it.
  useEffect(() => {
    if (editor !== null && draft?.isBegun === true && draft.passage !== null) {
      reveal(editor, DRAFT);
    }
  }, [editor, draft]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // By the place of the key: with Alt held it may give another letter.
      if (hasMod(event) && event.altKey && event.code === "KeyM") {
        event.preventDefault();
        begin();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [begin]);

  return useMemo(
    () =>
      people === null || drafts === null
        ? null
        : { name, people, discussion, isOpen, current, draft, drafts, toggle, close, pick, begin, finish, discard },
    [name, people, discussion, isOpen, current, draft, drafts, toggle, close, pick, begin, finish, discard],
  );
}

/** The new comment that this device keeps. */
function keptIn(drafts: CommentDrafts | null): Draft | null {
  const kept = drafts?.at("new") ?? null;
  return kept === null ? null : { passage: kept.passage, isBegun: false };
}

/** Below this width the comments are a sheet over the lower part of the text; `comments.css` says so too. */
const SHEET = "(max-width: 63.99rem)";

function reveal({ view }: Editor, id: string): void {
  revealPassage(view, id, window.matchMedia(SHEET).matches ? "top" : "anywhere");
}
