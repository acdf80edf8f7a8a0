//! This node's part in a cluster: the bus, the watch over other nodes, and how hard the journal may be asked.
//!
//! A single node has none of this (D5).

pub mod unheard;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::Bus;
use crate::bus::node_watch::NodeWatch;
use crate::store::Store;

/// Questions to the journal under way on one node. When the bus comes back every open room has one: they are a few
/// milliseconds each, and must leave connections of the store to those who open documents.
const REPAIRS_MAX: usize = 4;

/// What rooms need of the cluster. Clones share it.
#[derive(Clone)]
pub struct Cluster {
    /// The way to other nodes.
    pub bus: Arc<dyn Bus>,
    /// Who else lives.
    pub watch: NodeWatch,
    /// Whether some node serves the store and is not on the bus.
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
