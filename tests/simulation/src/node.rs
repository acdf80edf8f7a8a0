//! The process: the real room over the modelled journal. It dies and comes back, and keeps nothing.

use consilium_server::bus::node_watch::Roster;
use consilium_server::room::core::RoomCore;

use crate::journal::Transaction;

/// How a commit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Durable, and said so.
    Durable,
    /// Lost, and said so.
    Lost,
    /// Durable, but reported as lost.
    Ambiguous,
    /// Reported as lost, and not ended.
    Late,
}

/// A process that serves the document. `H` is what may happen to it.
pub struct Node<H> {
    /// The open room, while the process lives.
    pub core: Option<RoomCore>,
    /// Counts lives, so that what was meant for an earlier one is dropped.
    pub life: u64,
    /// The batch under way.
    pub in_flight: Option<Transaction>,
    /// Batches that were reported as lost and have not ended.
    pub given_up: Vec<Transaction>,
    /// Whether the quarantine is at work for it.
    pub is_setting_aside: bool,
    /// Whether the journal takes this node's commits now.
    pub storage_works: bool,
    /// Whether nothing of the process runs (SIGSTOP).
    pub stopped: bool,
    /// What happened to the node while it was stopped, in order.
    pub backlog: Vec<H>,
    /// How far the node's wall clock is ahead of the true time.
    pub skew_ms: i64,
    /// Whom this process has heard of on the bus.
    pub roster: Roster,
    /// When this process renewed its lease last, in milliseconds.
    pub renewed_at_ms: Option<u64>,
    /// Whether this process knows of another that serves and is not on the bus.
    pub knows_unheard: bool,
    /// Something was committed that others were not told of: one message is for that (I6).
    pub has_news: bool,
    /// Since when the others cannot hear it, in milliseconds.
    pub mute_since_ms: Option<u64>,
}

impl<H> Node<H> {
    /// A process that does not run yet.
    #[must_use]
    pub fn new(skew_ms: i64) -> Self {
        Self {
            core: None,
            life: 0,
            in_flight: None,
            given_up: Vec::new(),
            is_setting_aside: false,
            storage_works: true,
            stopped: false,
            backlog: Vec::new(),
            skew_ms,
            roster: Roster::default(),
            renewed_at_ms: None,
            knows_unheard: false,
            has_news: false,
            mute_since_ms: None,
        }
    }
}
