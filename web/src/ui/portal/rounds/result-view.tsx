/** What a vote came to: the verdict in words, the counts as a picture and as a table, who said what. */
import type { ReactNode } from "react";
import type { KeptBallot, RoundCounts, RoundPage, RoundResult } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { sayChoice, sayVerdict } from "../../words/rule.ts";

export function ResultView(props: {
  readonly page: RoundPage;
  readonly result: RoundResult;
  readonly kept: KeptBallot | null;
}): ReactNode {
  const { page, result } = props;
  const text = useWords();
  const words = text.rounds.result;
  const { counts } = result;
  return (
    <section className="result" aria-labelledby="result">
      <h2 id="result">{words.heading}</h2>
      <p className="result__verdict">{sayVerdict(result.verdict, text)}</p>
      <p className="result__turnout">
        {text.rounds.turnoutEnded(result.voted, result.eligible)}
        {counts !== null && counts.abstained > 0 && <>, {words.abstained(counts.abstained)}</>}
      </p>
      {result.removed > 0 && <Notice tone="notice">{text.interests.rounds.removed(result.removed)}</Notice>}
      {result.mayHaveVoted > 0 && (
        <Notice tone="notice">{text.interests.rounds.mayHaveVoted(result.mayHaveVoted)}</Notice>
      )}
      {counts === null ? (
        <Notice tone="plain">{words.withheld}</Notice>
      ) : (
        <Counts counts={counts} rule={page.round.rule} />
      )}
      {page.ballots.length > 0 && <WhoChose page={page} />}
      {page.round.anonymity === "anonymous" && counts !== null && (
        <>
          <Own result={result} kept={props.kept} rule={page.round.rule} />
          {result.said.length > 0 && (
            <>
              <h3>{words.said}</h3>
              <p className="result__lead">{words.saidLead}</p>
              <ul className="result__said">
                {result.said.map((said, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two may have said the same, and the list never changes.
                  <li key={place}>{said}</li>
                ))}
              </ul>
            </>
          )}
          <Receipts result={result} kept={props.kept} rule={page.round.rule} />
        </>
      )}
    </section>
  );
}

function Counts(props: { readonly counts: RoundCounts; readonly rule: string }): ReactNode {
  const { counts, rule } = props;
  const text = useWords();
  const words = text.rounds.result;
  const rows: readonly (readonly [string, number])[] =
    counts.votes === null
      ? counts.histogram.map((count, at) => [String(at + 1), count] as const)
      : [
          [sayChoice("approve", rule, text), counts.votes.approve],
          [sayChoice("object", rule, text), counts.votes.object],
          [sayChoice("abstain", rule, text), counts.abstained],
        ];
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const isRating = counts.votes === null;
  return (
    <>
      <table className={isRating ? "histogram histogram--ratings" : "histogram"}>
        <caption>{isRating ? words.histogram : words.votes}</caption>
        <thead>
          <tr>
            <th scope="col">{isRating ? words.rating : words.choice}</th>
            <th scope="col">{words.count}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, count]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <span className="histogram__bar" aria-hidden="true">
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <rect width={(100 * count) / most} height="10" />
                  </svg>
                </span>
                <span className="histogram__count">{count}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {counts.votes !== null && counts.votes.percent !== null && (
        <p>{words.percent(counts.votes.percent, counts.votes.denominator)}</p>
      )}
      {counts.spread !== null && (
        <dl className="result__figures">
          <div>
            <dt>{words.median}</dt>
            <dd>{words.decimal(counts.spread.median)}</dd>
          </div>
          <div>
            <dt>{words.middle}</dt>
            <dd>{words.from(counts.spread.p30, counts.spread.p70)}</dd>
          </div>
          <div>
            <dt>{words.disagreement}</dt>
            <dd>
              {words.byTable(counts.spread.classicDisagreement)};{" "}
              {words.byIpras(counts.spread.iprasDisagreement, counts.spread.index)}
            </dd>
          </div>
        </dl>
      )}
    </>
  );
}

function WhoChose(props: { readonly page: RoundPage }): ReactNode {
  const { ballots, round } = props.page;
  const text = useWords();
  const words = text.rounds.result;
  return (
    <>
      <h3>{words.whoChose}</h3>
      <div className="result__scroll">
        <table className="who-chose">
          <thead>
            <tr>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.choice}</th>
              <th scope="col">{words.why}</th>
            </tr>
          </thead>
          <tbody>
            {ballots.map(({ who, choice, said }) => (
              <tr key={who.id}>
                <th scope="row">{who.name}</th>
                <td>{sayChoice(choice, round.rule, text)}</td>
                <td className="who-chose__said">{said}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Whether one's own ballot is in the result, by what only this device knows. */
function Own(props: {
  readonly result: RoundResult;
  readonly kept: KeptBallot | null;
  readonly rule: string;
}): ReactNode {
  const { result, kept, rule } = props;
  const text = useWords();
  const words = text.rounds.result;
  if (kept?.hasCounted !== true || kept.slot === null) {
    return <p className="result__own">{words.noReceipt}</p>;
  }
  const found = result.ballots.find(({ slot }) => slot === kept.slot);
  return found === undefined ? (
    <Notice tone="alarm">{words.isNotIn}</Notice>
  ) : (
    <p className="result__own result__own--in">{words.isIn(sayChoice(found.choice, rule, text))}</p>
  );
}

function Receipts(props: {
  readonly result: RoundResult;
  readonly kept: KeptBallot | null;
  readonly rule: string;
}): ReactNode {
  const { result, kept, rule } = props;
  const text = useWords();
  const words = text.rounds.result;
  return (
    <details>
      <summary>{words.receipts}</summary>
      <p className="result__lead">{words.receiptsLead}</p>
      <div className="result__scroll">
        <table className="receipts">
          <thead>
            <tr>
              <th scope="col">{words.receipt}</th>
              <th scope="col">{words.choice}</th>
            </tr>
          </thead>
          <tbody>
            {result.ballots.map(({ slot, choice }) => (
              <tr key={slot} className={slot === kept?.slot ? "receipts__mine" : ""}>
                <td>
                  <code>{slot}</code>
                  {slot === kept?.slot && <strong> {words.yours}</strong>}
                </td>
                <td>{sayChoice(choice, rule, text)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
