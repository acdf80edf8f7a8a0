//! Which other nodes live: so that members of a node that has died are not shown for long (D16), and what it could
//! not tell any more is asked for.
//!
//! Every node renews a lease on the bus. A node that was heard of and has been silent for longer than a lease is asked
//! after: the bus says when it renewed its lease, which is then its last sign of life. One that holds no lease is gone,
//! and every room hears so once. What was said by a node that comes back is a new
//! beginning. While the bus is away nobody is known to be gone: rooms then stop showing members of other nodes by
//! themselves.
//!
//! [`Roster`] decides and knows no clock; [`NodeWatch`] is the handle and the task around it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
            .filter(|(_, last)| now.saturating_duration_since(**last) >= limits::LEASE)
            .map(|(node, _)| *node)
            .collect();
        silent.sort_unstable();
        silent
    }

    /// The answer to such a question, which was asked at `asked_at`: how old each lease was. Returns who is gone; they
    /// are forgotten.
    pub fn answered(
        &mut self,
        asked: &[NodeId],
        ages: &[Option<Duration>],
        asked_at: Instant,
    ) -> Vec<NodeId> {
        let mut gone = Vec::new();
        for (node, age) in asked.iter().zip(ages) {
            let Some(last) = self.last.get_mut(node) else {
                continue;
            };
            if let Some(age) = age {
                // Life then, not now: a dead node's lease exists for a while.
                *last = asked_at.checked_sub(*age).map_or(*last, |at| at.max(*last));
            } else if asked_at.saturating_duration_since(*last) >= limits::LEASE {
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
        let mut turn = tokio::time::interval(limits::LEASE_TURN);
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
            let asked_at = Instant::now();
            let silent = self.roster.lock().silent(asked_at);
            if silent.is_empty() {
                continue;
            }
            if let Ok(ages) = bus.lease_ages(&silent).await {
                let gone = self.roster.lock().answered(&silent, &ages, asked_at);
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
        let ages = [Some(Duration::ZERO), None];
        assert_eq!(roster.answered(&asked, &ages, later), [BERT]);
        assert_eq!(roster.silent(later), []);
        assert_eq!(roster.silent(later + limits::LEASE), [ANNA]);
    }

    #[test]
    fn a_lease_is_a_sign_of_life_from_when_it_was_renewed() {
        let start = Instant::now();
        let mut roster = Roster::default();
        roster.heard_of(ANNA, start);
        let later = start + limits::LEASE;
        let age = limits::LEASE - Duration::from_millis(100);
        assert_eq!(roster.answered(&[ANNA], &[Some(age)], later), []);
        let ends = later + Duration::from_millis(100);
        assert_eq!(roster.silent(ends - Duration::from_millis(1)), []);
        assert_eq!(roster.silent(ends), [ANNA]);
        assert_eq!(roster.answered(&[ANNA], &[None], ends), [ANNA]);
    }

    #[test]
    fn an_old_lease_does_not_take_back_what_was_heard_since() {
        let start = Instant::now();
        let mut roster = Roster::default();
        let later = start + limits::LEASE;
        roster.heard_of(ANNA, later);
        assert_eq!(roster.answered(&[ANNA], &[Some(limits::LEASE)], later), []);
        assert_eq!(roster.silent(later + limits::LEASE / 2), []);
    }

    /// Every turn of a watch, against every time of death: the promise of [`limits::LEASE`].
    #[test]
    fn a_node_is_gone_a_lease_and_a_turn_after_its_last_sign_of_life_at_most() {
        let step = Duration::from_millis(50);
        let start = Instant::now();
        for death in 0..400 {
            for phase in 0..(limits::LEASE_TURN.as_millis() / step.as_millis()) as u32 {
                let mut roster = Roster::default();
                // Heard once, and quiet since; it renewed its lease until it died.
                roster.heard_of(ANNA, start);
                let turns = (step * death).as_millis() / limits::LEASE_TURN.as_millis();
                let last_renewal = start + limits::LEASE_TURN * turns as u32;
                let mut now = start + step * phase;
                loop {
                    let silent = roster.silent(now);
                    let renewed = if now < last_renewal {
                        let since = (now - start).as_millis() / limits::LEASE_TURN.as_millis();
                        start + limits::LEASE_TURN * since as u32
                    } else {
                        last_renewal
                    };
                    let age = Some(now - renewed).filter(|age| *age < limits::LEASE);
                    if !silent.is_empty() && roster.answered(&silent, &[age], now) == [ANNA] {
                        break;
                    }
                    now += limits::LEASE_TURN;
                }
                let gone = now - last_renewal;
                assert!(
                    gone >= limits::LEASE && gone <= limits::LEASE + limits::LEASE_TURN,
                    "{gone:?} after the last renewal"
                );
            }
        }
    }

    #[test]
    fn a_node_that_spoke_while_it_was_asked_after_is_not_gone() {
        let start = Instant::now();
        let mut roster = Roster::default();
        roster.heard_of(ANNA, start);
        let later = start + limits::LEASE;
        let asked = roster.silent(later);
        roster.heard_of(ANNA, later);
        assert_eq!(roster.answered(&asked, &[None], later), []);
    }
}
