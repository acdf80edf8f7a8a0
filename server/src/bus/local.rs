//! A bus within one process: several nodes side by side, in tests and wherever two nodes share a process.
//!
//! Messages arrive at once, in the publisher's own call. The [`LocalHub`] has switches for what the contract allows a
//! bus to do: be away for one node, lose messages without a word, hold them back. It never doubles or reorders those
//! of one node, because no bus may. Leases run on tokio's clock, so virtual time works.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::Instant;

use super::following::{Listener, Subscription};
use super::{Bus, BusError, BusHealth, Following, NodeId, limits};

/// What connects the nodes. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct LocalHub {
    state: Arc<Mutex<State>>,
}

/// One node's way to the others. Dropping it closes it.
#[derive(Debug)]
pub struct LocalBus {
    hub: LocalHub,
    node: NodeId,
    health: watch::Receiver<BusHealth>,
}

#[derive(Debug, Default)]
struct State {
    members: BTreeMap<NodeId, Member>,
    next_token: u64,
}

#[derive(Debug)]
struct Member {
    health: watch::Sender<BusHealth>,
    followings: HashMap<DocName, Followed>,
    lease_until: Option<Instant>,
    /// How many of its next messages get lost.
    to_lose: usize,
    /// Its messages that wait, while they are held back.
    held: Option<VecDeque<(DocName, Bytes)>>,
    /// It hears and is not heard, and knows it.
    is_mute: bool,
}

#[derive(Debug)]
struct Followed {
    /// Which following it is: a later one of the same document has another.
    token: u64,
    listener: Listener,
}

/// Ends one following.
#[derive(Debug)]
struct LocalSubscription {
    hub: LocalHub,
    node: NodeId,
    doc: DocName,
    token: u64,
}

impl LocalHub {
    /// Without nodes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more node.
    #[must_use]
    pub fn node(&self) -> LocalBus {
        self.node_named(NodeId::random())
    }

    /// One more node, for tests that replay.
    #[must_use]
    pub fn node_named(&self, node: NodeId) -> LocalBus {
        let (sender, health) = watch::channel(BusHealth::Connected);
        let member = Member {
            health: sender,
            followings: HashMap::new(),
            lease_until: None,
            to_lose: 0,
            held: None,
            is_mute: false,
        };
        self.state.lock().members.insert(node, member);
        LocalBus {
            hub: self.clone(),
            node,
            health,
        }
    }

    /// The bus is away for this node: it neither sends nor hears, and its followings miss what is published.
    pub fn cut_off(&self, node: NodeId) {
        self.with(node, |member| {
            member.is_mute = false;
            member.health.send_replace(BusHealth::Away);
            for followed in member.followings.values() {
                followed.listener.missed();
            }
        });
    }

    /// A part of the bus is away for this node: it hears the others and may write its lease, and nothing it says gets
    /// out.
    pub fn mute(&self, node: NodeId) {
        self.with(node, |member| {
            member.is_mute = true;
            member.health.send_replace(BusHealth::Away);
        });
    }

    /// Ends [`LocalHub::cut_off`] and [`LocalHub::mute`].
    pub fn reconnect(&self, node: NodeId) {
        self.with(node, |member| {
            member.is_mute = false;
            member.health.send_replace(BusHealth::Connected);
            for followed in member.followings.values() {
                followed.listener.following();
            }
        });
    }

    /// The next `count` messages of this node are lost, and nobody is told.
    pub fn lose_next(&self, node: NodeId, count: usize) {
        self.with(node, |member| member.to_lose = count);
    }

    /// From now on this node's messages wait.
    pub fn hold(&self, node: NodeId) {
        self.with(node, |member| {
            member.held.get_or_insert_default();
        });
    }

    /// Ends [`LocalHub::hold`]; what waited is sent in its order.
    pub fn release(&self, node: NodeId) {
        let mut state = self.state.lock();
        let held = state
            .members
            .get_mut(&node)
            .and_then(|member| member.held.take())
            .unwrap_or_default();
        for (doc, message) in held {
            state.send(node, &doc, &message);
        }
    }

    fn with(&self, node: NodeId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.state.lock().members.get_mut(&node) {
            change(member);
        }
    }
}

