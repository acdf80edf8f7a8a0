//! What goes between nodes: what rooms say to each other, what the journal answers them, and who is taken for dead.

use std::time::Duration;

use bytes::Bytes;
use consilium_server::bus::limits::LEASE;
use consilium_server::bus::node_watch::NodeNews;
use consilium_server::bus::{Heard, NodeId};
use consilium_server::room::event::{BusEvent, RoomEvent};
use consilium_server::room::peer_message::{FromPeer, PeerMessage};
use consilium_server::room::peers::{PeerIdentity, RepairCause};
use consilium_server::store::Cursor;

use super::World;
use super::happening::{AtNode, Happening};
use crate::plan::BrokenRule;
use crate::report::Seen;

/// How long a loss may stay unnoticed (I6).
pub(super) const REPAIR_INTERVAL: Duration = Duration::from_secs(2);

/// One life of one node, as the others know it.
pub(super) fn node_id(node: usize, life: u64) -> NodeId {
    NodeId(1_000 * (node as u64 + 1) + life)
}

/// Who the room of a node is to the others. It lives as long as its process.
pub(super) fn identity(node: usize, life: u64) -> PeerIdentity {
    PeerIdentity {
        node: node_id(node, life),
        epoch: life,
        repair_interval: REPAIR_INTERVAL,
    }
}

impl World {
    /// A node tells the others something about the document.
    pub(super) fn publish(&mut self, node: usize, message: Bytes) {
        let now = self.now_ms();
        let said = FromPeer::decode(message.clone()).ok();
        let said = said.and_then(|said| said.message);
        let tells_how_far = matches!(
            said,
            Some(PeerMessage::Edits { .. } | PeerMessage::State { .. })
        );
        match said {
            Some(PeerMessage::Edits { .. }) => {
                if self.plan.broken == Some(BrokenRule::PublishesTwice) {
                    self.count_publish(node);
                    self.bus.publish(now, node, &self.doc, message.clone());
                }
                self.count_publish(node);
            }
            Some(PeerMessage::State { .. })
                if self.plan.broken == Some(BrokenRule::KeepsItsState) =>
            {
                return;
            }
            _ => {}
        }
        if tells_how_far {
            let hears: Vec<bool> = (0..self.nodes.len())
                .map(|other| !self.is_excused(other))
                .collect();
            self.staleness.told(node, |other| hears[other]);
        }
        self.trace.say(now, || {
            format!(
                "node {node} publishes {:?}",
                BusEvent::from(Heard::Message(message.clone()))
            )
        });
        self.bus.publish(now, node, &self.doc, message);
        self.note_troubles();
        self.plan_the_bus();
    }

    /// I6: what was committed in one piece costs one message.
    fn count_publish(&mut self, node: usize) {
        assert!(
            std::mem::take(&mut self.nodes[node].has_news),
            "seed {}: node {node} publishes edits without having committed any since",
            self.plan.seed
        );
    }

    /// A node's room wants to hear what the others say.
    pub(super) fn follow(&mut self, node: usize) {
        let now = self.now_ms();
        self.bus.process_starts(node);
        self.bus.follow(now, node, &self.doc);
        self.plan_the_bus();
    }

    pub(super) fn bus_speaks(&mut self) {
        self.bus_speaks_at_ms = None;
        let now = self.now_ms();
        for hearing in self.bus.hearings(now) {
            // Through the agenda's gate: a stopped node hears when it goes on.
            self.now_at_node(hearing.node, AtNode::Hears(hearing.heard.into()));
        }
        self.plan_the_bus();
    }

    pub(super) fn node_hears(&mut self, node: usize, event: BusEvent) {
        if let BusEvent::Message(from) = &event {
            self.report.saw(Seen::Heard);
            let now = self.instant();
            self.nodes[node].roster.heard_of(from.node, now);
        }
        self.say(|| format!("node {node} hears {event:?}"));
        self.tell_room(node, RoomEvent::Bus(event));
    }

    /// Sees to it that the bus is heard when it has something to say.
    pub(super) fn plan_the_bus(&mut self) {
        if let Some(at_ms) = self.bus.next_at_ms()
            && self.bus_speaks_at_ms.is_none_or(|planned| at_ms < planned)
        {
            self.bus_speaks_at_ms = Some(at_ms);
            self.agenda.at(at_ms, Happening::BusSpeaks);
        }
    }

    /// A room asks what was committed since. Others commit before the store reads, and before the answer is there.
    pub(super) fn ask_the_journal(&mut self, node: usize, cause: RepairCause, since: Cursor) {
        self.say(|| format!("node {node} asks the journal: {}", cause.word()));
        let life = self.nodes[node].life;
        let delay = self.node_dice.ms(1..30);
        let asked = Happening::ReadsChanges {
            node,
            life,
            cause,
            since,
        };
        self.agenda.after(delay, asked);
    }

    pub(super) fn reads_changes(&mut self, node: usize, cause: RepairCause, since: Cursor) {
        let works = self.nodes[node].storage_works && !self.is_in_doubt(node);
        let changes = works.then(|| self.journal.changes_since(since));
        let delay = self.node_dice.ms(0..30);
        self.later_at_node(delay, node, AtNode::Repaired { cause, changes });
    }

    /// A node has gone silent: unless it speaks again, its lease ends, and some time later others find out.
    pub(super) fn lease_ends_later(&mut self, node: usize, life: u64) {
        if self.has_leases() {
            return;
        }
        let lease = LEASE.as_millis() as u64;
        let delay = lease + self.node_dice.ms(0..2_000);
        self.agenda
            .after(delay, Happening::LeaseEnds { node, life });
    }

    pub(super) fn lease_ends(&mut self, node: usize, life: u64) {
        let process = &self.nodes[node];
        if process.life == life && !process.stopped {
            return;
        }
        self.report.saw(Seen::NodeGone);
        let gone = BusEvent::News(NodeNews::Gone(node_id(node, life)));
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            self.now_at_node(other, AtNode::Hears(gone.clone()));
        }
        if self.nodes[node].life == life {
            // It finds out itself when it goes on.
            self.report.saw(Seen::NodeLapsed);
            self.now_at_node(node, AtNode::Hears(BusEvent::News(NodeNews::Lapsed)));
        }
    }
}
