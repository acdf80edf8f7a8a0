/**
 * Writes what the host wants stored: in order, in batches, until it is stored.
 *
 * Everything enqueued in one turn of the event loop, and everything that gathers while a batch is being written, goes
 * into one transaction. A batch that fails is kept, retried with growing waits, and its owner is told each time; so
 * nothing is forgotten while a disk is full, and order is never changed. Knows nothing of the engine or of tabs.
 */

import { type Store, type StoreCause, StoreError, type StoreWrite } from "../stores/store.js";
import type { Clock } from "./clock.js";

/** Waits between attempts while the store fails, in milliseconds; the last one repeats. */
const RETRY_WAITS_MS = [250, 1_000, 2_000, 5_000, 10_000] as const;

/** Larger batches are split, so that one transaction never holds up a keystroke for long. */
const BATCH_WRITES_MAX = 500;

/** Who hears what became of the writes. */
export interface WriterEvents {
  stored(batch: readonly StoreWrite[]): void;
  /** Still queued; the writer goes on trying. */
  failed(batch: readonly StoreWrite[], cause: StoreCause, error: StoreError): void;
}

/** The one writer of a store. */
export class Writer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: WriterEvents;
  #queue: StoreWrite[] = [];
  #inFlight: StoreWrite[] = [];
  #running = false;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  #waiting: Array<() => void> = [];
  #disposed = false;

  constructor(store: Store, clock: Clock, events: WriterEvents) {
    this.#store = store;
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether the last attempt failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** Whether something about `doc` waits to be written, or is being written. */
  pending(doc: string): boolean {
    return this.queued(doc).length > 0;
  }

  /** What about `doc` is not stored yet, in order. */
  queued(doc: string): StoreWrite[] {
    return [...this.#inFlight, ...this.#queue].filter((write) => write.doc === doc);
  }

  enqueue(write: StoreWrite): void {
    this.#queue.push(write);
    this.#start();
  }

  /** Takes back everything about `doc`. What is being written at this moment may be stored all the same, once. */
  withdraw(doc: string): void {
    this.#queue = this.#queue.filter((write) => write.doc !== doc);
    this.#inFlight = this.#inFlight.filter((write) => write.doc !== doc);
  }

  /** Settles when the queue is empty, or when an attempt failed and a wait begins. */
  async idle(): Promise<void> {
    while ((this.#queue.length > 0 && !this.failing) || this.#running) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Tries again at once instead of at the end of the present wait. */
  retryNow(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#start();
  }

  /** Stops. What is still queued is lost, so wait for {@link idle} first. */
  dispose(): void {
    this.#disposed = true;
    this.#cancelRetry?.();
    this.#queue = [];
  }

  #start(): void {
    if (this.#running || this.#cancelRetry !== undefined || this.#disposed || this.#queue.length === 0) {
      return;
    }
    this.#running = true;
    // A microtask later, so that all effects of one event share the transaction.
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#disposed) {
      const batch = this.#queue.splice(0, BATCH_WRITES_MAX);
      this.#inFlight = batch;
      try {
        await this.#store.write(batch);
      } catch (error) {
        this.#queue.unshift(...this.#inFlight);
        this.#inFlight = [];
        this.#fail(batch, error);
        break;
      }
      this.#inFlight = [];
      this.#failures = 0;
      this.#events.stored(batch);
    }
    this.#running = false;
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
    // `withdraw` may have run meanwhile, or the listener enqueued more.
    this.#start();
  }

  #fail(batch: readonly StoreWrite[], error: unknown): void {
    const wait = RETRY_WAITS_MS[Math.min(this.#failures, RETRY_WAITS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#cancelRetry = this.#clock.after(wait, () => {
      this.#cancelRetry = undefined;
      this.#start();
    });
    const failure =
      error instanceof StoreError ? error : new StoreError("unavailable", String(error), { cause: error });
    this.#events.failed(batch, failure.kind, failure);
  }
}
