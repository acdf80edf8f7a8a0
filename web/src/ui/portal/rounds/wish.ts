/** From what somebody chose to the canonical text of a rule. Pure; `docs/consensus.md` has the texts. */

export const methods = ["awmf", "approval", "rand-ucla", "delphi", "core-outcome-set"] as const;
export type Method = (typeof methods)[number];

export const thresholds = ["more-than:1/2", "at-least:2/3", "at-least:3/4", "at-least:1/1"] as const;
export const denominators = ["votes", "ballots", "eligible"] as const;
export const quorums = ["none", "at-least:1/2", "at-least:2/3", "at-least:3/4"] as const;
export const durations = ["60", "1440", "4320", "10080", "20160", "43200", "129600", ""] as const;

export interface RuleChoice {
  readonly method: string;
  readonly disagreement: string;
  readonly threshold: string;
  readonly denominator: string;
  readonly objections: string;
  readonly quorum: string;
  readonly anonymity: string;
}

export function ruleText(choice: RuleChoice): string {
  // Without names, fewer than three ballots must not decide.
  const quorum = choice.quorum === "none" && choice.anonymity === "anonymous" ? "ballots:3" : choice.quorum;
  return `${methodText(choice)} quorum=${quorum}`;
}

function methodText({ method, disagreement, threshold, denominator, objections }: RuleChoice): string {
  switch (method) {
    case "approval":
      return `approval approve=${threshold} denominator=${denominator} objections-max=${objections}`;
    case "rand-ucla":
      return `rand-ucla disagreement=${disagreement} percentiles=linear`;
    case "delphi":
      return "delphi consensus=at-least:3/4";
    case "core-outcome-set":
      return "core-outcome-set many=at-least:7/10 few-below=3/20";
    default:
      return `awmf denominator=${denominator}`;
  }
}
