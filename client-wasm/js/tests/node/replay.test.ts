/**
 * Real input: a recorded session of two people who wrote at the same time, replayed by two replicas over real sockets.
 *
 * Each author has an editor that shows exactly what the recorded author saw, as positions mean nothing elsewhere; the
 * replica underneath shows all that has arrived. A transaction that builds on the other's work waits until the
 * network has brought that work (its insertions; deletions carry no clock, so the end shows that they came too).
 * Between such points both run ahead, each at its own pace, with and without a connection.
 */
import { rm } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { connectReplica, file, type NodeReplica } from "../../src/node.js";
import type { ReplicaDocument } from "../../src/types.js";
import { Server, scratchFolder } from "../support/server.js";
import { until } from "../support/until.js";
import { Line } from "./replay/line.js";
import { seeded } from "./replay/random.js";
import { AUTHORS, type Author, friendsforever, type Transaction, write } from "./replay/trace.js";

const NAME = "friends";
const LIMIT_MS = 120_000;

/** Transactions between two turns of the event loop: a burst of typing. */
const BURST = 20;

/** Whoever waits for the other, to be woken when anything was written or has arrived. */
class Bell {
  #waiting: (() => void)[] = [];

  readonly ring = (): void => {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  };

  async wait(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

interface Desk {
  readonly editor: Y.Doc;
  readonly replica: NodeReplica;
  readonly document: ReplicaDocument;
  readonly line: Line;
  /** The update of each transaction written so far, and the author's clock after it. */
  readonly written: { readonly update: Uint8Array; readonly clock: number }[];
}

async function desk(author: Author, hub: Server, bell: Bell): Promise<Desk> {
  const folder = await scratchFolder();
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  const line = await Line.to(hub.url);
  onTestFinished(async () => await line.dispose());
  const replica = connectReplica({ url: line.url, store: file(folder) });
  onTestFinished(async () => await replica.close());
  // After so many losses the backoff is long by design; this person presses "reconnect" whenever that makes sense.
  replica.status.subscribe(({ kind }) => {
    if (kind === "waiting" && line.isWhole) {
      setImmediate(() => replica.reconnect());
    }
  });
  const document = replica.open(NAME);
  await document.whenSynced;
  const editor = Object.assign(new Y.Doc(), { clientID: AUTHORS[author] });
  document.doc.on("update", bell.ring);
  return { editor, replica, document, line, written: [] };
}

function mend({ line, replica }: Desk): void {
  if (!line.isWhole) {
    line.mend();
    replica.reconnect();
  }
}

function record({ editor, document, written }: Desk, transaction: Transaction): void {
  let update = Y.encodeStateAsUpdate(new Y.Doc());
  const keep = (change: Uint8Array): void => {
    update = change;
  };
  editor.on("update", keep);
  write(editor, transaction);
  editor.off("update", keep);
  written.push({ update, clock: Y.getState(editor.store, editor.clientID) });
  Y.applyUpdate(document.doc, update, editor);
}

/** Replays one author; `at` is told the number of each transaction before it is written. */
async function replay(
  me: Desk,
  other: Desk,
  transactions: readonly Transaction[],
  seed: number,
  bell: Bell,
  at: (n: number) => void,
): Promise<void> {
  const random = seeded(seed);
  let shown = 0;
  let cutAt = random(100, 600);
  let mendAt = Number.POSITIVE_INFINITY;
  for (const [number, transaction] of transactions.entries()) {
    at(number);
    if (number === cutAt) {
      me.line.cut();
      mendAt = number + random(20, 120);
      cutAt = mendAt + random(200, 800);
    }
    if (number === mendAt) {
      mend(me);
    }
    if (transaction.seen > shown) {
      const arrived = (): boolean => {
        const last = other.written[transaction.seen - 1];
        return last !== undefined && Y.getState(me.document.doc.store, other.editor.clientID) >= last.clock;
      };
      while (!arrived()) {
        // What is waited for can only come over a line that is whole.
        mend(me);
        await bell.wait();
      }
      for (const { update } of other.written.slice(shown, transaction.seen)) {
        Y.applyUpdate(me.editor, update);
      }
      shown = transaction.seen;
    }
    record(me, transaction);
    bell.ring();
    if (number % BURST === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  mend(me);
}

test(
  "a recorded session of two authors ends in its known text, through lost connections and a killed server",
  async () => {
    const started = Date.now();
    const trace = friendsforever();
    const hub = await Server.start();
    onTestFinished(async () => await hub.dispose());
    const bell = new Bell();
    const [first, second] = [await desk(0, hub, bell), await desk(1, hub, bell)];
    const half = Math.floor(trace.authors[0].length / 2);
    let restarted: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      await hub.kill();
      await hub.start();
      first.replica.reconnect();
      second.replica.reconnect();
    };
    await Promise.all([
      replay(first, second, trace.authors[0], 11, bell, (number) => {
        if (number === half) {
          restarted = restart();
        }
      }),
      replay(second, first, trace.authors[1], 22, bell, () => undefined),
    ]);
    expect(restarted).toBeDefined();
    await restarted;
    await Promise.all([first.document.flush(), second.document.flush()]);

    const text = ({ document }: Desk): string => document.doc.getText("text").toString();
    await until("both have everything", () => [first, second].every((each) => text(each) === trace.endContent));
    const server = new Y.Doc();
    Y.applyUpdate(server, await hub.update(NAME));
    expect(server.getText("text").toString()).toBe(trace.endContent);
    const fresh = connectReplica({ url: hub.url });
    onTestFinished(async () => await fresh.close());
    const reader = fresh.open(NAME);
    await reader.whenSynced;
    expect(reader.doc.getText("text").toString()).toBe(trace.endContent);

    for (const { line } of [first, second]) {
      expect(line.disconnections).toBeGreaterThan(5);
    }
    const count = trace.authors[0].length + trace.authors[1].length;
    const disconnections = first.line.disconnections + second.line.disconnections;
    console.log(
      `${trace.origin}: ${count} transactions, ${disconnections} disconnections and one kill -9, ` +
        `${((Date.now() - started) / 1000).toFixed(1)} s, final length ${trace.endContent.length}`,
    );
  },
  LIMIT_MS,
);
