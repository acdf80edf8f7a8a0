/**
 * Keeps documents in the device's store: loads them, writes what the engine wants kept, and says what became of it.
 *
 * A failing store stops nothing and is never silent: writes wait in order (host/writer.ts), its cause is shown, and
 * when everything stored was deleted, what is open is stored again (I1). Knows no tab and no socket.
 */
import type { EngineEvent } from "../engine.js";
import { StoreImage } from "../stores/memory.js";
import { type StoreCause, type StoredDocument, StoreError, type StoreWrite } from "../stores/store.js";
import type { HostCore } from "./core.js";
import type { HostedDocument } from "./hosted-document.js";
import { Writer } from "./writer.js";

/** A journal of more rows than this is merged into one. */
const JOURNAL_ROWS_MAX = 200;

/** How often a store that could not be read is tried again. */
const RECOVERY_POLL_MS = 2_000;

/** A document as the store will have it. */
export interface Copy {
  readonly stored: StoredDocument | null;
  /** Outbox ids that are still waiting to be written. */
  readonly unstored: ReadonlySet<number>;
}

/** The host's hand on the store. */
export class Keeper {
  readonly #core: HostCore;
  readonly #writer: Writer;
  readonly #compacting = new Set<HostedDocument>();
  #cause: StoreCause | null = null;
  #cancelPoll: (() => void) | undefined;
  #earlierOpened = false;
  #disposed = false;