impl State {
    /// Delivers to everybody else who follows.
    fn send(&self, from: NodeId, doc: &DocName, message: &Bytes) {
        for (node, member) in &self.members {
            if *node != from
                && member.is_connected()
                && let Some(followed) = member.followings.get(doc)
            {
                followed.listener.message(message.clone());
            }
        }
    }
}

impl Member {
    /// Whether it reaches the bus, be it heard there or not.
    fn is_connected(&self) -> bool {
        self.is_mute || *self.health.borrow() == BusHealth::Connected
    }
}

impl LocalBus {
    fn away(&self) -> BusError {
        BusError(format!("node {} is cut off", self.node).into())
    }

    fn leave(&self) {
        self.hub.cut_off(self.node);
        self.hub.state.lock().members.remove(&self.node);
    }
}

#[async_trait]
impl Bus for LocalBus {
    fn node(&self) -> NodeId {
        self.node
    }

    fn publish(&self, doc: &DocName, message: Bytes) {
        let mut state = self.hub.state.lock();
        let Some(member) = state.members.get_mut(&self.node) else {
            return;
        };
        if !member.is_connected() || member.is_mute {
            return;
        }
        if member.to_lose > 0 {
            member.to_lose -= 1;
        } else if let Some(held) = &mut member.held {
            held.push_back((doc.clone(), message));
        } else {
            state.send(self.node, doc, &message);
        }
    }

    fn follow(&self, doc: &DocName) -> Following {
        let listener = Listener::new();
        let mut state = self.hub.state.lock();
        let token = state.next_token;
        state.next_token += 1;
        if let Some(member) = state.members.get_mut(&self.node) {
            if member.is_connected() {
                listener.following();
            }
            let followed = Followed {
                token,
                listener: listener.clone(),
            };
            if let Some(earlier) = member.followings.insert(doc.clone(), followed) {
                earlier.listener.missed();
            }
        }
        let subscription = LocalSubscription {
            hub: self.hub.clone(),
            node: self.node,
            doc: doc.clone(),
            token,
        };
        Following::new(Box::new(subscription), &listener)
    }

    fn health(&self) -> watch::Receiver<BusHealth> {
        self.health.clone()
    }

    async fn renew_lease(&self) -> Result<(), BusError> {
        let mut state = self.hub.state.lock();
        let member = state
            .members
            .get_mut(&self.node)
            .filter(|member| *member.health.borrow() == BusHealth::Connected)
            .ok_or_else(|| self.away())?;
        member.lease_until = Some(Instant::now() + limits::LEASE);
        Ok(())
    }

    async fn lease_ages(&self, nodes: &[NodeId]) -> Result<Vec<Option<Duration>>, BusError> {
        let state = self.hub.state.lock();
        if !state
            .members
            .get(&self.node)
            .is_some_and(Member::is_connected)
        {
            return Err(self.away());
        }
        let now = Instant::now();
        let age = |node: &NodeId| {
            let until = state.members.get(node)?.lease_until?;
            let left = until.checked_duration_since(now)?;
            (!left.is_zero()).then(|| limits::LEASE.saturating_sub(left))
        };
        Ok(nodes.iter().map(age).collect())
    }

    async fn close(&self) {
        self.leave();
    }
}

