/**
 * The sync engine as the host sees it: events in, effects out. It has no clock, socket or store of its own.
 *
 * What events and effects are is said once, beside the engine (client-wasm/src/wasm.rs), and comes with its build.
 * src/wasm.ts loads the real engine; tests of the host use a small one of their own.
 */
import type { Effect, EngineDocumentState, Event } from "../wasm/consilium_client.js";
import type { KeptSide, MergePiece, MergePlace, MergeReport, MergeSide } from "../wasm/consilium_review.js";

/** Something that happened. */
export type EngineEvent = Event;

/** Something that the host must do. */
export type EngineEffect = Effect;

export type { EngineDocumentState, KeptSide, MergePiece, MergePlace, MergeReport, MergeSide };

/** One engine. */
export interface Engine {
  /** @param nowMs - milliseconds since the epoch */
  handle(event: EngineEvent, nowMs: number): readonly EngineEffect[];
  /** All content of an open document: updates in any order. */
  content(doc: string): readonly Uint8Array[];
}

/** Pure functions over update bytes that come with the engine. */
export interface UpdateTools {
  /** @throws when the updates cannot be merged without loss; they must be kept apart then */
  mergeUpdates(updates: readonly Uint8Array[]): Uint8Array;
  /** What looks inside documents: a module of its own, got when it is first needed. Rejects when it cannot be had now. */
  reviewer(): Promise<Reviewer>;
}

/** The states of a document around an offline spell. */
export interface MergeStates {
  readonly base: readonly Uint8Array[];
  /** On top of `base`. */
  readonly mine: readonly Uint8Array[];
  /** On top of `base`. */
  readonly theirs: readonly Uint8Array[];
}

/** Compares documents, and writes into them. */
export interface Reviewer {
  /**
   * What came together after an offline spell; null where it is not worth a word.
   *
   * @throws when it cannot be compared
   */
  review(states: MergeStates, awayMs: number): MergeReport | null;
  /**
   * Makes a place of the document with this content say what a side said.
   *
   * @throws when the copies cannot be read
   */
  keep(content: readonly Uint8Array[], copies: Uint8Array, place: MergePlace, side: MergeSide): KeptSide;
}
