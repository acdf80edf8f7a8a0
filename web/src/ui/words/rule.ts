/** The rule of a vote in plain words, and its verdict. The canonical text is what counts; `docs/consensus.md` has it. */
import type { Catalogue } from "../../messages/index.ts";

/** The method that a rule begins with. */
export function methodOf(rule: string): string {
  return rule.split(" ")[0] ?? "";
}

/** Whether people rate from 1 to 9 by it; otherwise they approve or object. */
export function isRated(rule: string): boolean {
  return ["rand-ucla", "delphi", "core-outcome-set"].includes(methodOf(rule));
}

/** One sentence for each thing that it says. */
export function sayRule(rule: string, { rounds }: Catalogue): readonly string[] {
  const words = rounds.rule;
  const settings = new Map(
    rule.split(" ").flatMap((word) => {
      const [key, value] = word.split("=");
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  const setting = (key: string): string => settings.get(key) ?? "";
  const of = words.of[setting("denominator")] ?? "";
  const unknown = [words.unknown(rule)];
  const sentences: string[] = [];
  switch (methodOf(rule)) {
    case "awmf":
      sentences.push(words.awmf(of));
      break;
    case "approval": {
      const share = sayThreshold(setting("approve"), words);
      if (share === null) {
        return unknown;
      }
      sentences.push(words.approval(share, of));
      const most = setting("objections-max");
      if (most !== "none") {
        sentences.push(most === "0" ? words.noObjection : words.objections(Number(most)));
      }
      break;
    }
    case "rand-ucla":
      sentences.push(words.randUcla, setting("disagreement") === "classic" ? words.classic : words.ipras);
      break;
    case "delphi": {
      const share = sayThreshold(setting("consensus"), words);
      if (share === null) {
        return unknown;
      }
      sentences.push(words.delphi(share));
      break;
    }
    case "core-outcome-set": {
      const many = sayThreshold(setting("many"), words);
      const few = sayShare(setting("few-below"), words);
      if (many === null || few === null) {
        return unknown;
      }
      sentences.push(words.cos(many, few));
      break;
    }
    default:
      return unknown;
  }
  sentences.push(sayQuorum(setting("quorum"), words));
  return sentences;
}

export function sayVerdict(verdict: string, { rounds }: Catalogue): string {
  return rounds.verdicts[verdict] ?? verdict;
}

/** A choice as its voter made it. */
export function sayChoice(choice: string, rule: string, { rounds }: Catalogue): string {
  switch (choice) {
    case "approve":
      return rounds.vote.approve;
    case "object":
      return rounds.vote.object;
    case "abstain":
      return isRated(rule) ? rounds.vote.abstainRating : rounds.vote.abstain;
    default:
      return choice;
  }
}

type Words = Catalogue["rounds"]["rule"];

function sayQuorum(quorum: string, words: Words): string {
  if (quorum.startsWith("ballots:")) {
    return words.quorumBallots(Number(quorum.slice("ballots:".length)));
  }
  const share = sayThreshold(quorum, words);
  return share === null ? words.noQuorum : words.quorumShare(share);
}

/** `at-least:3/4`; `null` for what is no threshold. */
function sayThreshold(threshold: string, words: Words): string | null {
  const [reach, fraction = ""] = threshold.split(":");
  const share = sayShare(fraction, words);
  if (share === null) {
    return null;
  }
  return reach === "at-least" ? words.atLeast(share) : reach === "more-than" ? words.moreThan(share) : null;
}

/** `3/4` as hundredths; `null` for what is no share. */
function sayShare(fraction: string, words: Words): string | null {
  const [part, whole] = fraction.split("/").map(Number);
  if (part === undefined || whole === undefined || !(whole > 0)) {
    return null;
  }
  const percent = Math.round((part / whole) * 1000) / 10;
  return words.percent(String(percent));
}
