/**
 * What a meeting means for one person at a moment, as far as their view says it: whether they may write, and what they
 * can do now. Only for words; the server decides, and what it refuses becomes a suggestion of whoever wrote it.
 */
import type { Catalogue } from "../../../messages/index.ts";
import { type AccountId, chairOf, currentItem, type DocumentName, type Inside } from "../../../sync/index.ts";

/** Why an edit would go into a branch of its author’s; the words of the server’s rule. */
export type Why = "under-vote" | "frozen" | "recused" | "locked" | "no-floor" | "no-editor" | "suggest-only";

/** Why `me` cannot write `document` directly at `now`; `null` when the meeting has nothing against it. */
export function whyNot(inside: Inside, me: AccountId, document: DocumentName, now: number): Why | null {
  const { room, freeze, floor } = inside;
  if (inside.phase !== "open") {
    return null;
  }
  if (room?.rounds.some((round) => isOpenRound(round) && round.document === document) === true) {
    return "under-vote";
  }
  if (freeze !== null && !freeze.includes(me)) {
    return "frozen";
  }
  if (isRecused(inside, me, document)) {
    return "recused";
  }
  if (isLocked(inside, me, document)) {
    return "locked";
  }
  switch (floor.kind) {
    case "open":
      return null;
    case "hands":
      return hasFloor(inside, me, now) ? null : "no-floor";
    case "editors":
      return floor.names.includes(me) ? null : "no-editor";
    case "suggestions":
      return floor.names.includes(me) ? null : "suggest-only";
  }
}

/** An item about one document concerns that; one about no place concerns all of them. */
function isRecused(inside: Inside, me: AccountId, document: DocumentName): boolean {
  const current = currentItem(inside);
  return inside.items.some(
    ({ id, place, recused }) =>
      recused.has(me) && (place === null ? id === current?.id : place.section === null && place.document === document),
  );
}

function isLocked({ locks }: Inside, me: AccountId, document: DocumentName): boolean {
  return locks.some(
    ({ place, editors }) => place.document === document && place.section === null && !editors.includes(me),
  );
}

export function hasFloor({ room }: Inside, me: AccountId, now: number): boolean {
  const turn = room?.turn ?? null;
  return turn !== null && turn.who === me && (turn.until === null || now < turn.until);
}

export function isOpenRound(round: { readonly result: unknown; readonly voided: unknown }): boolean {
  return round.result === null && round.voided === null;
}

/** The place of this person’s hand in the queue, from 1; 0 when it is not up. */
export function placeOfHand({ room }: Inside, me: AccountId): number {
  return (room?.hands.findIndex(({ who }) => who === me) ?? -1) + 1;
}

/** What this person can do now, in one or two sentences: what matters most first. */
export function sayStanding(
  inside: Inside,
  me: AccountId,
  document: DocumentName | null,
  now: number,
  text: Catalogue["meeting"],
): string {
  const words = text.me;
  if (inside.phase === "planned") {
    return words.planned;
  }
  if (inside.recused !== null) {
    return inside.recused === "absent" ? words.absent : words.readOnly;
  }
  const said: string[] = [];
  if (chairOf(inside) === me) {
    said.push(words.chair);
  }
  const poll = inside.room?.poll ?? null;
  if (inside.room?.rounds.some((round) => isOpenRound(round) && round.mayVote && !round.haveVoted) === true) {
    said.push(words.vote);
  } else if (poll !== null && poll.counts === null && poll.mine === null && inside.may.has("answer-poll")) {
    said.push(words.answer);
  }
  const hand = placeOfHand(inside, me);
  const why = document === null ? null : whyNot(inside, me, document, now);
  if (hasFloor(inside, me, now)) {
    said.push(why === null ? words.floor : text.floor.mine);
  } else if (hand > 0) {
    said.push(words.handUp(hand));
  } else if (why === "no-floor" && inside.may.has("raise-hand")) {
    said.push(words.askFloor);
  } else if (document !== null && (why !== null || inside.seat !== "guest")) {
    // Whether a guest may write is for each document to say, and is said above its text.
    said.push(why === null ? words.mayWrite : words.suggest);
  }
  if (inside.seat === "guest") {
    said.push(words.follow);
  }
  return said.join(" ");
}
