/** Who is in a document: the people behind the presence that its clients send. */
import type { Look, ReplicaDocument } from "../sync/index.ts";
import { colourOf, markOf, nameOf, type PresenceUser } from "./carets.ts";
import { hasDrawableCursor } from "./cursor-guard.ts";

export interface Person {
  /** Stable for one client while it is here. */
  readonly key: number;
  readonly name: string;
  readonly color: string;
  readonly mark: number;
  readonly isMe: boolean;
  /** Whether their cursor stands in the text. */
  readonly inText: boolean;
}

/** The people here now, oneself first, then by name. Clients that say nothing of a user are left out. */
export function peopleIn(awareness: ReplicaDocument["awareness"]): readonly Person[] {
  const people: Person[] = [];
  for (const [key, state] of awareness.getStates() as Map<number, PresenceUser | null>) {
    const user = state?.["user"];
    if (typeof user === "object" && user !== null) {
      people.push({
        key,
        name: nameOf(user as PresenceUser),
        color: colourOf(user as PresenceUser),
        mark: markOf(user as PresenceUser),
        isMe: key === awareness.clientID,
        inText: hasDrawableCursor(state),
      });
    }
  }
  return people.sort((one, other) => Number(other.isMe) - Number(one.isMe) || one.name.localeCompare(other.name));
}

/** How the others here see oneself; `null` before anything is said. */
export function ownLook(awareness: ReplicaDocument["awareness"]): Look | null {
  const user = awareness.getLocalState()?.["user"] as PresenceUser | undefined;
  return user === undefined ? null : { color: colourOf(user), mark: markOf(user) };
}

/** Calls `listener` after every change of who is here; returns the function that stops it. */
export function watchPeople(awareness: ReplicaDocument["awareness"], listener: () => void): () => void {
  awareness.on("change", listener);
  return () => awareness.off("change", listener);
}
