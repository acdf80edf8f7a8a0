/** Keeps the ballots of this device going, and tells on every page what became of one that was not taken. */
import "./rounds.css";
import { UnstyledButton } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Ballots, type KeptBallot } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { Notice } from "../../shell/notice.tsx";
import { usePortal, useSignedIn } from "../context.tsx";

const BallotsContext = createContext<Ballots | null>(null);

export function useBallots(): Ballots {
  const ballots = useContext(BallotsContext);
  if (ballots === null) {
    throw new Error("there is nobody here who votes");
  }
  return ballots;
}

export function BallotsHost(props: { readonly children: ReactNode }): ReactNode {
  const portal = usePortal();
  const { account } = useSignedIn();
  const [ballots, setBallots] = useState<Ballots | null>(null);
  useEffect(() => {
    const made = new Ballots(account.id, portal.api.rounds);
    setBallots(made);
    return () => made.dispose();
  }, [account.id, portal]);
  return ballots === null ? null : (
    <BallotsContext value={ballots}>
      <Refused ballots={ballots} />
      {props.children}
    </BallotsContext>
  );
}

/** What was not taken stays said until its voter has understood. */
function Refused(props: { readonly ballots: Ballots }): ReactNode {
  const { ballots } = props;
  const text = useWords();
  const kept = useObservable(ballots.kept);
  const refused = [...kept.values()].filter(({ state }) => state === "refused");
  return (
    <div role="alert" className="ballots-refused">
      {refused.map((ballot) => (
        <Notice
          key={ballot.round}
          tone="alarm"
          action={
            <UnstyledButton className="notice__button" onClick={() => ballots.acknowledge(ballot.round)}>
              {text.rounds.vote.understood}
            </UnstyledButton>
          }
        >
          <WhatBecame ballot={ballot} />
        </Notice>
      ))}
    </div>
  );
}

function WhatBecame(props: { readonly ballot: KeptBallot }): ReactNode {
  const { question, code, hasCounted } = props.ballot;
  const text = useWords();
  const words = text.rounds.vote;
  if (code === "round-over") {
    return hasCounted ? words.lateChange(question) : words.late(question);
  }
  return words.refused(question, text.rounds.codes[code ?? ""] ?? text.portal.form.refused);
}
