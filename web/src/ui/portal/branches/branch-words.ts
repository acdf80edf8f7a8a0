/** A suggestion in words: what it is to whoever looks at it. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import type { Branch } from "../../../sync/index.ts";
import { timeAgo } from "../../words/time.ts";

export interface BannerWords {
  readonly title: string;
  readonly body: string;
}

export function titleOf({ document }: Branch, text: Catalogue): string {
  return document.title === "" ? text.common.untitled : document.title;
}

/** Where one is, who reads it, and what to do. */
export function describeBranch(branch: Branch, now: number, language: string, text: Catalogue): BannerWords {
  const { banner } = text.branches;
  const title = titleOf(branch, text);
  const isLeft = branch.kind === "left-behind";
  const left = text.leftBehind;
  const of = {
    draft: [banner.draft(title), banner.theirs(branch.author.name, title)],
    suggestion: [banner.mine(title), banner.theirs(branch.author.name, title)],
    "left-behind": [left.bannerMine(title), left.bannerTheirs(branch.author.name, title)],
  } as const;
  const heading = of[branch.kind][branch.mine ? 0 : 1];
  if (branch.closed !== null) {
    const { by, at } = branch.closed;
    const when = timeAgo(at, now, language);
    return { title: heading, body: branch.state === "merged" ? banner.merged(by, when) : banner.discarded(by, when) };
  }
  if (isLeft) {
    return { title: heading, body: branch.mine ? left.bannerMineBody : left.bannerTheirsBody };
  }
  if (branch.mine) {
    return { title: heading, body: branch.kind === "draft" ? banner.draftBody : banner.mineBody };
  }
  return { title: heading, body: branch.mayMerge ? banner.theirsWriter : banner.theirsReader };
}

/** One line about it in the list. */
export function describeFate(branch: Branch, now: number, language: string, text: Catalogue): string {
  const { list } = text.branches;
  if (branch.closed === null) {
    const begun =
      branch.leftAt === null
        ? list.made(timeAgo(branch.madeAt, now, language))
        : text.leftBehind.arrived(timeAgo(branch.leftAt, now, language));
    return branch.takenInPart ? `${begun} · ${list.inPart}` : begun;
  }
  const when = timeAgo(branch.closed.at, now, language);
  return branch.state === "merged" ? list.merged(branch.closed.by, when) : list.discarded(branch.closed.by, when);
}
