//! What nodes lack of each other, and whether they may (I6). The reckoning is [`crate::staleness`]'s.

use consilium_server::room::peer_message::{FromPeer, PeerMessage};

use super::World;
use super::happening::Happening;
use crate::check;
use crate::journal::Transaction;
use crate::report::Seen;

/// How often it is looked at.
const EVERY_MS: u64 = 50;

impl World {
    /// A batch has become durable: from now on other nodes lack it.
    pub(super) fn others_lack(&mut self, node: usize, life: u64, batch: &Transaction) {
        let now = self.now_ms();
        for update in batch.updates() {
            // What brings no blocks cannot be looked for.
            let spans = check::spans(&update);
            if !spans.is_empty() {
                self.staleness.committed(node, life, &spans, now);
            }
        }
    }

    /// Something that tells how far a node is has been lost or is late.
    pub(super) fn note_troubles(&mut self) {
        let now = self.now_ms();
        for trouble in self.bus.take_troubles() {
            let said = FromPeer::decode(trouble.message).ok();
            let tells = matches!(
                said.and_then(|said| said.message),
                Some(PeerMessage::Edits { .. } | PeerMessage::State { .. })
            );
            if !tells {
                continue;
            }
            match trouble.arrives_at_ms {
                Some(at_ms) => self.staleness.excuse_of(trouble.to, trouble.from, at_ms),
                None => self.staleness.lost(trouble.to, trouble.from, now),
            }
        }
    }

    pub(super) fn compare_nodes(&mut self) {
        let now = self.now_ms();
        self.agenda.after(EVERY_MS, Happening::ComparesNodes);
        for node in 0..self.nodes.len() {
            self.note_who_is_mute(node);
            if self.can_tell_little(node) {
                self.staleness.cannot_tell(node, now);
            }
            if self.is_excused(node) {
                self.staleness.excuse(node, now);
            }
        }
        for node in 0..self.nodes.len() {
            let Some(core) = &self.nodes[node].core else {
                continue;
            };
            let replica = core.replica();
            match self
                .staleness
                .look(node, now, |span| replica.has_blocks(span))
            {
                Ok(came) => self.report.saw_many(Seen::UpToDate, came),
                Err(overdue) => panic!(
                    "seed {}: at {now} node {node} lacks what it should have: {overdue:?}",
                    self.plan.seed
                ),
            }
        }
    }

    /// A node that does not run, or whose connection to the bus is gone, is not heard.
    fn note_who_is_mute(&mut self, node: usize) {
        let now = self.now_ms();
        let process = &mut self.nodes[node];
        if process.core.is_some() && !process.stopped && self.bus.is_connected(node) {
            process.mute_since_ms = None;
            return;
        }
        let since = *process.mute_since_ms.get_or_insert(now);
        self.staleness.mute(node, since, now);
    }

    /// While a batch is on its way, or the journal cannot be asked, a room does not say how far it is.
    fn can_tell_little(&self, node: usize) -> bool {
        let process = &self.nodes[node];
        process.core.is_some() && (process.in_flight.is_some() || !process.storage_works)
    }

    /// Whether a node cannot know what others commit, or has nobody to show it to.
    pub(super) fn is_excused(&self, node: usize) -> bool {
        let process = &self.nodes[node];
        let does_not_know_that_it_is_cut_off =
            self.bus.seems_connected(node) && !self.bus.is_connected(node);
        process.core.is_none()
            || process.stopped
            || !process.storage_works
            || self.bus.is_paused(self.now_ms())
            || does_not_know_that_it_is_cut_off
            || !self.serves_anybody(node)
    }

    fn serves_anybody(&self, node: usize) -> bool {
        let mut wires = self.wires.of_node(node).into_iter();
        wires.any(|wire| self.wires.get(wire).is_some_and(|line| line.joined))
    }
}
