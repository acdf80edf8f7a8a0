/** The page of one document. */
import "./editor.css";
import "./prose.css";
import "./print.css";
import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { countWords, type Editor, ForeignWatch, ownLook } from "../../editor/index.ts";
import type { WrittenQuestions } from "../../editor/written-out.ts";
import type { Library } from "../../references/index.ts";
import type { DocumentName, QuestionId, ReplicaDocument } from "../../sync/index.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { CommentsButton } from "../comments/comments-button.tsx";
import { CommentsPanel } from "../comments/comments-panel.tsx";
import type { DiscussionPeople } from "../comments/people.ts";
import { useComments } from "../comments/use-comments.ts";
import { useWrittenBy } from "../comments/use-written-by.ts";
import { WrittenByLegend } from "../comments/written-by-legend.tsx";
import { useApp, useWords } from "../context.tsx";
import { useArrival } from "../hooks/use-arrival.ts";
import { useObservable, useSelected } from "../hooks/use-observable.ts";
import { MergeReviewLine } from "../merge-review/merge-review-line.tsx";
import { MergeReviewPanel } from "../merge-review/merge-review-panel.tsx";
import { useMergeReview } from "../merge-review/use-merge-review.ts";
import { CiteDialog } from "../references/cite-dialog.tsx";
import { ReferenceList } from "../references/reference-list.tsx";
import { useCitations } from "../references/use-citations.ts";
import { useReferences } from "../references/use-library.ts";
import { AccountMenu } from "../shell/account-menu.tsx";
import { ConnectionBadge } from "../shell/connection-badge.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { LogoMark } from "../shell/logo.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useToast } from "../shell/toast.tsx";
import { BinnedNotice } from "./binned-notice.tsx";
import { DocumentMenu } from "./document-menu.tsx";
import { FindBar } from "./find-bar.tsx";
import { ForeignNotice, ForeignText } from "./foreign-text.tsx";
import { HeldWordsBar } from "./held-words-bar.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { OutlineList } from "./outline-list.tsx";
import { People } from "./people.tsx";
import { hasAside, isDenied, isReadOnly, Problems } from "./problems.tsx";
import { useReadingAlong } from "./reading-along.ts";
import { SaveIndicator } from "./save-indicator.tsx";
import { useShownSections } from "./shown-sections.ts";
import { TitleField, useTitle } from "./title-field.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useBinned } from "./use-binned.ts";
import { useEditor, useEditorState, useForeign } from "./use-editor.ts";
import { useEditorKeys } from "./use-editor-keys.ts";
import { useHeldWords } from "./use-held-words.ts";
import { useOpenDocument } from "./use-open-document.ts";
import { usePresence } from "./use-presence.ts";

/** The clinical questions of a document, in its text. */
export interface QuestionsInText {
  /** Draws them. */
  readonly blocks: (editor: Editor) => ReactNode;
  /** Asks for one, and puts it in. */
  readonly dialog: (editor: Editor, close: () => void) => ReactNode;
  /** Leads to the page of one. */
  readonly open: (id: QuestionId) => void;
  /** What stands for them in a file of `body`, as far as this member sees them; `library` knows what they cite. */
  readonly write: (body: Editor["state"]["doc"], library: Library) => Promise<WrittenQuestions>;
}

/** What is round the document where it belongs to something larger. */
export interface Surroundings {
  /** The page that lists it. */
  readonly home: string;
  /** Whose it is, as a sign in the bar; that of the product where this is left out. */
  readonly sign?: ReactNode;
  /** What can be done besides, in the bar above the text. */
  readonly tools: ReactNode;
  /** The page of its past; `null` where there is none. */
  readonly history: string | null;
  /** The page of its references; left out where there is none, and nothing can be cited then. */
  readonly references?: string;
  /** Its clinical questions; left out where there are none, or none to be seen. */
  readonly questions?: QuestionsInText;
  /** Instead of the text, when this member has lost sight of it; the text stays where this is left out. */
  readonly lost: (document: ReplicaDocument, openAgain: () => void) => ReactNode;
  /** Who comments and who wrote what, where there are accounts. */
  readonly people: DiscussionPeople | null;
  /** What is to be known before the text is read. */
  readonly notice?: (document: ReplicaDocument) => ReactNode;
  /** Whether the notice says so where one may only read, and what waits without being taken. */
  readonly saysWhatWaits?: boolean;
  /** Further items of the menu. */
  readonly menu?: ReactNode;
  /** The thread that is to be looked at first; the page was opened for it. */
  readonly thread?: string | null;
  /** Whether this is somebody’s proposal, and no document of its own. */
  readonly isBranch?: boolean;
}

