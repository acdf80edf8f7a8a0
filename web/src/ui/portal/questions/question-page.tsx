/** The page of one clinical question: what is asked, what is known, what is judged, and what is recommended. */
import "../../editor/editor.css";
import "./questions.css";
import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { announce } from "../../../editor/index.ts";
import {
  type DocumentName,
  discardForeign,
  openConflicts,
  picoParts,
  type QuestionId,
  questionOf,
  type ReplicaDocument,
  type TextLanguage,
  textsOf,
} from "../../../sync/index.ts";
import type { DiscussionPeople } from "../../comments/people.ts";
import { useApp, useLanguage, useWords } from "../../context.tsx";
import { People } from "../../editor/people.tsx";
import { isDenied, Problems } from "../../editor/problems.tsx";
import { SaveIndicator } from "../../editor/save-indicator.tsx";
import { TitleField, useTitle } from "../../editor/title-field.tsx";
import { useOpenDocument } from "../../editor/use-open-document.ts";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useObservable, useSelected } from "../../hooks/use-observable.ts";
import { useReferencesOnceOpen } from "../../references/use-library.ts";
import { AccountMenu } from "../../shell/account-menu.tsx";
import { ConnectionBadge } from "../../shell/connection-badge.tsx";
import { LogoMark } from "../../shell/logo.tsx";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Tile } from "../community/tile.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { LostPage } from "../editor/lost-page.tsx";
import { JudgedLines } from "../interests/judged-lines.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";
import { BinNotice } from "./bin-notice.tsx";
import { DecisionTable } from "./decision-table.tsx";
import { QuestionLibrary } from "./evidence-references.tsx";
import { FindingsTable } from "./findings-table.tsx";
import { OutcomesPart } from "./outcomes-part.tsx";
import { questionsPath } from "./paths.ts";
import { RecommendationBox } from "./recommendation-box.tsx";
import { sayRaw } from "./say-raw.ts";
import { TextField } from "./text-field.tsx";
import { QuestionContext, useOpenQuestion, useQuestion } from "./use-question.ts";

interface Whose {
  /** The document whose question it is. */
  readonly document: DocumentName;
  readonly id: QuestionId;
}

export default function QuestionPage(props: Whose): ReactNode {
  const { document, id } = props;
  const text = useWords();
  const { replica } = useApp();
  const [round, setRound] = useState(0);
  const openAgain = useCallback(() => setRound((last) => last + 1), []);
  const opened = useOpenDocument(questionOf(document, id), round);
  const connection = useObservable(replica.status).kind;
  if (opened.phase === "open") {
    return <SeenQuestion document={document} id={id} open={opened.document} openAgain={openAgain} />;
  }
  if (opened.document !== null && opened.phase === "awaited") {
    return <AwaitedQuestion document={document} id={id} open={opened.document} openAgain={openAgain} />;
  }
  return (
    <>
      <PageHeader />
      <main className="waiting waiting--page" aria-busy="true" data-connection={connection}>
        <Loader size="sm" role="img" aria-label={text.common.loading} />
      </main>
    </>
  );
}

interface Opened extends Whose {
  readonly open: ReplicaDocument;
  readonly openAgain: () => void;
}

/** Nothing of the question is on this device yet. */
function AwaitedQuestion(props: Opened): ReactNode {
  const { document, open } = props;
  const text = useWords();
  const { replica } = useApp();
  const isLost = useSelected(open.state, isDenied);
  const connection = useObservable(replica.status).kind;
  if (isLost) {
    return <Lost {...props} />;
  }
  return (
    <>
      <PageHeader />
      <main className="awaited">
        <Problems name={open.name} document={open} />
        {connection === "online" || connection === "connecting" ? (
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        ) : (
          <>
            <h1>{text.editor.notHereTitle}</h1>
            <p>{text.questions.notHere}</p>
          </>
        )}
        <Link href={questionsPath(document)}>{text.questions.toList}</Link>
      </main>
    </>
  );
}

function Lost(props: Opened): ReactNode {
  const { document, id, open, openAgain } = props;
  const portal = usePortal();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const questions = await portal.api.questions.of(document, signal);
      if (!questions.some((question) => question.id === id)) {
        throw new Error("no such question");
      }
    },
    [portal, document, id],
  );
  return <LostPage name={questionOf(document, id)} document={open} ask={ask} openAgain={openAgain} />;
}

function SeenQuestion(props: Opened): ReactNode {
  const isLost = useSelected(props.open.state, isDenied);
  return isLost ? <Lost {...props} /> : <OpenPage {...props} />;
}

