/**
 * The threads of a discussion, as the events make them. A pure function.
 *
 * Who said something is asked of `authorOf`. What only its author may do (saying a comment in other words, taking it back)
 * counts only when it comes from the author; anybody who may comment resolves and reopens. Of several, what stands last in
 * the document counts, which is the same for everybody.
 */
import { clientIn, type DiscussionEvent, type EventId, type Mention } from "./events.ts";

/** Somebody by the server's word; `null` while it has not been asked. */
export type AuthorOf = (client: number) => string | null;

export interface ThreadComment {
  readonly id: EventId;
  /** The CRDT client that said it. */
  readonly client: number;
  /** The member; `null` while the server has not said who it is. */
  readonly author: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly isEdited: boolean;
  /** Its author took it back: nothing of what it said is left. */
  readonly isDeleted: boolean;
  /** Somebody who governs the community took it away: what it said is not shown. */
  readonly isTakenAway: boolean;
}

export interface Thread {
  readonly id: EventId;
  /** Where it hangs; `null` when it is about the document as a whole. */
  readonly anchor: Extract<DiscussionEvent, { readonly kind: "thread" }>["anchor"];
  /** How the passage read when the thread was opened. */
  readonly quote: string;
  /** At least one, in the order in which they were said. */
  readonly comments: readonly ThreadComment[];
  /** Who resolved it last, and when; `null` while it is open. */
  readonly resolved: { readonly client: number; readonly author: string | null; readonly at: number } | null;
}

/** Threads in the order in which they were opened; one of which nothing is left is left out. */
export function threadsOf(
  events: readonly DiscussionEvent[],
  authorOf: AuthorOf,
  takenAway: ReadonlySet<string> = new Set(),
): readonly Thread[] {
  const isSame = (one: number, other: number | null): boolean => {
    if (other === null) {
      return false;
    }
    const author = authorOf(one);
    return one === other || (author !== null && author === authorOf(other));
  };
  const threads = new Map<EventId, Draft>();
  const comments = new Map<EventId, ThreadComment>();
  const draftOf = (id: EventId): Draft => {
    // What answers something that is not here is shown all the same.
    const found = threads.get(id) ?? { id, anchor: null, quote: "", comments: [], resolved: null };
    threads.set(id, found);
    return found;
  };
  for (const event of events) {
    switch (event.kind) {
      case "thread": {
        const draft = draftOf(event.id);
        threads.set(event.id, { ...draft, anchor: event.anchor, quote: event.quote });
        break;
      }
      case "comment":
        comments.set(event.id, {
          id: event.id,
          client: event.client,
          author: authorOf(event.client),
          at: event.at,
          text: event.text,
          mentions: event.mentions,
          isEdited: false,
          isDeleted: false,
          isTakenAway: false,
        });
        draftOf(event.thread).comments.push(event.id);
        break;
      case "edit": {
        const comment = comments.get(event.comment);
        if (comment !== undefined && isSame(event.client, comment.client)) {
          const { text, mentions } = event;
          comments.set(event.comment, { ...comment, text, mentions, isEdited: true });
        }
        break;
      }
      case "delete": {
        const client = clientIn(event.comment);
        if (client !== null && isSame(event.client, client)) {
          const draft = draftOf(event.thread);
          if (!draft.comments.includes(event.comment)) {
            // The comment itself is gone, as it should be: this is all that is known of it.
            draft.comments.push(event.comment);
          }
          const before = comments.get(event.comment);
          const at = before?.at ?? event.at;
          const author = authorOf(client);
          comments.set(event.comment, {
            ...{ id: event.comment, client, author, at, text: "", mentions: [], isEdited: false },
            ...{ isDeleted: true, isTakenAway: false },
          });
        }
        break;
      }
      case "resolve":
        draftOf(event.thread).resolved = { client: event.client, author: authorOf(event.client), at: event.at };
        break;
      case "reopen":
        draftOf(event.thread).resolved = null;
        break;
      default:
        event satisfies never;
    }
  }
  return [...threads.values()].flatMap((draft) => {
    const said = draft.comments.flatMap((id) => {
      const comment = comments.get(id);
      return comment === undefined ? [] : [takenAway.has(id) && !comment.isDeleted ? withoutWords(comment) : comment];
    });
    return said.every(({ isDeleted }) => isDeleted) ? [] : [{ ...draft, comments: said }];
  });
}

/** Whatever it said, and in whichever later words. */
function withoutWords(comment: ThreadComment): ThreadComment {
  return { ...comment, text: "", mentions: [], isEdited: false, isTakenAway: true };
}

interface Draft {
  readonly id: EventId;
  readonly anchor: Thread["anchor"];
  readonly quote: string;
  readonly comments: EventId[];
  resolved: Thread["resolved"];
}
