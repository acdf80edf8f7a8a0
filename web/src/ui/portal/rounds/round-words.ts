/** What a vote is about, in words. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import type { Round } from "../../../sync/index.ts";

export function aboutOf(round: Round, text: Catalogue): string {
  const title = round.documentTitle === "" ? text.common.untitled : round.documentTitle;
  if (!round.passage) {
    return text.rounds.about(title);
  }
  return round.heading === null ? text.rounds.aboutSomePassage(title) : text.rounds.aboutPassage(title, round.heading);
}

/** Whether its time was over when the server said so: nothing is taken any more, though nobody has counted yet. */
export function isOver(round: Round): boolean {
  return round.state === "open" && round.now >= round.closesAt;
}