  constructor(core: HostCore) {
    this.#core = core;
    const { store, clock } = core.parts;
    this.#writer = new Writer(store, clock, {
      stored: (batch) => this.#onStored(batch),
      failed: (batch, cause) => this.#onFailed(batch, cause),
    });
    store.onLost(() => this.#onLost());
  }

  /** Why the store fails at this moment, if it does. */
  get cause(): StoreCause | null {
    return this.#cause;
  }

  /** Whether something about the document is not stored yet. */
  pending(doc: string): boolean {
    return this.#writer.pending(doc);
  }

  /** Tries at once what has failed. */
  retryNow(): void {
    this.#writer.retryNow();
  }

  /** Settles when everything is stored, or cannot be stored now. */
  async idle(): Promise<void> {
    await this.#writer.idle();
  }

  /** Stores what waits, if that is possible, and lets go of the store. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#cancelPoll?.();
    await this.#writer.idle();
    this.#writer.dispose();
    await this.#core.parts.store.close();
  }

  /** Has something stored; while the document's copy could not be read, it waits for that. */
  write(document: HostedDocument, write: StoreWrite): void {
    if (document.held === null) {
      this.#writer.enqueue(write);
      return;
    }
    document.held.push(write);
    if (write.type === "outbox") {
      this.#core.feed({ type: "persistFailed", doc: write.doc, id: write.id, cause: this.#cause ?? "unavailable" });
    }
  }

  /** Has something stored about a document that is not open. */
  writeUnopened(write: StoreWrite): void {
    this.#writer.enqueue(write);
  }

  /** Removes everything about a document, also what was about to be stored. */
  forget(doc: string): void {
    this.#writer.withdraw(doc);
    this.#writer.enqueue({ type: "forget", doc });
  }

  /** Reads a document and tells the engine, whatever comes of it. */
  async load(document: HostedDocument): Promise<void> {
    const { name: doc } = document;
    const isOpen = (): boolean => this.#core.documents.get(doc) === document;
    let copy: Copy;
    try {
      copy = await this.read(doc);
    } catch (error) {
      if (isOpen()) {
        const cause = error instanceof StoreError ? error.kind : "unavailable";
        document.held ??= [];
        this.#cause = cause;
        this.#pollLater();
        this.#core.feed({ type: "loadFailed", doc, cause });
      }
      return;
    }
    if (isOpen()) {
      this.#take(document, copy);
      this.#core.feed(loadedEvent(doc, copy.stored));
      for (const id of copy.unstored) {
        this.#core.feed({ type: "persistFailed", doc, id, cause: this.#cause ?? "unavailable" });
      }
    }
  }

  /** Opens what earlier visits left unsent, so that it is sent although no tab looks at it. */
  async openEarlierOutboxes(): Promise<void> {
    if (this.#earlierOpened) {
      return;
    }
    this.#earlierOpened = true;
    try {
      const documents = await this.#core.parts.store.list();
      this.#core.listed(documents);
      for (const { name, unconfirmed } of documents) {
        if (unconfirmed > 0 && !this.#core.documents.has(name) && !this.#disposed) {
          this.#core.open(name);
        }
      }
    } catch {
      // Again when the store works.
      this.#earlierOpened = false;
      this.#pollLater();
    }
  }

  /** A document as the store will have it once everything queued is written. @throws StoreError */
  async read(doc: string): Promise<Copy> {
    await this.#writer.idle();
    const stored = await this.#core.parts.store.load(doc);
    const queued = this.#writer.queued(doc);
    if (queued.length === 0) {
      return { stored, unstored: new Set() };
    }
    const image = new StoreImage();
    if (stored !== null) {
      image.seed(doc, stored);
    }
    for (const write of queued) {
      image.apply(write);
    }
    const unstored = queued.flatMap((write) => (write.type === "outbox" ? [write.id] : []));
    return { stored: image.read(doc), unstored: new Set(unstored) };
  }

  /** Makes what the store holds of a document ours, and lets the writes go that waited for it. */
  #take(document: HostedDocument, { stored, unstored }: Copy): void {
    if (stored !== null) {
      document.lineage = stored.lineage ?? document.lineage;
      document.title = document.title === "" ? stored.title : document.title;
      document.syncedBefore = stored.synced;
      document.journalRows = stored.journal.length;
      document.updatedAt = Math.max(document.updatedAt, stored.updatedAt);
      document.forkOf = stored.forkOf ?? document.forkOf;
      document.reviews = stored.reviews;
      for (const { id, reason, kept, at } of stored.setAside) {
        document.setAside.set(id, { reason, kept, at });
      }
      for (const { id, update } of stored.outbox) {
        document.unconfirmed.restore(id, update, !unstored.has(id));
      }
    }
    const held = document.held ?? [];
    document.held = null;
    for (const write of held) {
      // What we learned from the server without knowing our own copy may be about another history than the copy's.
      const foreign = write.type === "describe" && write.lineage !== undefined && (stored?.lineage ?? null) !== null;
      if (!foreign) {
        this.#writer.enqueue(write);
      }
    }
  }

  #onStored(batch: readonly StoreWrite[]): void {
    this.#setCause(null);
    void this.openEarlierOutboxes();
    const touched = new Set<HostedDocument>();
    for (const write of batch) {
      const document = this.#core.documents.get(write.doc);
      if (document === undefined) {
        continue;
      }
      touched.add(document);
      if (write.type === "outbox") {
        this.#onEntryStored(document, write.id);
      } else if (write.type === "setAside") {
        document.unconfirmed.setAsideStored(write.ids);
      }
    }
    for (const document of touched) {
      void this.#compactWhenLong(document);
      this.#core.release(document);
    }
    this.#core.showUnsaved();
  }

  #onEntryStored(document: HostedDocument, id: number): void {
    // The engine first: when the tab hears that its edit is durable, the state it has is already that.
    this.#core.feed({ type: "persisted", doc: document.name, id });
    document.unconfirmed.stored(id);
  }

  #onFailed(batch: readonly StoreWrite[], cause: StoreCause): void {
    this.#setCause(cause);
    for (const write of batch) {
      if (write.type === "outbox") {
        this.#core.feed({ type: "persistFailed", doc: write.doc, id: write.id, cause });
      }
    }
  }

  #setCause(cause: StoreCause | null): void {
    if (this.#cause !== cause) {
      this.#cause = cause;
      for (const document of this.#core.documents.values()) {
        this.#core.show(document);
      }
    }
  }

  /** Asks the store a little later whether it can be read; for documents that wait for that. */
  #pollLater(): void {
    if (this.#cancelPoll === undefined && !this.#disposed) {
      this.#cancelPoll = this.#core.parts.clock.after(RECOVERY_POLL_MS, () => {
        this.#cancelPoll = undefined;
        void this.#poll();
      });
    }
  }

  async #poll(): Promise<void> {
    try {
      await this.#core.parts.store.list();
    } catch {
      this.#pollLater();
      return;
    }
    if (this.#disposed) {
      return;
    }
    this.#setCause(null);
    for (const document of this.#core.documents.values()) {
      if (document.held !== null) {
        void this.load(document);
      }
    }
    void this.openEarlierOutboxes();
  }

  /** Everything stored is gone: store again what is open, and say that the rest is lost. */
  #onLost(): void {
    for (const document of this.#core.documents.values()) {
      if (document.phase === "ready") {
        document.addProblem({ code: "device-storage", cause: "deleted" });
        this.#storeAgain(document);
        this.#core.show(document);
      }
    }
  }

  #storeAgain(document: HostedDocument): void {
    const { name: doc, title, lineage, forkOf, updatedAt: at } = document;
    const { synced } = document.state(null);
    const content = this.#core.parts.engine.content(doc);
    const { outbox, leaving } = document.unconfirmed.lost();
    for (const { id } of outbox) {
      this.#core.feed({ type: "persistFailed", doc, id, cause: "deleted" });
    }
    this.forget(doc);
    const writes: StoreWrite[] = [
      { type: "describe", doc, title, lineage, synced, forkOf, at },
      ...content.map((update) => ({ type: "journal", doc, update, at }) as const),
      ...[...leaving, ...outbox].map(({ id, update }) => ({ type: "outbox", doc, id, update, at }) as const),
      ...leaving.map(({ id, refusal }) => ({ type: "setAside", doc, ids: [id], ...refusal }) as const),
      ...(document.reviews.length === 0 ? [] : [{ type: "reviews", doc, reviews: document.reviews } as const]),
    ];
    // What was set aside earlier was in the store alone.
    document.setAside.clear();
    for (const { id, refusal } of leaving) {
      document.setAside.set(id, refusal);
    }
    for (const write of writes) {
      this.#writer.enqueue(write);
    }
    document.journalRows = content.length;
  }

  async #compactWhenLong(document: HostedDocument): Promise<void> {
    if (this.#compacting.has(document) || document.journalRows <= JOURNAL_ROWS_MAX) {
      return;
    }
    this.#compacting.add(document);
    document.journalRows = 1;
    const { store, tools } = this.#core.parts;
    try {
      await store.compact(document.name, (updates) => tools.mergeUpdates(updates));
    } catch {
      // The journal is as it was; the next long journal tries again. A failing store shows itself at the next write.
    }
    this.#compacting.delete(document);
  }
}

function loadedEvent(doc: string, stored: StoredDocument | null): EngineEvent {
  return {
    type: "loaded",
    doc,
    lineage: stored?.lineage ?? null,
    updates: [...(stored?.journal ?? []), ...(stored?.outbox.map(({ update }) => update) ?? [])],
    // An earlier version did not say when: not after the last change of all.
    outbox: stored?.outbox.map((entry) => ({ ...entry, at: entry.at === 0 ? stored.updatedAt : entry.at })) ?? [],
    nextId: stored?.nextId ?? 1,
    // The host remembers earlier visits, so that the engine says when the server's state arrives in this one.
    lastServerSync: false,
  };
}
