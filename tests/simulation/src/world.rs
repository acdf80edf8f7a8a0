//! The run of one seed, from the first edit to the last check.
//!
//! Happenings are taken from the agenda one by one; what each of them means is told in the files beside this one:
//! [`members`] (clients and the people in front of them), [`wiring`] (connections and frames), [`serving`] (the node's
//! processes), [`between`] (what nodes tell each other), [`leases`] (who lives), [`comparing`] (what nodes lack of each
//! other), [`deciding`] (what members may do, and that it changes), [`leaving`] (what those left behind who may not any
//! more), [`mischief`] (faults) and [`ending`] (everything heals, and must come to agree).

mod between;
mod comparing;
mod deciding;
mod ending;
mod happening;
mod leases;
mod leaving;
mod members;
mod mischief;
mod serving;
mod wiring;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use consilium_server::bus::NodeId;
use rand::RngExt;

use self::happening::{AtClient, Happening};
use self::leaving::Merging;
use crate::agenda::Agenda;
use crate::branch::Branch;
use crate::bus::Bus;
use crate::check::Coverage;
use crate::dice::Dice;
use crate::journal::Journal;
use crate::member::{Client, Member};
use crate::node::Node;
use crate::plan::Plan;
use crate::replica::Replica;
use crate::report::Report;
use crate::staleness::Staleness;
use crate::stock::{Kind, Stock};
use crate::trace::{self, Trace};
use crate::wire::Wires;

/// How long the healed system may take to become quiet.
const HEAL_MS: u64 = 180_000;

/// A stretch that takes more happenings than this is not making progress.
const HAPPENINGS_MAX: usize = 2_000_000;

struct World {
    plan: Plan,
    dice: Dice,
    agenda: Agenda<Happening>,
    /// Virtual zero, for those who want an `Instant`.
    base: Instant,
    doc: DocName,
    journal: Journal,
    nodes: Vec<Node<Happening>>,
    /// For what came with several nodes: which one a client reaches, when one is stopped.
    node_dice: Dice,
    bus: Bus,
    /// When each life of each node renewed its lease on the bus, in milliseconds.
    leases: BTreeMap<NodeId, u64>,
    staleness: Staleness,
    /// For what came with decisions of the community.
    access_dice: Dice,
    /// Tokens that were given out.
    tokens: u64,
    /// Every block that some node could take, because its bearer could write when it came or was judged (I3).
    welcome: Coverage,
    /// For what came with branches.
    leave_dice: Dice,
    /// For what becomes of commits that were given up.
    late_dice: Dice,
    branches: Vec<Branch>,
    merging: Vec<Merging>,
    last_ticket: u64,
    /// Edits that somebody's device had durably, with their authors.
    promised: Vec<(usize, Bytes)>,
    /// Every block that somebody typed.
    typed: Coverage,
    typed_by: Vec<Coverage>,
    /// What was committed when a member lost the document, and their node knew; for those who have not got it back.
    seen_until_lost: Vec<Option<Coverage>>,
    /// When the bus is heard next, as planned.
    bus_speaks_at_ms: Option<u64>,
    members: Vec<Member>,
    wires: Wires,
    last_client_id: u64,
    report: Report,
    trace: Trace,
}

/// Runs one seed to its end.
///
/// # Panics
/// With the seed in the message when an invariant does not hold.
#[must_use]
pub fn run(plan: Plan) -> Report {
    play(plan, Trace::default())
}

/// Runs one seed to its end and tells what happens.
///
/// # Panics
/// As [`run`].
pub fn run_traced(plan: Plan, listener: trace::Listener) -> Report {
    play(plan, Trace::to(listener))
}

fn play(plan: Plan, trace: Trace) -> Report {
    let mut world = World::new(plan, trace);
    world.play();
    world.report
}

impl World {
    fn new(plan: Plan, trace: Trace) -> Self {
        let doc = DocName::parse("d").expect("a valid name");
        let mut members = Vec::new();
        let mut last_client_id = 10;
        for _ in 0..plan.replicas {
            let replica = Box::new(Replica::new(doc.clone()));
            members.push(Member::new(Client::Ours(replica)));
        }
        for (count, kind) in [(plan.envelopes, Kind::Envelope), (plan.plains, Kind::Plain)] {
            for _ in 0..count {
                last_client_id += 1;
                let stock = Stock::new(kind, &doc, last_client_id);
                members.push(Member::new(Client::Stock(stock)));
            }
        }
        let mut node_dice = Dice::of_stream(plan.seed, "NODE");
        let skew = plan.nodes.clock_skew_ms_max;
        let nodes = (0..plan.nodes.count)
            .map(|_| Node::new(node_dice.rng.random_range(-skew..=skew)))
            .collect();
        let bus_dice = Dice::of_stream(plan.seed, "BUS");
        Self {
            dice: Dice::of_seed(plan.seed),
            nodes,
            node_dice,
            bus: Bus::new(plan.nodes.count, plan.nodes.bus, bus_dice),
            leases: BTreeMap::new(),
            staleness: Staleness::of(plan.nodes.count, between::REPAIR_INTERVAL),
            access_dice: Dice::of_stream(plan.seed, "ACCESS"),
            tokens: 0,
            welcome: Coverage::default(),
            leave_dice: Dice::of_stream(plan.seed, "LEAVE"),
            late_dice: Dice::of_stream(plan.seed, "LATE"),
            branches: Vec::new(),
            merging: Vec::new(),
            last_ticket: 0,
            promised: Vec::new(),
            typed: Coverage::default(),
            typed_by: leaving::nothing_for(members.len()),
            seen_until_lost: vec![None; members.len()],
            bus_speaks_at_ms: None,
            plan,
            agenda: Agenda::starting_at(1_000_000),
            base: Instant::now(),
            journal: Journal::new(doc.clone()),
            doc,
            members,
            wires: Wires::default(),
            last_client_id,
            report: Report::default(),
            trace,
        }
    }

