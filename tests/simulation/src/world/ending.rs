//! Everything heals; then all must come to agree with what was committed (I1, I2).

use consilium_client::event::Event;
use consilium_client::state::SaveState;
use consilium_protocol::ids::Access;

use super::World;
use crate::check;
use crate::member::{Client, Member};
use crate::report::Seen;
use crate::stock::Kind;
use crate::trace;

impl World {
    pub(super) fn heal(&mut self) {
        self.dice.calm_down();
        self.node_dice.calm_down();
        self.bus.calm_down();
        self.leave_dice.calm_down();
        self.late_dice.calm_down();
        self.say(|| "everything heals".to_owned());
        for client in 0..self.members.len() {
            let stays_out = self.takes_left_behind() && client > 0 && self.leave_dice.even();
            if !stays_out {
                self.set_access(client, Access::Write);
            }
            match &mut self.members[client].client {
                Client::Ours(replica) => {
                    replica.device.failing = false;
                    if replica.engine.is_some() {
                        self.tell_replica(client, Event::Wake);
                    }
                }
                // Stock clients ask again only when they reconnect.
                Client::Stock(_) => {
                    if let Some(wire) = self.members[client].wire {
                        self.cut(wire);
                    }
                }
            }
        }
    }

    pub(super) fn is_quiet(&self) -> bool {
        let truth = self.journal.truth.text();
        let rooms_are_quiet = self.nodes.iter().all(|node| {
            let core = node.core.as_ref();
            core.is_some_and(|core| core.is_clean() && check::text(core.replica().doc()) == truth)
        });
        rooms_are_quiet
            && self.merging.is_empty()
            && (0..self.members.len()).all(|client| {
                if self.members[client].access < Access::Write {
                    return self.has_left(client, &truth);
                }
                let (view, settled) = match &self.members[client].client {
                    Client::Ours(replica) => (
                        &replica.tab,
                        replica.loaded
                            && replica
                                .state
                                .as_ref()
                                .is_some_and(|state| state.save == SaveState::Safe && state.synced),
                    ),
                    Client::Stock(stock) => (
                        &stock.view,
                        stock.kind == Kind::Plain
                            || stock.unsynced == 0
                            || self.was_read_only(client),
                    ),
                };
                settled && view.text() == truth
            })
    }

    pub(super) fn final_check(&mut self) {
        let seed = self.plan.seed;
        self.report
            .saw_many(Seen::Committed, self.journal.committed);
        let truth = self.journal.truth.text();
        // A reason to look at first when texts differ: replicas need not agree about what waits for ever.
        let waiting: Vec<String> = self
            .journal
            .truth
            .waiting()
            .iter()
            .map(trace::update)
            .collect();
        for (node, process) in self.nodes.iter().enumerate() {
            let core = process.core.as_ref();
            let core = core.unwrap_or_else(|| panic!("seed {seed}: node {node} did not come back"));
            assert_eq!(
                check::text(core.replica().doc()),
                truth,
                "seed {seed}: the room of node {node} differs from the journal; in vain wait {waiting:?}"
            );
        }
        let reloaded = self.journal.build();
        assert_eq!(
            check::text(reloaded.replica.doc()),
            truth,
            "seed {seed}: a fresh load differs from what was committed"
        );
        for (client, member) in self.members.iter().enumerate() {
            if member.access < Access::Write {
                assert!(
                    self.has_left(client, &truth),
                    "seed {seed}: client {client}, who may {:?}, has not settled: {}",
                    member.access,
                    self.view_of(client).text()
                );
                if member.access == Access::None {
                    self.check_what_the_lost_have_seen(client);
                }
                continue;
            }
            match &member.client {
                Client::Ours(replica) => {
                    let state = replica.state.as_ref();
                    assert_eq!(
                        replica.tab.text(),
                        truth,
                        "seed {seed}: our client {client} differs; {state:?}; in vain wait {waiting:?}"
                    );
                    assert_eq!(
                        replica.durable_updates().count(),
                        0,
                        "seed {seed}: our client {client} keeps an outbox; {state:?}"
                    );
                    assert_eq!(
                        state.map(|state| state.save),
                        Some(SaveState::Safe),
                        "seed {seed}: our client {client} is not safe"
                    );
                }
                Client::Stock(stock) => {
                    assert_eq!(
                        stock.view.text(),
                        truth,
                        "seed {seed}: stock client {client} ({:?}) differs; in vain wait {waiting:?}",
                        stock.kind
                    );
                    assert!(
                        stock.kind == Kind::Plain
                            || stock.unsynced == 0
                            || self.was_read_only(client),
                        "seed {seed}: provider {client} still shows {} unsynced",
                        stock.unsynced
                    );
                }
            }
        }
        let left = |member: &&Member| member.access == Access::None && member.is_ours();
        let settled = self.members.iter().filter(left).count();
        self.report.saw_many(Seen::LostAndSettled, settled);
        self.check_what_was_left_behind();
    }

    /// Whether a member who may not write has nothing on the way, and sees the server's text if they may read it.
    fn has_left(&self, client: usize, truth: &str) -> bool {
        let member = &self.members[client];
        match &member.client {
            Client::Ours(replica) => {
                replica.loaded
                    && replica.durable_updates().count() == 0
                    && (member.access == Access::None || replica.tab.text() == truth)
            }
            // It has no word for what is set aside, and shows it for ever.
            Client::Stock(_) => true,
        }
    }
}
