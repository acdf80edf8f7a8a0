//! The bus over Redis: sharded pub/sub, on a single server or a cluster (D5, ADR-0010).
//!
//! Reading order: [`address`] (what an operator writes), [`names`] and [`envelope`] (what is seen in Redis), [`slot`],
//! [`topology`], [`routes`] and [`shard`] (who serves what), [`outbox`] and [`publisher`] (the way out),
//! [`subscriptions`], [`audience`] and [`subscriber`] (the way in), [`lookout`] (which servers there are), [`health`],
//! [`check`] (what an operator is told).
//!
//! Nothing here waits for Redis on behalf of a room: a message goes into the outbox, a following into a state machine,
//! and tasks of their own talk to Redis. Redis may be killed, paused, cut off or replaced; then followers hear that
//! they missed something, and rooms ask the journal.

mod address;
mod audience;
mod backoff;
pub mod check;
mod connection;
mod core;
mod envelope;
mod figures;
mod health;
pub mod limits;
mod lookout;
mod moves;
mod names;
mod outbox;
mod publisher;
mod routes;
mod shard;
mod slot;
mod subscriber;
mod subscriptions;
mod topology;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use redis::{ErrorKind, cmd};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use self::address::{AddressError, RedisAddress};
use self::audience::Hearer;
use self::connection::said;
use self::core::Core;
use self::figures::Dropped;
use self::health::{Health, Part};
use self::names::{ChannelId, Names};
use self::outbox::Outbox;
use self::routes::Routes;
use self::shard::ShardId;
use super::following::{Listener, Subscription};
use super::{Bus, BusError, BusHealth, Following, NodeId};

/// A node's way to the others over Redis. Dropping it closes it.
#[derive(Debug)]
pub struct RedisBus {
    core: Arc<Core>,
    next_token: AtomicU64,
}

impl RedisBus {
    /// Begins to connect, and returns at once: a node that starts while Redis is away serves its members all the same.
    /// `store` says which installation this is; only nodes of one store hear each other. Must be called within a
    /// runtime.
    #[must_use]
    pub fn start(address: RedisAddress, store: Uuid, node: NodeId) -> Self {
        let cancel = CancellationToken::new();
        let names = Arc::new(Names::new(store));
        let core = Arc::new(Core {
            node,
            health: Health::new(address.to_string()),
            moves: Mutex::default(),
            address,
            routes: Routes::new(node, Arc::clone(&names), cancel.clone()),
            names,
            outbox: Outbox::default(),
            look: Notify::new(),
            cancel,
            tasks: TaskTracker::new(),
        });
        let looking = lookout::run(Arc::clone(&core));
        core.tasks
            .spawn(core.cancel.clone().run_until_cancelled_owned(looking));
        Self {
            core,
            next_token: AtomicU64::new(1),
        }
    }

    /// Why the bus is away, if it is and the reason is known. For `/readyz` and logs; without secrets.
    #[must_use]
    pub fn trouble(&self) -> Option<Arc<str>> {
        self.core.health.trouble()
    }

    fn leave(&self) {
        if !self.core.cancel.is_cancelled() {
            self.core.health.close();
            self.core.cancel.cancel();
            for shard in self.core.routes.shards() {
                shard.audience.close();
            }
            figures::dropped(self.core.outbox.clear(), Dropped::Closed);
        }
    }

    fn away(&self) -> BusError {
        let reason = self.trouble();
        BusError(reason.unwrap_or_else(|| "not connected yet".into()))
    }

    /// Asks the server of these keys for what `part` is; all of them must be its. What it refuses fails that part. Whoever
    /// asks says when the part works again: one server's answer says nothing about another's.
    async fn ask<T: redis::FromRedisValue>(
        &self,
        part: Part,
        shard: &shard::Shard,
        request: &redis::Pipeline,
    ) -> Result<T, BusError> {
        let connection = shard.publishing.lock().clone();
        let mut connection = connection.ok_or_else(|| self.away())?;
        let error = match request.query_async(&mut connection).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.is_cluster_error() {
            self.core.look.notify_one();
        } else if matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension) {
            let server = shard.server.as_ref().map(ToString::to_string);
            let reason = format!("{}: {}", server.unwrap_or_default(), said(&error));
            self.core.health.fails(part, &reason);
        }
        Err(BusError(said(&error).into()))
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn node(&self) -> NodeId {
        self.core.node
    }

