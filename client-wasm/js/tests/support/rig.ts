/** One host with a fake engine, and as many tabs as a test wants, in this process. */
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../src/host/clock.js";
import { noDoor } from "../../src/host/door.js";
import { Host } from "../../src/host.js";
import type { HostMessage, TabMessage } from "../../src/messages.js";
import { portPair } from "../../src/ports.js";
import { PortReplica } from "../../src/replica.js";
import { MemoryStore } from "../../src/stores/memory.js";
import type { MergeUpdates, Store, StoredDocument, StoredSummary, StoreWrite } from "../../src/stores/store.js";
import type { Liveness } from "../../src/tabs.js";
import { FakeEngine, FakeReviewer } from "./fake-engine.js";
import { FaultyStore } from "./faulty-store.js";

/** Locks of one imaginary browser. */
export class FakeLocks implements Liveness {
  readonly #held = new Set<string>();
  readonly #watchers: { readonly name: string; readonly died: () => void }[] = [];

  hold(name: string): Promise<() => void> {
    this.#held.add(name);
    return Promise.resolve(() => this.kill(name));
  }

  watch(name: string, died: () => void): () => void {
    const watcher = { name, died };
    this.#watchers.push(watcher);
    return () => {
      this.#watchers.splice(this.#watchers.indexOf(watcher), 1);
    };
  }

  /** The holder of this lock dies. */
  kill(name: string): void {
    this.#held.delete(name);
    for (const watcher of this.#watchers.filter((candidate) => candidate.name === name)) {
      watcher.died();
    }
  }
}

/** A dead thread's hand on the store: whatever it was about to do never happens. */
class MortalStore implements Store {
  readonly #inner: Store;
  #dead = false;

  constructor(inner: Store) {
    this.#inner = inner;
  }

  die(): void {
    this.#dead = true;
  }

  load(doc: string): Promise<StoredDocument | null> {
    return this.#alive(() => this.#inner.load(doc));
  }

  write(batch: readonly StoreWrite[]): Promise<void> {
    return this.#alive(() => this.#inner.write(batch));
  }

  compact(doc: string, merge: MergeUpdates): Promise<void> {
    return this.#alive(() => this.#inner.compact(doc, merge));
  }

  list(): Promise<readonly StoredSummary[]> {
    return this.#alive(() => this.#inner.list());
  }

  onLost(listener: () => void): void {
    this.#inner.onLost(() => {
      if (!this.#dead) {
        listener();
      }
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #alive<T>(work: () => Promise<T>): Promise<T> {
    return this.#dead ? new Promise(() => undefined) : work();
  }
}

export class Rig {
  readonly store = new FaultyStore(new MemoryStore());
  readonly locks = new FakeLocks();
  engine = new FakeEngine();
  readonly reviewer = new FakeReviewer();
  host: Host;
  #hand: MortalStore;
  readonly fatal: unknown[] = [];
  readonly #clock: Clock;
  #names = 0;
  #tabs = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#hand = new MortalStore(this.store);
    this.host = this.#newHost();
    onTestFinished(async () => await this.host.dispose());
  }

  #newHost(): Host {
    return new Host({
      engine: this.engine,
      tools: this.reviewer.tools,
      store: this.#hand,
      connect: () => ({ send: () => undefined, close: () => undefined }),
      door: noDoor,
      clock: this.#clock,
      liveness: this.locks,
      newName: () => {
        this.#names += 1;
        return `fork-${this.#names}`;
      },
      onFatal: (error) => this.fatal.push(error),
    });
  }

  /** The thread of the host ends without a word, and another host starts on the same store. Tabs must be reconnected. */
  crashHost(): void {
    // A dead thread executes nothing more: its host talks to ports that nobody listens to, and stores nothing.
    this.#hand.die();
    this.#hand = new MortalStore(this.store);
    this.engine = new FakeEngine();
    this.host = this.#newHost();
  }

  tab(options: { token?: () => Promise<string | null> } = {}): { replica: PortReplica; lock: string } {
    this.#tabs += 1;
    const lock = `tab-${this.#tabs}`;
    const replica = new PortReplica({
      tab: lock,
      lock,
      token: options.token,
      member: undefined,
      onFirstOpen: () => undefined,
      onDispose: () => undefined,
    });
    this.connect(replica);
    onTestFinished(() => replica.dispose());
    return { replica, lock };
  }

  /** Ties a tab to the present host. */
  connect(replica: PortReplica): void {
    const [tabEnd, hostEnd] = portPair<TabMessage, HostMessage>();
    this.host.accept(hostEnd);
    replica.speakThrough(tabEnd);
  }

  /** Makes the engine say what a test has injected. */
  tick(replica: PortReplica): void {
    replica.reconnect();
  }
}
