/** Formal votes: the one that is open or was last, and the earlier ones on demand. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { Ballot, MeetingRound } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { useRoom } from "./room-context.tsx";
import { VoidDialog } from "./round-dialogs.tsx";
import { isOpenRound } from "./standing.ts";
import { Tally } from "./tally.tsx";
import { VoteChoices } from "./vote-choices.tsx";

export function RoundCard(): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.round;
  const rounds = here.inside.room?.rounds ?? [];
  const { secrets } = here;
  useEffect(() => {
    for (const round of rounds) {
      if (!isOpenRound(round) && round.rule.anonymity === "anonymous") {
        secrets.forget(round.id);
      }
    }
  }, [rounds, secrets]);
  const last = rounds.at(-1);
  if (last === undefined) {
    return null;
  }
  const earlier = rounds.slice(0, -1).reverse();
  return (
    <section className="meeting-card" aria-labelledby="round">
      <h2 id="round">{isOpenRound(last) ? words.heading : words.result}</h2>
      <RoundView key={last.id} round={last} />
      {earlier.length > 0 && (
        <details className="meeting-more">
          <summary>{words.earlier(earlier.length)}</summary>
          {earlier.map((round) => (
            <RoundView key={round.id} round={round} />
          ))}
        </details>
      )}
    </section>
  );
}

function RoundView(props: { readonly round: MeetingRound }): ReactNode {
  const { round } = props;
  const here = useRoom();
  const words = useWords().meeting.round;
  const [voiding, setVoiding] = useState(false);
  const { numerator, denominator } = round.rule.quorum;
  return (
    <div className="round">
      <p className="meeting-card__title">{round.rule.words}</p>
      <p className="meeting-card__soft">
        {words.about(here.titleOf(round.document))}. {words.quorumOf(numerator, denominator)}.
      </p>
      {isOpenRound(round) ? (
        <>
          {round.mayVote ? <BallotForm round={round} /> : <p className="meeting-card__soft">{words.mayNot}</p>}
          <p className="meeting-card__soft">{words.voted(round.voted, round.eligible)}</p>
          <div className="meeting-card__acts">
            {here.may("close-round") && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => void here.act({ do: "close-round", round: round.id })}
              >
                {words.close}
              </Button>
            )}
            {here.may("void-round") && (
              <Button size="compact-sm" variant="default" onClick={() => setVoiding(true)}>
                {words.void}
              </Button>
            )}
          </div>
        </>
      ) : (
        <Outcome round={round} />
      )}
      {voiding && <VoidDialog round={round.id} onClose={() => setVoiding(false)} />}
    </div>
  );
}

const ABSTAIN = "abstain";

function BallotForm(props: { readonly round: MeetingRound }): ReactNode {
  const { round } = props;
  const here = useRoom();
  const words = useWords().meeting.round;
  const toast = useToast();
  const isAnonymous = round.rule.anonymity === "anonymous";
  const [value, setValue] = useState<string | null>(() => chosenIn(round.mine));
  const cast = async (): Promise<void> => {
    if (value === null) {
      return;
    }
    const isIn = await here.act({
      do: "cast-ballot",
      round: round.id,
      text: round.text,
      slot: isAnonymous ? here.secrets.of(round.id) : null,
      ballot: value === ABSTAIN ? { kind: "abstain" } : { kind: "choice", option: Number(value) },
    });
    if (isIn) {
      toast({ message: words.castDone });
    }
  };
  return (
    <form
      className="round__ballot"
      onSubmit={(event) => {
        event.preventDefault();
        void cast();
      }}
    >
      <p className="meeting-card__soft">{isAnonymous ? words.anonymous : words.named}</p>
      <VoteChoices
        legend={words.choose}
        options={[
          ...round.options.map((label, at) => ({ value: String(at), label })),
          { value: ABSTAIN, label: words.abstain },
        ]}
        value={value}
        onChange={setValue}
      />
      {round.haveVoted && <p className="meeting-card__soft">{words.haveVoted}</p>}
      <Button type="submit" disabled={value === null} variant={round.haveVoted ? "default" : "filled"}>
        {round.haveVoted ? words.change : words.cast}
      </Button>
    </form>
  );
}

function chosenIn(ballot: Ballot | null): string | null {
  return ballot === null ? null : ballot.kind === "abstain" ? ABSTAIN : String(ballot.option);
}

function Outcome(props: { readonly round: MeetingRound }): ReactNode {
  const { round } = props;
  const { result, voided } = round;
  const here = useRoom();
  const words = useWords().meeting.round;
  const sayBallot = (ballot: Ballot): string =>
    ballot.kind === "abstain" ? words.abstain : (round.options[ballot.option] ?? "");
  return (
    <>
      {voided !== null && (
        <p className="round__void">
          {voided.kind === "chair" ? words.voided.chair(voided.reason) : words.voided[voided.kind]}
        </p>
      )}
      {result !== null && voided === null && (
        <>
          {!result.isQuorate && <p className="round__void">{words.notQuorate}</p>}
          {result.counts === null ? (
            <p className="meeting-card__soft">{words.hidden}</p>
          ) : (
            <Tally options={round.options} counts={result.counts} />
          )}
          <p className="meeting-card__soft">
            {words.cast2(result.cast, result.eligible)}
            {result.abstained !== null && result.abstained > 0 && `, ${words.abstained(result.abstained)}`}
            {result.recused > 0 && `, ${words.recusedCount(result.recused)}`}.
          </p>
          {round.named.size > 0 && (
            <details className="meeting-more">
              <summary>{words.whoVoted}</summary>
              <ul className="round__named">
                {[...round.named].map(([who, ballot]) => (
                  <li key={who}>
                    {here.nameOf(who)}: {sayBallot(ballot)}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </>
  );
}
