/**
 * The sync engine as the host sees it: events in, effects out. It has no clock, socket or store of its own.
 *
 * What events and effects are is said once, beside the engine (client-wasm/src/wasm.rs), and comes with its build.
 * src/wasm.ts loads the real engine; tests of the host use a small one of their own.
 */
import type { Effect, EngineDocumentState, Event } from "../wasm/consilium_client.js";

/** Something that happened. */
export type EngineEvent = Event;

/** Something that the host must do. */
export type EngineEffect = Effect;

export type { EngineDocumentState };

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
}
