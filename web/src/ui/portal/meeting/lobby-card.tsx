/** Who waits to be let in, for those who may let them in. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { useRoom } from "./room-context.tsx";

/** How many are shown at once. */
const WAITING_SHOWN = 8;

export function LobbyCard(): ReactNode {
  const here = useRoom();
  const { waiting } = here.inside;
  const words = useWords().meeting.lobby;
  if (waiting.length === 0 || !here.may("admit")) {
    return null;
  }
  const admitAll = async (): Promise<void> => {
    for (const who of waiting) {
      await here.act({ do: "admit", who });
    }
  };
  return (
    <section className="meeting-card meeting-card--warn" aria-labelledby="lobby">
      <h2 id="lobby">{words.heading(waiting.length)}</h2>
      <ul className="election">
        {waiting.slice(0, WAITING_SHOWN).map((who) => (
          <li key={who}>
            <span>{here.nameOf(who)}</span>
            <Button
              size="compact-sm"
              variant="light"
              aria-label={words.admitLabel(here.nameOf(who))}
              onClick={() => void here.act({ do: "admit", who })}
            >
              {words.admit}
            </Button>
          </li>
        ))}
      </ul>
      {waiting.length > 1 && (
        <Button size="compact-sm" variant="default" onClick={() => void admitAll()}>
          {words.admitAll}
        </Button>
      )}
    </section>
  );
}
