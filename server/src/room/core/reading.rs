//! Requests for the whole state, outside of any channel: exports, rounds, decisions of meetings, REST.
//!
//! Whoever is told "safe" on one node may ask another node a moment later, and what they are given is printed, voted on or
//! merged; nothing corrects it afterwards as a later message corrects a member's screen. While messages of other nodes may
//! be missing, a room asks the journal before it answers, also a room without members, which asks nothing otherwise. Where
//! the journal cannot be read the answer is that, and not what was known before.

use super::RoomCore;
use crate::room::event::{Effect, Outcome, Ticket};
use crate::room::held::{HELD_BYTES_MIN, Held};
use crate::room::peers::RepairCause;

/// Requests that wait for the journal's answer, in the order of their arrival.
#[derive(Debug, Default)]
pub(super) struct Readings {
    waiting: Vec<Reading>,
}

#[derive(Debug)]
struct Reading {
    ticket: Ticket,
    /// The number of questions to the journal when it came: the answer to a later one is new enough.
    asked_before: u64,
}

impl Readings {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl RoomCore {
    /// Somebody asks for the whole state.
    pub(super) fn read(&mut self, ticket: Ticket) {
        if !self.may_be_behind() {
            self.hold(Held::Read(ticket));
            return;
        }
        self.want_repair(RepairCause::Reading);
        self.held_bytes += HELD_BYTES_MIN;
        self.readings.waiting.push(Reading {
            ticket,
            asked_before: self.questions(),
        });
    }

    /// The journal has answered the question of this number: whoever came before it was asked gets the state, as soon as
    /// that is what the journal has.
    pub(super) fn settle_readings(&mut self, question: u64) {
        for ticket in self.take_readings(question) {
            self.hold(Held::Read(ticket));
        }
    }

    /// The journal could not be read, at the question of this number.
    pub(super) fn fail_readings(&mut self, question: u64) {
        for ticket in self.take_readings(question) {
            self.effects.push(Effect::Answer {
                ticket,
                outcome: Outcome::StorageAway,
            });
        }
    }

    fn take_readings(&mut self, question: u64) -> Vec<Ticket> {
        let waiting = &mut self.readings.waiting;
        let settled: Vec<Ticket> = waiting
            .extract_if(.., |reading| reading.asked_before < question)
            .map(|reading| reading.ticket)
            .collect();
        self.held_bytes -= settled.len() * HELD_BYTES_MIN;
        settled
    }
}
