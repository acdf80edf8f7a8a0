/** Interests and judgements in words. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import type { Interest, InterestJudgement } from "../../../sync/index.ts";

/** What a judgement is about. */
export function aboutOf({ documentTitle, question, questionTitle }: InterestJudgement, text: Catalogue): string {
  const words = text.interests.own;
  const title = documentTitle === "" ? text.common.untitled : documentTitle;
  if (question === null) {
    return words.document(title);
  }
  if (questionTitle === null) {
    return words.aQuestionOf(title);
  }
  return words.question(questionTitle.trim() === "" ? text.common.untitled : questionTitle.trim(), title);
}

/** How somebody takes part, said to them. */
export function sayOwn(judgement: InterestJudgement, text: Catalogue): string {
  return text.interests.own[judgement.verdict](aboutOf(judgement, text), judgement.reason);
}

/** With whom, what for, how much, and when. */
export function sayInterest(interest: Interest, text: Catalogue): string {
  const { amounts, entry } = text.interests;
  const { organisation, purpose, amount, from, until, ongoing } = interest;
  return [
    organisation,
    purpose,
    amount === null ? null : amounts[amount],
    from !== null && until !== null
      ? entry.fromTo(from, until)
      : from !== null
        ? entry.since(from)
        : until !== null
          ? entry.untilOnly(until)
          : null,
    ongoing ? entry.ongoing : null,
  ]
    .filter((part) => part !== null)
    .join("; ");
}
