//! The nodes' processes: they feed the real room and carry out what the room wants.

use consilium_protocol::extension::RejectCode;
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{Effect, Loaded, RoomEvent};
use consilium_server::store::{Append, Compaction, Quarantined, SetAside};

use super::World;
use super::between;
use super::happening::{AtNode, Happening};
use super::leaving::Landing;
use crate::check;
use crate::node::Fate;
use crate::plan::BrokenRule;
use crate::report::Seen;
use crate::trace;

/// When a node that gave something up tries to read again.
const DOUBT_RETRY_MS: u64 = 20;

impl World {
    pub(super) fn start_node(&mut self, node: usize) {
        if self.nodes[node].core.is_some() {
            return;
        }
        self.follow(node);
        let loaded = self.journal.build();
        let instant = self.instant();
        let is_cluster = self.nodes.len() > 1;
        let process = &mut self.nodes[node];
        process.life += 1;
        let mut core = RoomCore::new(loaded, process.storage_works, instant);
        if is_cluster {
            core = core.in_cluster(between::identity(node, process.life));
        }
        process.core = Some(core);
        process.has_news = false;
        self.say(|| format!("node {node} starts"));
        self.take_a_lease(node);
    }

    pub(super) fn crash_node(&mut self, node: usize) {
        if self.nodes[node].core.is_none() {
            return;
        }
        self.given_up_ends(node);
        let process = &mut self.nodes[node];
        process.core = None;
        let ended = process.life;
        process.life += 1;
        process.stopped = false;
        process.is_setting_aside = false;
        process.backlog.clear();
        let storage_works = process.storage_works;
        let in_flight = process.in_flight.take();
        self.merging_ended(node);
        self.report.saw(Seen::ServerCrash);
        self.say(|| format!("node {node} dies"));
        if let Some(transaction) = in_flight {
            // Nobody can know whether the commit under way came through.
            if storage_works && self.dice.even() {
                self.others_lack(node, ended, &transaction);
                self.journal.commit(transaction);
            } else {
                self.journal.roll_back(&transaction);
            }
        }
        let now = self.now_ms();
        self.staleness.ended(node, ended, now);
        self.bus.process_ends(now, node);
        for wire in self.wires.of_node(node) {
            self.cut(wire);
            self.wires.remove(wire);
        }
        self.lease_ends_later(node, ended);
        let delay = self.dice.ms(5..1500);
        self.agenda.after(delay, Happening::StartNode { node });
    }

    /// SIGSTOP: nothing of the process runs, and its connections stay open.
    pub(super) fn stop_node(&mut self, node: usize) {
        let pause = self.node_dice.ms(200..self.plan.nodes.stop_ms_max);
        let process = &mut self.nodes[node];
        if process.core.is_none() || process.stopped {
            return;
        }
        process.stopped = true;
        let life = process.life;
        self.report.saw(Seen::NodeStopped);
        self.say(|| format!("node {node} is stopped for {pause} ms"));
        self.lease_ends_later(node, life);
        self.agenda
            .after(pause, Happening::NodeGoesOn { node, life });
    }

    pub(super) fn node_goes_on(&mut self, node: usize) {
        self.nodes[node].stopped = false;
        self.say(|| format!("node {node} goes on"));
        for happening in std::mem::take(&mut self.nodes[node].backlog) {
            self.happen(happening);
        }
        for wire in self.wires.of_node(node) {
            self.drain(wire);
        }
    }

    pub(super) fn at_node(&mut self, node: usize, what: AtNode) {
        match what {
            AtNode::SeesCut { wire } => {
                if let Some(gone) = self.wires.remove(wire)
                    && gone.joined
                {
                    let id = gone.subscriber;
                    self.tell_room(node, RoomEvent::Leave { id });
                }
            }
            AtNode::Flush => self.flush(node),
            AtNode::CommitKnown { fate } => self.commit_known(node, fate),
            AtNode::Reloaded(loaded) => {
                self.say(|| format!("the room of node {node} has loaded anew"));
                self.nodes[node].has_news = true;
                let storage_available = self.nodes[node].storage_works;
                let event = RoomEvent::Reloaded {
                    loaded,
                    storage_available,
                };
                self.tell_room(node, event);
            }
            AtNode::Joins { wire, subscriber } => self.joins(wire, subscriber),
            AtNode::Decided { wire } => self.decided(wire),
            AtNode::SetAside { outcomes } => {
                self.nodes[node].is_setting_aside = false;
                self.tell_room(node, RoomEvent::SetAside { outcomes });
            }
            AtNode::StorageWorks => self.tell_room(node, RoomEvent::StorageAvailable),
            AtNode::Tick => self.tell_room(node, RoomEvent::Tick),
            AtNode::Hears(event) => self.node_hears(node, event),
            AtNode::LeaseTurn => self.lease_turn(node),
            AtNode::AsksWhoServes => self.asks_who_serves(node),
            AtNode::Repaired { cause, changes } => {
                self.report.saw(Seen::Repaired);
                self.tell_room(node, RoomEvent::Repaired { cause, changes });
            }
        }
    }

