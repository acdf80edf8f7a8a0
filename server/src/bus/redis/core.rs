//! What all tasks of one bus share.

use std::sync::Arc;

use parking_lot::Mutex;
use redis::ServerError;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::address::RedisAddress;
use super::health::{Health, Part};
use super::moves::Moves;
use super::names::{ChannelId, Names};
use super::outbox::Outbox;
use super::routes::Routes;
use super::shard::Shard;
use super::topology::{Server, Topology};
use super::{publisher, subscriber};
use crate::bus::NodeId;

/// Shared by the bus and its tasks.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) node: NodeId,
    pub(super) address: RedisAddress,
    pub(super) names: Arc<Names>,
    pub(super) outbox: Outbox,
    pub(super) routes: Routes,
    pub(super) health: Health,
    pub(super) moves: Mutex<Moves>,
    /// There is reason to ask again who serves what.
    pub(super) look: Notify,
    pub(super) cancel: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Core {
    /// A server refuses what is asked about a document, because another one has its slot.
    pub(super) fn names_another(&self, server: &Server, id: ChannelId, refusal: &ServerError) {
        if self.moves.lock().refused(id, Instant::now()) {
            let reason =
                format!("{server}: {refusal}, and so for seconds: the servers do not agree");
            self.health.fails(Part::Slots, &reason);
        }
        self.look.notify_one();
    }

    /// Takes over what the servers say about themselves, and begins and ends tasks accordingly.
    pub(super) fn apply(self: &Arc<Self>, topology: &Topology) {
        let changed = self.routes.apply(topology, &self.outbox);
        for shard in changed.gone {
            self.health.forget(shard);
        }
        for shard in changed.new {
            self.begin(&shard);
        }
        // What a server refused or ended, and serves after all.
        for shard in self.routes.shards() {
            shard.audience.retry();
        }
    }

    fn begin(self: &Arc<Self>, shard: &Arc<Shard>) {
        let Some(server) = shard.server.clone() else {
            return;
        };
        self.health.begins(Part::Publisher(shard.id));
        self.health.begins(Part::Subscriber(shard.id));
        let publishing = publisher::run(Arc::clone(self), Arc::clone(shard), server.clone());
        let subscribing = subscriber::run(Arc::clone(self), Arc::clone(shard), server);
        let cancel = || shard.cancel.clone();
        self.tasks
            .spawn(cancel().run_until_cancelled_owned(publishing));
        self.tasks
            .spawn(cancel().run_until_cancelled_owned(subscribing));
    }
}
