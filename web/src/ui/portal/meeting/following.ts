/**
 * Whether this person follows whoever presents: what the server says, and what they do themselves, decide.
 *
 * By default everybody follows. Whoever scrolls, clicks or types in the text follows no longer, and is left alone until
 * they say otherwise, also when the same person presents again later. Somebody who is writing when it begins stays where
 * they write. Knows no clock, no page and no text.
 */
import type { AccountId } from "../../../sync/index.ts";

/** Why somebody does not follow: they moved on by themselves, said so, or were writing when it began. */
export type Away = "moved" | "stopped" | "writing";

export type Following =
  | { readonly kind: "nobody" }
  /** This person is who presents. */
  | { readonly kind: "presenting" }
  | { readonly kind: "along"; readonly who: AccountId }
  | { readonly kind: "away"; readonly who: AccountId; readonly why: Away };

export interface FollowState {
  readonly following: Following;
  /** When they last typed into the text themselves, in milliseconds of the clock of this page. */
  readonly typedAt: number | null;
  /** Whom they no longer followed when that one stopped. */
  readonly left: AccountId | null;
}

export type Happened =
  /** What the server says of who presents; `null` where nobody does. */
  | {
      readonly kind: "presents";
      readonly who: AccountId | null;
      readonly me: AccountId;
      readonly at: number;
      /** Whether this person is in a suggestion of their own. */
      readonly isDrafting: boolean;
    }
  /** What this person did in the text themselves. */
  | { readonly kind: "scrolled" | "clicked" | "typed"; readonly at: number }
  | { readonly kind: "stop" }
  | { readonly kind: "follow" };

/** Whoever typed so lately is writing, in milliseconds. */
export const WRITING_MS = 5_000;

/** How exactly that is known, in milliseconds. */
const NOTED_MS = 1_000;

export const NOT_FOLLOWING: FollowState = { following: { kind: "nobody" }, typedAt: null, left: null };

/** What comes of it. The same object where nothing does. */
export function follow(state: FollowState, happened: Happened): FollowState {
  const { following } = state;
  switch (happened.kind) {
    case "presents":
      return presents(state, happened);
    case "typed":
      return typed(broken(state, "moved"), happened.at);
    case "scrolled":
    case "clicked":
      return broken(state, "moved");
    case "stop":
      return broken(state, "stopped");
    case "follow":
      return following.kind === "away" ? { ...state, following: { kind: "along", who: following.who } } : state;
  }
}

function presents(
  state: FollowState,
  { who, me, at, isDrafting }: Extract<Happened, { readonly kind: "presents" }>,
): FollowState {
  const { following, typedAt } = state;
  if (who === whoPresents(following, me)) {
    return state;
  }
  const left = following.kind === "away" ? following.who : following.kind === "along" ? null : state.left;
  if (who === null) {
    return { ...state, left, following: { kind: "nobody" } };
  }
  if (who === me) {
    return { ...state, left, following: { kind: "presenting" } };
  }
  if (who === left) {
    return { ...state, left, following: { kind: "away", who, why: "stopped" } };
  }
  const isWriting = isDrafting || (typedAt !== null && at - typedAt < WRITING_MS);
  return { ...state, left, following: isWriting ? { kind: "away", who, why: "writing" } : { kind: "along", who } };
}

/** Noted now and then: it happens with every key. */
function typed(state: FollowState, at: number): FollowState {
  return state.typedAt !== null && at - state.typedAt < NOTED_MS ? state : { ...state, typedAt: at };
}

function broken(state: FollowState, why: Away): FollowState {
  const { following } = state;
  return following.kind === "along" ? { ...state, following: { kind: "away", who: following.who, why } } : state;
}

/** Who presents, as far as is known here. */
function whoPresents(following: Following, me: AccountId): AccountId | null {
  switch (following.kind) {
    case "nobody":
      return null;
    case "presenting":
      return me;
    case "along":
    case "away":
      return following.who;
  }
}

/** Whose presentation has ended for somebody who followed it, which they are told; `null` where the line says all. */
export function whoStopped(before: Following, after: Following): AccountId | null {
  return before.kind === "along" && after.kind === "nobody" ? before.who : null;
}
