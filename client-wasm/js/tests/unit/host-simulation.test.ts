/**
 * A seeded simulation of one browser: tabs open, type and close; the host's thread dies; the store fails, and is lost.
 *
 * Asserted throughout: whenever a tab says that everything is durable, the store holds everything that tab had typed
 * (I1); in the end all tabs and the store agree (I2). A failing seed is in the test's name.
 */
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { PortReplica } from "../../src/replica.js";
import type { ReplicaDocument } from "../../src/types.js";
import { Rig } from "../support/rig.js";
import { until } from "../support/until.js";

const SEEDS = 200;
const STEPS = 60;
const DOC = "a";

/** Mulberry32: small, seedable, good enough to choose steps. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface SimulatedTab {
  readonly replica: PortReplica;
  readonly document: ReplicaDocument;
  /** What was typed here, each word once in the world. */
  readonly typed: string[];
}

/** What the store holds of the document, in the moment of the call. */
async function storedText(rig: Rig): Promise<string> {
  // The memory store reads at the call, not when the promise is looked at.
  const stored = await rig.store.inner.load(DOC);
  const doc = new Y.Doc();
  for (const update of [...(stored?.journal ?? []), ...(stored?.outbox.map((entry) => entry.update) ?? [])]) {
    Y.applyUpdate(doc, update);
  }
  return doc.getText("body").toString();
}

class World {
  readonly rig = new Rig();
  readonly tabs: SimulatedTab[] = [];
  /** Violations and the checks still under way. */
  readonly lost: string[] = [];
  readonly checks: Promise<void>[] = [];
  #words = 0;

  open(): void {
    const { replica } = this.rig.tab();
    const document = replica.open(DOC);
    const tab: SimulatedTab = { replica, document, typed: [] };
    this.tabs.push(tab);
    document.state.subscribe(({ save }) => {
      if (save !== "saving") {
        this.checks.push(this.#check([...tab.typed], storedText(this.rig)));
      }
    });
  }

  async #check(typed: readonly string[], stored: Promise<string>): Promise<void> {
    const text = await stored;
    this.lost.push(...typed.filter((word) => !text.includes(word)));
  }

  type(tab: SimulatedTab): void {
    this.#words += 1;
    const word = `<${this.#words}>`;
    const body = tab.document.doc.getText("body");
    // Between words, so that each stays whole.
    const gaps = [0, ...[...body.toString().matchAll(/>/g)].map(({ index }) => index + 1)];
    body.insert(gaps[this.#words % gaps.length] ?? 0, word);
    tab.typed.push(word);
  }

  crashHost(): void {
    this.rig.crashHost();
    for (const { replica } of this.tabs) {
      this.rig.connect(replica);
    }
  }

  async loseStore(): Promise<void> {
    // Nothing may be under way that was true when it was said.
    await new Promise((resolve) => setImmediate(resolve));
    await this.rig.store.inner.write([{ type: "forget", doc: DOC }]);
    this.rig.store.lose();
  }

  async step(below: (bound: number) => number): Promise<void> {
    const tab = this.tabs[below(this.tabs.length)];
    const choice = below(20);
    if (tab === undefined || choice === 0) {
      this.open();
    } else if (choice <= 9) {
      this.type(tab);
    } else if (choice <= 11) {
      this.rig.store.writeFault = this.rig.store.writeFault === null ? "quota" : null;
      this.rig.tick(tab.replica);
    } else if (choice === 12) {
      this.rig.store.readFault = this.rig.store.readFault === null ? "unavailable" : null;
    } else if (choice === 13) {
      this.crashHost();
    } else if (choice === 14 && this.tabs.every(({ document }) => document.state.value.save !== "saving")) {
      await this.loseStore();
    } else if (choice === 15 && tab.document.state.value.save !== "saving" && this.tabs.length > 1) {
      this.tabs.splice(this.tabs.indexOf(tab), 1);
      tab.replica.dispose();
    } else {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))("seed %i", async (seed) => {
  const below = random(seed);
  const world = new World();
  for (let step = 0; step < STEPS; step += 1) {
    await world.step(below);
  }
  world.rig.store.writeFault = null;
  world.rig.store.readFault = null;
  world.open();
  const { tabs, rig } = world;
  // A new host reads the store at once instead of at its next attempt.
  world.crashHost();
  await until("all durable", () => tabs.every(({ document }) => document.state.value.save === "device"));
  const text = (tab: SimulatedTab | undefined): string => tab?.document.doc.getText("body").toString() ?? "";
  await until("all agree", () => tabs.every((tab) => text(tab) === text(tabs[0])));
  await until("the store agrees", async () => (await storedText(rig)) === text(tabs[0]));
  await Promise.all(world.checks);
  expect(world.lost).toEqual([]);
  for (const word of tabs.flatMap(({ typed }) => typed)) {
    expect(text(tabs[0])).toContain(word);
  }
});
