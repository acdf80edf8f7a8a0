//! Which other nodes live: so that members of a node that has died are not shown for long (D16), and what it could
//! not tell any more is asked for.
//!
//! Every node renews a lease on the bus, as long as all parts of its way to the others work: a lease says that a node
//! lives *and is heard*. One that may write its lease and not publish is heard by nobody; its lease runs out, the others
//! find that it serves without one, and ask the journal ([`crate::cluster`]).
//!
//! A node that was heard of and has been silent for longer than a lease is asked after: the bus says when it renewed its
//! lease, which is then its last sign of life. One that holds no lease is gone, and every room hears so once. What was
//! said by a node that comes back is a new beginning. While the bus is away, or any part of it, nobody is known to be
//! gone: rooms then stop showing members of other nodes by themselves.
//!
//! [`Roster`] decides and knows no clock; [`NodeWatch`] is the handle and the task around it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Bus, BusHealth, NodeId, limits};

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
        self.roster.lock().heard_of(node, now());
    }

    /// Hears who is gone, from now on.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<NodeNews> {
        self.news.subscribe()
    }

    async fn run(&self, bus: Arc<dyn Bus>) {
        let mut health = bus.health();
        let mut renewed: Option<Instant> = None;
        let mut turn = tokio::time::interval(limits::LEASE_TURN);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            // A lease that could not be renewed while the bus was away is renewed as soon as it is there: others would
            // take this node for one that nobody hears.
            let is_turn = tokio::select! {
                _ = turn.tick() => true,
                () = connected_again(&mut health) => false,
            };
            if bus.renew_lease().await.is_ok() {
                let now = now();
                let lapsed = renewed
                    .replace(now)
                    .is_some_and(|before| now.duration_since(before) > limits::LEASE);
                if lapsed {
                    self.tell(NodeNews::Lapsed);
                }
            }
            // With a part of the way missing, what this node does not hear says nothing about others: a server of Redis
            // that is away takes the leases of all nodes with it, and they too need a moment to renew them.
            if !is_turn || *health.borrow() != BusHealth::Connected {
                continue;
            }
            let asked_at = now();
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

/// Ends when the bus connects, after it was away or for the first time.
async fn connected_again(health: &mut watch::Receiver<BusHealth>) {
    // An error says that the bus is gone for good, with this node.
    if health
        .wait_for(|health| *health != BusHealth::Connected)
        .await
        .is_err()
        || health
            .wait_for(|health| *health == BusHealth::Connected)
            .await
            .is_err()
    {
        std::future::pending::<()>().await;
    }
}

/// By tokio's clock, so that virtual time works.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(test)]
mod tests {
    use super::super::{LocalBus, LocalHub};
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

    /// A bus on which nodes talk, with the watch of one of them.
    struct Watched {
        hub: LocalHub,
        ours: Arc<LocalBus>,
        other: LocalBus,
        watch: NodeWatch,
        _stop: tokio_util::sync::DropGuard,
    }

    impl Watched {
        fn start() -> Self {
            let hub = LocalHub::new();
            let (ours, other) = (Arc::new(hub.node()), hub.node());
            let stop = CancellationToken::new();
            let bus: Arc<dyn Bus> = Arc::<LocalBus>::clone(&ours);
            Self {
                hub,
                ours,
                other,
                watch: NodeWatch::start(bus, &TaskTracker::new(), stop.clone()),
                _stop: stop.drop_guard(),
            }
        }

        async fn is_leased(&self) -> bool {
            let ages = self.other.lease_ages(&[self.ours.node()]).await;
            ages.expect("the other is on the bus")[0].is_some()
        }
    }

    /// Longer than a lease lasts after it is not renewed any more.
    const LAPSE: Duration = Duration::from_secs(8);

    #[tokio::test(start_paused = true)]
    async fn a_node_that_nobody_hears_lets_its_lease_run_out_and_says_so_when_it_is_heard_again() {
        let watched = Watched::start();
        let mut news = watched.watch.news();
        tokio::time::sleep(LAPSE).await;
        assert!(watched.is_leased().await);
        watched.hub.mute(watched.ours.node());
        tokio::time::sleep(LAPSE).await;
        assert!(!watched.is_leased().await, "nobody would look for it");
        assert!(news.try_recv().is_err());
        watched.hub.reconnect(watched.ours.node());
        tokio::time::sleep(limits::LEASE_TURN * 2).await;
        assert!(watched.is_leased().await);
        assert_eq!(news.try_recv(), Ok(NodeNews::Lapsed));
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_renews_its_lease_as_soon_as_the_bus_is_there() {
        let watched = Watched::start();
        watched.hub.cut_off(watched.ours.node());
        tokio::time::sleep(LAPSE).await;
        assert!(!watched.is_leased().await);
        watched.hub.reconnect(watched.ours.node());
        tokio::time::sleep(limits::LEASE_TURN / 100).await;
        assert!(watched.is_leased().await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_misses_a_part_of_the_bus_takes_nobody_for_gone() {
        let watched = Watched::start();
        let mut news = watched.watch.news();
        watched.watch.heard_of(watched.other.node());
        watched.hub.mute(watched.ours.node());
        tokio::time::sleep(LAPSE + LAPSE).await;
        assert!(news.try_recv().is_err());
        watched.hub.reconnect(watched.ours.node());
        tokio::time::sleep(LAPSE).await;
        let mut heard = Vec::new();
        while let Ok(item) = news.try_recv() {
            heard.push(item);
        }
        assert!(
            heard.contains(&NodeNews::Gone(watched.other.node())),
            "{heard:?}"
        );
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
