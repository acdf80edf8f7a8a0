/** Where everybody is brought, and what is shown to all. Nobody is moved against their will. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import type { Gathering } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Left, useServerNow } from "./countdown.tsx";
import { useFollow } from "./follow-context.tsx";
import { sayPlace, useRoom } from "./room-context.tsx";

export function Attention(): ReactNode {
  const { room } = useRoom().inside;
  return (
    <>
      {room?.gathering && <Brought gathering={room.gathering} />}
      {room?.spotlight && <Spotlit />}
    </>
  );
}

function Brought(props: { readonly gathering: Gathering }): ReactNode {
  const { gathering } = props;
  const here = useRoom();
  const text = useWords().meeting;
  const words = text.gathering;
  const now = useServerNow(here.clock);
  const isStaying = gathering.staying.includes(here.me);
  const place = sayPlace(gathering.place, here, text);
  return (
    <section className="meeting-banner" role="status">
      {isStaying ? (
        <p>{words.staying(place)}</p>
      ) : (
        <p>
          {words.words(place)} <Left span={gathering.at - now} />
        </p>
      )}
      {!isStaying && here.may("stay") && (
        <Button size="compact-sm" onClick={() => void here.act({ do: "stay" })}>
          {words.stay}
        </Button>
      )}
    </section>
  );
}

function Spotlit(): ReactNode {
  const here = useRoom();
  const text = useWords().meeting;
  const place = here.inside.room?.spotlight ?? null;
  return (
    place !== null && (
      <section className="meeting-banner" role="status">
        <p>{text.spotlight.words(sayPlace(place, here, text))}</p>
        <Button size="compact-sm" variant="light" onClick={() => here.goTo(place)}>
          {text.spotlight.show}
        </Button>
      </section>
    )
  );
}

/**
 * Brings this person where everybody is brought, when it is time.
 *
 * The server’s word that it is over may come a moment before or after the countdown here, so whichever is first counts;
 * a countdown that was called off ends early and moves nobody.
 */
export function useGathering(): void {
  const { inside, clock, me, goTo } = useRoom();
  // Whoever presents is brought there too, and takes along who follows.
  const isAlong = useFollow().following.kind === "along";
  const gathering = inside.room?.gathering ?? null;
  const last = useRef<Gathering | null>(null);
  const brought = useRef<number | null>(null);
  useEffect(() => {
    const bring = (to: Gathering): void => {
      if (brought.current !== to.at && !to.staying.includes(me)) {
        brought.current = to.at;
        if (!isAlong) {
          goTo(to.place);
        }
      }
    };
    const before = last.current;
    last.current = gathering;
    if (gathering === null) {
      if (before !== null && clock.now() >= before.at - EARLY_MS) {
        bring(before);
      }
      return;
    }
    const timer = setTimeout(() => bring(gathering), Math.max(0, gathering.at - clock.now()));
    return () => clearTimeout(timer);
  }, [gathering, clock, me, goTo, isAlong]);
}

/** How far the clock here may be behind the server’s, in milliseconds. */
const EARLY_MS = 1_000;
