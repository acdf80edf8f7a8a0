/**
 * What a replica asks of the device's durable store.
 *
 * A store keeps update bytes and never looks inside them. It knows documents by name; for each a journal (what the
 * server has, or had), an outbox (what the server has not confirmed, by id), edits set aside after a refusal, and the
 * reviews of its last offline spells.
 * What is set aside leaves the device only when a person says so.
 * Every implementation passes tests/unit/store-contract.ts.
 */

import type { MergeStates } from "../engine.js";
import type { MergeReview } from "../types.js";

/** Why a store cannot store. The same words as in the document problem `device-storage`. */
export type StoreCause = "quota" | "blocked" | "deleted" | "unavailable";

/** Set-aside edits of earlier versions of the stores had no ids; theirs count from here, where no outbox gets. */
export const FORMER_IDS_FROM = 2 ** 40;

/** Who keeps a refused edit: the server too, or this device alone. */
export type KeptBy = "server" | "device";

/** Thrown by every method of a {@link Store} that fails. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreCause;

  constructor(kind: StoreCause, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** An edit that the server has not confirmed. */
export interface OutboxEntry {
  readonly id: number;
  readonly update: Uint8Array;
  /** When it was made, in milliseconds since the epoch; 0 where an earlier version has not said. */
  readonly at: number;
}

/** An edit that the server refused. */
export interface SetAsideEdit {
  /** The id that it had in the outbox; no other edit of the document has it, ever. */
  readonly id: number;
  readonly reason: string;
  /** Whether the server keeps it too, for review. */
  readonly kept: KeptBy;
  /** When it was set aside, in milliseconds since the epoch. */
  readonly at: number;
  readonly update: Uint8Array;
}

/** A review as it is stored. */
export interface StoredReview extends MergeReview {
  /** What is still to be compared; null when that is done, or cannot be. */
  readonly states: MergeStates | null;
}

/** All that a store holds of one document. */
export interface StoredDocument {
  readonly title: string;
  /** The server's history that the journal belongs to; null before the first contact. */
  readonly lineage: string | null;
  /** The server's state has arrived at least once. */
  readonly synced: boolean;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** One above every outbox id that this document ever had here. */
  readonly nextId: number;
  /** Oldest first. */
  readonly journal: readonly Uint8Array[];
  /** By id, ascending. */
  readonly outbox: readonly OutboxEntry[];
  /** By id, ascending. */
  readonly setAside: readonly SetAsideEdit[];
  /** The document whose earlier copy this is; null for one of its own. */
  readonly forkOf: string | null;
  /** Of offline spells, newest first. */
  readonly reviews: readonly StoredReview[];
}

/** One line of the list of stored documents. */
export interface StoredSummary {
  readonly name: string;
  readonly title: string;
  /** Entries in the outbox. */
  readonly unconfirmed: number;
  /** Edits set aside. */
  readonly setAside: number;
  readonly forkOf: string | null;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** One change of a store. `doc` is the document's name; `at` is milliseconds since the epoch. */
export type StoreWrite =
  /** Adds an unconfirmed edit. */
  | {
      readonly type: "outbox";
      readonly doc: string;
      readonly id: number;
      readonly update: Uint8Array;
      readonly at: number;
    }
  /** Adds an edit that the server has. */
  | { readonly type: "journal"; readonly doc: string; readonly update: Uint8Array; readonly at: number }
  /** The server has these: they move from the outbox to the journal. Unknown ids are ignored. */
  | { readonly type: "confirm"; readonly doc: string; readonly ids: readonly number[] }
  /** The server refused these: they leave the outbox for the set-aside edits. */
  | {
      readonly type: "setAside";
      readonly doc: string;
      readonly ids: readonly number[];
      readonly reason: string;
      readonly kept: KeptBy;
      readonly at: number;
    }
  /** These leave the outbox, or the set-aside edits, for good. */
  | { readonly type: "discard"; readonly doc: string; readonly ids: readonly number[] }
  /** Changes what is known about a document; absent fields stay. */
  | {
      readonly type: "describe";
      readonly doc: string;
      readonly title?: string;
      readonly lineage?: string | null;
      readonly synced?: boolean;
      readonly forkOf?: string | null;
      readonly at: number;
    }
  /** These are the reviews from now on. */
  | { readonly type: "reviews"; readonly doc: string; readonly reviews: readonly StoredReview[] }
  /** The document begins anew: journal, outbox, reviews, lineage and `synced` go; set-aside edits, title and ids stay. */
  | { readonly type: "restart"; readonly doc: string }
  /** Removes everything about a document. */
  | { readonly type: "forget"; readonly doc: string };

/** Merges updates of one document into one that says the same. */
export type MergeUpdates = (updates: readonly Uint8Array[]) => Uint8Array;

/** The durable store of one replica. Calls may overlap; each sees the effects of those that finished before it began. */
export interface Store {
  /** Everything about one document, or null when nothing is stored. */
  load(doc: string): Promise<StoredDocument | null>;
  /**
   * Makes all changes durable, in order. When it resolves they survive a crash of the process and a loss of power;
   * when it rejects with a {@link StoreError} they may be written again as they are: a write that did
   * happen does no harm when repeated.
   */
  write(batch: readonly StoreWrite[]): Promise<void>;
  /** Replaces the journal of a document by one merged update. Leaves it as it was when it fails. */
  compact(doc: string, merge: MergeUpdates): Promise<void>;
  /** Every stored document, in no particular order. */
  list(): Promise<readonly StoredSummary[]>;
  /**
   * Sets who hears that everything stored is gone (the person cleared the site's data). The store goes on and starts
   * empty at the next call.
   */
  onLost(listener: () => void): void;
  /** Releases what the store holds. No calls may follow. */
  close(): Promise<void>;
}
