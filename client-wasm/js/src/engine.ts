/**
 * The sync engine as the host sees it: events in, effects out. It has no clock, socket or store of its own.
 *
 * The types mirror client-wasm/src/event.rs and effect.rs; src/wasm.ts loads the real engine. Tests of the host use a small one of
 * their own.
 */

import type { StoreCause } from "./stores/store.js";
import type { ConnectionStatus, DocumentState } from "./types.js";

/** Something that happened. */
export type EngineEvent =
  | { readonly type: "open"; readonly doc: string }
  | { readonly type: "close"; readonly doc: string }
  | {
      readonly type: "loaded";
      readonly doc: string;
      readonly lineage: string | null;
      /** Journal and outbox. */
      readonly updates: readonly Uint8Array[];
      readonly outbox: readonly { readonly id: number; readonly update: Uint8Array }[];
      readonly nextId: number;
      readonly lastServerSync: boolean;
    }
  | { readonly type: "loadFailed"; readonly doc: string; readonly cause: StoreCause }
  | { readonly type: "localUpdate"; readonly doc: string; readonly update: Uint8Array }
  | { readonly type: "persisted"; readonly doc: string; readonly id: number }
  | { readonly type: "persistFailed"; readonly doc: string; readonly id: number; readonly cause: StoreCause }
  | { readonly type: "localPresence"; readonly doc: string; readonly payload: Uint8Array }
  | { readonly type: "presenceGone"; readonly doc: string; readonly clients: readonly number[] }
  | { readonly type: "socketOpened" }
  | { readonly type: "socketMessage"; readonly bytes: Uint8Array }
  | { readonly type: "socketClosed"; readonly code: number; readonly reason: string }
  | { readonly type: "networkOnline" }
  | { readonly type: "networkOffline" }
  | { readonly type: "wake" }
  | { readonly type: "timer" }
  | { readonly type: "token"; readonly token: string | null }
  | { readonly type: "reconnectNow" }
  | { readonly type: "stop" };

/** Something that the host must do. */
export type EngineEffect =
  | { readonly type: "load"; readonly doc: string }
  | { readonly type: "persistOutbox"; readonly doc: string; readonly id: number; readonly update: Uint8Array }
  | { readonly type: "confirmOutbox"; readonly doc: string; readonly ids: readonly number[] }
  | {
      readonly type: "dropOutbox";
      readonly doc: string;
      readonly ids: readonly number[];
      readonly kept: "server" | "device";
    }
  | { readonly type: "persistRemote"; readonly doc: string; readonly update: Uint8Array }
  | { readonly type: "persistLineage"; readonly doc: string; readonly lineage: string }
  | { readonly type: "persistSynced"; readonly doc: string }
  | { readonly type: "fork"; readonly doc: string; readonly reason: string; readonly updates: readonly Uint8Array[] }
  /** The tabs hold content that the server refused; `content` does not. */
  | { readonly type: "reset"; readonly doc: string }
  | { readonly type: "deliver"; readonly doc: string; readonly update: Uint8Array }
  | { readonly type: "deliverPresence"; readonly doc: string; readonly payload: Uint8Array }
  /** Nothing is known of others any more. */
  | { readonly type: "clearPresence"; readonly doc: string }
  | { readonly type: "connect" }
  | { readonly type: "disconnect"; readonly code: number }
  | { readonly type: "send"; readonly bytes: Uint8Array }
  | { readonly type: "setTimer"; readonly atMs: number }
  | { readonly type: "requestToken" }
  | { readonly type: "status"; readonly status: ConnectionStatus }
  | { readonly type: "documentState"; readonly doc: string; readonly state: DocumentState };

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
