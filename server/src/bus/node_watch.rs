//! Which other nodes live: so that members of a node that has died are not shown for long (D16), and what it could
//! not tell any more is asked for.
//!
//! Every node renews a lease on the bus. A node that was heard of and has been silent for longer than a lease is asked
//! after; if it holds none it is gone, and every room hears so once. What was said by a node that comes back is a new
//! beginning. While the bus is away nobody is known to be gone: rooms then stop showing members of other nodes by
//! themselves.
//!
//! [`Roster`] decides and knows no clock; [`NodeWatch`] is the handle and the task around it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Bus, NodeId, limits};

/// News that a room has not read yet. One that is further behind takes it that every node may have gone.
const NEWS_MAX: usize = 64;

/// What rooms are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeNews {
    /// A node holds no lease any more.
    Gone(NodeId),
    /// This node's own lease had run out: others may have taken it for dead.
    Lapsed,
}

/// When each node was last known to live.
#[derive(Debug, Default)]
pub struct Roster {
    last: HashMap<NodeId, Instant>,
}

impl Roster {
    /// Something was heard of a node.
    pub fn heard_of(&mut self, node: NodeId, now: Instant) {
        self.last.insert(node, now);
    }

    /// Whom to ask after: silent for longer than a lease.
    #[must_use]
    pub fn silent(&self, now: Instant) -> Vec<NodeId> {
        let mut silent: Vec<NodeId> = self
            .last
            .iter()
            .filter(|(_, last)| now.duration_since(**last) >= limits::LEASE)
            .map(|(node, _)| *node)
            .collect();
        silent.sort_unstable();
        silent
    }

    /// The answer to such a question. Returns who is gone; they are forgotten.
    pub fn answered(&mut self, asked: &[NodeId], living: &[bool], now: Instant) -> Vec<NodeId> {
        let mut gone = Vec::new();
        for (node, lives) in asked.iter().zip(living) {
            if *lives {
                self.last.insert(*node, now);
            } else if self
                .last
                .get(node)
                .is_some_and(|last| now.duration_since(*last) >= limits::LEASE)
            {
                self.last.remove(node);
                gone.push(*node);
            }
        }
        gone
    }
}

/// A handle to the watch of this node. Clones share it.
#[derive(Debug, Clone)]
pub struct NodeWatch {
    roster: Arc<Mutex<Roster>>,
    news: broadcast::Sender<NodeNews>,
}

impl NodeWatch {
    /// Renews this node's lease and watches the others until `stop`.
    #[must_use]
    pub fn start(bus: Arc<dyn Bus>, tasks: &TaskTracker, stop: CancellationToken) -> Self {
        let (news, _) = broadcast::channel(NEWS_MAX);
        let watch = Self {
            roster: Arc::default(),
            news,
        };
        let running = watch.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = running.run(bus) => {}
                () = stop.cancelled() => {}
            }
        });
        watch
    }

    /// Something was heard of a node.
    pub fn heard_of(&self, node: NodeId) {
        self.roster.lock().heard_of(node, Instant::now());
    }

    /// Hears who is gone, from now on.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<NodeNews> {
        self.news.subscribe()
    }

    async fn run(&self, bus: Arc<dyn Bus>) {
        let mut renewed: Option<Instant> = None;
        let mut turn = tokio::time::interval(limits::LEASE / 3);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            if bus.renew_lease().await.is_ok() {
                let now = Instant::now();
                let lapsed = renewed
                    .replace(now)
                    .is_some_and(|before| now.duration_since(before) > limits::LEASE);
                if lapsed {
                    self.tell(NodeNews::Lapsed);
                }
            }
            let silent = self.roster.lock().silent(Instant::now());
            if silent.is_empty() {
                continue;
            }
            if let Ok(living) = bus.are_living(&silent).await {
                let gone = self
                    .roster
                    .lock()
                    .answered(&silent, &living, Instant::now());
                for node in gone {
                    tracing::info!(%node, "another node has gone");
                    self.tell(NodeNews::Gone(node));
                }
            }
        }
    }

    fn tell(&self, news: NodeNews) {
        // Nobody listens while no document is open.
        let _ = self.news.send(news);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: NodeId = NodeId(1);
    const BERT: NodeId = NodeId(2);

    #[test]
    fn whoever_speaks_is_not_asked_after() {
        let start = Instant::now();
        let mut roster = Roster::default();
        roster.heard_of(ANNA, start);
        roster.heard_of(BERT, start);
        let later = start + limits::LEASE;
        roster.heard_of(BERT, later);
        assert_eq!(roster.silent(later), [ANNA]);
    }

    #[test]
    fn a_silent_node_with_a_lease_lives_and_one_without_is_gone_once() {
        let start = Instant::now();
        let mut roster = Roster::default();
        roster.heard_of(ANNA, start);
        roster.heard_of(BERT, start);
        let later = start + limits::LEASE;
        let asked = roster.silent(later);
        assert_eq!(roster.answered(&asked, &[true, false], later), [BERT]);
        assert_eq!(roster.silent(later), []);
        assert_eq!(roster.silent(later + limits::LEASE), [ANNA]);
    }

    #[test]
    fn a_node_that_spoke_while_it_was_asked_after_is_not_gone() {
        let start = Instant::now();
        let mut roster = Roster::default();
        roster.heard_of(ANNA, start);
        let later = start + limits::LEASE;
        let asked = roster.silent(later);
        roster.heard_of(ANNA, later);
        assert_eq!(roster.answered(&asked, &[false], later), []);
    }
}
