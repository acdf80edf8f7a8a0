/** What people set at the same time, all of it, until somebody decides: each value with who set it and when. */
import { Button } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Register } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { pointInTime } from "../../words/time.ts";
import { sayRaw } from "./say-raw.ts";
import { type Settable, useNameOf, useQuestion } from "./use-question.ts";

export function Conflict(props: {
  /** What the values are of. */
  readonly label: string;
  readonly register: Register;
  readonly say: (value: unknown) => string;
  readonly onChoose: (value: Settable) => void;
  /** The element that shows what was chosen: it gets the focus, since the button goes. */
  readonly fieldId: string;
}): ReactNode {
  const { label, register, say, onChoose, fieldId } = props;
  const words = useWords().questions;
  const language = useLanguage();
  const nameOf = useNameOf();
  const { readOnly } = useQuestion();
  return (
    <section className="question-conflict" aria-label={words.conflict.region(label)}>
      <p className="question-conflict__title">
        <CircleAlert size={16} aria-hidden="true" />
        <span>{words.conflict.title}</span>
      </p>
      <ul>
        {register.current.map(({ id, client, value, at }) => (
          <li key={id}>
            <span className="question-conflict__value">{say(value)}</span>
            <span className="question-conflict__by">
              {words.conflict.by(nameOf(client), at === null ? null : pointInTime(at, language))}
            </span>
            {!readOnly && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.conflict.chooseThis(say(value), nameOf(client))}
                onClick={() => {
                  onChoose(value as Settable);
                  document.getElementById(fieldId)?.focus();
                }}
              >
                {words.conflict.choose}
              </Button>
            )}
          </li>
        ))}
        {register.foreign.map(({ id, content }) => (
          <li key={id}>
            <span className="question-conflict__value">{words.unreadable(sayRaw(content))}</span>
            <span className="question-conflict__by">{words.conflict.foreign}</span>
          </li>
        ))}
      </ul>
      <p className="question-hint">{readOnly ? words.conflict.readerHint : words.conflict.hint}</p>
    </section>
  );
}
