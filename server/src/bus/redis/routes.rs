//! Which shard a document belongs to now, and the move to other shards when a cluster has changed.
//!
//! Until the servers are known, and for slots that nobody serves, documents belong to a shard without a server, where
//! they wait. Looking up and moving exclude each other, so nothing is left behind at a shard that is gone.

use std::sync::Arc;

use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;

use super::names::{ChannelId, Names};
use super::outbox::Outbox;
use super::shard::{Shard, ShardId};
use super::slot::{SLOTS, slot_of};
use super::topology::{Server, Topology};
use crate::bus::NodeId;

/// The way from a document to its server.
#[derive(Debug)]
pub(super) struct Routes {
    node: NodeId,
    names: Arc<Names>,
    cancel: CancellationToken,
    current: RwLock<Current>,
}

#[derive(Debug)]
struct Current {
    /// The first is the one without a server.
    shards: Vec<Arc<Shard>>,
    /// For each slot, the place of its shard.
    owners: Vec<usize>,
    last_id: u64,
}

/// What a change of servers brought.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Shards that need their tasks.
    pub(super) new: Vec<Arc<Shard>>,
    /// Shards whose tasks have been told to end.
    pub(super) gone: Vec<ShardId>,
}

impl Current {
    fn shard_of(&self, names: &Names, id: ChannelId) -> &Arc<Shard> {
        self.shard_of_slot(slot_of(names.channel(id).as_bytes()))
    }

    fn shard_of_slot(&self, slot: u16) -> &Arc<Shard> {
        &self.shards[self.owners[usize::from(slot)]]
    }
}

impl Routes {
    /// No server is known.
    pub(super) fn new(node: NodeId, names: Arc<Names>, cancel: CancellationToken) -> Self {
        let nowhere = Shard::new(
            ShardId(0),
            None,
            node,
            Arc::clone(&names),
            cancel.child_token(),
        );
        let current = Current {
            shards: vec![Arc::new(nowhere)],
            owners: vec![0; usize::from(SLOTS)],
            last_id: 0,
        };
        Self {
            node,
            names,
            cancel,
            current: RwLock::new(current),
        }
    }

    /// Does something with the shard of a document, which stays the right one meanwhile. Must not wait.
    pub(super) fn with_shard<T>(&self, id: ChannelId, action: impl FnOnce(&Shard) -> T) -> T {
        let current = self.current.read();
        action(current.shard_of(&self.names, id))
    }

    /// The shard of a key.
    pub(super) fn shard_of_key(&self, key: &str) -> Arc<Shard> {
        Arc::clone(self.current.read().shard_of_slot(slot_of(key.as_bytes())))
    }

    /// All shards, the one without a server included.
    pub(super) fn shards(&self) -> Vec<Arc<Shard>> {
        self.current.read().shards.clone()
    }

    /// The servers in use.
    pub(super) fn servers(&self) -> Vec<Server> {
        let current = self.current.read();
        current
            .shards
            .iter()
            .filter_map(|shard| shard.server.clone())
            .collect()
    }

