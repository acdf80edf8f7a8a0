/**
 * A clinical question as it is drawn in the text: what is asked and what is recommended, as its page says it at this moment.
 *
 * Only what is near the window is open: a long guideline has sixty of them.
 */
import { Loader } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import {
  type DocumentName,
  type Question,
  type QuestionId,
  questionOf,
  type ReplicaDocument,
} from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { isDenied } from "../../editor/problems.tsx";
import { useTitle } from "../../editor/title-field.tsx";
import { useOpenDocument } from "../../editor/use-open-document.ts";
import { useObservable, useSelected } from "../../hooks/use-observable.ts";
import { saidBy } from "./live-questions.ts";
import { questionPath } from "./paths.ts";
import { type Essence, essenceOf, picoOf, type SaidQuestion } from "./said-questions.ts";

export interface QuestionBlockProps {
  readonly document: DocumentName;
  /** `null` for a block that names none. */
  readonly id: QuestionId | null;
  /** Whether no block further up shows it. */
  readonly isFirst: boolean;
  /** What the server says of it; `null` where it says nothing, or has not answered. */
  readonly listed: Question | null;
  /** The block in the text. */
  readonly block: HTMLElement;
  /** Called when what the server said of it may be true no more. */
  readonly onDoubt: () => void;
}

/** How far from the window a block is drawn already. */
const NEAR = "800px";

export function QuestionBlock(props: QuestionBlockProps): ReactNode {
  const { id } = props;
  const words = useWords().questions.block;
  const isNear = useNear(props.block);
  if (id === null) {
    return <Plain kicker={words.kicker}>{words.hidden}</Plain>;
  }
  return isNear ? <Opened {...props} id={id} /> : null;
}

interface Named extends QuestionBlockProps {
  readonly id: QuestionId;
}

function Opened(props: Named): ReactNode {
  const text = useWords();
  const words = text.questions.block;
  const { replica } = useApp();
  const connection = useObservable(replica.status).kind;
  const opened = useOpenDocument(questionOf(props.document, props.id), 0);
  if (opened.document === null) {
    return <Waiting />;
  }
  if (opened.phase === "open") {
    return <Seen {...props} open={opened.document} />;
  }
  return (
    <Awaited open={opened.document}>
      {connection === "online" || connection === "connecting" ? (
        <Waiting />
      ) : (
        <Plain kicker={words.kicker}>{words.notHere}</Plain>
      )}
    </Awaited>
  );
}

function Waiting(): ReactNode {
  const text = useWords();
  return <Loader size="sm" role="img" aria-label={text.common.loading} />;
}

function Awaited(props: { readonly open: ReplicaDocument; readonly children: ReactNode }): ReactNode {
  const words = useWords().questions.block;
  return useSelected(props.open.state, isDenied) ? <Plain kicker={words.kicker}>{words.hidden}</Plain> : props.children;
}

/** The question as long as this member may see it. */
function Seen(props: Named & { readonly open: ReplicaDocument }): ReactNode {
  const { open, onDoubt, isFirst, listed } = props;
  const words = useWords().questions.block;
  const isLost = useSelected(open.state, isDenied);
  const access = useSelected(open.state, (state) => state.access);
  const title = useTitle(open).trim();
  const before = useRef(access);
  useEffect(() => {
    if (before.current !== access && before.current !== "unknown") {
      onDoubt();
    }
    before.current = access;
  }, [access, onDoubt]);
  if (isLost) {
    return <Plain kicker={words.kicker}>{words.hidden}</Plain>;
  }
  const called = title === "" ? words.untitled : title;
  const link = <Link href={questionPath(props.document, props.id)}>{called}</Link>;
  if (listed !== null && listed.binnedAt !== null) {
    return (
      <Plain kicker={words.kicker} title={link}>
        {words.binned}
      </Plain>
    );
  }
  return isFirst ? <Shown {...props} called={called} /> : <Plain kicker={words.aboveKicker} title={link} />;
}

function Plain(props: {
  readonly kicker: string;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="question-block__plain">
      <p className="question-block__kicker">{props.kicker}</p>
      {props.title !== undefined && <p className="question-block__title">{props.title}</p>}
      {props.children !== undefined && <p>{props.children}</p>}
    </div>
  );
}

function Shown(props: Named & { readonly open: ReplicaDocument; readonly called: string }): ReactNode {
  const { open, id, called } = props;
  const text = useWords();
  const words = text.questions.block;
  const question = useSaid(open, id);
  const pico = picoOf(question, text);
  const recommendations = essenceOf(question, text).filter(
    ({ statement, facts, remarks }) => statement !== "" || facts.length > 0 || remarks !== "",
  );
  const path = questionPath(props.document, id);
  return (
    <section className="question-block__card" aria-label={words.label(called)}>
      <p className="question-block__kicker">{words.kicker}</p>
      <p className="question-block__title">
        <Link href={path}>{called}</Link>
      </p>
      {pico.length > 0 && (
        <dl className="question-block__pico">
          {pico.map(([what, said]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{said}</dd>
            </div>
          ))}
        </dl>
      )}
      {recommendations.length === 0 && <p className="question-block__none">{words.noRecommendation}</p>}
      {recommendations.map((recommendation) => (
        <Recommendation key={recommendation.id} said={recommendation} />
      ))}
      <p className="question-block__way">
        <Link href={path}>{words.open}</Link>
      </p>
    </section>
  );
}

function Recommendation(props: { readonly said: Essence }): ReactNode {
  const { statement, facts, remarks } = props.said;
  const words = useWords().questions.recommendation;
  return (
    <div className="question-block__recommendation">
      {statement !== "" && <p className="question-block__statement">{statement}</p>}
      {facts.length > 0 && (
        <ul className="question-block__facts">
          {facts.map(({ what, said, isUndecided }) => (
            <li key={what} className={isUndecided ? "question-block__fact--open" : undefined}>
              {isUndecided && <CircleAlert size={14} aria-hidden="true" />}
              <span>
                {what}: <strong>{said}</strong>
              </span>
            </li>
          ))}
        </ul>
      )}
      {remarks !== "" && (
        <p className="question-block__remarks">
          <span>{words.remarks}:</span> {remarks}
        </p>
      )}
    </div>
  );
}

/** What an open question says, read again after every change. */
function useSaid({ doc }: ReplicaDocument, id: QuestionId): SaidQuestion {
  const [said, setSaid] = useState(() => saidBy(doc, id));
  useEffect(() => {
    const read = (): void => setSaid(saidBy(doc, id));
    read();
    doc.on("update", read);
    return () => doc.off("update", read);
  }, [doc, id]);
  return said;
}

/** Whether a block is near the window. While it is not it keeps its height, so that nothing jumps. */
function useNear(block: HTMLElement): boolean {
  const [isNear, setNear] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => {
    if (typeof IntersectionObserver === "undefined") {
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last !== undefined) {
          block.style.minHeight = last.isIntersecting ? "" : `${Math.round(last.boundingClientRect.height)}px`;
          setNear(last.isIntersecting);
        }
      },
      { rootMargin: NEAR },
    );
    observer.observe(block);
    return () => observer.disconnect();
  }, [block]);
  return isNear;
}
