//! The process: the real room over the modelled journal. It dies and comes back, and keeps nothing.

use consilium_server::room::core::RoomCore;
use consilium_server::store::Append;

/// How a commit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Durable, and said so.
    Durable,
    /// Lost, and said so.
    Lost,
    /// Durable, but reported as lost.
    Ambiguous,
}

/// A process that serves the document.
#[derive(Default)]
pub struct Node {
    /// The open room, while the process lives.
    pub core: Option<RoomCore>,
    /// Counts lives, so that what was meant for an earlier one is dropped.
    pub life: u64,
    /// The batch under way.
    pub in_flight: Option<Vec<Append>>,
}
