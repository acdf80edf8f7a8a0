/** Motions and amendments as a stack: what was moved last is decided first. */
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Motion } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { useRoom } from "./room-context.tsx";

/** A motion, an amendment to it, and an amendment to that. */
const DEPTH_MAX = 3;

/** The longest motion, in characters. */
const TEXT_LENGTH_MAX = 2_000;

export function MotionsCard(): ReactNode {
  const here = useRoom();
  const { inside } = here;
  const words = useWords().meeting.motions;
  const [proposing, setProposing] = useState(false);
  const motions = inside.room?.motions ?? [];
  const decided = inside.room?.decided ?? [];
  const mayPropose =
    here.may("propose") && inside.current !== null && inside.recused === null && motions.length < DEPTH_MAX;
  if (motions.length === 0 && decided.length === 0 && !mayPropose) {
    return null;
  }
  return (
    <section className="meeting-card" aria-labelledby="motions">
      <h2 id="motions">{words.heading}</h2>
      {motions.length > 0 && (
        <ol className="motions" reversed>
          {[...motions].reverse().map((motion, at) => (
            <MotionView
              key={motion.id}
              motion={motion}
              isTop={at === 0}
              amended={motions[motions.length - at - 2] ?? null}
            />
          ))}
        </ol>
      )}
      {mayPropose && (
        <Button size="compact-sm" variant="default" onClick={() => setProposing(true)}>
          {motions.length === 0 ? words.propose : words.amend}
        </Button>
      )}
      {decided.length > 0 && (
        <details className="meeting-more">
          <summary>{words.decided(decided.length)}</summary>
          <ul className="round__named">
            {decided.map(({ motion, end }) => (
              <li key={motion.id}>
                {words.ends[end]}: {motion.text}
              </li>
            ))}
          </ul>
        </details>
      )}
      {proposing && <ProposeDialog isAmendment={motions.length > 0} onClose={() => setProposing(false)} />}
    </section>
  );
}

function MotionView(props: {
  readonly motion: Motion;
  /** Whether it is decided next. */
  readonly isTop: boolean;
  /** What it amends; `null` for the motion itself. */
  readonly amended: Motion | null;
}): ReactNode {
  const { motion, isTop, amended } = props;
  const here = useRoom();
  const words = useWords().meeting.motions;
  const [carrying, setCarrying] = useState(false);
  const by = here.nameOf(motion.by);
  const isMine = motion.by === here.me;
  const decide = (end: "carried" | "lost") =>
    void here.act({ do: "decide-motion", motion: motion.id, end, becomes: null });
  return (
    <li className="motion">
      <p className="motion__by">{amended === null ? words.motion(by) : words.amendment(by)}</p>
      <p className="motion__text">{motion.text}</p>
      <p className="meeting-card__soft">
        {motion.secondedBy === null ? words.notSeconded : words.seconded(here.nameOf(motion.secondedBy))}
      </p>
      {isTop && (
        <div className="meeting-card__acts">
          {!isMine && motion.secondedBy === null && here.may("second") && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => void here.act({ do: "second", motion: motion.id })}
            >
              {words.second}
            </Button>
          )}
          {isMine && here.may("withdraw-motion") && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => void here.act({ do: "withdraw-motion", motion: motion.id })}
            >
              {words.withdraw}
            </Button>
          )}
          {here.may("decide-motion") && motion.secondedBy !== null && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => (amended === null ? decide("carried") : setCarrying(true))}
            >
              {words.carried}
            </Button>
          )}
          {here.may("decide-motion") && (
            <Button size="compact-sm" variant="default" onClick={() => decide("lost")}>
              {words.lost}
            </Button>
          )}
        </div>
      )}
      {carrying && amended !== null && (
        <TextDialog
          title={words.becomesTitle}
          label={words.becomes}
          initial={amended.text}
          submit={words.carried}
          run={(becomes) => here.command({ do: "decide-motion", motion: motion.id, end: "carried", becomes })}
          onClose={() => setCarrying(false)}
        />
      )}
    </li>
  );
}

function ProposeDialog(props: { readonly isAmendment: boolean; readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.motions;
  return (
    <TextDialog
      title={props.isAmendment ? words.amendTitle : words.proposeTitle}
      label={words.text}
      initial=""
      submit={words.submit}
      run={(text) => here.command({ do: "propose", text })}
      onClose={props.onClose}
    />
  );
}

function TextDialog(props: {
  readonly title: string;
  readonly label: string;
  readonly initial: string;
  readonly submit: string;
  readonly run: (text: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const words = text.meeting.motions;
  const form = useForm({
    initial: { text: props.initial },
    check: ({ text: said }) => ({
      text:
        said.trim() === ""
          ? words.textMissing
          : [...said.trim()].length > TEXT_LENGTH_MAX
            ? words.textTooLong
            : undefined,
    }),
    send: async ({ text: said }) => {
      await props.run(said.trim());
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <FormView form={form}>
        <Textarea {...form.bind("text")} label={props.label} rows={4} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {props.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
