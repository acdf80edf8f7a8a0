//! This node's part in a cluster: the bus, the watch over other nodes, and how hard the journal may be asked.
//!
//! A single node has none of this (D5).

pub mod unheard;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::unheard::PAUSE_MIN;
use crate::bus::Bus;
use crate::bus::limits::{LEASE, LEASE_TURN};
use crate::bus::node_watch::NodeWatch;
use crate::store::Store;
use crate::store::limits::POSTGRES_READERS;

/// How long after its last sign of life on the bus the others know at the latest that a node serves unheard, in a cluster
/// of up to a hundred nodes whose bus and store answer at once: its lease ends, they ask, and ask once more. From then on
/// their rooms ask the journal.
pub const UNHEARD_FOUND_AFTER: Duration =
    LEASE.saturating_add(PAUSE_MIN).saturating_add(LEASE_TURN);

/// Questions to the journal under way on one node. Every open room has one when the bus comes back, and one an interval
/// while it is away; each has a session for reading to itself. So one session is left for those who open documents.
const REPAIRS_MAX: usize = POSTGRES_READERS as usize - 1;

/// What rooms need of the cluster. Clones share it.
#[derive(Clone)]
pub struct Cluster {
    /// The way to other nodes.
    pub bus: Arc<dyn Bus>,
    /// Who else lives.
    pub watch: NodeWatch,
    /// Whether some node serves the store and is not heard on the bus.
    pub unheard: watch::Receiver<bool>,
    /// How long a lost message may stay unnoticed (I6).
    pub repair_interval: Duration,
    /// Turns to ask the journal.
    pub repairs: Arc<Semaphore>,
}

impl Cluster {
    /// Takes part, until `stop`.
    #[must_use]
    pub fn join(
        bus: Arc<dyn Bus>,
        store: Arc<dyn Store>,
        repair_interval: Duration,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let watch = NodeWatch::start(Arc::clone(&bus), tasks, stop.clone());
        let unheard = unheard::keep_watch(Arc::clone(&bus), store, tasks, stop);
        Self {
            bus,
            watch,
            unheard,
            repair_interval,
            repairs: Arc::new(Semaphore::new(REPAIRS_MAX)),
        }
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("node", &self.bus.node())
            .field("repair_interval", &self.repair_interval)
            .finish_non_exhaustive()
    }
}
