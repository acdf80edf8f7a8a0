import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import {
  clientIn,
  type DiscussionEvent,
  type EventId,
  eventsOf,
  readEvents,
} from "../../src/sync/discussion/events.ts";
import { openThread, reopen, rephrase, reply, resolve, takeBack } from "../../src/sync/discussion/speaking.ts";
import { type Thread, threadsOf } from "../../src/sync/discussion/threads.ts";

/** Clients of two people; what is above 30 is nobody known. */
const authorOf = (client: number): string | null => (client < 20 ? "anna" : client < 30 ? "bert" : null);

/** Somebody with the discussion before them. */
function seat(client: number): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
}

/** Everybody hears everything. */
function exchange(...docs: readonly Y.Doc[]): void {
  for (const from of docs) {
    for (const to of docs) {
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  }
}

const threadsIn = (doc: Y.Doc): readonly Thread[] => threadsOf(readEvents(doc), authorOf);

/** What a thread shows: who said what. */
const shown = ({ comments }: Thread): readonly string[] =>
  comments.map(({ author, text, isEdited, isDeleted }) =>
    isDeleted ? `${author} took it back` : `${author}: ${text}${isEdited ? " (edited)" : ""}`,
  );

const say = (text: string) => ({ text, mentions: [] });

describe("what is said", () => {
  test("is a thread with its comments, by the owners of the clients", () => {
    const [anna, bert] = [seat(10), seat(20)];
    const passage = { anchor: { start: 1, end: 2 }, quote: "twice a day" };
    const id = openThread(anna, passage, { text: " Why? ", mentions: [{ id: "bert", name: "Bert" }] }, 5);
    exchange(anna, bert);
    reply(bert, id, say("Because."), 6);
    exchange(anna, bert);
    for (const doc of [anna, bert]) {
      const [thread] = threadsIn(doc);
      expect(thread).toMatchObject({ id, anchor: passage.anchor, quote: passage.quote, resolved: null });
      expect(thread && shown(thread)).toEqual(["anna: Why?", "bert: Because."]);
      expect(thread?.comments[0]?.mentions).toEqual([{ id: "bert", name: "Bert" }]);
    }
  });

  test("on the document as a whole hangs nowhere", () => {
    const anna = seat(10);
    openThread(anna, null, say("All of it."), 5);
    expect(threadsIn(anna)[0]).toMatchObject({ anchor: null, quote: "" });
  });

  test("at once is all there, in one order for everybody", () => {
    const [anna, bert] = [seat(10), seat(20)];
    const id = openThread(anna, null, say("First"), 1);
    exchange(anna, bert);
    reply(anna, id, say("of anna"), 2);
    reply(bert, id, say("of bert"), 2);
    openThread(bert, null, say("Second"), 3);
    exchange(anna, bert);
    expect(threadsIn(anna).map(shown)).toEqual(threadsIn(bert).map(shown));
    expect(threadsIn(anna).flatMap(shown).toSorted()).toEqual(
      ["anna: First", "anna: of anna", "bert: of bert", "bert: Second"].toSorted(),
    );
  });

  test("is said in other words by its author only, from whichever device", () => {
    const [anna, atHome, bert] = [seat(10), seat(11), seat(20)];
    openThread(anna, null, say("One"), 1);
    exchange(anna, atHome, bert);
    const comment = threadsIn(bert)[0]?.comments[0]?.id as EventId;
    rephrase(bert, comment, say("Forged"), 2);
    rephrase(atHome, comment, say("Two"), 3);
    exchange(anna, atHome, bert);
    expect(threadsIn(anna).flatMap(shown)).toEqual(["anna: Two (edited)"]);
  });

  test("is taken back by its author only, and nothing of it is left in the document", () => {
    const [anna, bert] = [seat(10), seat(20)];
    const id = openThread(anna, null, say("A secret"), 1);
    reply(anna, id, say("Stays"), 2);
    exchange(anna, bert);
    const comment = threadsIn(bert)[0]?.comments[0]?.id as EventId;
    rephrase(anna, comment, say("Another secret"), 3);
    exchange(anna, bert);
    takeBack(bert, id, comment, (client) => authorOf(client) === "bert", 4);
    exchange(anna, bert);
    expect(threadsIn(anna).flatMap(shown)).toEqual(["anna: Another secret (edited)", "anna: Stays"]);
    takeBack(anna, id, comment, (client) => authorOf(client) === "anna", 5);
    exchange(anna, bert);
    expect(threadsIn(bert).flatMap(shown).toSorted()).toEqual(["anna took it back", "anna: Stays"].toSorted());
    expect(JSON.stringify(eventsOf(bert).toJSON())).not.toContain("secret");
  });

  test("is out of sight when all of a thread was taken back", () => {
    const anna = seat(10);
    const id = openThread(anna, null, say("Never mind"), 1);
    const comment = threadsIn(anna)[0]?.comments[0]?.id as EventId;
    takeBack(anna, id, comment, () => true, 2);
    expect(threadsIn(anna)).toEqual([]);
  });

  test("is resolved and reopened by anybody; what stands last counts", () => {
    const [anna, bert] = [seat(10), seat(20)];
    const id = openThread(anna, null, say("Why?"), 1);
    exchange(anna, bert);
    resolve(bert, id, 2);
    exchange(anna, bert);
    expect(threadsIn(anna)[0]?.resolved).toEqual({ client: 20, author: "bert", at: 2 });
    reopen(anna, id, 3);
    exchange(anna, bert);
    expect(threadsIn(bert)[0]?.resolved).toBeNull();
  });

  test("to something that is not here is shown all the same", () => {
    const [anna, bert] = [seat(10), seat(20)];
    const id = openThread(anna, null, say("Lost"), 1);
    reply(bert, id, say("Answer"), 2);
    expect(threadsIn(bert).flatMap(shown)).toEqual(["bert: Answer"]);
  });

  test("by somebody who is not known yet has no author", () => {
    const cara = seat(40);
    openThread(cara, null, say("Hello"), 1);
    expect(threadsIn(cara)[0]?.comments[0]).toMatchObject({ author: null, client: 40 });
  });
});

test("what is no event is passed over", () => {
  const doc = seat(10);
  const odd: unknown[] = [
    null,
    1,
    "comment",
    [],
    {},
    { kind: "comment", at: 1, text: "no thread" },
    { kind: "comment", at: 1, thread: "x", text: "no name" },
    { kind: "comment", at: "1", thread: "1.0", text: "no time" },
    { kind: "comment", at: 1, thread: "1.0", text: 5 },
    { kind: "resolve", at: 1 },
    { kind: "of tomorrow", at: 1 },
    { kind: "comment", at: 1, thread: "1.0", text: "good", mentions: [{ id: 1 }, { id: "a", name: "A" }, "b"] },
    { kind: "thread", at: 1, anchor: "odd", quote: 7 },
  ];
  eventsOf(doc).push(odd);
  eventsOf(doc).push([new Y.Map()]);
  eventsOf(doc).push([{ kind: "reopen", at: 2, thread: "1.0" }]);
  const events: readonly Partial<DiscussionEvent>[] = readEvents(doc).map(({ id, client, at, ...words }) => words);
  expect(events).toEqual([
    { kind: "comment", thread: "1.0", text: "good", mentions: [{ id: "a", name: "A" }] },
    { kind: "thread", anchor: null, quote: "" },
    { kind: "reopen", thread: "1.0" },
  ]);
  expect(readEvents(doc).map(({ id }) => id)).toEqual(["10.11", "10.12", "10.14"]);
});

test("the name of an event says whose it is", () => {
  expect(clientIn("12.5" as EventId)).toBe(12);
  expect(clientIn("9007199254740993.5" as EventId)).toBeNull();
  expect(clientIn("x" as EventId)).toBeNull();
});
