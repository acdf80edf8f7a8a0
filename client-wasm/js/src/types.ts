/**
 * The vocabulary of the replica: what a page or a script sees of it.
 *
 * Everything here is plain data or an interface; how the worker, the store and the socket do it is elsewhere.
 */
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

/** What the server lets this member do with one document. */
export type Access = "none" | "read" | "comment" | "write";

/**
 * Where the newest local edit of a document is.
 *
 * - `saving`: only in memory; leaving now may lose it.
 * - `device`: in this device's durable store.
 * - `sent`: on its way; the server has not confirmed it.
 * - `safe`: committed to disk by the server.
 */
export type SaveState = "saving" | "device" | "sent" | "safe";

/** The state of the one connection that all tabs of this browser share. */
export type ConnectionStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** The device has no network. */
  | { readonly kind: "offline" }
  /** Lost; the next attempt is at `at` (milliseconds since the epoch). */
  | { readonly kind: "waiting"; readonly at: number; readonly reason: string }
  /** Will not try again by itself, for example because this app is too old for the server. */
  | { readonly kind: "refused"; readonly reason: string };

/** Something a person must know about a document. `code` is stable; words are the interface's business. */
export type DocumentProblem =
  /** The server refuses this member or token. */
  | { readonly code: "denied"; readonly reason: string }
  /** The token has run out and no new one could be had. */
  | { readonly code: "expired" }
  /** The server cannot write to its storage now; edits wait on this device. */
  | { readonly code: "server-storage" }
  /** An edit was refused and set aside for review on the server (or kept on this device only). */
  | { readonly code: "rejected"; readonly reason: string; readonly kept: "server" | "device" }
  /** The document was recreated or restored: the local copy now lives on as `fork`. */
  | { readonly code: "forked"; readonly fork: string }
  /** This device cannot store edits. */
  | { readonly code: "device-storage"; readonly cause: "quota" | "blocked" | "deleted" | "unavailable" };

/** All that the interface shows of one document's state. */
export interface DocumentState {
  readonly save: SaveState;
  readonly access: Access | "unknown";
  /** The server's state at connection time has arrived, in this or an earlier visit. */
  readonly synced: boolean;
  /** Local edits that the server has not confirmed. */
  readonly unconfirmed: number;
  readonly problems: readonly DocumentProblem[];
}

/** A value that can be read now and watched. */
export interface Observable<T> {
  readonly value: T;
  /** Calls `listener` at every later change; returns the function that stops it. */
  subscribe(listener: (value: T) => void): () => void;
}

/** One document, open in this tab. */
export interface ReplicaDocument {
  readonly name: string;
  /** The editor's view. Its content arrives with `whenReady`. */
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly state: Observable<DocumentState>;
  /** Settles when all that this device holds has been applied to `doc`. Works without network. */
  readonly whenReady: Promise<void>;
  /** Settles when the server's state has arrived in this visit; stays pending while there is no server. */
  readonly whenSynced: Promise<void>;
  /**
   * Settles when `doc` can no longer be brought up to date: dispose of this document and open it again.
   *
   * - `forked`: the document has a new history; this view goes on as the fork named in the problem `forked`.
   * - `reset`: this view holds edits that the server refused.
   */
  readonly whenOutdated: Promise<"forked" | "reset">;
  /** Settles when every edit made so far is committed by the server; rejects when one was refused. */
  flush(): Promise<void>;
  dispose(): void;
}

/** A document that this device holds a copy of. */
export interface LocalDocument {
  readonly name: string;
  readonly title: string;
  readonly unconfirmed: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** The replica as a tab sees it: one per browser, however many tabs. */
export interface Replica {
  readonly status: Observable<ConnectionStatus>;
  /**
   * Whether some edit made in this browser is nowhere durable: neither in this device's store nor on the server.
   * Counts documents that no tab shows any more. While it is true, leaving the last tab may lose that edit.
   */
  readonly unsaved: Observable<boolean>;
  open(name: string): ReplicaDocument;
  /** What this device holds, newest first. Works without network. */
  localDocuments(): Promise<readonly LocalDocument[]>;
  /** Removes this device's copy. Rejects while edits are unconfirmed, unless `discardUnconfirmed`. */
  forget(name: string, options?: { readonly discardUnconfirmed?: boolean }): Promise<void>;
  /** Tries to connect now instead of waiting for the next attempt. */
  reconnect(): void;
  dispose(): void;
}
