//! Who lives, as nodes find out with the server's own watch over leases on the bus ([`Setting::Apart`]).
//!
//! A node that is cut off renews no lease and cannot ask after the others. Those of them that hear it no more ask for its
//! lease, and then take it for gone; the store still says that it serves, and while it does all rooms ask the journal.

use std::collections::BTreeSet;
use std::time::Duration;

use consilium_server::bus::limits::{LEASE, LEASE_TURN};
use consilium_server::bus::node_watch::{NodeNews, Roster};
use consilium_server::cluster::unheard;
use consilium_server::room::event::BusEvent;

use super::World;
use super::between::node_id;
use super::happening::AtNode;
use crate::plan::{BrokenRule, Setting};
use crate::report::Seen;

impl World {
    pub(super) fn has_leases(&self) -> bool {
        self.plan.setting == Setting::Apart
    }

    /// A process begins to say that it lives.
    pub(super) fn take_a_lease(&mut self, node: usize) {
        if !self.has_leases() {
            return;
        }
        let process = &mut self.nodes[node];
        process.roster = Roster::default();
        process.renewed_at_ms = None;
        process.knows_unheard = false;
        self.now_at_node(node, AtNode::LeaseTurn);
        let pause = unheard::PAUSE_MIN.as_millis() as u64;
        self.later_at_node(pause, node, AtNode::AsksWhoServes);
    }

    pub(super) fn lease_turn(&mut self, node: usize) {
        let turn = LEASE_TURN.as_millis() as u64;
        self.later_at_node(turn, node, AtNode::LeaseTurn);
        if !self.reaches_the_bus(node) {
            return;
        }
        let (now_ms, now) = (self.now_ms(), self.instant());
        let process = &mut self.nodes[node];
        let before = process.renewed_at_ms.replace(now_ms);
        self.leases.insert(node_id(node, process.life), now_ms);
        let lapsed = before.is_some_and(|before| now_ms - before > LEASE.as_millis() as u64);
        let silent = process.roster.silent(now);
        let ages: Vec<Option<Duration>> = silent
            .iter()
            .map(|other| {
                let renewed_at_ms = self.leases.get(other)?;
                Some(Duration::from_millis(now_ms - renewed_at_ms)).filter(|age| *age < LEASE)
            })
            .collect();
        let gone = self.nodes[node].roster.answered(&silent, &ages, now);
        if lapsed {
            self.report.saw(Seen::NodeLapsed);
            self.node_hears(node, BusEvent::News(NodeNews::Lapsed));
        }
        if self.plan.broken == Some(BrokenRule::ForgetsWhoIsAway) {
            return;
        }
        for other in gone {
            self.report.saw(Seen::NodeGone);
            self.node_hears(node, BusEvent::News(NodeNews::Gone(other)));
        }
    }

    pub(super) fn asks_who_serves(&mut self, node: usize) {
        let pause = unheard::PAUSE_MIN.as_millis() as u64;
        self.later_at_node(pause, node, AtNode::AsksWhoServes);
        let asks_in_vain = !self.reaches_the_bus(node) || !self.nodes[node].storage_works;
        let is_forgotten = matches!(
            self.plan.broken,
            Some(BrokenRule::ForgetsWhoIsAway | BrokenRule::ForgetsTheUnheard)
        );
        if asks_in_vain || is_forgotten {
            return;
        }
        let now_ms = self.now_ms();
        let serving: BTreeSet<usize> = (0..self.nodes.len())
            .filter(|other| *other != node && self.nodes[*other].core.is_some())
            .collect();
        let unheard = serving.into_iter().any(|other| {
            let id = node_id(other, self.nodes[other].life);
            let renewed_at_ms = self.leases.get(&id);
            renewed_at_ms.is_none_or(|at_ms| now_ms - at_ms >= LEASE.as_millis() as u64)
        });
        if std::mem::replace(&mut self.nodes[node].knows_unheard, unheard) != unheard {
            self.report.saw(if unheard {
                Seen::NodeUnheard
            } else {
                Seen::NodeHeardAgain
            });
            self.node_hears(node, BusEvent::Unheard(unheard));
        }
    }

    fn reaches_the_bus(&self, node: usize) -> bool {
        self.bus.is_connected(node) && !self.bus.is_paused(self.now_ms())
    }
}
