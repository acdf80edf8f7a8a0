/** A switch for each kind of notification; the server keeps them. */
import { Checkbox } from "@mantine/core";
import { type ReactNode, useCallback, useId } from "react";
import { type Topic, topics } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export function Silences(): ReactNode {
  const text = useWords();
  const words = text.catchingUp.topics;
  const portal = usePortal();
  const toast = useToast();
  const id = useId();
  const ask = useCallback((signal: AbortSignal) => portal.api.notifications.silences(signal), [portal]);
  const { value: off, take } = useAsked(ask, nothing, "once");

  const toggle = async (topic: Topic): Promise<void> => {
    if (off === null) {
      return;
    }
    const next = topics.filter((each) => (each === topic ? !off.includes(topic) : off.includes(each)));
    take(next);
    try {
      take(await portal.api.notifications.silence(next));
      toast({ message: words.saved });
    } catch (reason) {
      take(off);
      toast({ message: describePortalFailure(reason, text), tone: "alarm" });
    }
  };

  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      <p className="panel__lead">{words.lead}</p>
      {topics.map((topic) => (
        <Checkbox
          key={topic}
          label={words[topic]}
          disabled={off === null}
          checked={off !== null && !off.includes(topic)}
          onChange={() => void toggle(topic)}
        />
      ))}
    </section>
  );
}
