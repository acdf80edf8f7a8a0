/** What happens when the chair is gone: they are waited for, then somebody is elected. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { AccountId, Lead } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Countdown } from "./countdown.tsx";
import { usePresent } from "./floor-dialogs.tsx";
import { useRoom } from "./room-context.tsx";

/** How many candidates are offered at once; those who have hands come first. */
const CANDIDATES_SHOWN = 20;

export function LeadCard(): ReactNode {
  const { lead } = useRoom().inside;
  switch (lead.kind) {
    case "nobody":
    case "chair":
      return null;
    case "grace":
      return <Grace lead={lead} />;
    case "election":
      return <Election lead={lead} />;
  }
}

function Grace(props: { readonly lead: Extract<Lead, { kind: "grace" }> }): ReactNode {
  const { chair, until } = props.lead;
  const here = useRoom();
  const words = useWords().meeting.lead;
  return (
    <section className="meeting-card meeting-card--warn" role="status">
      <p>
        {words.grace(here.nameOf(chair))} <Countdown until={until} clock={here.clock} />
      </p>
    </section>
  );
}

function Election(props: { readonly lead: Extract<Lead, { kind: "election" }> }): ReactNode {
  const { until, ballots } = props.lead;
  const here = useRoom();
  const { inside, me } = here;
  const words = useWords().meeting.lead;
  const people = usePresent();
  const votesFor = (who: AccountId): number => [...ballots.values()].filter((candidate) => candidate === who).length;
  const candidates = people
    .filter(({ id }) => inside.present.get(id) === "member")
    .sort((one, other) => votesFor(other.id) - votesFor(one.id))
    .slice(0, CANDIDATES_SHOWN);
  return (
    <section className="meeting-card meeting-card--warn" aria-labelledby="election">
      <h2 id="election">{words.election}</h2>
      {until !== null && (
        <p className="meeting-card__soft">
          {words.electionUntil} <Countdown until={until} clock={here.clock} />
        </p>
      )}
      <ul className="election">
        {candidates.map(({ id, name }) => (
          <li key={id}>
            <span>
              {name}
              {ballots.get(me) === id && <span className="tag">{words.mine}</span>}
            </span>
            <span className="meeting-card__soft">{words.votes(votesFor(id))}</span>
            {here.may("elect") && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.vote(name)}
                disabled={ballots.get(me) === id}
                onClick={() => void here.act({ do: "elect", candidate: id })}
              >
                {words.vote(name)}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
