/** The current item: its timer, and what whoever leads may do about it. */
import { Button } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { currentItem, type Timer } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Countdown, Left } from "./countdown.tsx";
import { sayPlace, useRoom } from "./room-context.tsx";

const MINUTE_MS = 60_000;

/** By how many minutes an item is extended. */
const EXTENSIONS = [2, 5] as const;

/** What is left of the item’s time; nothing where there is no timer. */
export function TimerView(props: { readonly timer: Timer }): ReactNode {
  const { timer } = props;
  const { clock } = useRoom();
  const words = useWords().meeting.timer;
  switch (timer.kind) {
    case "off":
      return null;
    case "running":
      return <Countdown until={timer.until} clock={clock} />;
    case "paused":
      return (
        <span className="meeting-timer meeting-timer--paused">
          <Left span={timer.left} /> {words.paused}
        </span>
      );
    case "over":
      return <span className="meeting-timer meeting-timer--over">{words.over}</span>;
  }
}

export function CurrentItem(): ReactNode {
  const here = useRoom();
  const { inside } = here;
  const text = useWords().meeting;
  const words = text.item;
  const item = currentItem(inside);
  const next = useMemo(() => inside.items.find(({ progress }) => progress === "ahead") ?? null, [inside.items]);
  return (
    <section className="meeting-card" aria-labelledby="current-item">
      <h2 id="current-item">{words.heading}</h2>
      {item === null ? (
        <>
          <p className="meeting-card__soft">{words.none}</p>
          {next !== null && here.may("begin-item") && (
            <Button onClick={() => void here.act({ do: "begin-item", item: next.id })}>
              {words.beginNext(next.title)}
            </Button>
          )}
        </>
      ) : (
        <>
          <p className="meeting-card__title">{item.title}</p>
          {item.place !== null && <p className="meeting-card__soft">{sayPlace(item.place, here, text)}</p>}
          <p className="meeting-card__time">
            <TimerView timer={inside.timer} />
          </p>
          {inside.timer.kind === "over" ? <Overrun item={item.id} /> : <TimerControls item={item.id} />}
        </>
      )}
    </section>
  );
}

function TimerControls(props: { readonly item: number }): ReactNode {
  const here = useRoom();
  const { timer } = here.inside;
  const words = useWords().meeting.item;
  return (
    <div className="meeting-card__acts">
      {timer.kind === "running" && here.may("pause-timer") && (
        <Button size="compact-sm" variant="default" onClick={() => void here.act({ do: "pause-timer" })}>
          {words.pause}
        </Button>
      )}
      {timer.kind === "paused" && here.may("resume-timer") && (
        <Button size="compact-sm" variant="default" onClick={() => void here.act({ do: "resume-timer" })}>
          {words.resume}
        </Button>
      )}
      <Extend minutes={5} />
      <ParkAndClose item={props.item} />
    </div>
  );
}

function Extend(props: { readonly minutes: number }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.item;
  return (
    here.may("extend-timer") && (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void here.act({ do: "extend-timer", by: props.minutes * MINUTE_MS })}
      >
        {words.extend(props.minutes)}
      </Button>
    )
  );
}

function ParkAndClose(props: { readonly item: number }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.item;
  return (
    <>
      {here.may("park-item") && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void here.act({ do: "park-item", item: props.item })}
        >
          {words.park}
        </Button>
      )}
      {here.may("close-item") && (
        <Button size="compact-sm" variant="default" onClick={() => void here.act({ do: "close-item" })}>
          {words.close}
        </Button>
      )}
    </>
  );
}

/** The time is used up: whoever leads is asked, and may ask the room. */
function Overrun(props: { readonly item: number }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.item;
  const { poll } = here.inside.room ?? { poll: null };
  if (!here.may("extend-timer")) {
    return <p className="meeting-card__soft">{words.overWait}</p>;
  }
  return (
    <fieldset className="meeting-overrun" aria-label={words.overTitle}>
      <p>{words.overTitle}</p>
      <div className="meeting-card__acts">
        {EXTENSIONS.map((minutes) => (
          <Extend key={minutes} minutes={minutes} />
        ))}
        <ParkAndClose item={props.item} />
        {here.may("open-poll") && (poll === null || poll.counts !== null) && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void here.act({ do: "open-poll", poll: { kind: "overrun" } })}
          >
            {words.overAsk}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