    pub(super) fn later_at_node(&mut self, delay_ms: u64, node: usize, what: AtNode) {
        let life = self.nodes[node].life;
        self.agenda
            .after(delay_ms, Happening::AtNode { node, life, what });
    }

    /// At once, or when the node runs again.
    pub(super) fn now_at_node(&mut self, node: usize, what: AtNode) {
        let life = self.nodes[node].life;
        self.happen(Happening::AtNode { node, life, what });
    }

    pub(super) fn tell_room(&mut self, node: usize, event: RoomEvent) {
        let now = self.instant();
        let now_ms = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        let process = &mut self.nodes[node];
        let Some(core) = &mut process.core else {
            return;
        };
        let effects = core.handle(event, now, now_ms + process.skew_ms);
        self.carry_out(node, effects);
        // A busy room gathers more before it commits.
        if self.dice.often() {
            self.flush(node);
        } else {
            self.later_at_node(1, node, AtNode::Flush);
        }
        let core = self.nodes[node].core.as_ref();
        if let Some(deadline) = core.and_then(RoomCore::next_deadline) {
            let at = deadline.duration_since(self.base).as_millis() as u64;
            self.later_at_node(at.saturating_sub(self.now_ms()), node, AtNode::Tick);
        }
        for wire in self.wires.of_node(node) {
            self.drain(wire);
        }
    }

    fn flush(&mut self, node: usize) {
        if let Some(core) = &mut self.nodes[node].core {
            let effects = core.flush().collect();
            self.carry_out(node, effects);
        }
    }