impl Drop for LocalBus {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Subscription for LocalSubscription {}

impl Drop for LocalSubscription {
    fn drop(&mut self) {
        self.hub.with(self.node, |member| {
            if let Some(followed) = member.followings.get(&self.doc)
                && followed.token == self.token
            {
                member.followings.remove(&self.doc);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::Heard;
    use super::super::contract::BusFactory;
    use super::*;

    #[derive(Default)]
    struct LocalNodes(LocalHub);

    #[async_trait]
    impl BusFactory for LocalNodes {
        async fn node(&self) -> Arc<dyn Bus> {
            Arc::new(self.0.node())
        }
    }

    crate::bus_contract!(LocalNodes::default());

    struct Pair {
        hub: LocalHub,
        writer: LocalBus,
        reader: LocalBus,
        doc: DocName,
    }

    fn pair() -> Pair {
        let hub = LocalHub::new();
        Pair {
            writer: hub.node(),
            reader: hub.node(),
            hub,
            doc: DocName::parse("a").unwrap(),
        }
    }

    fn say(pair: &Pair, text: &'static str) {
        pair.writer
            .publish(&pair.doc, Bytes::from_static(text.as_bytes()));
    }

    /// What a follower has heard, one word each.
    fn heard(following: &mut Following) -> String {
        let words = std::iter::from_fn(|| following.try_next()).map(|heard| match heard {
            Heard::Following => "following".to_owned(),
            Heard::Missed => "missed".to_owned(),
            Heard::Message(message) => String::from_utf8_lossy(&message).into_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[tokio::test]
    async fn a_node_that_is_cut_off_misses_what_is_published_until_it_is_back() {
        let pair = pair();
        let mut following = pair.reader.follow(&pair.doc);
        assert_eq!(heard(&mut following), "following");
        pair.hub.cut_off(pair.reader.node);
        assert_eq!(*pair.reader.health().borrow(), BusHealth::Away);
        assert!(pair.reader.renew_lease().await.is_err());
        assert!(pair.reader.lease_ages(&[pair.writer.node]).await.is_err());
        say(&pair, "lost");
        pair.hub.reconnect(pair.reader.node);
        say(&pair, "heard");
        assert_eq!(*pair.reader.health().borrow(), BusHealth::Connected);
        assert_eq!(heard(&mut following), "missed following heard");
    }

    #[tokio::test]
    async fn a_writer_that_is_cut_off_is_not_heard_and_nobody_is_told() {
        let pair = pair();
        let mut following = pair.reader.follow(&pair.doc);
        pair.hub.cut_off(pair.writer.node);
        say(&pair, "lost");
        pair.hub.reconnect(pair.writer.node);
        say(&pair, "heard");
        assert_eq!(heard(&mut following), "following heard");
    }

    #[tokio::test]
    async fn a_mute_node_hears_and_is_not_heard() {
        let pair = pair();
        let mut following = pair.reader.follow(&pair.doc);
        let mut writers = pair.writer.follow(&pair.doc);
        pair.hub.mute(pair.writer.node);
        assert_eq!(*pair.writer.health().borrow(), BusHealth::Away);
        say(&pair, "lost");
        pair.reader.publish(&pair.doc, Bytes::from_static(b"heard"));
        assert!(pair.writer.renew_lease().await.is_err(), "nobody hears it");
        pair.hub.reconnect(pair.writer.node);
        say(&pair, "said");
        assert_eq!(heard(&mut following), "following said");
        assert_eq!(heard(&mut writers), "following heard");
    }

    #[tokio::test]
    async fn a_following_that_begins_while_cut_off_is_in_force_later() {
        let pair = pair();
        pair.hub.cut_off(pair.reader.node);
        let mut following = pair.reader.follow(&pair.doc);
        assert_eq!(heard(&mut following), "");
        pair.hub.reconnect(pair.reader.node);
        assert_eq!(heard(&mut following), "following");
    }

    #[tokio::test]
    async fn lost_messages_leave_no_trace_and_held_ones_come_in_order() {
        let pair = pair();
        let mut following = pair.reader.follow(&pair.doc);
        pair.hub.lose_next(pair.writer.node, 2);
        say(&pair, "1");
        say(&pair, "2");
        say(&pair, "3");
        pair.hub.hold(pair.writer.node);
        say(&pair, "4");
        say(&pair, "5");
        assert_eq!(heard(&mut following), "following 3");
        pair.hub.release(pair.writer.node);
        say(&pair, "6");
        assert_eq!(heard(&mut following), "4 5 6");
    }

    #[tokio::test]
    async fn a_closed_node_follows_nothing_and_leaves_the_others_alone() {
        let pair = pair();
        let mut following = pair.reader.follow(&pair.doc);
        let other = pair.hub.node();
        let mut others = other.follow(&pair.doc);
        pair.reader.close().await;
        say(&pair, "1");
        assert_eq!(heard(&mut following), "");
        assert_eq!(heard(&mut pair.reader.follow(&pair.doc)), "");
        assert_eq!(heard(&mut others), "following 1");
    }
}