/** How long a page waits for a connection before it says that there is none, in milliseconds. */
const PATIENCE_MS = 4_000;

const nothingAround: Surroundings = { home: "/", tools: null, history: null, people: null, lost: () => null };

export default function EditorPage(props: {
  readonly name: DocumentName;
  readonly surroundings?: Surroundings;
}): ReactNode {
  const { name, surroundings = nothingAround } = props;
  const [round, setRound] = useState(0);
  const openAgain = useCallback(() => setRound((last) => last + 1), []);
  const opened = useOpenDocument(name, round);
  switch (opened.phase) {
    case "opening":
      return <Opening />;
    case "awaited":
      return <Awaited document={opened.document} surroundings={surroundings} />;
    case "open":
      return <SeenPage name={name} document={opened.document} surroundings={surroundings} openAgain={openAgain} />;
  }
}

/** The page as long as this member may see the document. */
function SeenPage(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly surroundings: Surroundings;
  readonly openAgain: () => void;
}): ReactNode {
  const { name, document, surroundings, openAgain } = props;
  const isLost = useSelected(document.state, isDenied);
  const instead = isLost ? surroundings.lost(document, openAgain) : null;
  return instead ?? <OpenPage name={name} document={document} surroundings={surroundings} />;
}

function Opening(): ReactNode {
  const text = useWords();
  return (
    <>
      <PageHeader />
      <main className="waiting waiting--page" aria-busy="true">
        <Loader size="sm" role="img" aria-label={text.editor.opening} />
        <p className="waiting__words" aria-hidden="true">
          {text.editor.opening}
        </p>
      </main>
    </>
  );
}

/** Nothing of the document is on this device: say so, and wait for the server. */
function Awaited(props: { readonly document: ReplicaDocument; readonly surroundings: Surroundings }): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const state = useObservable(props.document.state);
  const connection = useObservable(replica.status).kind;
  const waits = state.problems.length === 0;
  // A connection that is being sought for so long is none; and between two attempts the page stays as it is.
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (connection === "connecting") {
      const timer = setTimeout(() => setLost(true), PATIENCE_MS);
      return () => clearTimeout(timer);
    }
    setLost(connection !== "online");
    return undefined;
  }, [connection]);
  if (waits && (connection === "online" || (connection === "connecting" && !isLost))) {
    return <Opening />;
  }
  return (
    <>
      <PageHeader />
      <main className="awaited">
        <Problems name={props.document.name} document={props.document} />
        {waits && (
          <>
            <LogoMark size={44} />
            <h1>{text.editor.notHereTitle}</h1>
            <p>{text.editor.notHereBody}</p>
          </>
        )}
        <Link href={props.surroundings.home}>{text.boot.toDocuments}</Link>
      </main>
    </>
  );
}