    fn carry_out(&mut self, node: usize, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Commit(batch) => self.begin_commit(node, batch),
                Effect::Reload => {
                    self.report.saw(Seen::Reloaded);
                    self.say(|| format!("the room of node {node} loads anew"));
                    let delay = self.dice.ms(1..30);
                    let life = self.nodes[node].life;
                    self.agenda.after(delay, Happening::Loads { node, life });
                }
                Effect::SetAside(entries) => self.set_aside(node, entries),
                Effect::Answer { ticket, outcome } => self.merge_answered(ticket, &outcome),
                Effect::Title(_) => {}
                Effect::Publish(message) => self.publish(node, message),
                Effect::Repair { cause, since } => self.ask_the_journal(node, cause, since),
            }
        }
    }

    // The store, as a node sees it

    fn begin_commit(&mut self, node: usize, batch: Vec<Append>) {
        let seed = self.plan.seed;
        let process = &mut self.nodes[node];
        assert!(
            process.in_flight.is_none(),
            "seed {seed}: two batches in flight"
        );
        // I3: what is committed came from somebody who could write when it was taken; a later loss of access does not
        // concern it.
        for append in &batch {
            assert!(append.author.is_some(), "seed {seed}: a row without author");
            assert!(
                check::spans(&append.update)
                    .into_iter()
                    .all(|span| self.welcome.holds(span)),
                "seed {seed}: {} was taken, which came from nobody who could write",
                trace::update(&append.update)
            );
        }
        self.trace.say(self.agenda.now_ms(), || {
            let rows: Vec<String> = batch
                .iter()
                .map(|append| trace::update(&append.update))
                .collect();
            format!("node {node} commits {}", rows.join(" "))
        });
        process.in_flight = Some(self.journal.begin(batch));
        let fate = if !process.storage_works || self.dice.fault(self.plan.fail_commit) {
            Fate::Lost
        } else if self.dice.fault(self.plan.ambiguous_commit) {
            Fate::Ambiguous
        } else if self.late_dice.fault(self.plan.late_commit) {
            Fate::Late
        } else {
            Fate::Durable
        };
        let delay = if self.dice.fault(self.plan.slow_commit) {
            self.report.saw(Seen::CommitSlow);
            self.dice.ms(200..4000)
        } else {
            self.dice.ms(1..6)
        };
        let life = process.life;
        self.agenda
            .after(delay, Happening::CommitEnds { node, life, fate });
    }

    /// The store has done its part, whether or not the node is there to hear of it.
    pub(super) fn commit_ends(&mut self, node: usize, fate: Fate) {
        let Some(transaction) = self.nodes[node].in_flight.take() else {
            return;
        };
        self.say(|| format!("the commit of node {node} is {fate:?}"));
        match fate {
            Fate::Lost => self.journal.roll_back(&transaction),
            Fate::Durable | Fate::Ambiguous => {
                let life = self.nodes[node].life;
                self.others_lack(node, life, &transaction);
                self.journal.commit(transaction);
            }
            Fate::Late => {
                let delay = self.late_dice.ms(1..8_000);
                let life = self.nodes[node].life;
                self.nodes[node].given_up.push(transaction);
                self.agenda
                    .after(delay, Happening::GivenUpEnds { node, life });
            }
        }
        self.now_at_node(node, AtNode::CommitKnown { fate });
    }

    /// Nobody is told: the connection on which it was asked for is gone.
    pub(super) fn given_up_ends(&mut self, node: usize) {
        let life = self.nodes[node].life;
        for transaction in std::mem::take(&mut self.nodes[node].given_up) {
            let takes_effect = self.late_dice.even();
            self.say(|| format!("what node {node} gave up takes effect: {takes_effect}"));
            if takes_effect {
                self.report.saw(Seen::CommittedLate);
                self.others_lack(node, life, &transaction);
                self.journal.commit(transaction);
            } else {
                self.journal.roll_back(&transaction);
            }
        }
    }

    /// The store's promise: nothing is read by a node before what it gave up has ended.
    pub(super) fn is_in_doubt(&self, node: usize) -> bool {
        !self.nodes[node].given_up.is_empty() && self.plan.broken != Some(BrokenRule::ReadsInDoubt)
    }

    fn commit_known(&mut self, node: usize, fate: Fate) {
        match fate {
            Fate::Durable => {
                self.nodes[node].has_news = true;
                self.tell_room(node, RoomEvent::Committed);
                return;
            }
            Fate::Lost => self.report.saw(Seen::CommitLost),
            Fate::Ambiguous => self.report.saw(Seen::CommitAmbiguous),
            Fate::Late => self.report.saw(Seen::CommitLate),
        }
        if std::mem::take(&mut self.nodes[node].storage_works) {
            let delay = self.dice.ms(5..3000);
            self.agenda.after(delay, Happening::StorageWorks { node });
        }
        self.tell_room(node, RoomEvent::CommitFailed);
    }

    pub(super) fn storage_works(&mut self, node: usize) {
        if self.is_in_doubt(node) {
            let later = Happening::StorageWorks { node };
            self.agenda.after(DOUBT_RETRY_MS, later);
            return;
        }
        self.nodes[node].storage_works = true;
        self.say(|| format!("storage works for node {node}"));
        // The store does not wait for a stopped node.
        self.now_at_node(node, AtNode::StorageWorks);
    }

    /// The store reads the document. With several nodes, others commit before the reader hears what was read.
    pub(super) fn loads(&mut self, node: usize) {
        if self.is_in_doubt(node) {
            let life = self.nodes[node].life;
            self.agenda
                .after(DOUBT_RETRY_MS, Happening::Loads { node, life });
            return;
        }
        let loaded: Box<Loaded> = Box::new(self.journal.build());
        if self.nodes.len() == 1 {
            self.now_at_node(node, AtNode::Reloaded(loaded));
        } else {
            let delay = self.node_dice.ms(0..30);
            self.later_at_node(delay, node, AtNode::Reloaded(loaded));
        }
    }

    /// Some node's compactor merges what there is. With several nodes, others commit and compact before the snapshot is
    /// stored.
    pub(super) fn compact(&mut self) {
        let Some(compaction) = self.journal.merge() else {
            return;
        };
        if self.nodes.len() == 1 {
            self.compacted(&compaction);
        } else {
            let delay = self.node_dice.ms(0..500);
            self.agenda.after(delay, Happening::Compacted(compaction));
        }
    }

    pub(super) fn compacted(&mut self, compaction: &Compaction) {
        self.journal.compact(compaction);
        self.report.saw(Seen::Compacted);
        self.say(|| "the journal is compacted".to_owned());
    }

    fn set_aside(&mut self, node: usize, entries: Vec<Quarantined>) {
        let process = &mut self.nodes[node];
        assert!(
            !std::mem::replace(&mut process.is_setting_aside, true),
            "seed {}: two transactions of the quarantine at a time",
            self.plan.seed
        );
        let works = process.storage_works;
        self.report.saw_many(Seen::SetAside, entries.len());
        let reasons: Vec<String> = entries.iter().map(|entry| entry.reason.clone()).collect();
        let outcomes = if works && self.takes_left_behind() {
            self.leave_behind(entries)
        } else {
            self.journal.set_aside(entries, works)
        };
        self.say(|| format!("set aside as {reasons:?}: {outcomes:?}"));
        let delay = self.dice.ms(1..10);
        self.later_at_node(delay, node, AtNode::SetAside { outcomes });
    }

    /// What was refused because its author may not write any more goes into a branch of theirs, and the rest where it
    /// always went.
    fn leave_behind(&mut self, entries: Vec<Quarantined>) -> Vec<SetAside> {
        entries
            .into_iter()
            .map(|entry| {
                let is_late = entry.reason == RejectCode::ReadOnly.word();
                let landing = match &entry.author {
                    Some(author) if is_late => Some(self.land(author, &entry.update, false)),
                    _ => None,
                };
                match landing {
                    Some(Landing::Safe) => SetAside::InBranch,
                    Some(Landing::Unfit) => {
                        self.journal.set_aside(vec![entry], true);
                        SetAside::Full
                    }
                    None => self.journal.set_aside(vec![entry], true)[0],
                }
            })
            .collect()
    }
}
