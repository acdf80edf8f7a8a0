//! What can happen to a room, and what a room wants done.
//!
//! The two vocabularies of [`super::core`]. Values only: whoever drives a room turns sockets, commits and timers into
//! events, and carries out effects.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use consilium_model::meeting::writing::Why;
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, DocName, Lineage, UserId};

use super::peer_message::FromPeer;
use super::peers::RepairCause;
use super::replica::{Keep, Replica};
use super::subscriber::{Debt, Subscriber, SubscriberId};
use crate::access::Moderated;
use crate::bus::Heard;
use crate::bus::node_watch::NodeNews;
use crate::store::{Append, Changes, Cursor, DocId, Quarantined, SetAside};

/// Names one request that waits for an answer outside of any channel (REST).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Who brings an update, and what they are owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A channel.
    Member {
        /// Which.
        id: SubscriberId,
        /// How its author learns what became of it.
        debt: Debt,
    },
    /// A request outside of any channel.
    Request {
        /// Which.
        ticket: Ticket,
        /// Who asks; `None` without identity.
        author: Option<UserId>,
        /// What they may do.
        access: Access,
    },
    /// A request that brings what others have written, from a branch where it was committed (D11).
    Merge {
        /// Which.
        ticket: Ticket,
        /// Who asks.
        by: UserId,
        /// What they may do.
        access: Access,
        /// Whose each CRDT client id is in the branch (D16). Its journal took blocks only from these, so the blocks are
        /// theirs here as well; what bears another's id here is refused all the same.
        owners: Arc<HashMap<u64, UserId>>,
    },
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Durable.
    Committed,
    /// Refused; see where it is now.
    Refused {
        /// Why.
        code: RejectCode,
        /// Who has it.
        kept: Kept,
    },
    /// Storage takes nothing now; the asker keeps the update.
    StorageAway,
    /// The whole committed state (V1).
    State(Bytes),
}

/// What a room hears of other nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusEvent {
    /// From now on everything is heard that others say.
    Following,
    /// Not any more, or something was lost.
    Missed,
    /// A room of this document on another node says something.
    Message(FromPeer),
    /// Something came that is no message.
    Unreadable,
    /// About a node.
    News(NodeNews),
    /// Whether some node serves the same store and is not on the bus.
    Unheard(bool),
    /// So much happened to other nodes that it was not all heard.
    NewsMissed,
}

impl From<Heard> for BusEvent {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Following => Self::Following,
            Heard::Missed => Self::Missed,
            Heard::Message(bytes) => {
                FromPeer::decode(bytes).map_or(Self::Unreadable, Self::Message)
            }
        }
    }
}

/// What can happen to a room.
#[derive(Debug)]
pub enum RoomEvent {
    /// A channel was authenticated; again with a newer token, or with other rights.
    Join {
        /// Which channel.
        id: SubscriberId,
        /// Who and how.
        subscriber: Box<Subscriber>,
    },
    /// What a member may do has changed while they are here.
    Access {
        /// Which channel.
        id: SubscriberId,
        /// From now on, for every message decoded after this. Never [`Access::None`]: then the channel leaves.
        access: Access,
    },
    /// The same, by what is going on in a meeting.
    Moderated {
        /// Which channel.
        id: SubscriberId,
        /// As above.
        access: Access,
        /// Why they may not write for now; nothing where they may do again what they were granted.
        why: Option<Why>,
    },
    /// A channel has closed.
    Leave {
        /// Which.
        id: SubscriberId,
    },
    /// "This is what I have."
    StateVector {
        /// Who asks.
        id: SubscriberId,
        /// V1 state vector.
        state_vector: Bytes,
    },
    /// An edit.
    Update {
        /// From whom.
        source: Source,
        /// Whether it repeats what may be known.
        keep: Keep,
        /// V1 update.
        update: Bytes,
    },
    /// Presence.
    Awareness {
        /// From whom.
        id: SubscriberId,
        /// Its payload.
        payload: Bytes,
    },
    /// "Who is here?"
    QueryAwareness {
        /// Who asks.
        id: SubscriberId,
    },
    /// "Say when all before this is durable."
    Probe {
        /// Who asks.
        id: SubscriberId,
        /// To be returned.
        nonce: u64,
    },
    /// A request for the whole committed state.
    Read {
        /// Which request.
        ticket: Ticket,
    },
    /// A stale reader has drained its queue.
    Drained {
        /// Which.
        id: SubscriberId,
    },
    /// A connection has gone quiet, or speaks again.
    Quiet {
        /// Which channel.
        id: SubscriberId,
        /// True for quiet.
        quiet: bool,
    },
    /// The batch of the last [`Effect::Commit`] is durable.
    Committed,
    /// The batch of the last [`Effect::Commit`] may be lost.
    CommitFailed,
    /// The room was loaded anew after [`Effect::Reload`].
    Reloaded {
        /// From the journal.
        loaded: Box<Loaded>,
        /// Whether storage takes edits.
        storage_available: bool,
    },
    /// Storage takes edits again.
    StorageAvailable,
    /// The quarantine has answered the last [`Effect::SetAside`].
    SetAside {
        /// What became of each, in its order. Those without an outcome were not kept.
        outcomes: Vec<SetAside>,
    },
    /// Something from the bus, or about it.
    Bus(BusEvent),
    /// The journal's answer to [`Effect::Repair`].
    Repaired {
        /// From the effect.
        cause: RepairCause,
        /// What was committed since; `None` when the journal could not be read.
        changes: Option<Changes>,
    },
    /// A deadline of [`RoomCore::next_deadline`] has come.
    Tick,
}

impl RoomEvent {
    /// What a member may do now that it was asked anew.
    #[must_use]
    pub fn moderated(id: SubscriberId, Moderated { access, why }: Moderated) -> Self {
        Self::Moderated { id, access, why }
    }
}

/// What a room wants done.
#[derive(Debug)]
pub enum Effect {
    /// Make these durable, in one piece. Answered by `Committed` or `CommitFailed`; at most one at a time.
    Commit(Vec<Append>),
    /// Load the document anew. Answered by `Reloaded`.
    Reload,
    /// Keep refused updates for review, in one piece. Answered by `SetAside`; at most one at a time.
    SetAside(Vec<Quarantined>),
    /// Answer a request.
    Answer {
        /// Which.
        ticket: Ticket,
        /// With what.
        outcome: Outcome,
    },
    /// The title has changed.
    Title(String),
    /// Tell the rooms of this document on other nodes.
    Publish(Bytes),
    /// Ask the journal what was committed since. Answered by `Repaired`; at most one at a time.
    Repair {
        /// Why.
        cause: RepairCause,
        /// Where the last answer ended.
        since: Cursor,
    },
}

/// A document as loaded from the journal.
pub struct Loaded {
    /// Its key.
    pub doc: DocId,
    /// Its name.
    pub name: DocName,
    /// Up to where the journal was read.
    pub cursor: Cursor,
    /// Its history's id.
    pub lineage: Lineage,
    /// Its content.
    pub replica: Replica,
    /// Who owns which CRDT client id.
    pub owners: HashMap<u64, UserId>,
    /// The title that lists show.
    pub title: String,
    /// Bytes stored for it, before compression.
    pub stored_bytes: usize,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded")
            .field("doc", &self.doc)
            .field("lineage", &self.lineage)
            .field("stored_bytes", &self.stored_bytes)
            .finish_non_exhaustive()
    }
}
