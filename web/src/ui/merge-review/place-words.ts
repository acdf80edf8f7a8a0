/** The places of a merge review in words. */
import type { Catalogue } from "../../messages/index.ts";
import type { MergePiece, MergePlace, MergeSide } from "../../sync/index.ts";

type Words = Catalogue["mergeReview"];

/** What and where a place is, like “Paragraph under “Doses””. */
export function placeName({ path, under }: MergePlace, words: Words): string {
  const kind = path.at(-1)?.name ?? "title";
  const name = kind in words.kinds ? words.kinds[kind as keyof Words["kinds"]] : words.kinds.other;
  return under === "" ? name : words.under(name, under);
}

/** What a side said; null where it has no such block. */
export function saidBy(pieces: readonly MergePiece[] | null): string | null {
  return pieces?.flatMap(({ is, text }) => (is === "deleted" ? [] : [text])).join("") ?? null;
}

/** Which sides said what the text says now. Where only looks differ, words cannot tell. */
export function sidesSaying(place: MergePlace, now: string | null): readonly MergeSide[] {
  if (place.isLooksOnly) {
    return [];
  }
  return (["mine", "theirs"] as const).filter((side) => saidBy(place[side]) === now);
}
