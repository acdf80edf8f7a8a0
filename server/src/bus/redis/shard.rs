//! One server of Redis, and what this node has to do with it: who follows its documents, and its connections.
//!
//! A single Redis is one shard, a cluster has one for each of its masters. Two connections each: what comes in must
//! not hold up what goes out. Leases and other small questions go with what is published.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use redis::aio::MultiplexedConnection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::audience::Audience;
use super::names::Names;
use super::topology::Server;
use crate::bus::NodeId;

/// Which shard; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ShardId(pub(super) u64);

/// One server.
pub(super) struct Shard {
    pub(super) id: ShardId,
    /// None for the place where documents wait whose server is not known.
    pub(super) server: Option<Server>,
    pub(super) audience: Audience,
    /// A message waits in the outbox.
    pub(super) mail: Notify,
    /// The publishing connection while it works.
    pub(super) publishing: Mutex<Option<MultiplexedConnection>>,
    /// Ends its tasks.
    pub(super) cancel: CancellationToken,
}

impl Shard {
    pub(super) fn new(
        id: ShardId,
        server: Option<Server>,
        node: NodeId,
        names: Arc<Names>,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            id,
            server,
            audience: Audience::new(node, names),
            mail: Notify::new(),
            publishing: Mutex::new(None),
            cancel,
        }
    }
}

impl fmt::Debug for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard")
            .field("id", &self.id)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
