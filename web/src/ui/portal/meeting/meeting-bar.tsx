/** What everybody sees at a glance: which item, how long, who has the floor, and the one thing to do about it. */
import { Button } from "@mantine/core";
import { Hand, LogOut, Presentation } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { currentItem, type LiveState } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { LogoMark } from "../../shell/logo.tsx";
import { useServerNow } from "./countdown.tsx";
import { TimerView } from "./item-timer.tsx";
import { meetingsPath, projectorPath } from "./paths.ts";
import { useRoom } from "./room-context.tsx";
import { hasFloor, placeOfHand } from "./standing.ts";
import { usePart } from "./way-back.tsx";

/** What a small screen shows below the bar. */
export const looks = ["now", "text", "agenda"] as const;
export type MeetingLook = (typeof looks)[number];

export function MeetingBar(props: {
  readonly link: LiveState["link"];
  readonly look: MeetingLook;
  readonly onLook: (look: MeetingLook) => void;
}): ReactNode {
  const here = useRoom();
  const { meeting, inside } = here;
  const text = useWords();
  const words = text.meeting.bar;
  const [, navigate] = useLocation();
  const item = currentItem(inside);
  const part = usePart();
  const leave = async (): Promise<void> => {
    if (await here.act({ do: "leave" })) {
      part();
      navigate(meetingsPath(meeting.community));
    }
  };
  return (
    <section className="meeting-bar" aria-label={words.region}>
      <Link href={meetingsPath(meeting.community)} className="editor-bar__back" aria-label={words.back}>
        <LogoMark size={30} />
      </Link>
      <h1 className="meeting-bar__title">{meeting.title}</h1>
      <p className="meeting-bar__item">
        {inside.phase === "planned" ? words.planned : item === null ? words.noItem : words.now(item.title)}
      </p>
      <TimerView timer={inside.timer} />
      <FloorSign />
      <div className="meeting-bar__side">
        <HandButton />
        <Link href={projectorPath(meeting.id)} className="tool meeting-bar__projector" aria-label={words.projector}>
          <Presentation size={18} aria-hidden="true" />
        </Link>
        {here.may("leave") && (
          <Button
            className="meeting-bar__leave"
            variant="subtle"
            color="gray"
            leftSection={<LogOut size={16} aria-hidden="true" />}
            onClick={() => void leave()}
          >
            {words.leave}
          </Button>
        )}
      </div>
      <fieldset className="meeting-looks" aria-label={words.views}>
        {looks.map((look) => (
          <button key={look} type="button" aria-pressed={props.look === look} onClick={() => props.onLook(look)}>
            {words.view[look]}
          </button>
        ))}
      </fieldset>
      <p className="meeting-bar__link" role="status">
        {props.link === "cut" && text.meeting.link.cut}
        {props.link === "strange" && text.meeting.link.strange}
      </p>
    </section>
  );
}

/** Who has the floor. It keeps its room when nobody has. */
function FloorSign(): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.bar;
  const turn = here.inside.room?.turn ?? null;
  return (
    <p className="meeting-bar__floor">
      {turn === null ? "" : turn.who === here.me ? words.floorMine : words.floor(here.nameOf(turn.who))}
    </p>
  );
}

/** Raise, lower, or give back. */
function HandButton(): ReactNode {
  const here = useRoom();
  const { inside, me, clock } = here;
  const words = useWords().meeting.bar;
  const turn = inside.room?.turn ?? null;
  const now = useServerNow(clock, turn?.who === me && turn.until !== null);
  if (hasFloor(inside, me, now) && here.may("yield-floor")) {
    return (
      <Button variant="light" onClick={() => void here.act({ do: "yield-floor" })}>
        {words.yield}
      </Button>
    );
  }
  const isUp = placeOfHand(inside, me) > 0;
  if (!isUp && !here.may("raise-hand")) {
    return null;
  }
  return (
    <Button
      variant={isUp ? "filled" : "light"}
      disabled={inside.recused !== null}
      leftSection={<Hand size={16} aria-hidden="true" />}
      onClick={() => void here.act({ do: isUp ? "lower-hand" : "raise-hand" })}
    >
      {isUp ? words.lower : words.raise}
    </Button>
  );
}
