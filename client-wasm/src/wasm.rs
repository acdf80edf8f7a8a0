//! The JavaScript surface: the engine and a few helpers on update bytes, nothing else.
//!
//! Events and effects cross as plain objects, typed by the section below and nowhere else in TypeScript; it mirrors
//! `event.rs`, `effect.rs` and `state.rs`. Bytes are `Uint8Array`. A panic would abort the module: the shell then starts a new engine from its
//! store, which loses nothing, because the store is written first (I1).

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::engine::{Engine as SyncEngine, EngineConfig};
use crate::event::Event;
use crate::updates;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What the engine is told once. */
export interface EngineConfig {
  /** The token to begin with: `null` for none; left out, the engine asks by `requestToken` before it connects. */
  readonly token?: string | null;
}

export type StoreCause = "quota" | "blocked" | "deleted" | "unavailable";

export interface StoredEntry {
  readonly id: number;
  readonly update: Uint8Array;
  /** When it was made, in milliseconds since the epoch; 0 if that is not known. */
  readonly at: number;
}

/** What happened. See `event.rs` for the meaning of each. */
export type Event =
  | { readonly type: "open"; readonly doc: string }
  | { readonly type: "close"; readonly doc: string }
  | {
      readonly type: "loaded";
      readonly doc: string;
      readonly lineage: string | null;
      /** The whole local journal, including the outbox. */
      readonly updates: readonly Uint8Array[];
      readonly outbox: readonly StoredEntry[];
      /** One above every entry id that this document ever had. */
      readonly nextId: number;
      readonly lastServerSync: boolean;
    }
  | { readonly type: "loadFailed"; readonly doc: string; readonly cause: StoreCause }
  | { readonly type: "localUpdate"; readonly doc: string; readonly update: Uint8Array }
  | { readonly type: "persisted"; readonly doc: string; readonly id: number }
  | { readonly type: "persistFailed"; readonly doc: string; readonly id: number; readonly cause: StoreCause }
  | { readonly type: "localPresence"; readonly doc: string; readonly payload: Uint8Array }
  | { readonly type: "presenceGone"; readonly doc: string; readonly clients: readonly number[] }
  | { readonly type: "handedIn"; readonly doc: string; readonly outcome: "taken" | "refused" | "unfit" | "later" }
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

