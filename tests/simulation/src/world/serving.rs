//! The node's process: it feeds the real room and carries out what the room wants.

use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{Effect, RoomEvent};
use consilium_server::store::{Append, Quarantined};

use super::World;
use super::happening::{AtNode, Happening};
use crate::node::Fate;
use crate::report::Seen;
use crate::trace;

impl World {
    pub(super) fn start_node(&mut self) {
        if self.node.core.is_some() {
            return;
        }
        self.node.life += 1;
        let loaded = self.journal.build();
        let core = RoomCore::new(loaded, self.journal.available, self.instant());
        self.node.core = Some(core);
        self.say(|| "the node starts".to_owned());
    }

    pub(super) fn crash_node(&mut self) {
        if self.node.core.take().is_none() {
            return;
        }
        self.report.saw(Seen::ServerCrash);
        self.say(|| "the node dies".to_owned());
        self.node.life += 1;
        // Nobody can know whether the commit under way came through.
        if let Some(batch) = self.node.in_flight.take()
            && self.journal.available
            && self.dice.even()
        {
            self.journal.commit(&batch);
        }
        for wire in self.wires.ids() {
            self.cut(wire);
            self.wires.remove(wire);
        }
        let delay = self.dice.ms(5..1500);
        self.agenda.after(delay, Happening::StartNode);
    }

    pub(super) fn at_node(&mut self, what: AtNode) {
        match what {
            AtNode::SeesCut { wire } => {
                if let Some(gone) = self.wires.remove(wire)
                    && gone.joined
                {
                    self.tell_room(RoomEvent::Leave {
                        id: gone.subscriber,
                    });
                }
            }
            AtNode::Flush => self.flush(),
            AtNode::CommitEnds(fate) => self.commit_ends(fate),
            AtNode::Reloaded => {
                self.say(|| "the room has loaded anew".to_owned());
                self.tell_room(RoomEvent::Reloaded {
                    loaded: Box::new(self.journal.build()),
                    storage_available: self.journal.available,
                });
            }
            AtNode::SetAside { number, kept } => {
                self.tell_room(RoomEvent::SetAside { number, kept });
            }
            AtNode::Tick => self.tell_room(RoomEvent::Tick),
        }
    }

    pub(super) fn later_at_node(&mut self, delay_ms: u64, what: AtNode) {
        let life = self.node.life;
        self.agenda
            .after(delay_ms, Happening::AtNode { life, what });
    }

    pub(super) fn tell_room(&mut self, event: RoomEvent) {
        let now = self.instant();
        let now_ms = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        let Some(core) = &mut self.node.core else {
            return;
        };
        let effects = core.handle(event, now, now_ms);
        self.carry_out(effects);
        // A busy room gathers more before it commits.
        if self.dice.often() {
            self.flush();
        } else {
            self.later_at_node(1, AtNode::Flush);
        }
        if let Some(deadline) = self.node.core.as_ref().and_then(RoomCore::next_deadline) {
            let at = deadline.duration_since(self.base).as_millis() as u64;
            self.later_at_node(at.saturating_sub(self.now_ms()), AtNode::Tick);
        }
        for wire in self.wires.ids() {
            self.drain(wire);
        }
    }

    fn flush(&mut self) {
        if let Some(effect) = self.node.core.as_mut().and_then(RoomCore::flush) {
            self.carry_out(vec![effect]);
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Commit(batch) => self.begin_commit(batch),
                Effect::Reload => {
                    self.report.saw(Seen::Reloaded);
                    self.say(|| "the room loads anew".to_owned());
                    let delay = self.dice.ms(1..30);
                    self.later_at_node(delay, AtNode::Reloaded);
                }
                Effect::SetAside { number, entry } => self.set_aside(number, entry),
                Effect::Answer { .. } => panic!("nobody asked"),
                Effect::Title(_) => {}
            }
        }
    }

    fn begin_commit(&mut self, batch: Vec<Append>) {
        let seed = self.plan.seed;
        assert!(
            self.node.in_flight.is_none(),
            "seed {seed}: two batches in flight"
        );
        // I3: what is committed was written by somebody who could write when it was taken; access changes reach the
        // room as events, so a later loss of access does not concern it.
        assert!(
            batch.iter().all(|append| append.author.is_some()),
            "seed {seed}: a row without author"
        );
        self.say(|| {
            let rows: Vec<String> = batch
                .iter()
                .map(|append| trace::update(&append.update))
                .collect();
            format!("commit of {}", rows.join(" "))
        });
        self.node.in_flight = Some(batch);
        let fate = if !self.journal.available || self.dice.fault(self.plan.fail_commit) {
            Fate::Lost
        } else if self.dice.fault(self.plan.ambiguous_commit) {
            Fate::Ambiguous
        } else {
            Fate::Durable
        };
        let delay = if self.dice.fault(self.plan.slow_commit) {
            self.report.saw(Seen::CommitSlow);
            self.dice.ms(200..4000)
        } else {
            self.dice.ms(1..6)
        };
        self.later_at_node(delay, AtNode::CommitEnds(fate));
    }

    fn commit_ends(&mut self, fate: Fate) {
        let Some(batch) = self.node.in_flight.take() else {
            return;
        };
        self.say(|| format!("the commit is {fate:?}"));
        if fate != Fate::Lost {
            self.journal.commit(&batch);
        }
        if fate == Fate::Durable {
            self.tell_room(RoomEvent::Committed);
            return;
        }
        self.report.saw(if fate == Fate::Lost {
            Seen::CommitLost
        } else {
            Seen::CommitAmbiguous
        });
        if self.journal.available {
            self.journal.available = false;
            let delay = self.dice.ms(5..3000);
            self.agenda.after(delay, Happening::StorageWorks);
        }
        self.tell_room(RoomEvent::CommitFailed);
    }

    pub(super) fn storage_works(&mut self) {
        self.journal.available = true;
        self.say(|| "storage works".to_owned());
        self.tell_room(RoomEvent::StorageAvailable);
    }

    fn set_aside(&mut self, number: u64, entry: Quarantined) {
        let works = self.journal.available;
        let kept = self.journal.set_aside(entry, works);
        self.report.saw(Seen::SetAside);
        self.say(|| format!("set aside as {number}: {kept:?}"));
        let delay = self.dice.ms(1..10);
        self.later_at_node(delay, AtNode::SetAside { number, kept });
    }
}
