//! The bus between nodes (D5): hints that travel fast, never the truth.
//!
//! Everything published is in the journal already, so the bus may lose, repeat or delay a message, and may be away
//! altogether: a room that missed something asks the journal. What a bus does promise is in the contract of [`Bus`],
//! and the suite in `contract` holds every implementation to it.
//!
//! Reading order: [`following`] (how one room hears), [`local`] (nodes in one process), [`redis`]. Messages are opaque
//! here; what rooms say to each other is in [`crate::room`].

#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod following;
pub mod local;
pub mod node_watch;
pub mod redis;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::DocName;
use tokio::sync::watch;

pub use self::following::{Following, Heard};
pub use self::local::{LocalBus, LocalHub};
pub use self::redis::RedisBus;

/// One life of one process on the bus. Drawn at random at start, so that a node that restarts is another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u64);

impl NodeId {
    /// A new life.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }
}

impl std::fmt::Display for NodeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Whether messages get through now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusHealth {
    /// They do, as far as this node can tell.
    Connected,
    /// They do not, or not all of them: rooms that hear nothing ask the journal from time to time, and this node counts as
    /// unheard.
    Away,
}

/// The bus does not answer. The text is for logs.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the bus does not answer: {0}")]
pub struct BusError(pub std::sync::Arc<str>);

/// A way to all other nodes that have a document open.
///
/// Contract, for messages of one document:
/// - What one node publishes arrives at every other follower at most once, and in the order of publishing among what
///   arrives. A node does not hear itself.
/// - A follower hears [`Heard::Following`] when its subscription is in force: from then on, until it hears
///   [`Heard::Missed`], it has heard everything that was published meanwhile, as far as the bus can tell. After
///   `Missed` it hears `Following` again when the subscription is in force again. Messages that it has not read by
///   then may be taken back by a `Missed`.
/// - Nothing here waits: `publish` drops (and counts) what does not fit into the queue towards the bus.
///
/// A single node has no bus: whoever may have one holds an `Option<Arc<dyn Bus>>`.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Who this node is to the others.
    fn node(&self) -> NodeId;

    /// Sends a message to all other nodes that follow the document. Never blocks; may be lost.
    fn publish(&self, doc: &DocName, message: Bytes);

    /// Hears what other nodes publish about the document until the answer is dropped. Two followings of one document
    /// on one node do not exist at a time; a later one replaces an earlier.
    fn follow(&self, doc: &DocName) -> Following;

    /// Whether messages get through. Changes are seen by `changed()`.
    fn health(&self) -> watch::Receiver<BusHealth>;

    /// Says that this node lives and is heard, for as long as [`limits::LEASE`]. Called every [`limits::LEASE_TURN`].
    ///
    /// # Errors
    /// [`BusError`] when the bus is away, or does not carry what this node says: a lease would be a lie. When it carries
    /// messages and no lease, it counts as away until it takes one.
    ///
    /// Cancel safety: the lease is renewed or not.
    async fn renew_lease(&self) -> Result<(), BusError>;

    /// How long ago each of these nodes said so, in the order of asking; `None` for one that holds no lease now. By the
    /// clock of the bus alone. That a lease still exists says nothing about *now*: its node may have died since.
    ///
    /// # Errors
    /// [`BusError`] when the bus is away: nothing is known about anybody then.
    ///
    /// Cancel safety: nothing changes.
    async fn lease_ages(&self, nodes: &[NodeId]) -> Result<Vec<Option<Duration>>, BusError>;

    /// Lets go of all connections. Later publishes are dropped, and followings hear nothing more.
    ///
    /// Cancel safety: it is closed or not; calling it again does no harm.
    async fn close(&self);
}

/// Bounds of the bus, each with its reason.
pub mod limits {
    use std::time::Duration;

    /// Messages waiting for one room. More than arrive while a room's task is held up by one large update; beyond it
    /// the room asks the journal once instead of reading them all.
    pub const FOLLOWING_MESSAGES_MAX: usize = 1_024;

    /// Bytes waiting for one room.
    pub const FOLLOWING_BYTES_MAX: usize = 8 * 1024 * 1024;

    /// Bytes waiting on their way to the bus, over all documents. What a paused bus makes us hold; beyond it messages
    /// are dropped, and the others' rooms ask the journal.
    pub const PUBLISH_BYTES_MAX: usize = 32 * 1024 * 1024;

    /// How long a node counts as living after it last said so: longer than a busy machine keeps a process waiting.
    ///
    /// Presence of a lost node must be gone within 10 s (D16). Its last sign of life is a renewal or a message; the
    /// others find out at their first turn that begins [`LEASE`] or more after it, so after at most
    /// `LEASE + LEASE_TURN` = 7 s and two answers of the bus (a renewal and a question, a millisecond or so each).
    /// It may have died up to a turn after that sign, which only makes it sooner. Up to 9 s remain for a bus that takes a
    /// second for each answer and for a machine that is late; a bus that is slower still counts as away soon, and then
    /// rooms show nobody of other nodes.
    pub const LEASE: Duration = Duration::from_secs(6);

    /// How often a node renews its lease and asks after those it does not hear: one tiny message each. Five renewals in
    /// a row may fail before a lease ends.
    pub const LEASE_TURN: Duration = Duration::from_secs(1);
}
