//! Whether some node serves this store and is not on the bus: what is written there, nobody is told.
//!
//! A node may lose the bus and keep its members and the store (a broken line, a firewall rule, an expired password). It
//! knows, and asks the journal. The others do not hear of it, and a room that is opened meanwhile has never heard of it at
//! all; so the store is asked who serves, and the bus whether each of these holds its lease. While one does not, all
//! rooms with members ask the journal every interval, as when the bus is away (I6).
//!
//! The question costs the store by the number of nodes, so in a large cluster it is asked less often:
//! [`pause_between`].

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::{Bus, BusError, NodeId};
use crate::store::{Store, StoreError};
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

/// Why it is not known.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Asks from time to time until `stop`. True while some node serves unheard.
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
                match unheard(bus.as_ref(), &others).await {
                    Ok(unheard) => tell(&told, &unheard),
                    // Nobody is heard then, and rooms ask the journal anyway.
                    Err(error) => tracing::debug!(%error, "who is on the bus is not known"),
                }
            }
        };
        tokio::select! {
            () = asking => {}
            () = stop.cancelled() => {}
        }
    });
    heard
}

/// Which of these nodes hold no lease.
async fn unheard(bus: &dyn Bus, nodes: &BTreeSet<NodeId>) -> Result<Vec<NodeId>, Unknown> {
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let nodes: Vec<NodeId> = nodes.iter().copied().collect();
    let ages = bus.lease_ages(&nodes).await?;
    let pairs = nodes.into_iter().zip(ages);
    Ok(pairs
        .filter_map(|(node, age)| age.is_none().then_some(node))
        .collect())
}

fn tell(told: &watch::Sender<bool>, unheard: &[NodeId]) {
    metrics::gauge!(names::NODES_UNHEARD).set(unheard.len() as f64);
    told.send_if_modified(|was| {
        let is = !unheard.is_empty();
        if is && !*was {
            tracing::warn!(nodes = ?unheard, "nodes serve this store and are not on the bus: the journal is asked instead");
        } else if !is && *was {
            tracing::info!("every node that serves this store is on the bus again");
        }
        std::mem::replace(was, is) != is
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::LocalHub;

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

    #[tokio::test(start_paused = true)]
    async fn whoever_serves_without_a_lease_is_unheard() {
        let hub = LocalHub::default();
        let (ours, other) = (hub.node(), hub.node());
        let silent = NodeId(3);
        ours.renew_lease().await.expect("ours is on the bus");
        other.renew_lease().await.expect("the other is on the bus");
        let serving = BTreeSet::from([other.node(), silent]);
        let found = unheard(&ours, &serving).await;
        assert_eq!(found.expect("the bus answers"), [silent]);
        let none = unheard(&ours, &BTreeSet::new()).await;
        assert_eq!(none.expect("nobody is asked for"), []);
        hub.cut_off(ours.node());
        assert!(unheard(&ours, &serving).await.is_err());
    }
}
