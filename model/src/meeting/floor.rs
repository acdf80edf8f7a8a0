//! The floor: who asks to speak, who has it, and who may write meanwhile.
//!
//! At most one person has the floor. In the mode *hands* they are also the only one who writes, until their turn is over or
//! taken back. Whoever has not spoken yet is put before those who have; the chair may move anybody.

use std::collections::BTreeSet;

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::command::Actor;
use super::event::Event;
use super::seat::Seat;
use super::state::State;
use super::time::{Moment, Span};
use super::{Decided, check, limits, refusal::Refusal};

/// Who may write.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FloorMode {
    /// Everybody.
    #[default]
    Open,
    /// Whoever has the floor.
    Hands,
    /// These.
    Editors(BTreeSet<UserId>),
    /// These; everybody else writes into a branch.
    Suggestions(BTreeSet<UserId>),
}

/// Who has the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Who.
    pub who: UserId,
    /// Until when; `None` for until it is taken or given back.
    pub until: Option<Moment>,
}

/// The floor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Floor {
    /// Who may write.
    pub mode: FloorMode,
    /// Who has it.
    pub turn: Option<Turn>,
    /// Who asks for it, the next one first.
    pub hands: Vec<UserId>,
}

impl Floor {
    /// Whether somebody has it at this moment.
    #[must_use]
    pub fn is_with(&self, who: &UserId, now: Moment) -> bool {
        self.turn
            .as_ref()
            .is_some_and(|turn| turn.who == *who && turn.until.is_none_or(|until| now < until))
    }

    fn holder(&self) -> Option<&UserId> {
        self.turn.as_ref().map(|turn| &turn.who)
    }

    /// Takes hands and floor from those.
    pub(super) fn forget(&mut self, is_one: impl Fn(&UserId) -> bool) {
        self.hands.retain(|hand| !is_one(hand));
        self.turn.take_if(|turn| is_one(&turn.who));
    }

    /// Takes editors out of the mode.
    pub(super) fn forget_editor(&mut self, who: &UserId) {
        if let FloorMode::Editors(names) | FloorMode::Suggestions(names) = &mut self.mode {
            names.remove(who);
        }
    }

    pub(super) fn put_hand(&mut self, who: &UserId, at: usize) {
        self.hands.retain(|hand| hand != who);
        self.hands.insert(at.min(self.hands.len()), who.clone());
    }
}

impl State {
    pub(super) fn raise_hand(&self, who: &UserId) -> Decided {
        self.check_not_recused(who)?;
        if self.floor.hands.contains(who) || self.floor.holder() == Some(who) {
            return Err(Refusal::AlreadySo);
        }
        check::room_for_one(self.floor.hands.len(), limits::HANDS_MAX)?;
        let at = if self.has_spoken(who) {
            self.floor.hands.len()
        } else {
            // Behind the last of those who have not spoken either.
            self.floor
                .hands
                .iter()
                .rposition(|hand| !self.has_spoken(hand))
                .map_or(0, |at| at + 1)
        };
        let who = who.clone();
        Ok(vec![Event::HandRaised { who, at }])
    }

    /// Whether somebody has had the floor in this meeting.
    #[must_use]
    pub fn has_spoken(&self, who: &UserId) -> bool {
        self.people
            .get(who)
            .is_some_and(|person| person.counts.turns > 0)
    }

    pub(super) fn lower_hand(&self, who: &UserId) -> Decided {
        if !self.floor.hands.contains(who) {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::HandLowered { who: who.clone() }])
    }

    pub(super) fn move_hand(&self, who: &UserId, to: usize) -> Decided {
        let at = self.floor.hands.iter().position(|hand| hand == who);
        let at = at.ok_or(Refusal::NoSuchPerson)?;
        let to = to.min(self.floor.hands.len() - 1);
        if at == to {
            return Err(Refusal::AlreadySo);
        }
        let who = who.clone();
        Ok(vec![Event::HandMoved { who, to }])
    }

    pub(super) fn give_floor(
        &self,
        by: &Actor,
        who: &UserId,
        time: Option<Span>,
        now: Moment,
    ) -> Decided {
        time.map_or(Ok(()), check::time_box)?;
        if !self.is_present(who) {
            return Err(Refusal::NoSuchPerson);
        }
        self.check_not_recused(who)?;
        // Among peers nobody cuts another short.
        if let Some(holder) = self.floor.holder()
            && self.seat(by) == Seat::Peer
            && *by != Actor::Person(holder.clone())
        {
            return Err(Refusal::NotYours);
        }
        if self.floor.holder() == Some(who) && time.is_none() {
            return Err(Refusal::AlreadySo);
        }
        let until = time.map(|time| now.plus(time));
        let who = who.clone();
        Ok(vec![Event::FloorGiven { who, until }])
    }

    pub(super) fn take_floor(&self) -> Decided {
        if self.floor.turn.is_none() {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::FloorFree])
    }

    pub(super) fn yield_floor(&self, who: &UserId) -> Decided {
        if self.floor.holder() != Some(who) {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::FloorFree])
    }

    pub(super) fn set_floor(&self, mode: &FloorMode) -> Decided {
        if let FloorMode::Editors(names) | FloorMode::Suggestions(names) = mode {
            self.check_names(names)?;
        }
        if *mode == self.floor.mode {
            return Err(Refusal::AlreadySo);
        }
        let mode = mode.clone();
        Ok(vec![Event::FloorSet { mode }])
    }

    pub(super) fn check_not_recused(&self, who: &UserId) -> Result<(), Refusal> {
        match self.agenda.recusal(who) {
            Some(_) => Err(Refusal::Recused),
            None => Ok(()),
        }
    }
}
