/**
 * What is said in a discussion, as it stands in the CRDT document beside the text: an array of events, to which everybody
 * only ever adds.
 *
 * An event does not say who it is from. That is the member who owns the CRDT client id of its block, by the server's word
 * (D16); so it comes with that id. Its own name is the place of its block, which nobody else can give to anything.
 * The fields are those of docs/architecture.md. What does not read as one of them is passed over: other clients may say
 * more than this one understands.
 */
import * as Y from "yjs";

/** The root of a discussion; `model/src/discussion.rs` names it too. */
const EVENTS = "events";

/** The name of an event: the place of its block. */
export type EventId = string & { readonly __brand: "EventId" };

/** Where in the text a thread hangs: relative positions (Yjs) of its first and behind its last letter, as JSON. */
export interface Anchor {
  readonly start: unknown;
  readonly end: unknown;
}

/** A member who is spoken to, and the name that stands for them in the text, behind an @. */
export interface Mention {
  readonly id: string;
  readonly name: string;
}

interface Said {
  readonly id: EventId;
  /** The CRDT client that said it. */
  readonly client: number;
  /** When, by the clock of who said it, in milliseconds since the epoch. */
  readonly at: number;
}

/** What somebody may say. */
export type EventWords =
  /** Opens a thread, at a passage of the text (as it read then) or, with neither, at the document as a whole. */
  | { readonly kind: "thread"; readonly anchor: Anchor | null; readonly quote: string }
  | {
      readonly kind: "comment";
      readonly thread: EventId;
      readonly text: string;
      readonly mentions: readonly Mention[];
    }
  /** Says a comment of one's own in other words. */
  | {
      readonly kind: "edit";
      readonly comment: EventId;
      readonly text: string;
      readonly mentions: readonly Mention[];
    }
  /** Takes a comment of one's own back; the comment itself is deleted. */
  | { readonly kind: "delete"; readonly thread: EventId; readonly comment: EventId }
  | { readonly kind: "resolve"; readonly thread: EventId }
  | { readonly kind: "reopen"; readonly thread: EventId };

export type DiscussionEvent = Said & EventWords;

/** The array of a discussion. */
export function eventsOf(doc: Y.Doc): Y.Array<unknown> {
  return doc.getArray(EVENTS);
}

/** Everything that was said and not deleted, in the order of the document: what answers something stands behind it. */
export function readEvents(doc: Y.Doc): readonly DiscussionEvent[] {
  const events: DiscussionEvent[] = [];
  for (const { item, values } of blocksOf(doc)) {
    values.forEach((value, offset) => {
      const event = readEvent(value, item.id.client, item.id.clock + offset);
      if (event !== null) {
        events.push(event);
      }
    });
  }
  return events;
}

/** The index in the array of each event with one of these names. */
export function indexesOf(doc: Y.Doc, ids: ReadonlySet<EventId>): readonly number[] {
  const indexes: number[] = [];
  let index = 0;
  for (const { item, values } of blocksOf(doc)) {
    for (let offset = 0; offset < values.length; offset++) {
      if (ids.has(nameOf(item.id.client, item.id.clock + offset))) {
        indexes.push(index + offset);
      }
    }
    index += values.length;
  }
  return indexes;
}

/** The names of the next events of `doc`, in order. */
export function nextIds(doc: Y.Doc, count: number): readonly EventId[] {
  const clock = Y.getState(doc.store, doc.clientID);
  return Array.from({ length: count }, (_, offset) => nameOf(doc.clientID, clock + offset));
}

/** The CRDT client in the name of an event; `null` when it is no name. */
export function clientIn(id: EventId): number | null {
  const client = Number(/^(\d+)\.\d+$/.exec(id)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(client) ? client : null;
}

/** Adds to what was said. Fields are given as the document keeps them. */
export function say(doc: Y.Doc, said: readonly (EventWords & { readonly at: number })[]): void {
  eventsOf(doc).push(said.map((event) => ({ ...event })));
}

function nameOf(client: number, clock: number): EventId {
  return `${client}.${clock}` as EventId;
}

/** The blocks of the array that are there, with their values; a value that is a shared type counts as one. */
function* blocksOf(doc: Y.Doc): Generator<{ readonly item: Y.Item; readonly values: readonly unknown[] }> {
  // Iteration over values alone would not say whose they are.
  for (let item = eventsOf(doc)._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) {
      yield { item, values: item.content.getContent() as readonly unknown[] };
    }
  }
}

function readEvent(value: unknown, client: number, clock: number): DiscussionEvent | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return null;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const words = readWords(fields);
  const { at } = fields;
  if (words === null || typeof at !== "number" || !Number.isFinite(at)) {
    return null;
  }
  return { ...words, at, client, id: nameOf(client, clock) };
}

function readWords(fields: Readonly<Record<string, unknown>>): EventWords | null {
  const { kind, thread, comment, text, mentions, anchor, quote } = fields;
  switch (kind) {
    case "thread":
      return { kind, anchor: readAnchor(anchor), quote: typeof quote === "string" ? quote : "" };
    case "comment":
      return isId(thread) && typeof text === "string" ? { kind, thread, text, mentions: readMentions(mentions) } : null;
    case "edit":
      return isId(comment) && typeof text === "string"
        ? { kind, comment, text, mentions: readMentions(mentions) }
        : null;
    case "delete":
      return isId(thread) && isId(comment) ? { kind, thread, comment } : null;
    case "resolve":
    case "reopen":
      return isId(thread) ? { kind, thread } : null;
    default:
      return null;
  }
}

function isId(value: unknown): value is EventId {
  return typeof value === "string" && /^\d+\.\d+$/.test(value);
}

export function readMentions(value: unknown): readonly Mention[] {
  const mentions: readonly unknown[] = Array.isArray(value) ? value : [];
  return mentions.flatMap((mention) => {
    const { id, name } = (typeof mention === "object" && mention !== null ? mention : {}) as Record<string, unknown>;
    return typeof id === "string" && typeof name === "string" && name !== "" ? [{ id, name }] : [];
  });
}

export function readAnchor(value: unknown): Anchor | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { start, end } = value as { readonly start?: unknown; readonly end?: unknown };
  return start === undefined || end === undefined ? null : { start, end };
}
