/** Who has the floor, who asks for it, and what the mode is. */
import { ActionIcon, Button, NativeSelect } from "@mantine/core";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { AccountId, Hand } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { timeOf } from "../../words/time.ts";
import { useRoom } from "./room-context.tsx";
import { placeOfHand } from "./standing.ts";

const MINUTE_MS = 60_000;

/** For how many minutes the floor is given. */
const TURNS = [1, 2, 5] as const;

/** Hands that are shown at once; of the rest there is a number. */
const HANDS_SHOWN = 12;

export function FloorPanel(): ReactNode {
  const words = useWords().meeting.floor;
  return (
    <section className="meeting-card" aria-labelledby="floor">
      <h2 id="floor">{words.heading}</h2>
      <Mode />
      <WhoSpeaks />
      <Hands />
    </section>
  );
}

function Mode(): ReactNode {
  const here = useRoom();
  const { floor } = here.inside;
  const words = useWords().meeting.floor.is;
  const namesOf = (ids: readonly AccountId[]): string => ids.map(here.nameOf).join(", ");
  const said =
    floor.kind === "editors" || floor.kind === "suggestions"
      ? words[floor.kind](namesOf(floor.names))
      : words[floor.kind];
  return <p className="meeting-card__soft">{said}</p>;
}

function WhoSpeaks(): ReactNode {
  const here = useRoom();
  const { inside, me } = here;
  const language = useLanguage();
  const words = useWords().meeting.floor;
  const turn = inside.room?.turn ?? null;
  const isMine = turn?.who === me;
  return (
    <div className="meeting-turn">
      <p>
        {turn === null ? words.nobody : isMine ? words.mine : words.has(here.nameOf(turn.who))}
        {turn !== null && turn.until !== null && ` ${words.until(timeOf(turn.until, language))}`}
      </p>
      {turn !== null && isMine && here.may("yield-floor") && (
        <Button size="compact-sm" variant="default" onClick={() => void here.act({ do: "yield-floor" })}>
          {words.yield}
        </Button>
      )}
      {turn !== null && !isMine && here.may("take-floor") && (
        <Button size="compact-sm" variant="default" onClick={() => void here.act({ do: "take-floor" })}>
          {words.take}
        </Button>
      )}
      {turn === null && here.may("give-floor") && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void here.act({ do: "give-floor", who: me, time: null })}
        >
          {words.takeMyself}
        </Button>
      )}
    </div>
  );
}

function Hands(): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.floor;
  const [minutes, setMinutes] = useState("");
  const hands = here.inside.room?.hands ?? [];
  const mayGive = here.may("give-floor");
  const time = minutes === "" ? null : Number(minutes) * MINUTE_MS;
  return (
    <div className="hands">
      <h3 id="hands">{words.hands}</h3>
      {mayGive && hands.length > 0 && (
        <NativeSelect
          size="xs"
          label={words.forHowLong}
          value={minutes}
          data={[
            { value: "", label: words.times.none },
            ...TURNS.map((each) => ({ value: String(each), label: words.times.minutes(each) })),
          ]}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
      )}
      {hands.length === 0 ? (
        <p className="meeting-card__soft">{words.noHands}</p>
      ) : (
        <ol className="hands__queue" aria-labelledby="hands">
          {hands.slice(0, HANDS_SHOWN).map((hand, at) => (
            <HandRow key={hand.who} hand={hand} at={at} isLast={at === hands.length - 1} time={time} />
          ))}
        </ol>
      )}
      {hands.length > HANDS_SHOWN && <p className="meeting-card__soft">{words.more(hands.length - HANDS_SHOWN)}</p>}
      <OwnHand />
    </div>
  );
}

/** One's own hand, where it is among the others. */
function OwnHand(): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.floor;
  const isUp = placeOfHand(here.inside, here.me) > 0;
  const deed = isUp ? "lower-hand" : "raise-hand";
  const speaks = here.inside.room?.turn?.who === here.me;
  return (
    here.may("raise-hand") &&
    !speaks && (
      <Button
        size="compact-sm"
        variant="default"
        disabled={here.inside.recused !== null}
        onClick={() => void here.act({ do: deed })}
      >
        {isUp ? words.lower : words.raise}
      </Button>
    )
  );
}

function HandRow(props: {
  readonly hand: Hand;
  readonly at: number;
  readonly isLast: boolean;
  readonly time: number | null;
}): ReactNode {
  const { hand, at } = props;
  const here = useRoom();
  const words = useWords().meeting.floor;
  const who = here.nameOf(hand.who);
  const move = (to: number) => void here.act({ do: "move-hand", who: hand.who, to });
  // Peers have no chair: each gives the floor to whoever is next, and moves nobody.
  return (
    <li className="hands__row">
      <span className="hands__name">
        {who}
        {hand.isFirst && <span className="tag">{words.first}</span>}
      </span>
      {here.may("move-hand") && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            disabled={at === 0}
            aria-label={words.up(who)}
            onClick={() => move(at - 1)}
          >
            <ArrowUp size={15} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            disabled={props.isLast}
            aria-label={words.down(who)}
            onClick={() => move(at + 1)}
          >
            <ArrowDown size={15} aria-hidden="true" />
          </ActionIcon>
        </>
      )}
      {here.may("lower-hand-of") && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={words.lowerOf(who)}
          onClick={() => void here.act({ do: "lower-hand-of", who: hand.who })}
        >
          <X size={15} aria-hidden="true" />
        </ActionIcon>
      )}
      {here.may("give-floor") && (
        <Button
          size="compact-xs"
          variant="light"
          aria-label={words.giveLabel(who)}
          onClick={() => void here.act({ do: "give-floor", who: hand.who, time: props.time })}
        >
          {words.give}
        </Button>
      )}
    </li>
  );
}