export type EngineConnectionStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  | { readonly kind: "offline" }
  | { readonly kind: "waiting"; readonly at: number; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

export type EngineDocumentProblem =
  | { readonly code: "denied"; readonly reason: string }
  | { readonly code: "expired" }
  | { readonly code: "unavailable" }
  | { readonly code: "server-storage" }
  | { readonly code: "rejected"; readonly reason: string; readonly kept: "server" | "device" }
  | { readonly code: "device-storage"; readonly cause: StoreCause };

export interface EngineDocumentState {
  readonly save: "saving" | "device" | "sent" | "safe";
  readonly access: "unknown" | "none" | "read" | "comment" | "write";
  readonly synced: boolean;
  readonly unconfirmed: number;
  readonly problems: readonly EngineDocumentProblem[];
}

/** What to do. See `effect.rs` for the meaning of each. */
export type Effect =
  | { readonly type: "load"; readonly doc: string }
  | { readonly type: "persistOutbox"; readonly doc: string; readonly id: number; readonly update: Uint8Array }
  | { readonly type: "confirmOutbox"; readonly doc: string; readonly ids: readonly number[] }
  | {
      readonly type: "dropOutbox";
      readonly doc: string;
      readonly ids: readonly number[];
      readonly kept: "server" | "device";
    }
  | { readonly type: "handIn"; readonly doc: string; readonly update: Uint8Array }
  | { readonly type: "persistRemote"; readonly doc: string; readonly update: Uint8Array }
  | {
      readonly type: "merged";
      readonly doc: string;
      readonly base: readonly Uint8Array[];
      readonly mine: readonly Uint8Array[];
      readonly theirs: readonly Uint8Array[];
      readonly awayMs: number;
    }
  | { readonly type: "persistLineage"; readonly doc: string; readonly lineage: string }
  | { readonly type: "persistSynced"; readonly doc: string }
  | {
      readonly type: "fork";
      readonly doc: string;
      readonly reason: "lineage";
      readonly updates: readonly Uint8Array[];
    }
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
  | { readonly type: "status"; readonly status: EngineConnectionStatus }
  | { readonly type: "documentState"; readonly doc: string; readonly state: EngineDocumentState };
"#;

#[wasm_bindgen]
extern "C" {
    /// A JavaScript value of the `EngineConfig` type above.
    #[wasm_bindgen(typescript_type = "EngineConfig")]
    pub type JsConfig;
    /// A JavaScript value of the `Event` type above.
    #[wasm_bindgen(typescript_type = "Event")]
    pub type JsEvent;
    /// A JavaScript array of the `Effect` type above.
    #[wasm_bindgen(typescript_type = "Effect[]")]
    pub type JsEffects;
    /// A JavaScript array of byte arrays.
    #[wasm_bindgen(typescript_type = "Uint8Array[]")]
    pub type JsByteArrays;
}

/// The sync engine; see `engine.rs`.
#[wasm_bindgen]
pub struct Engine {
    inner: SyncEngine,
}

#[wasm_bindgen]
impl Engine {
    /// A new engine. `seed` feeds the jitter of reconnects; any number will do, a random one is best.
    ///
    /// # Errors
    /// A message when `config` is not an `EngineConfig`.
    #[wasm_bindgen(constructor)]
    pub fn new(config: JsConfig, seed: f64) -> Result<Engine, JsError> {
        let config: EngineConfig = serde_wasm_bindgen::from_value(config.into())?;
        Ok(Self {
            inner: SyncEngine::new(config, seed.to_bits()),
        })
    }

    /// Takes an event at a time (milliseconds since the epoch) and answers with what is to be done, in order.
    ///
    /// # Errors
    /// A message when `event` is not an `Event`; nothing has changed then.
    pub fn handle(&mut self, event: JsEvent, now_ms: f64) -> Result<JsEffects, JsError> {
        let event: Event = serde_wasm_bindgen::from_value(event.into())?;
        // Saturates: a negative or absurd clock is as good as none.
        let effects = self.inner.handle(event, now_ms as u64);
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
        Ok(effects.serialize(&serializer)?.unchecked_into())
    }

    /// All content of an open document, for a view that joins late: update bytes in any order. Empty if not open.
    ///
    /// # Errors
    /// None in practice; bytes always serialise.
    pub fn content(&self, doc: &str) -> Result<JsByteArrays, JsError> {
        let content = DocName::parse(doc)
            .map(|doc| self.inner.content(&doc))
            .unwrap_or_default();
        byte_arrays(&content)
    }
}

fn byte_arrays(all: &[Bytes]) -> Result<JsByteArrays, JsError> {
    Ok(serde_wasm_bindgen::to_value(all)?.unchecked_into())
}

/// Merges updates into one that means the same.
///
/// # Errors
/// When an input is not an update, or when they cannot be merged without loss (keep them apart then).
#[wasm_bindgen(js_name = mergeUpdates)]
pub fn merge_updates(all: JsByteArrays) -> Result<Vec<u8>, JsError> {
    let all: Vec<Bytes> = serde_wasm_bindgen::from_value(all.into())?;
    Ok(updates::merge(&all)?.into())
}

/// What an update holds without gaps, as an encoded state vector.
///
/// # Errors
/// When the input is not an update.
#[wasm_bindgen(js_name = stateVector)]
pub fn state_vector(update: Vec<u8>) -> Result<Vec<u8>, JsError> {
    Ok(updates::state_vector(&[Bytes::from(update)])?.into())
}

/// What of `update` a replica with this encoded state vector lacks.
///
/// # Errors
/// When either input is malformed.
#[wasm_bindgen(js_name = diffUpdate)]
pub fn diff_update(update: Vec<u8>, state_vector: Vec<u8>) -> Result<Vec<u8>, JsError> {
    Ok(updates::diff(&update, &state_vector)?.into())
}
