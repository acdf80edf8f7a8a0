//! Whether some node serves this store and is not heard on the bus: what is written there, nobody is told.
//!
//! A node may lose the bus and keep its members and the store (a broken line, a firewall rule, an expired password, a right
//! to publish that was taken away). It knows, stops renewing its lease and asks the journal. The others do not hear of it,
//! and a room that is opened meanwhile has never heard of it at all; so the store is asked who serves, and the bus whether
//! each of these holds its lease. While one does not, all rooms with members ask the journal every interval, as when the
//! bus is away (I6).
//!
//! All rooms of a node asking is dear, so a node without a lease is asked after once more before it counts
//! ([`Verdict`]): it may have just come, or be late. And it stops to count only after a few answers that found it heard. While
//! the bus does not say who holds a lease, everybody may be unheard.
//!
//! The question costs the store by the number of nodes, so in a large cluster it is asked less often:
//! [`pause_between`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::limits::LEASE_TURN;
use crate::bus::{Bus, BusError, NodeId};
use crate::store::Store;
use crate::telemetry::names;

/// The shortest pause between two questions: what a lost message costs at most, too.
pub const PAUSE_MIN: Duration = Duration::from_secs(2);

/// Added for each node, so that all nodes together ask the store fifty times a second at most.
const PAUSE_PER_NODE: Duration = Duration::from_millis(20);

/// How long to wait for the next question in a cluster of so many nodes.
fn pause_between(nodes: usize) -> Duration {
    let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
    PAUSE_PER_NODE.saturating_mul(nodes).max(PAUSE_MIN)
}

/// Answers in a row that must find a node heard before it no longer counts as unheard: one that comes and goes would
/// otherwise be missed half of the time.
const HEARD_ANSWERS: u32 = 2;

/// Answers in a row that the bus must owe before everybody counts as unheard: one may get lost with its connection.
const OWED_ANSWERS: u32 = 2;

/// What the answers so far come to.
#[derive(Debug, Default)]
struct Verdict {
    /// With how many answers in a row have found it heard since.
    unheard: BTreeMap<NodeId, u32>,
    /// How many answers in a row the bus owes.
    owed: u32,
}

impl Verdict {
    /// Of those found without a lease, the ones to ask after once more.
    fn doubtful(&self, found: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let known = |node: &&NodeId| self.unheard.contains_key(node);
        found.iter().filter(|node| !known(node)).copied().collect()
    }

    /// These serve without a lease, and no others; those in doubt were asked after once more.
    fn answered(&mut self, found: &BTreeSet<NodeId>) {
        self.owed = 0;
        self.unheard.retain(|node, heard| {
            *heard += 1;
            found.contains(node) || *heard < HEARD_ANSWERS
        });
        for node in found {
            self.unheard.insert(*node, 0);
        }
    }

    /// The bus did not say who holds a lease.
    fn owed(&mut self) {
        self.owed = self.owed.saturating_add(1);
    }

    /// Whether rooms have to ask the journal.
    fn is_anybody_unheard(&self) -> bool {
        !self.unheard.is_empty() || self.owed >= OWED_ANSWERS
    }
}

/// Asks from time to time until `stop`. True while some node serves unheard, or may do so.
pub(super) fn keep_watch(
    bus: Arc<dyn Bus>,
    store: Arc<dyn Store>,
    tasks: &TaskTracker,
    stop: CancellationToken,
) -> watch::Receiver<bool> {
    let (told, heard) = watch::channel(false);
    tasks.spawn(async move {
        let asking = async {
            let mut pause = PAUSE_MIN;
            let mut verdict = Verdict::default();
            loop {
                tokio::time::sleep(pause).await;
                let others = match store.serving().await {
                    Ok(mut serving) => {
                        serving.remove(&bus.node());
                        serving
                    }
                    Err(error) => {
                        tracing::debug!(%error, "who serves this store is not known");
                        continue;
                    }
                };
                pause = pause_between(others.len() + 1);
                match found_twice(bus.as_ref(), &verdict, &others).await {
                    Ok(found) => verdict.answered(&found),
                    Err(error) => {
                        tracing::debug!(%error, "who is on the bus is not known");
                        verdict.owed();
                    }
                }
                tell(&told, &verdict);
            }
        };
        tokio::select! {
            () = asking => {}
            () = stop.cancelled() => {}
        }
    });
    heard
}

/// Which of these nodes hold no lease, and did not a turn later either, if that is news. Only the bus is asked twice.
async fn found_twice(
    bus: &dyn Bus,
    verdict: &Verdict,
    nodes: &BTreeSet<NodeId>,
) -> Result<BTreeSet<NodeId>, BusError> {
    let mut found = without_lease(bus, nodes).await?;
    let doubtful = verdict.doubtful(&found);
    if !doubtful.is_empty() {
        tokio::time::sleep(LEASE_TURN).await;
        let confirmed = without_lease(bus, &doubtful).await?;
        found.retain(|node| !doubtful.contains(node) || confirmed.contains(node));
    }
    Ok(found)
}

