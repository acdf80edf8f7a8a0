/** What every part of the page of a meeting may ask for: what this person sees of it, and how to act. */
import { createContext, useCallback, useContext, useMemo, useRef } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import {
  type AccountId,
  type BallotSecrets,
  type Command,
  type Deed,
  type DocumentName,
  type Inside,
  type Meeting,
  type MeetingPlace,
  readSectionName,
  type ServerClock,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { describeRefusedCommand } from "./refusal-words.ts";

export interface RoomHere {
  readonly meeting: Meeting;
  readonly inside: Inside;
  readonly me: AccountId;
  readonly clock: ServerClock;
  readonly secrets: BallotSecrets;
  readonly nameOf: (who: AccountId) => string;
  /** The title of a document of the meeting. */
  readonly titleOf: (document: DocumentName) => string;
  readonly may: (deed: Deed) => boolean;
  /** Rejects with why it was refused. */
  readonly command: (command: Command) => Promise<void>;
  /** The same; why it was refused is said at the foot of the page. Whether it was done. */
  readonly act: (command: Command) => Promise<boolean>;
  /** The document that is looked at; `null` where none is. */
  readonly shown: DocumentName | null;
  /** Shows a place of the texts here. */
  readonly goTo: (place: MeetingPlace) => void;
}

export const RoomContext = createContext<RoomHere | null>(null);

export function useRoom(): RoomHere {
  const here = useContext(RoomContext);
  if (here === null) {
    throw new Error("used outside a meeting");
  }
  return here;
}

/** A place of the texts in words. */
export function sayPlace({ document, section }: MeetingPlace, here: RoomHere, text: Catalogue["meeting"]): string {
  return text.place.named(here.titleOf(document), section === null ? null : readSectionName(section).words);
}

/** How to act in a meeting; of a double click, the second does nothing. */
export function useCommands(id: Meeting["id"]): Pick<RoomHere, "command" | "act"> {
  const { api } = usePortal();
  const text = useWords();
  const toast = useToast();
  const underway = useRef(new Set<string>());
  const command = useCallback((wish: Command) => api.meetings.command(id, wish), [api, id]);
  const act = useCallback(
    async (wish: Command): Promise<boolean> => {
      const key = JSON.stringify(wish);
      if (underway.current.has(key)) {
        return false;
      }
      underway.current.add(key);
      try {
        await command(wish);
        return true;
      } catch (error) {
        toast({ message: await describeRefusedCommand(error, text, api.meetings), tone: "alarm" });
        return false;
      } finally {
        underway.current.delete(key);
      }
    },
    [command, text, toast, api],
  );
  return useMemo(() => ({ command, act }), [command, act]);
}