function OpenPage(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly surroundings: Surroundings;
}): ReactNode {
  const { name, document: open, surroundings } = props;
  const text = useWords();
  const main = useArrival();
  const { member } = useApp();
  const toast = useToast();
  // What changes with every letter is left to those who show it.
  const readOnly = useSelected(open.state, isReadOnly);
  const aside = useSelected(open.state, hasAside);
  const title = useTitle(open).trim();
  const binned = useBinned(name);
  const look = usePresence(open, ownLook);
  const helpId = useId();
  const titleField = useRef<HTMLTextAreaElement>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const [findSummons, setFindSummons] = useState(0);
  // Whoever comes from a search comes to what was found.
  const [sought, setSought] = useState(() => new URLSearchParams(location.search).get("find") ?? "");
  const [findOpen, setFindOpen] = useState(sought !== "");
  const [linking, setLinking] = useState(false);
  const [citing, setCiting] = useState(false);
  const cite = useCallback(() => setCiting(true), []);
  const references = surroundings.references ?? null;
  const questions = surroundings.questions ?? null;
  const [asking, setAsking] = useState(false);
  const ask = useCallback(() => setAsking(true), []);
  // It may not be known yet, when the editor is made, that there are any.
  const openQuestion = useRef<QuestionsInText["open"] | null>(null);
  openQuestion.current = questions?.open ?? null;
  const [outlined, setOutlined] = useState(false);
  const [pressed, setPressed] = useState<{ readonly thread: string; readonly times: number } | null>(null);
  const { thread } = surroundings;
  useEffect(() => {
    if (thread !== undefined && thread !== null) {
      setPressed((last) => ({ thread, times: (last?.times ?? 0) + 1 }));
    }
  }, [thread]);
  const called = title === "" ? text.common.untitled : title;
  useDocumentTitle(
    text.editor.pageTitle(surroundings.isBranch === true ? text.branches.list.suggestionFor(called) : called),
  );

  const foreign = useMemo(() => new ForeignWatch(open.doc), [open]);
  const isForeign = useForeign(foreign);
  const { place, editor } = useEditor({
    document: open,
    foreign,
    member,
    editable: !readOnly,
    describedBy: helpId,
    words: {
      text: text.editor.text,
      placeholder: text.editor.placeholder,
      unnamed: text.people.unnamed,
      table: text.toolbar.table,
      taskLabel: text.toolbar.taskLabel,
      picture: text.pictures.inPlace,
      questionLabel: text.questions.block.inPlace,
    },
    onPicturesLeftOut: (count) => toast({ message: text.pictures.leftOut(count) }),
    onPassage: (thread) => setPressed((last) => ({ thread, times: (last?.times ?? 0) + 1 })),
    ...(references === null ? {} : { onCite: cite }),
    onQuestion: (id) => openQuestion.current?.(id),
  });
  const held = useHeldWords(
    editor,
    useSelected(open.state, ({ access }) => access),
  );
  const library = useReferences(open.doc);
  const citations = useCitations(editor, library);
  const { people } = surroundings;
  const comments = useComments({ name, people, editor, pressed });
  const writtenBy = useWrittenBy(people);

  const review = useMergeReview(open, comments);
  const isBeside = review.isOpen || comments?.isOpen === true;

  const find = useCallback(() => {
    setFindOpen(true);
    setFindSummons((last) => last + 1);
  }, []);
  const link = useCallback(() => setLinking(true), []);
  const showOutline = useCallback(() => setOutlined(true), []);
  useEditorKeys({ editor, readOnly, toolbar, find, link, cite: references === null ? null : cite });
  useShownSections(editor);
  useReadingAlong(editor, open);

  // A new document begins with its title.
  useEffect(() => {
    if (editor?.isEmpty === true && titleField.current?.value === "" && !readOnly) {
      titleField.current.focus({ preventScroll: true });
    }
  }, [editor, readOnly]);

  return (
    <div className="editor-page">
      <a className="skip-link" href="#text">
        {text.common.skipToContent}
      </a>
      <header className="editor-head">
        <div className="editor-bar">
          <Link href={surroundings.home} className="editor-bar__back" aria-label={text.editor.back}>
            {surroundings.sign || <LogoMark size={30} />}
          </Link>
          <span className="editor-bar__title" aria-hidden="true">
            {title === "" ? text.common.untitled : title}
          </span>
          <div className="editor-bar__side">
            <SaveIndicator document={open} />
            <People document={open} />
            {comments !== null && editor !== null && <CommentsButton comments={comments} />}
            {surroundings.tools}
            {editor !== null && (
              <DocumentMenu
                name={name}
                document={open}
                editor={editor}
                readOnly={readOnly}
                hasAside={aside}
                isBinned={binned.record !== null}
                home={surroundings.home}
                history={surroundings.history}
                further={surroundings.menu}
                isBranch={surroundings.isBranch === true}
                onMergeReview={review.reopen}
                onFind={find}
                onOutline={showOutline}
                writtenBy={writtenBy}
                comments={comments}
                questions={questions}
              />
            )}
            <AccountMenu look={look} />
          </div>
        </div>
        <div className="tools">
          {editor !== null && !readOnly && (
            <Toolbar
              editor={editor}
              toolbarRef={toolbar}
              onLink={link}
              onFind={find}
              onCite={references === null ? null : cite}
              onQuestion={questions === null ? null : ask}
              onComment={comments?.begin ?? null}
            />
          )}
          {editor !== null && people !== null && writtenBy?.isOn === true && (
            <WrittenByLegend name={name} document={open} editor={editor} people={people} onClose={writtenBy.toggle} />
          )}
          {editor !== null && held !== null && (
            <HeldWordsBar held={held} document={open} editor={editor} readOnly={readOnly} />
          )}
          {editor !== null && findOpen && (
            <FindBar
              editor={editor}
              readOnly={readOnly}
              begin={sought}
              summons={findSummons}
              onClose={() => {
                setFindOpen(false);
                setSought("");
              }}
            />
          )}
        </div>
      </header>
      <div className={isBeside ? "editor-layout editor-layout--beside" : "editor-layout"}>
        <aside className="editor-layout__outline">{editor !== null && <OutlineList editor={editor} />}</aside>
        <main ref={main} className="sheet" id="text" tabIndex={-1}>
          <h1 className="visually-hidden">{title === "" ? text.common.untitled : title}</h1>
          {surroundings.notice?.(open)}
          <Problems name={name} document={open} saysWhatWaits={surroundings.saysWhatWaits === true}>
            <MergeReviewLine review={review} />
            {isForeign && <ForeignNotice document={open} readOnly={readOnly} />}
            {binned.record !== null && (
              <BinnedNotice record={binned.record} readOnly={readOnly} onRestored={binned.refresh} />
            )}
          </Problems>
          <TitleField
            document={open}
            readOnly={readOnly}
            fieldRef={titleField}
            onDone={() => {
              editor?.commands.focus("start");
              // The command focuses with the next frame; a letter typed before that would go into the title.
              editor?.view.focus();
            }}
          />
          <p id={helpId} className="visually-hidden">
            {text.editor.textHelp}
          </p>
          {isForeign ? <ForeignText document={open} /> : <div ref={place} className="sheet__text" />}
          {editor !== null && questions?.blocks(editor)}
          {!isForeign && <ReferenceList state={citations} />}
        </main>
        {review.isOpen && editor !== null && (
          <MergeReviewPanel
            review={review}
            document={open}
            editor={editor}
            readOnly={readOnly}
            titleField={titleField}
          />
        )}
        {!review.isOpen && comments?.isOpen === true && editor !== null && (
          <CommentsPanel comments={comments} editor={editor} />
        )}
      </div>
      {comments !== null && editor !== null && <CommentBubble comments={comments} editor={editor} />}
      <footer className="status-bar">
        <ConnectionBadge />
        {editor !== null && <WordCount editor={editor} />}
      </footer>
      {outlined && editor !== null && (
        <Dialog title={text.editor.outline} onClose={() => setOutlined(false)} returnFocus={false}>
          <OutlineList editor={editor} onGone={() => setOutlined(false)} />
        </Dialog>
      )}
      {linking && editor !== null && <LinkDialog editor={editor} onClose={() => setLinking(false)} />}
      {asking && editor !== null && !readOnly && questions?.dialog(editor, () => setAsking(false))}
      {citing && editor !== null && references !== null && !readOnly && (
        <CiteDialog editor={editor} library={library} page={references} onClose={() => setCiting(false)} />
      )}
    </div>
  );
}

function WordCount(props: { readonly editor: Editor }): ReactNode {
  const text = useWords();
  const words = useEditorState(props.editor, ({ state }) => countWords(state.doc));
  return <span>{text.editor.words(words)}</span>;
}
