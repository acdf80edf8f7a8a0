/** The clinical questions of a document: which there are, in which order, and where a person has to decide. */
import "./questions.css";
import { ActionIcon, Button, Loader, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { ArrowDown, ArrowUp, CircleAlert, Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import { type DocumentName, isUnreachable, type Question } from "../../../sync/index.ts";
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
import { documentPath } from "../branches/paths.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";
import { questionPath } from "./paths.ts";

const MINUTE_MS = 60_000;

/** The longest title, in characters. */
export const QUESTION_TITLE_MAX = 200;

export default function QuestionsPage(props: { readonly document: DocumentName }): ReactNode {
  const { document } = props;
  const text = useWords();
  const words = text.questions;
  const main = useArrival();
  useDocumentLook(props.document);
  const portal = usePortal();
  const { memory } = useSignedIn();
  const toast = useToast();
  const [, navigate] = useLocation();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await portal.api.questions.of(document, signal);
      memory.rememberQuestions(document, found);
      return found;
    },
    [portal, memory, document],
  );
  const asked = useAsked(
    ask,
    useCallback(() => memory.questions(document), [memory, document]),
  );
  const { value: questions, error, refresh } = asked;
  const policy = useAsked(
    useCallback((signal: AbortSignal) => portal.api.documents.policy(document, signal), [portal, document]),
  ).value;
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  useDocumentTitle(`${words.heading} – ${text.product}`);
  const isLost = isUnreachable(error);
  const mayWrite = policy?.access === "write" && !isLost;
  const live = questions?.filter(({ binnedAt }) => binnedAt === null) ?? [];
  const binned = questions?.filter(({ binnedAt }) => binnedAt !== null) ?? [];

  const act = async (run: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await run();
    } catch (reason) {
      toast({ message: describePortalFailure(reason, text, words.codes), tone: "alarm" });
    }
    refresh();
    setBusy(false);
  };
  const make = (event: FormEvent): void => {
    event.preventDefault();
    if (title.trim() !== "") {
      void act(async () => {
        const id = await portal.api.questions.make(document, title.trim());
        navigate(questionPath(document, id));
      });
    }
  };
  const move = (from: number, to: number): void => {
    const order = live.map(({ id }) => id);
    const [moved] = order.splice(from, 1);
    if (moved !== undefined) {
      order.splice(to, 0, moved);
      asked.take([...order.flatMap((id) => live.filter((question) => question.id === id)), ...binned]);
      void act(() => portal.api.questions.order(document, order));
    }
  };

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(isLost ? "lost" : questions === null ? "asking" : "reached", text.connection)}
      />
      <main ref={main} className="questions-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="question-page__ways">
          <Link href={documentPath(document)}>{words.toDocument}</Link>
        </nav>
        <h1>{words.heading}</h1>
        <p className="question-lead">{words.lead}</p>
        {error !== null && (
          <Notice tone={isLost ? "plain" : "alarm"}>
            {isLost && questions !== null ? words.listOffline : describePortalFailure(error, text, words.codes)}
          </Notice>
        )}
        {questions === null && error === null && (
          <div className="documents__waiting" aria-busy="true">
            <Loader size="sm" role="img" aria-label={text.common.loading} />
          </div>
        )}
        {questions !== null && live.length === 0 && <Empty title={words.none} body={words.noneBody} />}
        {live.length > 0 && (
          <ol className="question-list">
            {live.map((question, index) => (
              <Row
                key={question.id}
                document={document}
                question={question}
                isFirst={index === 0}
                isLast={index === live.length - 1}
                mayWrite={mayWrite}
                busy={busy}
                onMove={(by) => move(index, index + by)}
                onBin={() => void act(() => portal.api.questions.bin(document, question.id))}
              />
            ))}
          </ol>
        )}
        {mayWrite && (
          <form className="questions-page__new" onSubmit={make}>
            <TextInput
              label={words.newLabel}
              placeholder={words.newPlaceholder}
              maxLength={QUESTION_TITLE_MAX}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Button type="submit" loading={busy} disabled={title.trim() === ""}>
              {words.begin}
            </Button>
          </form>
        )}
        {binned.length > 0 && (
          <section className="question-aside" aria-labelledby="questions-bin">
            <h2 id="questions-bin">{words.bin}</h2>
            <ul>
              {binned.map((question) => (
                <li key={question.id}>
                  <Link href={questionPath(document, question.id)}>{question.title || text.common.untitled}</Link>
                  {mayWrite && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      disabled={busy}
                      aria-label={words.restoreThis(question.title || text.common.untitled)}
                      onClick={() => void act(() => portal.api.questions.restore(document, question.id))}
                    >
                      {words.restore}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </>
  );
}

interface RowProps {
  readonly document: DocumentName;
  readonly question: Question;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly mayWrite: boolean;
  readonly busy: boolean;
  readonly onMove: (by: -1 | 1) => void;
  readonly onBin: () => void;
}

function Row(props: RowProps): ReactNode {
  const { question, busy } = props;
  const text = useWords();
  const words = text.questions;
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  const title = question.title || text.common.untitled;
  const open = question.openConflicts ?? 0;
  return (
    <li className="question-card">
      <div className="question-card__words">
        <Link href={questionPath(props.document, question.id)}>{title}</Link>
        <p className="question-hint">{words.edited(timeAgo(question.updatedAt, now, language))}</p>
      </div>
      {open > 0 && (
        <span className="question-open">
          <CircleAlert size={14} aria-hidden="true" /> {words.conflicts(open)}
        </span>
      )}
      {props.mayWrite && (
        <div className="question-card__ways">
          {!(props.isFirst && props.isLast) && <Moves {...props} title={title} />}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={words.putIntoBin(title)}
            disabled={busy}
            onClick={props.onBin}
          >
            <Trash2 size={18} aria-hidden="true" />
          </ActionIcon>
        </div>
      )}
    </li>
  );
}

/** One place up or down; the button that was pressed stays under the focus, and goes with its question. */
function Moves(props: RowProps & { readonly title: string }): ReactNode {
  const { title, isFirst, isLast, onMove } = props;
  const words = useWords().questions;
  const ways = [
    { label: words.moveUp(title), Icon: ArrowUp, by: -1, isOver: isFirst },
    { label: words.moveDown(title), Icon: ArrowDown, by: 1, isOver: isLast },
  ] as const;
  return ways.map(({ label, Icon, by, isOver }) => (
    <ActionIcon
      key={by}
      variant="subtle"
      color="gray"
      size={36}
      aria-label={label}
      aria-disabled={isOver || props.busy}
      className={isOver ? "question-card__over" : undefined}
      onClick={() => !isOver && !props.busy && onMove(by)}
    >
      <Icon size={18} aria-hidden="true" />
    </ActionIcon>
  ));
}
