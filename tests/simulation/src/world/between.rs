//! What goes between nodes: the places where a room's words to other rooms leave, and where theirs arrive.

use bytes::Bytes;

use super::World;
use super::happening::{AtNode, Happening};
use crate::bus::Heard;
use crate::report::Seen;

impl World {
    /// A node tells the others something about the document.
    pub(super) fn publish(&mut self, node: usize, message: Bytes) {
        let now = self.now_ms();
        self.bus.publish(now, node, &self.doc, message);
        self.plan_the_bus();
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
            let node = hearing.node;
            // Through the agenda's gate: a stopped node hears when it goes on.
            self.happen(Happening::AtNode {
                node,
                life: self.nodes[node].life,
                what: AtNode::Hears(hearing.heard),
            });
        }
        self.plan_the_bus();
    }

    /// Hook: here a room hears the bus. `Following` and `Missed` are its reasons to ask the journal for changes
    /// ([`crate::journal::Journal::changes_since`]).
    pub(super) fn node_hears(&mut self, node: usize, heard: &Heard) {
        if let Heard::Message(_) = heard {
            self.report.saw(Seen::Heard);
        }
        self.say(|| match heard {
            Heard::Following => format!("node {node} follows the others"),
            Heard::Message(message) => format!("node {node} hears {} bytes", message.len()),
            Heard::Missed => format!("node {node} hears that it has missed something"),
        });
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
}
