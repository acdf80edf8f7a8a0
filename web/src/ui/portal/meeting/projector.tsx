/** For the wall of a room: item, time, who has the floor, and what was voted, large and without anything to press. */
import type { ReactNode } from "react";
import {
  currentItem,
  type Glimpse,
  type Inside,
  type LiveState,
  type Meeting,
  type Room,
  type ServerClock,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { TimerView } from "./item-timer.tsx";
import { useRoomHere } from "./meeting-room.tsx";
import { sayQuestion } from "./poll-card.tsx";
import { RoomContext } from "./room-context.tsx";
import { isOpenRound } from "./standing.ts";
import { Tally } from "./tally.tsx";

export function Projector(props: {
  readonly meeting: Meeting;
  readonly inside: Inside;
  readonly names: Glimpse["names"];
  readonly clock: ServerClock;
  readonly link: LiveState["link"];
}): ReactNode {
  const { inside, meeting, link } = props;
  const here = useRoomHere({ ...props, shown: null, goTo: nowhere });
  const text = useWords().meeting;
  const item = currentItem(inside);
  const turn = inside.room?.turn ?? null;
  return (
    <RoomContext value={here}>
      <main className="projector">
        <p className="projector__meeting">{meeting.title}</p>
        <h1>{inside.phase === "planned" ? text.bar.planned : (item?.title ?? text.bar.noItem)}</h1>
        <p className="projector__time">
          <TimerView timer={inside.timer} />
        </p>
        {turn !== null && <p className="projector__floor">{text.bar.floor(here.nameOf(turn.who))}</p>}
        {inside.freeze !== null && <p className="projector__floor">{text.freeze.banner}</p>}
        {inside.room !== null && <Votes room={inside.room} />}
        <p className="projector__link" role="status">
          {link === "cut" && text.link.cut}
          {link === "strange" && text.link.strange}
        </p>
      </main>
    </RoomContext>
  );
}

function nowhere(): void {
  // A projector shows no text.
}

/** The vote or the question that is open, or what came of the last one. */
function Votes(props: { readonly room: Room }): ReactNode {
  const { poll, rounds } = props.room;
  const text = useWords().meeting;
  const round = rounds.at(-1) ?? null;
  const question = poll === null ? null : sayQuestion(poll.poll, text.poll);
  return (
    <>
      {round !== null && (
        <section className="projector__vote">
          <h2>{round.rule.words}</h2>
          {isOpenRound(round) && <p>{text.round.voted(round.voted, round.eligible)}</p>}
          {round.voided === null && round.result?.counts && (
            <Tally options={round.options} counts={round.result.counts} />
          )}
          {round.voided === null && round.result?.isQuorate === false && <p>{text.round.notQuorate}</p>}
        </section>
      )}
      {poll !== null && question !== null && (
        <section className="projector__vote">
          <h2>{question.question}</h2>
          {poll.counts === null ? (
            <p>{text.poll.answered(poll.answered)}</p>
          ) : (
            <Tally options={question.options} counts={poll.counts} />
          )}
        </section>
      )}
    </>
  );
}