function OpenPage(props: Opened): ReactNode {
  const { document, open } = props;
  const text = useWords();
  const words = text.questions;
  const main = useArrival();
  const { member } = useApp();
  const portal = usePortal();
  const { account, memory } = useSignedIn();
  const look = useDocumentLook(document);
  const titleField = useRef<HTMLTextAreaElement>(null);
  const title = useTitle(open).trim();
  const called = title === "" ? text.common.untitled : title;
  useDocumentTitle(text.editor.pageTitle(called));
  const people = useMemo<DiscussionPeople>(
    () => ({
      me: { id: account.id, name: account.name },
      authorSource: (name) => ({
        ask: () => portal.api.discussion.authors(name),
        recall: () => memory.authors(name),
        remember: (authors) => memory.rememberAuthors(name, authors),
      }),
      readers: (name) => portal.api.discussion.readers(name),
    }),
    [portal, account.id, account.name, memory],
  );
  const question = useOpenQuestion(open, people);
  const language = useTextLanguage(document);
  const conflicts = openConflicts(question.values);
  useEffect(() => announce(open.awareness, { ...member, mark: 0 }, Date.now()), [open, member]);

  return (
    <QuestionContext value={question}>
      <div className="editor-page">
        <a className="skip-link" href="#content">
          {text.common.skipToContent}
        </a>
        <header className="editor-head">
          <div className="editor-bar">
            <Link href={questionsPath(document)} className="editor-bar__back" aria-label={words.toList}>
              {look === null ? <LogoMark size={30} /> : <Tile {...look} size={30} />}
            </Link>
            <span className="editor-bar__title" aria-hidden="true">
              {called}
            </span>
            <div className="editor-bar__side">
              <SaveIndicator document={open} />
              <People document={open} />
              <AccountMenu />
            </div>
          </div>
        </header>
        <main ref={main} className="question-page" id="content" tabIndex={-1}>
          <nav aria-label={text.documents.navigation} className="question-page__ways">
            <Link href={questionsPath(document)}>{words.toList}</Link>
          </nav>
          <h1 className="visually-hidden">{called}</h1>
          <Problems name={open.name} document={open} readOnlyDetail={words.readerDetail}>
            {conflicts > 0 && (
              <Notice tone="notice" title={words.conflicts(conflicts)}>
                {words.conflictsBody}
              </Notice>
            )}
            <BinNotice document={document} id={props.id} />
            <ForeignNotice />
            <JudgedLines document={document} question={props.id} />
          </Problems>
          <TitleField
            document={open}
            readOnly={question.readOnly}
            fieldRef={titleField}
            onDone={() => main.current?.querySelector<HTMLElement>(".question-part textarea")?.focus()}
          />
          <section className="question-part" aria-labelledby="pico">
            <h2 id="pico">{words.pico.heading}</h2>
            {picoParts.map((part) => (
              <TextField
                key={part}
                text={textsOf.pico(open.doc, part)}
                label={words.pico.parts[part]}
                hint={words.pico.hints[part]}
              />
            ))}
          </section>
          <DocumentReferences document={document}>
            <OutcomesPart />
          </DocumentReferences>
          <FindingsTable />
          <DecisionTable />
          <RecommendationBox language={language} />
        </main>
        <footer className="status-bar">
          <ConnectionBadge />
        </footer>
      </div>
    </QuestionContext>
  );
}

/** Knows the references of the document meanwhile: they are in its own CRDT, not in the question's. */
function DocumentReferences(props: { readonly document: DocumentName; readonly children: ReactNode }): ReactNode {
  const opened = useOpenDocument(props.document, 0);
  const library = useReferencesOnceOpen(opened.phase === "open" ? opened.document.doc : null);
  return <QuestionLibrary value={library}>{props.children}</QuestionLibrary>;
}

/** What some other program wrote there, which this app cannot show in its place. */
function ForeignNotice(): ReactNode {
  const words = useWords().questions;
  const { document, values, foreign, readOnly } = useQuestion();
  const { foreign: loose, foreignMore } = values;
  return (
    <>
      {foreign.length > 0 && (
        <Notice tone="notice" title={words.foreign.roots}>
          {words.foreign.rootsBody(foreign.join(", "))}
        </Notice>
      )}
      {loose.length > 0 && (
        <Notice
          tone="notice"
          title={words.foreign.values(loose.length + foreignMore)}
          action={
            !readOnly && (
              <button
                type="button"
                className="notice__button"
                onClick={() => discardForeign(document.doc, new Set(loose.map(({ id }) => id)))}
              >
                {words.foreign.discard}
              </button>
            )
          }
        >
          {loose.map(({ content }) => sayRaw(content)).join("; ")}
        </Notice>
      )}
    </>
  );
}

/** The language of the guideline, which is its community's; that of the reader until it is known. */
function useTextLanguage(document: DocumentName): TextLanguage {
  const portal = usePortal();
  const { memory } = useSignedIn();
  const readers = useLanguage();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<TextLanguage> => {
      const { community } = await portal.api.documents.policy(document, signal);
      const known = memory.community(community.id) ?? (await portal.api.communities.one(community.id, signal));
      return known.language;
    },
    [portal, memory, document],
  );
  return useAsked(ask, undefined, "once").value ?? readers;
}