/// Which of these nodes hold no lease.
async fn without_lease(
    bus: &dyn Bus,
    nodes: &BTreeSet<NodeId>,
) -> Result<BTreeSet<NodeId>, BusError> {
    if nodes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let nodes: Vec<NodeId> = nodes.iter().copied().collect();
    let ages = bus.lease_ages(&nodes).await?;
    let pairs = nodes.into_iter().zip(ages);
    Ok(pairs
        .filter_map(|(node, age)| age.is_none().then_some(node))
        .collect())
}

fn tell(told: &watch::Sender<bool>, verdict: &Verdict) {
    metrics::gauge!(names::NODES_UNHEARD).set(verdict.unheard.len() as f64);
    told.send_if_modified(|was| {
        let is = verdict.is_anybody_unheard();
        if is && !*was {
            let nodes: Vec<&NodeId> = verdict.unheard.keys().collect();
            if nodes.is_empty() {
                // Why is what the bus has said already.
                tracing::info!(
                    "the bus does not say who is heard on it: the journal is asked until it does"
                );
            } else {
                tracing::warn!(
                    ?nodes,
                    "nodes serve this store and are not heard on the bus: the journal is asked instead"
                );
            }
        } else if !is && *was {
            tracing::info!("every node that serves this store is heard on the bus again");
        }
        std::mem::replace(was, is) != is
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::LocalHub;
    use crate::store::limits::POSTGRES_SIGN_OF_LIFE;

    #[test]
    fn large_clusters_ask_less_often_and_small_ones_within_the_interval() {
        assert_eq!(pause_between(1), PAUSE_MIN);
        assert_eq!(pause_between(30), PAUSE_MIN);
        assert_eq!(pause_between(1_000), Duration::from_secs(20));
        for nodes in [1, 3, 100, 1_000, 10_000] {
            let asked_a_second = nodes as f64 / pause_between(nodes).as_secs_f64();
            assert!(asked_a_second <= 50.0, "{nodes} nodes: {asked_a_second}");
        }
    }

    #[test]
    fn one_that_is_known_is_not_doubted_again_and_stays_until_it_was_found_heard_twice() {
        let (anna, bert) = (NodeId(1), NodeId(2));
        let found = |nodes: &[NodeId]| nodes.iter().copied().collect::<BTreeSet<_>>();
        let mut verdict = Verdict::default();
        assert_eq!(verdict.doubtful(&found(&[anna])), found(&[anna]));
        verdict.answered(&found(&[]));
        assert!(!verdict.is_anybody_unheard(), "it was late only");
        verdict.answered(&found(&[anna]));
        assert!(verdict.is_anybody_unheard());
        assert_eq!(verdict.doubtful(&found(&[anna, bert])), found(&[bert]));
        verdict.answered(&found(&[]));
        assert!(verdict.is_anybody_unheard(), "heard once");
        verdict.answered(&found(&[anna]));
        verdict.answered(&found(&[]));
        assert!(verdict.is_anybody_unheard(), "heard once again");
        verdict.answered(&found(&[]));
        assert!(!verdict.is_anybody_unheard());
    }

    #[test]
    fn everybody_may_be_unheard_while_the_bus_owes_its_answers() {
        let mut verdict = Verdict::default();
        verdict.owed();
        assert!(!verdict.is_anybody_unheard(), "one was lost");
        verdict.answered(&BTreeSet::new());
        verdict.owed();
        assert!(!verdict.is_anybody_unheard());
        verdict.owed();
        assert!(verdict.is_anybody_unheard());
        verdict.answered(&BTreeSet::new());
        assert!(!verdict.is_anybody_unheard());
    }

    /// Who asks shows by that alone that it serves, also one whose members are silent.
    #[test]
    fn a_node_that_asks_counts_as_serving_until_it_asks_again() {
        for nodes in [1, 100, 1_000] {
            let silence = pause_between(nodes) + LEASE_TURN;
            assert!(silence < POSTGRES_SIGN_OF_LIFE, "{nodes} nodes");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_serves_without_a_lease_is_found() {
        let hub = LocalHub::default();
        let (ours, other) = (hub.node(), hub.node());
        let silent = NodeId(3);
        ours.renew_lease().await.expect("ours is on the bus");
        other.renew_lease().await.expect("the other is on the bus");
        let serving = BTreeSet::from([other.node(), silent]);
        let found = found_twice(&ours, &Verdict::default(), &serving).await;
        assert_eq!(found.expect("the bus answers"), BTreeSet::from([silent]));
        let none = found_twice(&ours, &Verdict::default(), &BTreeSet::new()).await;
        assert_eq!(none.expect("nobody is asked for"), BTreeSet::new());
        hub.cut_off(ours.node());
        let unknown = found_twice(&ours, &Verdict::default(), &serving).await;
        assert!(unknown.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_gets_its_lease_while_it_is_in_doubt_is_heard() {
        let hub = LocalHub::default();
        let (ours, late) = (hub.node(), hub.node());
        let serving = BTreeSet::from([late.node()]);
        let verdict = Verdict::default();
        let comes = async {
            tokio::time::sleep(LEASE_TURN / 2).await;
            late.renew_lease().await.expect("it is on the bus");
        };
        let (found, ()) = tokio::join!(found_twice(&ours, &verdict, &serving), comes);
        assert_eq!(found.expect("the bus answers"), BTreeSet::new());
    }
}
