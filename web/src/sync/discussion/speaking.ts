/** What one may do in a discussion, as edits of its document. Each is one transaction, and adds to what was said. */
import type * as Y from "yjs";
import { type Anchor, type EventId, eventsOf, indexesOf, type Mention, nextIds, readEvents, say } from "./events.ts";

/** What a person may write into a comment, in characters. */
export const COMMENT_LENGTH_MAX = 4_000;

/** As much of a passage is kept with a thread, in characters: enough to know it again. */
export const QUOTE_LENGTH_MAX = 400;

export interface Remark {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** Opens a thread with a first comment; `passage` is `null` for the document as a whole. */
export function openThread(
  doc: Y.Doc,
  passage: { readonly anchor: Anchor; readonly quote: string } | null,
  remark: Remark,
  at: number,
): EventId {
  const [thread] = nextIds(doc, 1) as [EventId];
  const quote = passage?.quote.slice(0, QUOTE_LENGTH_MAX) ?? "";
  doc.transact(() =>
    say(doc, [
      { kind: "thread", at, anchor: passage?.anchor ?? null, quote },
      { kind: "comment", at, thread, ...said(remark) },
    ]),
  );
  return thread;
}

export function reply(doc: Y.Doc, thread: EventId, remark: Remark, at: number): void {
  say(doc, [{ kind: "comment", at, thread, ...said(remark) }]);
}

/** Says a comment in other words. For its author. */
export function rephrase(doc: Y.Doc, comment: EventId, remark: Remark, at: number): void {
  say(doc, [{ kind: "edit", at, comment, ...said(remark) }]);
}

/** Takes a comment back: what it said is deleted, and that it was there stays. For its author. */
export function takeBack(
  doc: Y.Doc,
  thread: EventId,
  comment: EventId,
  isOwn: (client: number) => boolean,
  at: number,
): void {
  const gone = readEvents(doc)
    .filter(({ client }) => isOwn(client))
    .filter((event) => event.id === comment || (event.kind === "edit" && event.comment === comment))
    .map(({ id }) => id);
  doc.transact(() => {
    say(doc, [{ kind: "delete", at, thread, comment }]);
    for (const index of [...indexesOf(doc, new Set(gone))].reverse()) {
      eventsOf(doc).delete(index, 1);
    }
  });
}

export function resolve(doc: Y.Doc, thread: EventId, at: number): void {
  say(doc, [{ kind: "resolve", at, thread }]);
}

export function reopen(doc: Y.Doc, thread: EventId, at: number): void {
  say(doc, [{ kind: "reopen", at, thread }]);
}

function said({ text, mentions }: Remark): Remark {
  return { text: text.trim().slice(0, COMMENT_LENGTH_MAX), mentions };
}
