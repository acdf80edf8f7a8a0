import type {
  MergeUpdates,
  Store,
  StoreCause,
  StoredDocument,
  StoredSummary,
  StoreWrite,
} from "../../src/stores/store.js";
import { StoreError } from "../../src/stores/store.js";

/** A store that fails and waits on demand, over one that works. */
export class FaultyStore implements Store {
  readonly inner: Store;
  /** While set, every write fails with this cause. */
  writeFault: StoreCause | null = null;
  /** While set, every read fails with this cause. */
  readFault: StoreCause | null = null;
  /** While set, writes wait for it before they begin. */
  gate: Promise<void> | null = null;
  #lost: () => void = () => undefined;

  constructor(inner: Store) {
    this.inner = inner;
  }

  /** Says that everything stored is gone. */
  lose(): void {
    this.#lost();
  }

  async load(doc: string): Promise<StoredDocument | null> {
    this.#failIf(this.readFault);
    return await this.inner.load(doc);
  }

  async write(batch: readonly StoreWrite[]): Promise<void> {
    await this.gate;
    this.#failIf(this.writeFault);
    await this.inner.write(batch);
  }

  async compact(doc: string, merge: MergeUpdates): Promise<void> {
    this.#failIf(this.writeFault);
    await this.inner.compact(doc, merge);
  }

  async list(): Promise<readonly StoredSummary[]> {
    this.#failIf(this.readFault);
    return await this.inner.list();
  }

  onLost(listener: () => void): void {
    this.#lost = listener;
    this.inner.onLost(listener);
  }

  async close(): Promise<void> {
    await this.inner.close();
  }

  #failIf(cause: StoreCause | null): void {
    if (cause !== null) {
      throw new StoreError(cause, "injected");
    }
  }
}
