/** Whether this person follows whoever presents, for the page of a meeting: its text, its line and its countdowns. */
import { createContext, useCallback, useContext, useEffect, useMemo, useReducer, useRef } from "react";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import type { ReadingAlong } from "../../editor/reading-along.ts";
import { useToast } from "../../shell/toast.tsx";
import { type Following, type FollowState, follow, NOT_FOLLOWING, whoStopped } from "./following.ts";
import type { OwnAct } from "./own-acts.ts";
import { presentPlace, readAlong } from "./read-along.ts";
import { type RoomHere, useRoom } from "./room-context.tsx";

export interface Follow {
  readonly following: Following;
  readonly stop: () => void;
  readonly again: () => void;
  /** This person did something in the text themselves. */
  readonly act: (act: OwnAct) => void;
}

export const FollowContext = createContext<Follow | null>(null);

export function useFollow(): Follow {
  const here = useContext(FollowContext);
  if (here === null) {
    throw new Error("used outside the page of a meeting");
  }
  return here;
}

/** Begins, keeps and ends it, as the server and this person say. */
export function useFollowing(here: RoomHere, isDrafting: boolean): Follow {
  const { inside, me, nameOf } = here;
  const [{ following }, happen] = useReducer(follow, NOT_FOLLOWING as FollowState);
  const words = useWords().meeting.follow;
  const toast = useToast();
  const who = inside.room?.presenting?.who ?? null;
  const drafting = useRef(isDrafting);
  drafting.current = isDrafting;
  useEffect(() => {
    happen({ kind: "presents", who, me, at: performance.now(), isDrafting: drafting.current });
  }, [who, me]);
  // Whoever goes into a suggestion of their own is elsewhere, by whichever way.
  useEffect(() => {
    if (isDrafting) {
      happen({ kind: "clicked", at: performance.now() });
    }
  }, [isDrafting]);
  const before = useRef(following);
  // Whoever has left the room for an item is not told of what goes on in it.
  const isInRoom = inside.room !== null;
  // Who has left the meeting is not named in it any more.
  const name = useRef("");
  useEffect(() => {
    if (following.kind === "along" && following.who === who) {
      name.current = nameOf(who);
    }
    const stopped = whoStopped(before.current, following);
    before.current = following;
    if (stopped !== null && isInRoom) {
      toast({ message: words.over(name.current) });
    }
  }, [following, who, isInRoom, toast, words, nameOf]);
  const stop = useCallback(() => happen({ kind: "stop" }), []);
  const again = useCallback(() => happen({ kind: "follow" }), []);
  const act = useCallback((kind: OwnAct) => happen({ kind, at: performance.now() }), []);
  return useMemo(() => ({ following, stop, again, act }), [following, stop, again, act]);
}

/**
 * Whoever follows is shown the document that is presented; that is the one that whoever presents looks at.
 *
 * On a small screen the text comes before the rest when it begins, unless they are filling something in.
 */
export function useShownTogether(options: {
  readonly here: RoomHere;
  readonly following: Follow;
  readonly show: (document: DocumentName) => void;
  readonly setLook: (look: "text") => void;
}): void {
  const { here, following, show, setLook } = options;
  const { shown, act } = here;
  const { kind } = following.following;
  const presented = here.inside.room?.presenting?.document ?? null;
  const isOpen = presented !== null && isOpenHere(here, presented);
  useEffect(() => {
    if (kind === "along" && isOpen && presented !== shown) {
      show(presented);
    }
  }, [kind, isOpen, presented, shown, show]);
  useEffect(() => {
    if ((kind === "along" || kind === "presenting") && !(document.activeElement?.matches(FILLED_IN) ?? false)) {
      setLook("text");
    }
  }, [kind, setLook]);
  const last = useRef(shown);
  useEffect(() => {
    const isOther = last.current !== shown;
    last.current = shown;
    if (isOther && kind === "presenting" && shown !== null && shown !== presented) {
      void act({ do: "present", document: shown });
    }
  }, [shown, kind, presented, act]);
}

/** Whether this person may read that text of the meeting. */
export function isOpenHere({ meeting }: RoomHere, document: DocumentName): boolean {
  return meeting.documents.some(({ name }) => name === document);
}

/** What somebody may be in the middle of, beside the text. */
const FILLED_IN = ".meeting-side :is(input, textarea, select), [role='dialog'] *";

/** What the editor of `name` does for it; `null` where it does nothing. */
export function useReadingTogether(name: DocumentName): ReadingAlong | null {
  const { inside, clock } = useRoom();
  const { following, act } = useFollow();
  const isPresented = inside.room?.presenting?.document === name;
  const isMine = isPresented && following.kind === "presenting";
  const who = isPresented && following.kind === "along" ? following.who : null;
  return useMemo(() => {
    if (isMine) {
      return (editor, document) => presentPlace(editor, document, clock);
    }
    return who === null
      ? null
      : (editor, document) => readAlong(editor, document, { who, onForeign: () => act("scrolled") });
  }, [isMine, who, clock, act]);
}
