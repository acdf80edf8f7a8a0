//! What is decided and not kept yet: one or several commands on one state of a meeting.
//!
//! It works on a copy, so that nothing has to be taken back when somebody else was faster.

use consilium_model::meeting::Meeting;
use consilium_model::meeting::ballot::BoxWrite;
use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::event::Record;
use consilium_model::meeting::ids::{Hash32, RoundId};
use consilium_model::meeting::refusal::Refusal;
use consilium_model::meeting::time::Moment;

use crate::store::meetings::LinkWrite;
use crate::store::portal_ids::MeetingId;

/// What is decided.
#[derive(Debug)]
pub(super) struct Draft {
    /// The meeting with it.
    pub(super) meeting: Meeting,
    pub(super) records: Vec<Record>,
    pub(super) writes: Vec<BoxWrite>,
    pub(super) links: Vec<LinkWrite>,
    now: Moment,
}

impl Draft {
    pub(super) fn on(meeting: &Meeting, now_ms: i64) -> Self {
        Self {
            meeting: meeting.clone(),
            records: Vec::new(),
            writes: Vec::new(),
            links: Vec::new(),
            now: Moment(now_ms),
        }
    }

    /// Does one thing more.
    pub(super) fn apply(&mut self, actor: &Actor, command: &Command) -> Result<(), Refusal> {
        let decision = self.meeting.apply(command, actor, self.now)?;
        self.records.extend(decision.records);
        self.writes.extend(decision.writes);
        Ok(())
    }

    /// Whether nothing comes of it.
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.writes.is_empty() && self.links.is_empty()
    }
}

/// Where an anonymous ballot lies: nobody who reads the store can tell what secret led there, and one secret leads to
/// another place in each round.
pub(super) fn slot_of(id: MeetingId, round: RoundId, secret: &Hash32) -> Hash32 {
    let mut hasher = blake3::Hasher::new_derive_key("consilium 2026-11 slot of a ballot");
    hasher.update(id.as_bytes());
    hasher.update(&round.0.to_le_bytes());
    hasher.update(&secret.0);
    Hash32(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_secret_lies_elsewhere_in_each_round() {
        let (one, other) = (MeetingId::new(), MeetingId::new());
        let secret = Hash32([7; 32]);
        let places = [
            slot_of(one, RoundId(1), &secret),
            slot_of(one, RoundId(2), &secret),
            slot_of(other, RoundId(1), &secret),
            slot_of(one, RoundId(1), &Hash32([8; 32])),
            secret,
        ];
        for (at, place) in places.iter().enumerate() {
            assert!(!places[..at].contains(place), "{at}");
        }
        assert_eq!(slot_of(one, RoundId(1), &secret), places[0]);
    }
}
