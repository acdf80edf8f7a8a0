/**
 * The vocabulary of the replica: what a page or a script sees of it.
 *
 * Everything here is plain data or an interface; how the worker, the store and the socket do it is elsewhere.
 */
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { MergeReport, MergeSide } from "./engine.js";

export type { MergePiece, MergePlace, MergeReport, MergeSide } from "./engine.js";

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
  /** The server cannot open this document now; it is asked again from time to time. */
  | { readonly code: "unavailable" }
  /** The server cannot write to its storage now; edits wait on this device. */
  | { readonly code: "server-storage" }
  /** Edits were refused and are set aside: on this device, and on the server too if `kept` says so. */
  | { readonly code: "rejected"; readonly reason: string; readonly kept: "server" | "device" }
  /**
   * The document was recreated or restored: the local copy lives on as `fork`. Said in both until the fork is
   * forgotten, or kept as a document of its own.
   */
  | { readonly code: "forked"; readonly fork: string; readonly original: string }
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
  /**
   * Makes set-aside edits anew, as edits of this view, and removes them from what is set aside when the new ones are
   * durable. They go where they were meant for, as far as the document still has that place.
   *
   * @param ids - of {@link SetAside}; edits that build on each other go together
   * @param origin - of the transaction, for an editor's undo
   * @returns whether that changed the document
   */
  offerAgain(ids: readonly number[], origin?: unknown): Promise<boolean>;
  /**
   * What came together after offline spells and was worth a look, newest first; a few are kept. All tabs of this browser
   * see the same.
   */
  readonly reviews: Observable<readonly MergeReview[]>;
  /** This review has been looked at. It stays among {@link reviews}, to be read again. */
  closeReview(id: number): void;
  /**
   * Gets ready to make a place say what a side said. What it answers with does it, as one edit of this view, and says
   * whether that changed the document.
   *
   * Rejects with `unknown` for a review or place that is not there.
   *
   * @param place - index among the places of the report
   */
  decide(id: number, place: number, side: MergeSide): Promise<(origin?: unknown) => boolean>;
  dispose(): void;
}

/** What came together after an offline spell. */
export interface MergeReview {
  /** Names it within its document, on this device. */
  readonly id: number;
  /** When it came together, in milliseconds since the epoch. */
  readonly at: number;
  /** How long the oldest of this device's edits had waited, in milliseconds. */
  readonly awayMs: number;
  /** Null: both sides wrote, and it was too much to be compared. */
  readonly report: MergeReport | null;
  /** Whether somebody has said that they have looked at it. */
  readonly isClosed: boolean;
}

/** A document that this device holds a copy of. */
export interface LocalDocument {
  readonly name: string;
  readonly title: string;
  readonly unconfirmed: number;
  /** Edits set aside on this device. */
  readonly setAside: number;
  /** The document whose earlier copy this is; null for one of its own. */
  readonly forkOf: string | null;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** Something of this device's that is not in the document it was meant for. */
export type SetAside =
  /** An edit that the server refused. */
  | {
      readonly kind: "edit";
      readonly document: string;
      /** The title of the document. */
      readonly title: string;
      /** Names the edit within its document, on this device. */
      readonly id: number;
      /** A stable code, as in the problem `rejected`. */
      readonly reason: string;
      /** Whether the server keeps it for review too. */
      readonly kept: "server" | "device";
      /** When it was set aside, in milliseconds since the epoch; 0 if that is not known. */
      readonly at: number;
    }
  /** A whole copy: the document had another history when this device met it again. */
  | {
      readonly kind: "fork";
      readonly document: string;
      readonly title: string;
      /** The name under which the copy is open to reading and writing like any document. */
      readonly fork: string;
      /** When it was last changed, in milliseconds since the epoch. */
      readonly at: number;
      /** Edits of the copy that the server has not confirmed. */
      readonly unconfirmed: number;
    };

/** A stretch of text, as an edit left it. */
export interface Stretch {
  readonly kind: "kept" | "added" | "removed";
  readonly text: string;
}

/** What edits say that the rest of the document does not. */
export interface EditContent {
  /**
   * The edits as Yjs updates (V1), oldest first. Where the document has something else under their ids they come under
   * ids of their own, and what is no update at all is left out, so they can be applied to `base`.
   */
  readonly updates: readonly Uint8Array[];
  /** The document that they were made in, without them, as Yjs updates (V1) in any order. */
  readonly base: readonly Uint8Array[];
  /** The texts that they touch, in the order of the document, each with what was added and removed. */
  readonly passages: readonly (readonly Stretch[])[];
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
  /** Removes this device's copy. Rejects while edits are unconfirmed or set aside, unless `discardUnconfirmed`. */
  forget(name: string, options?: { readonly discardUnconfirmed?: boolean }): Promise<void>;
  /** What is set aside on this device, of one document or of all, newest first. Works without network. */
  setAside(document?: string): Promise<readonly SetAside[]>;
  /** Set-aside edits of one document, to read. Rejects with `unknown` for one that is not there. */
  readSetAside(document: string, ids: readonly number[]): Promise<EditContent>;
  /** The edits of one document that the server has not confirmed, to read; null when there are none. */
  readUnsent(document: string): Promise<EditContent | null>;
  /** Removes set-aside edits from this device for good. */
  discardSetAside(document: string, ids: readonly number[]): Promise<void>;
  /** Makes a fork a document like any other: it is not called set aside any more. To be rid of it, `forget` it. */
  keepFork(fork: string): Promise<void>;
  /** Tries to connect now instead of waiting for the next attempt. */
  reconnect(): void;
  dispose(): void;
}
