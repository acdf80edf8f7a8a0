//! A room's way to the rooms of its document on other nodes: what the bus brings, in one stream of events, and questions
//! to the journal under way.

use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, oneshot, watch};

use super::RoomServices;
use crate::bus::Following;
use crate::bus::node_watch::NodeNews;
use crate::cluster::Cluster;
use crate::room::event::{BusEvent, RoomEvent};
use crate::room::peers::{PeerIdentity, RepairCause};
use crate::store::{Cursor, DocId};

/// The link of one open room. Dropping it ends the subscription.
pub(super) struct PeerLink {
    cluster: Cluster,
    name: DocName,
    following: Following,
    news: broadcast::Receiver<NodeNews>,
    unheard: watch::Receiver<bool>,
    identity: PeerIdentity,
    repair: Option<oneshot::Receiver<RoomEvent>>,
}

impl PeerLink {
    /// Follows the document. To be called before the document is loaded: what is published while it loads is heard.
    pub(super) fn open(cluster: Cluster, name: &DocName) -> Self {
        let identity = PeerIdentity {
            node: cluster.bus.node(),
            epoch: rand::random(),
            repair_interval: cluster.repair_interval,
        };
        Self {
            name: name.clone(),
            following: cluster.bus.follow(name),
            news: cluster.watch.news(),
            // Nobody has read from the one that is cloned: a room that opens in the middle of it is told, too.
            unheard: cluster.unheard.clone(),
            identity,
            repair: None,
            cluster,
        }
    }

    pub(super) fn identity(&self) -> PeerIdentity {
        self.identity
    }

    pub(super) fn publish(&self, message: Bytes) {
        self.cluster.bus.publish(&self.name, message);
    }

    /// Asks the journal, in its turn among the rooms of this node.
    pub(super) fn repair(
        &mut self,
        services: &RoomServices,
        doc: DocId,
        cause: RepairCause,
        since: Cursor,
    ) {
        let (done, receiver) = oneshot::channel();
        self.repair = Some(receiver);
        let store = Arc::clone(&services.store);
        let turns = Arc::clone(&self.cluster.repairs);
        let name = self.name.clone();
        services.tasks.spawn(async move {
            // Never closed.
            let _turn = turns.acquire().await;
            let changes = match store.changes_since(doc, since).await {
                Ok(changes) => Some(changes),
                Err(error) => {
                    tracing::warn!(doc = %name, cause = cause.word(), %error, "ask the journal for changes");
                    None
                }
            };
            // The room may have ended meanwhile.
            let _ = done.send(RoomEvent::Repaired { cause, changes });
        });
    }

    /// The next event; for ever when there is none.
    ///
    /// Cancel safety: nothing is lost.
    pub(super) async fn next(&mut self) -> RoomEvent {
        tokio::select! {
            biased;
            repaired = answer_of(&mut self.repair) => repaired,
            news = self.news.recv() => RoomEvent::Bus(match news {
                Ok(news) => BusEvent::News(news),
                Err(RecvError::Lagged(_)) => BusEvent::NewsMissed,
                // The watch has ended, which it does at shutdown.
                Err(RecvError::Closed) => return pending().await,
            }),
            Ok(()) = self.unheard.changed() => {
                RoomEvent::Bus(BusEvent::Unheard(*self.unheard.borrow_and_update()))
            }
            heard = self.following.next() => RoomEvent::Bus(self.noted(heard.into())),
        }
    }

    /// What has been heard already.
    pub(super) fn try_next(&mut self) -> Option<RoomEvent> {
        match self.news.try_recv() {
            Ok(news) => return Some(RoomEvent::Bus(BusEvent::News(news))),
            Err(TryRecvError::Lagged(_)) => return Some(RoomEvent::Bus(BusEvent::NewsMissed)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => {}
        }
        if self.unheard.has_changed().is_ok_and(|changed| changed) {
            let unheard = *self.unheard.borrow_and_update();
            return Some(RoomEvent::Bus(BusEvent::Unheard(unheard)));
        }
        let heard = self.following.try_next()?;
        Some(RoomEvent::Bus(self.noted(heard.into())))
    }

    /// Whoever speaks lives.
    fn noted(&self, event: BusEvent) -> BusEvent {
        if let BusEvent::Message(from) = &event {
            self.cluster.watch.heard_of(from.node);
        }
        event
    }
}

/// Waits for the journal's answer; for ever when none is due.
async fn answer_of(repair: &mut Option<oneshot::Receiver<RoomEvent>>) -> RoomEvent {
    let Some(receiver) = repair else {
        return pending().await;
    };
    let answer = receiver.await;
    *repair = None;
    match answer {
        Ok(event) => event,
        // The asking task was ended by a shutdown.
        Err(_) => pending().await,
    }
}
