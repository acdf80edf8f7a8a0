//! What happens to the engine: everything it can learn, from the page, the device's store, the socket and the clock.
//!
//! The TypeScript mirror of [`Event`] is in `wasm.rs`. Bytes are `Uint8Array` there, ids are numbers below 2^53.
//! Nothing here is trusted: an event about a document that is not open is ignored.

use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage};
use serde::{Deserialize, Serialize};

use crate::state::StoreCause;

/// The number of one entry in a document's durable outbox. Increases for ever within a document, so that an entry
/// can never be taken for another.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct EntryId(pub u64);

/// One outbox entry as the device's store holds it. The store knows nothing of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntry {
    /// Its number.
    pub id: EntryId,
    /// yrs V1 update.
    pub update: Bytes,
    /// When it was made, in milliseconds since the epoch; 0 if that is not known.
    #[serde(default)]
    pub at: u64,
}

/// Whether a document was ever brought up to the server's state on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(from = "bool", into = "bool")]
pub enum Synced {
    /// Only local content, or nothing.
    #[default]
    Never,
    /// The server's state has arrived, now or in an earlier visit.
    Once,
}

impl From<bool> for Synced {
    fn from(synced: bool) -> Self {
        if synced { Self::Once } else { Self::Never }
    }
}

impl From<Synced> for bool {
    fn from(synced: Synced) -> Self {
        matches!(synced, Synced::Once)
    }
}

/// What the door said to edits that were brought there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HandInOutcome {
    /// They are durable on the server.
    Taken,
    /// It is closed.
    Refused,
    /// It is open, and these cannot be handed in by themselves: something that they build on is nowhere.
    Unfit,
    /// It could not be reached, or has no time now.
    Later,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// Open this document: a tab shows it, or its outbox waits to be sent. Ignored when it is open.
    Open {
        /// Which document.
        doc: DocName,
    },
    /// Let go of it. The shell does so when no tab shows it and its outbox is empty, or to discard that.
    Close {
        /// Which document.
        doc: DocName,
    },
    /// The answer to [`Effect::Load`](crate::effect::Effect::Load).
    Loaded {
        /// Which document.
        doc: DocName,
        /// The history that the local content belongs to; none if the server was never reached.
        lineage: Option<Lineage>,
        /// The whole local journal, including the outbox. V1 updates in any order.
        updates: Vec<Bytes>,
        /// What the server has not confirmed.
        outbox: Vec<StoredEntry>,
        /// One above every entry id that this document ever had; may be left out.
        #[serde(default)]
        next_id: Option<EntryId>,
        /// Whether the server's state ever arrived here.
        #[serde(default)]
        last_server_sync: Synced,
    },
    /// The local copy could not be read.
    LoadFailed {
        /// Which document.
        doc: DocName,
        /// Why.
        cause: StoreCause,
    },
    /// A tab edited.
    LocalUpdate {
        /// Which document.
        doc: DocName,
        /// V1 update.
        update: Bytes,
    },
    /// An outbox entry is durable on this device.
    Persisted {
        /// Which document.
        doc: DocName,
        /// Which entry.
        id: EntryId,
    },
    /// An outbox entry could not be made durable; the shell keeps trying and says `persisted` when it succeeds.
    PersistFailed {
        /// Which document.
        doc: DocName,
        /// Which entry.
        id: EntryId,
        /// Why.
        cause: StoreCause,
    },
    /// A tab's presence: an awareness payload.
    LocalPresence {
        /// Which document.
        doc: DocName,
        /// Awareness payload with the tab's own entries.
        payload: Bytes,
    },
    /// Tabs are gone.
    PresenceGone {
        /// Which document.
        doc: DocName,
        /// Their CRDT client ids.
        clients: Vec<u64>,
    },
    /// The answer to [`Effect::HandIn`](crate::effect::Effect::HandIn).
    HandedIn {
        /// Which document.
        doc: DocName,
        /// What the door said.
        outcome: HandInOutcome,
    },
    /// The socket asked for by `connect` is open.
    SocketOpened,
    /// A binary frame arrived.
    SocketMessage {
        /// The frame.
        bytes: Bytes,
    },
    /// The socket is gone, or never came to be.
    SocketClosed {
        /// The close code; 1006 when there was none.
        code: u16,
        /// The reason in the close frame; may be empty.
        #[serde(default)]
        reason: String,
    },
    /// The device says it has a network.
    NetworkOnline,
    /// The device says it has none.
    NetworkOffline,
    /// The page is visible again, or the device woke up.
    Wake,
    /// The timer asked for fired. Early, late and superfluous firing is harmless.
    Timer,
    /// A token, asked for or not. None: no token could be had, or none is needed.
    Token {
        /// The token.
        token: Option<String>,
    },
    /// A person wants to connect now.
    ReconnectNow,
    /// Nothing more will happen; close the socket.
    Stop,
}
