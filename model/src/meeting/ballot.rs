//! The boxes in which ballots lie until they are counted: beside the record of events, never in it (I9).
//!
//! A ballot lies in a slot, and a slot holds one, so nobody votes twice by sending twice. In a named round, and in a poll, the
//! slot is the voter. In an anonymous round it is a secret that only the voter's device keeps, hashed by the server before it
//! comes here: whoever shows it again may change their ballot until the close, and nobody else can. The meeting's state says
//! who has voted and never where; a box says what lies in it and never since when, in the order of the slots, which is no
//! order at all. So what is stored holds no link between a member and a choice. What a store must not add: a time, a
//! number or a version to the rows of a box. Whoever can read the database between one ballot and the next sees both
//! change at once; against them only batches help, which are the store's affair.
//!
//! A box goes when its ballots are counted.

use std::collections::BTreeMap;

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::ids::{Hash32, PollId, RoundId};
use super::refusal::Refusal;

/// What somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ballot {
    /// One of the options, counted from 0.
    Choice(u8),
    /// None of them, on purpose.
    Abstain,
}

/// Where a ballot lies in its box.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// Under the voter's name.
    Named(UserId),
    /// Under the hash of their secret.
    Secret(Hash32),
}

/// Which box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoxId {
    /// Of a poll.
    Poll(PollId),
    /// Of a round.
    Round(RoundId),
}

/// What a store does to the boxes, in the transaction that appends the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoxWrite {
    /// A ballot lies here now, whatever lay here before.
    Put(BoxId, Slot, Ballot),
    /// Nothing lies here any more.
    Take(BoxId, Slot),
    /// The box is gone.
    Empty(BoxId),
}

/// Whether it is somebody's first ballot in this box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turnout {
    First,
    Again,
}

/// All boxes of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Boxes {
    boxes: BTreeMap<BoxId, BTreeMap<Slot, Ballot>>,
}

impl Boxes {
    /// What lies in a box, in the order of the slots.
    pub fn ballots(&self, id: BoxId) -> impl Iterator<Item = (&Slot, Ballot)> {
        self.boxes
            .get(&id)
            .into_iter()
            .flatten()
            .map(|(slot, ballot)| (slot, *ballot))
    }

    /// How many ballots lie in a box.
    #[must_use]
    pub fn count(&self, id: BoxId) -> usize {
        self.boxes.get(&id).map_or(0, BTreeMap::len)
    }

    /// What lies in a slot.
    #[must_use]
    pub fn ballot(&self, id: BoxId, slot: &Slot) -> Option<Ballot> {
        self.boxes.get(&id)?.get(slot).copied()
    }

    /// Whether a ballot may go into this slot: a first one where none lies, another where one's own does.
    pub(super) fn check(&self, id: BoxId, slot: &Slot, turnout: Turnout) -> Result<(), Refusal> {
        match (self.ballot(id, slot), turnout) {
            (None, Turnout::First) | (Some(_), Turnout::Again) => Ok(()),
            (Some(_), Turnout::First) | (None, Turnout::Again) => Err(Refusal::WrongSlot),
        }
    }

    /// Does what a store does. For loading, and for whoever has just decided.
    pub fn write(&mut self, write: &BoxWrite) {
        match write {
            BoxWrite::Put(id, slot, ballot) => {
                self.boxes
                    .entry(*id)
                    .or_default()
                    .insert(slot.clone(), *ballot);
            }
            BoxWrite::Take(id, slot) => {
                if let Some(ballots) = self.boxes.get_mut(id) {
                    ballots.remove(slot);
                }
            }
            BoxWrite::Empty(id) => {
                self.boxes.remove(id);
            }
        }
    }

    /// How many ballots are for each of so many options, and how many for none.
    #[must_use]
    pub fn tally(&self, id: BoxId, options: usize) -> Tally {
        let mut tally = Tally {
            counts: vec![0; options],
            abstained: 0,
        };
        for (_, ballot) in self.ballots(id) {
            match ballot {
                Ballot::Choice(option) => {
                    if let Some(count) = tally.counts.get_mut(usize::from(option)) {
                        *count += 1;
                    }
                }
                Ballot::Abstain => tally.abstained += 1,
            }
        }
        tally
    }
}

/// Counted ballots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// For each option.
    pub counts: Vec<u32>,
    /// For none.
    pub abstained: u32,
}
