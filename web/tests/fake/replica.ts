/**
 * A replica in memory, for unit tests and for looking at pages without a server.
 *
 * Holds documents as long as the page lives; says what it is told to say. Never part of the app that is built.
 */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type {
  ConnectionStatus,
  DocumentState,
  EditContent,
  LocalDocument,
  MergeReview,
  Observable,
  Replica,
  ReplicaDocument,
  SetAside,
} from "../../../client-wasm/js/src/types.ts";

/** A value that tests set. */
export class Settable<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of this.#listeners) {
      listener(value);
    }
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const calmState: DocumentState = {
  save: "safe",
  access: "write",
  synced: true,
  unconfirmed: 0,
  problems: [],
};

export class FakeReplica implements Replica {
  readonly status: Settable<ConnectionStatus>;
  readonly unsaved = new Settable(false);
  readonly documents = new Map<string, Y.Doc>();
  readonly state: Settable<DocumentState>;
  readonly #edited = new Map<string, number>();

  constructor(status: ConnectionStatus = { kind: "online" }, state: DocumentState = calmState) {
    this.status = new Settable(status);
    this.state = new Settable(state);
  }

  /** The document `name`, made when it is not there. */
  doc(name: string): Y.Doc {
    const held = this.documents.get(name) ?? new Y.Doc();
    if (!this.documents.has(name)) {
      this.documents.set(name, held);
      held.on("update", () => this.#edited.set(name, Date.now()));
    }
    return held;
  }

  open(name: string): ReplicaDocument {
    const doc = this.doc(name);
    const awareness = new Awareness(doc);
    return {
      name,
      doc,
      awareness,
      state: this.state,
      whenReady: Promise.resolve(),
      whenSynced: Promise.resolve(),
      whenOutdated: new Promise(() => undefined),
      flush: () => Promise.resolve(),
      offerAgain: () => Promise.resolve(false),
      reviews: new Settable<readonly MergeReview[]>([]),
      closeReview: () => undefined,
      decide: () => Promise.resolve(() => false),
      dispose: () => awareness.destroy(),
    };
  }

  localDocuments(): Promise<readonly LocalDocument[]> {
    const documents = [...this.documents].map(([name, doc]) => ({
      name,
      title: String(doc.getMap("meta").get("title") ?? ""),
      unconfirmed: 0,
      setAside: 0,
      forkOf: null,
      updatedAt: this.#edited.get(name) ?? Date.now(),
    }));
    return Promise.resolve(documents.sort((one, other) => other.updatedAt - one.updatedAt));
  }

  forget(name: string): Promise<void> {
    this.documents.delete(name);
    return Promise.resolve();
  }

  setAside(): Promise<readonly SetAside[]> {
    return Promise.resolve([]);
  }

  readSetAside(): Promise<EditContent> {
    return Promise.reject(new Error("nothing is set aside here"));
  }

  readUnsent(): Promise<EditContent | null> {
    return Promise.resolve(null);
  }

  discardSetAside(): Promise<void> {
    return Promise.resolve();
  }

  keepFork(): Promise<void> {
    return Promise.resolve();
  }

  reconnect(): void {
    this.status.set({ kind: "online" });
  }

  dispose(): void {
    this.documents.clear();
  }
}

/** Stands in for the real one in unit tests. */
export function connectReplica(): Replica {
  return new FakeReplica();
}

export function uuidV7(): string {
  return crypto.randomUUID();
}
