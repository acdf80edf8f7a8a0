//! What the engine wants done: by the socket, the device's store, the tabs and the clock.
//!
//! The shell executes effects in order. It may be slow or fail, and says so by an event; the engine never waits in
//! between. The TypeScript mirror of [`Effect`] is in `wasm.rs`.

use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage};
use serde::{Deserialize, Serialize};

use crate::event::EntryId;
use crate::state::{ConnectionStatus, DocumentState, KeptAt};

/// Why local content lives on under another name (D15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ForkReason {
    /// The document on the server has another history: it was recreated, or restored from a backup.
    Lineage,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Effect {
    /// Read the local copy; answer with `loaded` or `loadFailed`.
    Load {
        /// Which document.
        doc: DocName,
    },
    /// Make this entry durable; answer with `persisted` or `persistFailed`.
    PersistOutbox {
        /// Which document.
        doc: DocName,
        /// The entry's number.
        id: EntryId,
        /// V1 update.
        update: Bytes,
    },
    /// The server has these entries durably: move them from the outbox to the journal.
    ConfirmOutbox {
        /// Which document.
        doc: DocName,
        /// Which entries.
        ids: Vec<EntryId>,
    },
    /// The server refused these entries for good: take them out of the outbox *and* the journal. Those kept on the
    /// device go to a place of their own, from which nothing is ever deleted without a person's word; say `persisted`
    /// for them when they are there, unless it was said before.
    DropOutbox {
        /// Which document.
        doc: DocName,
        /// Which entries.
        ids: Vec<EntryId>,
        /// Who keeps them now.
        kept: KeptAt,
    },
    /// Bring this to the door for what was written before access ended; answer with `handedIn`. A shell that knows no door
    /// answers that it is refused.
    HandIn {
        /// Which document.
        doc: DocName,
        /// V1 update.
        update: Bytes,
    },
    /// Add a remote update to the local journal. No answer needed: what is lost comes again from the server.
    PersistRemote {
        /// Which document.
        doc: DocName,
        /// V1 update.
        update: Bytes,
    },
    /// An offline spell has ended, and both sides had changed something: what they had in common, what was written here,
    /// and what the server brought. Compare them (the crate `review`) and keep what is worth a look. Keep these, at least,
    /// before the effects that follow are carried out: they make one of it.
    Merged {
        /// Which document.
        doc: DocName,
        /// V1 updates in any order.
        base: Vec<Bytes>,
        /// V1 updates on top of `base`.
        mine: Vec<Bytes>,
        /// V1 updates on top of `base`.
        theirs: Vec<Bytes>,
        /// How long the oldest of `mine` had waited.
        away_ms: u64,
    },
    /// Remember the history that the local content belongs to.
    PersistLineage {
        /// Which document.
        doc: DocName,
        /// The history.
        lineage: Lineage,
    },
    /// Remember that the server's state has arrived.
    PersistSynced {
        /// Which document.
        doc: DocName,
    },
    /// In one transaction: store `updates` as a new document of this device, and empty the journal, outbox and
    /// lineage of `doc`. Then rebuild the tabs' views of `doc` from nothing. The engine has done the same already.
    Fork {
        /// Which document.
        doc: DocName,
        /// Why.
        reason: ForkReason,
        /// All local content, edits without confirmation included.
        updates: Vec<Bytes>,
    },
    /// The tabs' views hold content that the server refused: rebuild them from the engine's `content(doc)`.
    Reset {
        /// Which document.
        doc: DocName,
    },
    /// Apply this to the tabs' views.
    Deliver {
        /// Which document.
        doc: DocName,
        /// V1 update.
        update: Bytes,
    },
    /// Apply this presence in the tabs.
    DeliverPresence {
        /// Which document.
        doc: DocName,
        /// Awareness payload.
        payload: Bytes,
    },
    /// Nobody else's presence is known any more: tabs forget remote states *and their clocks*, so that a returning
    /// member with an unchanged clock is visible at once (I7).
    ClearPresence {
        /// Which document.
        doc: DocName,
    },
    /// Open a socket; answer with `socketOpened` or `socketClosed`.
    Connect,
    /// Close the socket, if any. What it still says is ignored by the shell, and so is its close.
    Disconnect {
        /// The close code.
        code: u16,
    },
    /// Send a binary frame.
    Send {
        /// The frame.
        bytes: Bytes,
    },
    /// Fire `timer` at this time. Replaces the timer set before.
    SetTimer {
        /// Milliseconds since the epoch.
        at_ms: u64,
    },
    /// Get a token, then say `token`, even if there is none.
    RequestToken,
    /// The connection's state changed.
    Status {
        /// The new state.
        status: ConnectionStatus,
    },
    /// A document's state changed.
    DocumentState {
        /// Which document.
        doc: DocName,
        /// The new state.
        state: DocumentState,
    },
}