    fn play(&mut self) {
        self.begin();
        self.play_until(self.now_ms() + self.plan.active_ms);
        self.heal();
        let end = self.now_ms() + HEAL_MS;
        while self.now_ms() < end && !self.is_quiet() {
            self.play_until((self.now_ms() + 500).min(end));
        }
        self.report += self.bus.report;
        self.report.stale_ms_max = self.staleness.longest_ms();
        self.final_check();
    }

    fn begin(&mut self) {
        for node in 0..self.nodes.len() {
            self.agenda.after(0, Happening::StartNode { node });
        }
        for client in 0..self.members.len() {
            let delay = self.dice.ms(0..300);
            let begin = match self.members[client].client {
                Client::Ours(_) => Happening::RestartClient { client },
                Client::Stock(_) => Happening::StockReconnects { client },
            };
            self.agenda.after(delay, begin);
            self.agenda.after(delay + 50, Happening::Edit { client });
        }
        self.agenda.after(100, Happening::Mischief);
        if self.nodes.len() > 1 {
            self.agenda.after(0, Happening::ComparesNodes);
        }
    }

    fn play_until(&mut self, end_ms: u64) {
        let mut count = 0;
        while let Some(happening) = self.agenda.next_until(end_ms) {
            self.happen(happening);
            count += 1;
            assert!(
                count < HAPPENINGS_MAX,
                "seed {}: no end of happenings",
                self.plan.seed
            );
        }
    }

    fn happen(&mut self, happening: Happening) {
        if let Some(node) = self.needs_a_running_node(&happening)
            && self.nodes[node].stopped
        {
            self.nodes[node].backlog.push(happening);
            return;
        }
        match happening {
            Happening::ToServer { wire, bytes } => self.reaches_server(wire, bytes),
            Happening::ReadOn { wire } => self.read_on(wire),
            Happening::ToClient { wire, bytes } => self.reaches_client(wire, bytes),
            Happening::ReadAgain { wire } => self.drain(wire),
            Happening::AtClient { client, life, what } => {
                if self.members[client].life() == life {
                    self.at_client(client, what);
                }
            }
            Happening::DeviceWorks { client } => self.device_works(client),
            Happening::RestartClient { client } => self.restart_client(client),
            Happening::StockReconnects { client } => self.connect(client),
            Happening::Edit { client } => self.edit(client),
            Happening::AtTheDoor {
                client,
                life,
                update,
            } => self.at_the_door(client, life, &update),
            Happening::AsksAnew { client } => self.asks_anew(client),
            Happening::AtNode { node, life, what } => {
                if self.nodes[node].life == life {
                    self.at_node(node, what);
                }
            }
            Happening::CommitEnds { node, life, fate } => {
                if self.nodes[node].life == life {
                    self.commit_ends(node, fate);
                }
            }
            Happening::GivenUpEnds { node, life } => {
                if self.nodes[node].life == life {
                    self.given_up_ends(node);
                }
            }
            Happening::Loads { node, life } => {
                if self.nodes[node].life == life {
                    self.loads(node);
                }
            }
            Happening::ReadsChanges {
                node,
                life,
                cause,
                since,
            } => {
                if self.nodes[node].life == life {
                    self.reads_changes(node, cause, since);
                }
            }
            Happening::LeaseEnds { node, life } => self.lease_ends(node, life),
            Happening::Compacted(compaction) => self.compacted(&compaction),
            Happening::StorageWorks { node } => self.storage_works(node),
            Happening::StartNode { node } => self.start_node(node),
            Happening::NodeGoesOn { node, life } => {
                if self.nodes[node].life == life {
                    self.node_goes_on(node);
                }
            }
            Happening::BusSpeaks => self.bus_speaks(),
            Happening::ComparesNodes => self.compare_nodes(),
            Happening::Mischief => self.mischief(),
        }
    }

    /// The node that must be running for this to happen now; it happens later if that one is stopped.
    fn needs_a_running_node(&self, happening: &Happening) -> Option<usize> {
        match happening {
            Happening::ToServer { wire, .. }
            | Happening::ReadOn { wire }
            | Happening::ReadAgain { wire }
            | Happening::AtClient {
                what: AtClient::Connected { wire },
                ..
            } => Some(self.wires.get(*wire)?.node),
            Happening::AtNode { node, .. } => Some(*node),
            _ => None,
        }
    }

    fn now_ms(&self) -> u64 {
        self.agenda.now_ms()
    }

    /// Tells whoever listens what happens now.
    fn say(&mut self, words: impl FnOnce() -> String) {
        self.trace.say(self.agenda.now_ms(), words);
    }

    fn instant(&self) -> Instant {
        self.base + Duration::from_millis(self.now_ms())
    }
}

#[cfg(test)]
mod tests;