    /// Takes over what the servers say. Followers of documents that now belong elsewhere move there, and so do
    /// messages that wait.
    pub(super) fn apply(&self, topology: &Topology, outbox: &Outbox) -> Changed {
        let mut changed = Changed::default();
        let mut current = self.current.write();
        let earlier = current.shards.clone();
        let mut shards = vec![Arc::clone(&earlier[0])];
        for server in topology.servers() {
            let known = earlier
                .iter()
                .find(|shard| shard.server.as_ref() == Some(server));
            let shard = if let Some(known) = known {
                Arc::clone(known)
            } else {
                current.last_id += 1;
                let shard = Arc::new(Shard::new(
                    ShardId(current.last_id),
                    Some(server.clone()),
                    self.node,
                    Arc::clone(&self.names),
                    self.cancel.child_token(),
                ));
                changed.new.push(Arc::clone(&shard));
                shard
            };
            shards.push(shard);
        }
        let places = topology.owners().iter();
        let owners = places
            .map(|owner| owner.map_or(0, |place| usize::from(place) + 1))
            .collect();
        // Owners are places in the list of servers: who stands in which place counts too, also where two have swapped.
        let is_as_it_was = |(before, now): (&Arc<Shard>, &Arc<Shard>)| before.id == now.id;
        if current.shards.len() == shards.len()
            && current.shards.iter().zip(&shards).all(is_as_it_was)
            && current.owners == owners
        {
            return changed;
        }
        current.shards = shards;
        current.owners = owners;
        for shard in &earlier {
            let moving = shard
                .audience
                .take_out(|id| current.shard_of(&self.names, id).id == shard.id);
            for (id, hearer) in moving {
                current
                    .shard_of(&self.names, id)
                    .audience
                    .follow(id, hearer);
            }
            if !current.shards.iter().any(|kept| kept.id == shard.id) {
                shard.cancel.cancel();
                changed.gone.push(shard.id);
            }
        }
        outbox.reroute(|id| current.shard_of(&self.names, id).id);
        for shard in &current.shards {
            shard.mail.notify_one();
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use consilium_protocol::ids::DocName;
    use redis::Value;
    use uuid::Uuid;

    use super::super::audience::Hearer;
    use super::*;
    use crate::bus::following::Listener;

    /// A cluster whose slots are split at these points, one server each, by port.
    fn topology(splits: &[(i64, i64)]) -> Topology {
        let mut first = 0;
        let mut ranges = Vec::new();
        for (last, port) in splits {
            let server = vec![Value::BulkString(b"h".to_vec()), Value::Int(*port)];
            ranges.push(Value::Array(vec![
                Value::Int(first),
                Value::Int(*last),
                Value::Array(server),
            ]));
            first = last + 1;
        }
        let asked = Server {
            host: "h".to_owned(),
            port: 1,
        };
        Topology::parse(&Value::Array(ranges), &asked).unwrap()
    }

    fn routes() -> (Routes, Outbox) {
        let names = Arc::new(Names::new(Uuid::nil()));
        let routes = Routes::new(NodeId(1), names, CancellationToken::new());
        (routes, Outbox::default())
    }

    fn ids() -> Vec<ChannelId> {
        (0..200)
            .map(|number| ChannelId::of(&DocName::parse(&format!("{number}")).unwrap()))
            .collect()
    }

    fn port(routes: &Routes, id: ChannelId) -> u16 {
        routes.with_shard(id, |shard| {
            shard.server.as_ref().map_or(0, |server| server.port)
        })
    }

    /// Commands due at each server, by port.
    fn due(routes: &Routes) -> Vec<(u16, usize)> {
        routes
            .shards()
            .iter()
            .map(|shard| {
                let port = shard.server.as_ref().map_or(0, |server| server.port);
                (port, shard.audience.take_due(usize::MAX).len())
            })
            .collect()
    }

    #[test]
    fn documents_wait_until_their_server_is_known_and_then_move_there() {
        let (routes, outbox) = routes();
        for id in ids() {
            routes.with_shard(id, |shard| {
                assert_eq!(shard.server, None);
                shard.audience.follow(id, Hearer::new(1, Listener::new()));
                outbox.push(shard.id, id, Bytes::new());
            });
        }
        let changed = routes.apply(&topology(&[(8_191, 1), (16_383, 2)]), &outbox);
        assert_eq!((changed.new.len(), changed.gone.len()), (2, 0));
        let here: Vec<usize> = [1, 2]
            .map(|wanted| {
                ids()
                    .iter()
                    .filter(|id| port(&routes, **id) == wanted)
                    .count()
            })
            .into();
        assert!(here[0] > 50 && here[0] + here[1] == 200, "{here:?}");
        for (shard, count) in changed.new.iter().zip(&here) {
            assert_eq!(outbox.take(shard.id, 999, usize::MAX).len(), *count);
        }
        assert_eq!(due(&routes), [(0, 0), (1, here[0]), (2, here[1])]);
    }

    #[test]
    fn the_same_answer_again_changes_nothing() {
        let (routes, outbox) = routes();
        let answer = topology(&[(8_191, 1), (16_383, 2)]);
        routes.apply(&answer, &outbox);
        let changed = routes.apply(&answer, &outbox);
        assert!(changed.new.is_empty() && changed.gone.is_empty());
    }

    #[test]
    fn servers_that_swap_their_slots_swap_their_documents() {
        let (routes, outbox) = routes();
        routes.apply(&topology(&[(8_191, 1), (16_383, 2)]), &outbox);
        let before: Vec<u16> = ids().iter().map(|id| port(&routes, *id)).collect();
        let changed = routes.apply(&topology(&[(8_191, 2), (16_383, 1)]), &outbox);
        assert!(changed.new.is_empty() && changed.gone.is_empty());
        let after: Vec<u16> = ids().iter().map(|id| 3 - port(&routes, *id)).collect();
        assert_eq!(before, after);
    }

    #[test]
    fn a_server_that_leaves_hands_its_documents_over() {
        let (routes, outbox) = routes();
        let first = routes.apply(&topology(&[(8_191, 1), (16_383, 2)]), &outbox);
        for id in ids() {
            routes.with_shard(id, |shard| {
                shard.audience.follow(id, Hearer::new(1, Listener::new()));
            });
        }
        let second = routes.apply(&topology(&[(16_383, 2)]), &outbox);
        assert!(second.new.is_empty());
        assert_eq!(second.gone, [first.new[0].id]);
        assert!(first.new[0].cancel.is_cancelled());
        assert!(!first.new[1].cancel.is_cancelled());
        assert_eq!(due(&routes), [(0, 0), (2, 200)]);
    }

    #[test]
    fn a_slot_that_nobody_serves_waits() {
        let (routes, outbox) = routes();
        routes.apply(&topology(&[(8_191, 1)]), &outbox);
        assert!(ids().iter().any(|id| port(&routes, *id) == 0));
        assert!(ids().iter().any(|id| port(&routes, *id) == 1));
    }
}
