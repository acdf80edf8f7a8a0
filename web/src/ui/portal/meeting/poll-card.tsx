/** A question to the room: asked, answered blindly, and shown when it is closed. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import type { Poll, PollQuestion } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { areOptions, optionsIn } from "./options-text.ts";
import { useRoom } from "./room-context.tsx";
import { Tally } from "./tally.tsx";
import { VoteChoices } from "./vote-choices.tsx";

/** What is asked, and what can be answered, in words. */
export function sayQuestion(
  poll: PollQuestion,
  text: Catalogue["meeting"]["poll"],
): { readonly question: string; readonly options: readonly string[] } {
  return poll.kind === "question"
    ? poll
    : { question: text.overrun, options: [text.overrunOptions.more, text.overrunOptions.park] };
}

export function PollCard(): ReactNode {
  const poll = useRoom().inside.room?.poll ?? null;
  return poll === null ? null : <PollView key={poll.id} poll={poll} />;
}

function PollView(props: { readonly poll: Poll }): ReactNode {
  const { poll } = props;
  const here = useRoom();
  const words = useWords().meeting.poll;
  const { question, options } = sayQuestion(poll.poll, words);
  const mayAnswer = here.may("answer-poll") && here.inside.recused === null;
  const mine = poll.mine?.kind === "choice" ? String(poll.mine.option) : null;
  // What was just pressed, until the server shows it.
  const [pressed, setPressed] = useState<string | null>(null);
  const answer = async (value: string): Promise<void> => {
    setPressed(value);
    if (!(await here.act({ do: "answer-poll", poll: poll.id, option: Number(value) }))) {
      setPressed(null);
    }
  };
  return (
    <section className="meeting-card" aria-labelledby="poll">
      <h2 id="poll">{poll.counts === null ? words.heading : words.result}</h2>
      {poll.counts !== null ? (
        <>
          <p className="meeting-card__title">{question}</p>
          <Tally options={options} counts={poll.counts} />
        </>
      ) : (
        <>
          {mayAnswer ? (
            <VoteChoices
              legend={question}
              options={options.map((label, at) => ({ value: String(at), label }))}
              value={pressed ?? mine}
              onChange={(value) => void answer(value)}
            />
          ) : (
            <p className="meeting-card__title">{question}</p>
          )}
          <p className="meeting-card__soft">
            {words.answered(poll.answered)}. {words.blind}
          </p>
          {here.may("close-poll") && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => void here.act({ do: "close-poll", poll: poll.id })}
            >
              {words.close}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

/** The longest question, in characters. */
const QUESTION_LENGTH_MAX = 1_000;

export function PollDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const text = useWords();
  const words = text.meeting.poll;
  const form = useForm({
    initial: { question: "", options: [words.yes, words.no, words.unsure].join("\n") },
    check: ({ question, options }) => ({
      question: question.trim() === "" || question.length > QUESTION_LENGTH_MAX ? words.questionMissing : undefined,
      options: areOptions(optionsIn(options)) ? undefined : words.optionsWrong,
    }),
    send: async ({ question, options }) => {
      await here.command({
        do: "open-poll",
        poll: { kind: "question", question: question.trim(), options: optionsIn(options) },
      });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.lead}</p>
        <TextInput {...form.bind("question")} label={words.question} autoComplete="off" data-autofocus />
        <Textarea {...form.bind("options")} label={words.options} rows={4} />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
