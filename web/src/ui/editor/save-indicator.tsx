/**
 * Where the newest words are: on this device, sent, or safe on the server. Always truthful, always in words.
 *
 * The label leaves out what does not last, so that it does not flicker at each letter; the accessible description and
 * the explanation are the truth of the moment.
 */
import { Popover, UnstyledButton } from "@mantine/core";
import { Check, Circle, CircleAlert, CloudCheck, HardDrive, LoaderCircle, Send } from "lucide-react";
import type { ReactNode } from "react";
import type { ReplicaDocument } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { useSettled } from "../hooks/use-settled.ts";
import { useConnectionWords } from "../shell/connection-badge.tsx";
import { IN_HEAD } from "../shell/in-head.ts";
import { describeSave, rankOfSave, type SaveWords } from "../words/save.ts";

export function SaveIndicator(props: { readonly document: ReplicaDocument }): ReactNode {
  const text = useWords();
  const state = useObservable(props.document.state);
  const words = describeSave(state, text.save);
  const shown = useSettled(words, rankOfSave);
  const connection = useConnectionWords();
  return (
    <Popover {...IN_HEAD} width={320} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={`save save--${shown.tone}`}
          aria-label={text.save.label(shown.label)}
          // The name has to hold what is seen; where that is behind, the truth is said with it.
          aria-description={shown.label === words.label ? undefined : words.label}
          data-save={state.save}
        >
          <SaveIcon words={shown} />
          <span className="save__label">{shown.label}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.save.heading}>
        <div className="save-detail" tabIndex={-1} data-autofocus>
          <h2>{text.save.heading}</h2>
          <ol>
            <Step done={words.reached.device} label={text.save.steps.device} />
            <Step done={words.reached.sent} label={text.save.steps.sent} />
            <Step done={words.reached.safe} label={text.save.steps.safe} />
          </ol>
          <p>{words.detail}</p>
          {state.unconfirmed > 0 && <p>{text.save.unconfirmed}</p>}
          {/* Without network the device is what keeps the words: not to be promised where it does not. */}
          {connection.detail !== null && words.reached.device && <p>{connection.detail}</p>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Step(props: { readonly done: boolean; readonly label: string }): ReactNode {
  const text = useWords();
  const Icon = props.done ? Check : Circle;
  return (
    <li className={props.done ? "step step--done" : "step"}>
      <Icon size={16} aria-hidden="true" />
      <span>{props.label}</span>
      <span className="visually-hidden">{props.done ? text.save.stepDone : text.save.stepPending}</span>
    </li>
  );
}

function SaveIcon(props: { readonly words: SaveWords }): ReactNode {
  const { words } = props;
  const Icon =
    words.tone === "alarm"
      ? CircleAlert
      : words.reached.safe
        ? CloudCheck
        : words.reached.sent
          ? Send
          : words.reached.device
            ? HardDrive
            : LoaderCircle;
  return <Icon size={16} aria-hidden="true" className="save__icon" />;
}
