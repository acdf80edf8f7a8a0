//! The modelled bus and the modelled journal together are enough for nodes to agree (D5): whoever applies what it
//! hears, and reads what has changed since its cursor after `Following`, after `Missed` and from time to time, comes to
//! have everything that was committed, whatever the bus does.

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_server::store::{Append, DocId};
use consilium_simulation::agenda::Agenda;
use consilium_simulation::bus::{Bus, BusFaults, Heard};
use consilium_simulation::check::{ROOT, View};
use consilium_simulation::dice::Dice;
use consilium_simulation::journal::{Cursor, Journal, Transaction};
use consilium_simulation::report::{Report, Seen};
use rand::RngExt;
use yrs::{GetString, Text, Transact};

const NODES: usize = 3;
const ACTIVE_MS: u64 = 4_000;

/// How often a node asks the journal unasked: what bounds the silence after a silent loss (I6).
const REPAIR_MS: u64 = 1_000;

enum Happening {
    Edit {
        node: usize,
    },
    CommitEnds {
        node: usize,
        transaction: Transaction,
        is_lost: bool,
    },
    Repair {
        node: usize,
    },
    Compact,
    Mischief,
    BusSpeaks,
}

/// A node in little: what it knows, and until where it has read the journal.
struct Follower {
    view: View,
    cursor: Cursor,
}

struct World {
    agenda: Agenda<Happening>,
    dice: Dice,
    bus: Bus,
    journal: Journal,
    followers: Vec<Follower>,
    doc: DocName,
}

impl World {
    fn new(seed: u64) -> Self {
        let doc = DocName::parse("d").expect("a valid name");
        let journal = Journal::new(doc.clone());
        let faults = BusFaults {
            lose: 150,
            delay: 80,
            repeat: 30,
            pause: 20,
            cut: 20,
            restart: 10,
        };
        let mut bus = Bus::new(NODES, faults, Dice::of_stream(seed, "BUS"));
        let mut agenda = Agenda::starting_at(0);
        let followers = (0..NODES)
            .map(|node| {
                bus.process_starts(node);
                bus.follow(0, node, &doc);
                agenda.at(0, Happening::Edit { node });
                agenda.at(REPAIR_MS, Happening::Repair { node });
                Follower {
                    view: View::new(100 + node as u64),
                    cursor: journal.cursor(),
                }
            })
            .collect();
        agenda.at(50, Happening::Compact);
        agenda.at(100, Happening::Mischief);
        Self {
            agenda,
            dice: Dice::of_seed(seed),
            bus,
            journal,
            followers,
            doc,
        }
    }

    fn play_until(&mut self, end_ms: u64) {
        loop {
            if let Some(at) = self.bus.next_at_ms() {
                self.agenda.at(at, Happening::BusSpeaks);
            }
            let Some(happening) = self.agenda.next_until(end_ms) else {
                return;
            };
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        let now = self.agenda.now_ms();
        match happening {
            Happening::Edit { node } if now < ACTIVE_MS => self.edit(node),
            Happening::Edit { .. } => {}
            Happening::CommitEnds {
                node,
                transaction,
                is_lost,
            } => {
                let updates = transaction.updates();
                if is_lost {
                    self.journal.roll_back(&transaction);
                } else {
                    self.journal.commit(transaction);
                    for update in updates {
                        self.bus.publish(now, node, &self.doc, update);
                    }
                }
            }
            Happening::Repair { node } => {
                self.repair(node);
                self.agenda.after(REPAIR_MS, Happening::Repair { node });
            }
            Happening::Compact => {
                if let Some(compaction) = self.journal.merge() {
                    self.journal.compact(&compaction);
                }
                let delay = self.dice.ms(10..400);
                self.agenda.after(delay, Happening::Compact);
            }
            Happening::Mischief => {
                self.bus.mischief(now);
                self.agenda.after(100, Happening::Mischief);
            }
            Happening::BusSpeaks => {
                for hearing in self.bus.hearings(now) {
                    match hearing.heard {
                        Heard::Message(update) => self.followers[hearing.node].view.apply(&update),
                        Heard::Following | Heard::Missed => self.repair(hearing.node),
                    }
                }
            }
        }
    }

    /// Commits of different nodes overlap, so that rows become visible out of the order of their ids.
    fn edit(&mut self, node: usize) {
        let updates: Vec<Bytes> = (0..self.dice.rng.random_range(1..4))
            .map(|_| type_a_letter(&self.followers[node].view, &mut self.dice))
            .collect();
        if self.dice.even() {
            // A first attempt fails: its row ids are gone.
            self.commit(node, &updates, true);
        }
        self.commit(node, &updates, false);
        let delay = self.dice.ms(1..200);
        self.agenda.after(delay, Happening::Edit { node });
    }

    fn commit(&mut self, node: usize, updates: &[Bytes], is_lost: bool) {
        let batch = updates.iter().cloned().map(append).collect();
        let transaction = self.journal.begin(batch);
        let delay = self.dice.ms(1..150);
        let end = Happening::CommitEnds {
            node,
            transaction,
            is_lost,
        };
        self.agenda.after(delay, end);
    }

    fn repair(&mut self, node: usize) {
        let follower = &mut self.followers[node];
        let changes = self.journal.changes_since(&follower.cursor);
        for update in &changes.updates {
            follower.view.apply(update);
        }
        follower.cursor = changes.cursor;
    }
}

fn append(update: Bytes) -> Append {
    Append {
        doc: DocId(1),
        update,
        author: Some(UserId::new("somebody")),
        claims: Vec::new(),
        at_ms: 0,
    }
}

fn type_a_letter(view: &View, dice: &mut Dice) -> Bytes {
    let text = view.doc.get_or_insert_text(ROOT);
    let mut txn = view.doc.transact_mut();
    let length = text.get_string(&txn).len() as u32;
    text.insert(&mut txn, dice.rng.random_range(0..=length), "x");
    txn.encode_update_v1().into()
}

#[test]
fn nodes_that_hear_the_bus_and_read_the_journal_come_to_agree() {
    let mut total = Report::default();
    for seed in 0..60 {
        let mut world = World::new(seed);
        world.play_until(ACTIVE_MS);
        world.bus.calm_down();
        world.play_until(ACTIVE_MS + 10_000);
        let truth = world.journal.truth.text();
        assert!(truth.len() > 20, "seed {seed}: {truth}");
        for (node, follower) in world.followers.iter().enumerate() {
            assert_eq!(follower.view.text(), truth, "seed {seed}: node {node}");
        }
        total += world.bus.report;
    }
    for kind in [
        Seen::Published,
        Seen::BusMissed,
        Seen::BusLost,
        Seen::BusDelayed,
        Seen::BusPaused,
        Seen::BusCut,
        Seen::BusRepeated,
    ] {
        assert!(total.count(kind) > 0, "{kind:?} never happened");
    }
}

#[test]
fn a_node_that_only_reads_the_journal_misses_nothing() {
    for seed in 0..60 {
        let mut world = World::new(seed);
        // It never follows, so that nothing but its cursor brings it anything.
        world.bus.unfollow(2, &world.doc.clone());
        world.play_until(ACTIVE_MS + 10_000);
        let truth = world.journal.truth.text();
        assert_eq!(world.followers[2].view.text(), truth, "seed {seed}");
    }
}
