/** One's own vote: a scale from 1 to 9 or approve and object, what one says to it, and handing it in or changing it. */
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import type { KeptBallot, RoundPage } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { isRated, sayChoice } from "../../words/rule.ts";
import { Choices } from "../form/choices.tsx";
import { useBallots } from "./ballots-host.tsx";

const SAID_LENGTH_MAX = 2000;

const RATINGS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export function VoteControls(props: {
  readonly page: RoundPage;
  /** As this device knows it; `null` where it has none. */
  readonly kept: KeptBallot | null;
  readonly onChange: () => void;
}): ReactNode {
  const { page, kept } = props;
  const { round, mine } = page;
  const text = useWords();
  const words = text.rounds.vote;
  const ballots = useBallots();
  const toast = useToast();
  const isAnonymous = round.anonymity === "anonymous";
  const known = mine ?? kept;
  const [choice, setChoice] = useState<string>(known?.choice ?? "");
  const [said, setSaid] = useState(known?.said ?? "");
  const [error, setError] = useState<{ readonly choice?: string; readonly said?: string }>({});
  const [busy, setBusy] = useState(false);
  const rated = isRated(round.rule);

  if (isAnonymous && round.hasVoted && kept === null) {
    return <Notice tone="plain">{words.elsewhere}</Notice>;
  }

  const send = async (): Promise<void> => {
    if (choice === "") {
      setError({ choice: words.missing });
      return;
    }
    if ([...said.trim()].length > SAID_LENGTH_MAX) {
      setError({ said: words.saidTooLong });
      return;
    }
    setError({});
    setBusy(true);
    const before = kept?.hasCounted === true || round.hasVoted;
    await ballots.cast(round.id, round.question, { choice, said: said.trim(), text: round.text }, isAnonymous);
    setBusy(false);
    if (ballots.kept.value.get(round.id)?.state === "sent") {
      toast({ message: before ? words.changed : words.done });
    }
    props.onChange();
  };

  const hasVoted = round.hasVoted || kept?.state === "sent";
  return (
    <form
      className="vote"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {kept?.state === "waiting" ? (
        <div role="status">
          <Notice tone="notice">{words.waiting}</Notice>
        </div>
      ) : (
        hasVoted &&
        known !== null && <p className="vote__yours">{words.yoursUntil(sayChoice(known.choice, round.rule, text))}</p>
      )}
      {rated ? (
        <Scale value={choice} error={error.choice ?? null} onChange={setChoice} />
      ) : (
        <Choices
          legend={words.choice}
          inRow
          value={choice}
          error={error.choice ?? null}
          choices={(["approve", "object", "abstain"] as const).map((value) => ({
            value: value as string,
            label: sayChoice(value, round.rule, text),
          }))}
          onChange={setChoice}
        />
      )}
      <Textarea
        label={choice === "object" ? words.saidObject : words.said}
        description={isAnonymous ? words.saidAnonymous : words.saidNamed}
        rows={3}
        value={said}
        error={error.said}
        onChange={(event) => setSaid(event.currentTarget.value)}
      />
      <div className="vote__act">
        <Button type="submit" loading={busy}>
          {hasVoted ? words.change : words.submit}
        </Button>
      </div>
      {isAnonymous && <p className="vote__keep">{words.keepBrowser}</p>}
    </form>
  );
}

/** Nine radio buttons in a row, for the arrow keys, and one for those who cannot judge. */
function Scale(props: {
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { value, error, onChange } = props;
  const words = useWords().rounds.vote;
  const name = useId();
  const option = (each: string, label: string, className: string): ReactNode => (
    <label key={each} className={className}>
      <input
        type="radio"
        name={name}
        value={each}
        checked={value === each}
        aria-describedby={`${name}-hint`}
        onChange={() => onChange(each)}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="scale" aria-describedby={`${name}-hint`}>
      <legend>{words.scale}</legend>
      <p id={`${name}-hint`} className="scale__hint">
        {words.scaleHint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      <div className="scale__row">{RATINGS.map((rating) => option(rating, rating, "scale__rating"))}</div>
      {option("abstain", words.abstainRating, "scale__abstain")}
    </fieldset>
  );
}