    fn publish(&self, doc: &DocName, message: Bytes) {
        let core = &self.core;
        if core.cancel.is_cancelled() {
            return figures::dropped(1, Dropped::Closed);
        }
        let id = ChannelId::of(doc);
        core.routes.with_shard(id, |shard| {
            let dropped = core.outbox.push(shard.id, id, message);
            figures::dropped(dropped, Dropped::Overflow);
            shard.mail.notify_one();
        });
    }

    fn follow(&self, doc: &DocName) -> Following {
        let id = ChannelId::of(doc);
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        let listener = Listener::new();
        if !self.core.cancel.is_cancelled() {
            let hearer = Hearer::new(token, listener.clone());
            self.core
                .routes
                .with_shard(id, |shard| shard.audience.follow(id, hearer));
        }
        let subscription = RedisSubscription {
            core: Arc::clone(&self.core),
            id,
            token,
        };
        Following::new(Box::new(subscription), &listener)
    }

    fn health(&self) -> watch::Receiver<BusHealth> {
        self.core.health.watch()
    }

    async fn renew_lease(&self) -> Result<(), BusError> {
        if !self.core.health.carries_messages() {
            return Err(self.away());
        }
        let key = self.core.names.lease(self.core.node);
        let shard = self.core.routes.shard_of_key(&key);
        let mut request = redis::pipe();
        request
            .cmd("SET")
            .arg(&key)
            .arg(1)
            .arg("PX")
            .arg(super::limits::LEASE.as_millis() as u64);
        self.ask::<()>(Part::OwnLease, &shard, &request).await?;
        self.core.health.works(Part::OwnLease);
        Ok(())
    }

    async fn lease_ages(&self, nodes: &[NodeId]) -> Result<Vec<Option<Duration>>, BusError> {
        if self.core.cancel.is_cancelled() {
            return Err(self.away());
        }
        // One question for each server, wherever its nodes stand in the list.
        let mut questions: BTreeMap<ShardId, (Arc<shard::Shard>, Vec<usize>, redis::Pipeline)> =
            BTreeMap::new();
        for (place, node) in nodes.iter().enumerate() {
            let key = self.core.names.lease(*node);
            let shard = self.core.routes.shard_of_key(&key);
            let (_, places, request) = questions
                .entry(shard.id)
                .or_insert_with(|| (shard, Vec::new(), redis::pipe()));
            places.push(place);
            request.add_command(cmd("PTTL").arg(key).to_owned());
        }
        let mut ages = vec![None; nodes.len()];
        for (shard, places, request) in questions.into_values() {
            let answers: Vec<i64> = self.ask(Part::OthersLeases, &shard, &request).await?;
            for (place, left_ms) in places.into_iter().zip(answers) {
                ages[place] = lease_age(left_ms);
            }
        }
        self.core.health.works(Part::OthersLeases);
        Ok(ages)
    }

    async fn close(&self) {
        self.leave();
        self.core.tasks.close();
        self.core.tasks.wait().await;
        for shard in self.core.routes.shards() {
            *shard.publishing.lock() = None;
        }
    }
}

/// How old a lease is that lasts for so many milliseconds more. Redis says less than zero when there is none.
fn lease_age(left_ms: i64) -> Option<Duration> {
    let left = Duration::from_millis(u64::try_from(left_ms).ok()?);
    Some(super::limits::LEASE.saturating_sub(left))
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Ends one following.
#[derive(Debug)]
struct RedisSubscription {
    core: Arc<Core>,
    id: ChannelId,
    token: u64,
}

impl Subscription for RedisSubscription {}

impl Drop for RedisSubscription {
    fn drop(&mut self) {
        self.core.routes.with_shard(self.id, |shard| {
            shard.audience.unfollow(self.id, self.token);
        });
    }
}
