//! Who leads: the chair, and what happens when the chair is gone.
//!
//! A chair who drops has a grace period, in which nobody acts as chair. Then the leader takes over if present, else the
//! first deputy who is, else those present elect somebody. The leader may take the chair back at any time. All of it is
//! one value, so there are never two chairs; where a network is cut, the store's version decides which node's command
//! counts. A chair is never recused from the current item: they hand over first.
//!
//! The election is a show of hands, for an emergency: who votes for whom is seen by all. A tie goes to whoever came first.

use std::collections::BTreeMap;

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::people::{Kind, Person};
use super::state::State;
use super::time::Moment;
use super::{Decided, limits, refusal::Refusal};

/// Who leads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// Nobody: the meeting is not under way, or was meant to have no chair.
    #[default]
    Nobody,
    /// This person.
    Chair(UserId),
    /// Nobody yet: the chair is gone and may come back.
    Grace {
        /// Who was the chair.
        chair: UserId,
        /// Until when they are waited for.
        until: Moment,
    },
    /// Nobody: one is being elected.
    Election {
        /// When it ends; `None` before the first ballot.
        until: Option<Moment>,
        /// Who is for whom.
        ballots: BTreeMap<UserId, UserId>,
    },
}

/// How somebody became the chair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// They opened the meeting.
    Opened,
    /// They were back in time.
    Returned,
    /// They were named beforehand: as leader, or as deputy.
    Named,
    /// Those present elected them.
    Elected,
    /// The chair before gave it to them.
    HandedOver,
    /// They are the leader and took it back.
    Reclaimed,
}

impl Lead {
    /// Who acts as chair.
    #[must_use]
    pub const fn chair(&self) -> Option<&UserId> {
        match self {
            Self::Chair(chair) => Some(chair),
            Self::Nobody | Self::Grace { .. } | Self::Election { .. } => None,
        }
    }

    /// Who is the chair or may come back as it.
    pub(super) const fn holder(&self) -> Option<&UserId> {
        match self {
            Self::Chair(chair) | Self::Grace { chair, .. } => Some(chair),
            Self::Nobody | Self::Election { .. } => None,
        }
    }

    /// Somebody takes no part in an election any more.
    pub(super) fn forget(&mut self, who: &UserId) {
        if let Self::Election { ballots, .. } = self {
            ballots.retain(|by, candidate| by != who && candidate != who);
        }
    }
}

impl State {
    /// Whether somebody can be the chair now.
    #[must_use]
    pub fn may_chair(&self, who: &UserId) -> bool {
        self.people.get(who).is_some_and(Self::is_present_member)
            && self.agenda.recusal(who).is_none()
    }

    fn is_present_member(person: &Person) -> bool {
        person.is_present() && person.kind == Kind::Member
    }

    /// What follows for the chair from somebody's coming.
    pub(super) fn lead_on_arrival(&self, who: &UserId, kind: Kind) -> Vec<Event> {
        let is_named = self.leader.as_ref() == Some(who) || self.deputies.contains(who);
        let taken = |how| {
            vec![Event::ChairTaken {
                who: who.clone(),
                how,
            }]
        };
        match (&self.lead, kind) {
            (Lead::Grace { chair, .. }, Kind::Member) if chair == who => taken(How::Returned),
            (Lead::Grace { chair, .. } | Lead::Chair(chair), Kind::Guest) if chair == who => {
                self.next_lead(who)
            }
            (Lead::Election { .. }, Kind::Member)
                if is_named && self.agenda.recusal(who).is_none() =>
            {
                taken(How::Named)
            }
            _ => Vec::new(),
        }
    }

    /// What follows for the chair when somebody is not recused any more from the current item.
    pub(super) fn lead_on_release(&self, who: &UserId) -> Option<Event> {
        let is_named = self.leader.as_ref() == Some(who) || self.deputies.contains(who);
        let is_here = self.people.get(who).is_some_and(Self::is_present_member);
        let is_wanted = matches!(self.lead, Lead::Election { .. });
        (is_named && is_here && is_wanted).then(|| Event::ChairTaken {
            who: who.clone(),
            how: How::Named,
        })
    }

    /// What follows for the chair from somebody's going for good.
    pub(super) fn lead_without(&self, who: &UserId) -> Vec<Event> {
        if self.lead.holder() == Some(who) {
            self.next_lead(who)
        } else {
            Vec::new()
        }
    }

    /// Who leads next, when this person does not.
    pub(super) fn next_lead(&self, without: &UserId) -> Vec<Event> {
        let next = self
            .leader
            .iter()
            .chain(&self.deputies)
            .find(|who| *who != without && self.may_chair(who));
        vec![next.map_or(Event::ElectionBegan, |who| Event::ChairTaken {
            who: who.clone(),
            how: How::Named,
        })]
    }

    pub(super) fn name_deputies(&self, deputies: &[UserId]) -> Decided {
        if deputies.len() > limits::DEPUTIES_MAX {
            return Err(Refusal::Full);
        }
        let is_twice = |(at, who): (usize, &UserId)| deputies[..at].contains(who);
        if deputies.iter().enumerate().any(is_twice) {
            return Err(Refusal::AlreadySo);
        }
        for who in deputies {
            self.check_admitted(who)?;
            if self.people.get(who).map(|person| person.kind) != Some(Kind::Member) {
                return Err(Refusal::MayNotChair);
            }
        }
        if deputies == self.deputies {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::DeputiesNamed {
            deputies: deputies.to_vec(),
        }])
    }

    pub(super) fn hand_over(&self, to: &UserId) -> Decided {
        if self.lead.chair() == Some(to) {
            return Err(Refusal::NotOneself);
        }
        self.take_chair(to, How::HandedOver)
    }

    pub(super) fn take_chair(&self, who: &UserId, how: How) -> Decided {
        if !self.may_chair(who) {
            return Err(Refusal::MayNotChair);
        }
        Ok(vec![Event::ChairTaken {
            who: who.clone(),
            how,
        }])
    }

    pub(super) fn elect(&self, by: &UserId, candidate: &UserId, now: Moment) -> Decided {
        let Lead::Election { until, ballots } = &self.lead else {
            return Err(Refusal::NoElection);
        };
        if !self.may_chair(candidate) {
            return Err(Refusal::MayNotChair);
        }
        if ballots.get(by) == Some(candidate) {
            return Err(Refusal::AlreadySo);
        }
        let mut events = vec![Event::Elected {
            by: by.clone(),
            candidate: candidate.clone(),
        }];
        let mut ballots = ballots.clone();
        ballots.insert(by.clone(), candidate.clone());
        let mut present = self
            .people
            .iter()
            .filter(|(_, person)| Self::is_present_member(person));
        if present.all(|(who, _)| ballots.contains_key(who)) {
            events.extend(self.winner(&ballots));
        } else if until.is_none() {
            let at = now.plus(limits::ELECTION);
            events.push(Event::ElectionEnds { at });
        }
        Ok(events)
    }

    /// What an election comes to that ends now: a chair, or another election.
    pub(super) fn end_election(&self, ballots: &BTreeMap<UserId, UserId>) -> Event {
        self.winner(ballots).unwrap_or(Event::ElectionBegan)
    }

    fn winner(&self, ballots: &BTreeMap<UserId, UserId>) -> Option<Event> {
        let mut votes: BTreeMap<&UserId, usize> = BTreeMap::new();
        for (by, candidate) in ballots {
            let counts = self.people.get(by).is_some_and(Self::is_present_member);
            if counts && self.may_chair(candidate) {
                *votes.entry(candidate).or_default() += 1;
            }
        }
        let order = |who: &UserId| self.people.get(who).map(|person| person.order);
        let (who, _) = votes
            .into_iter()
            .max_by_key(|(who, count)| (*count, std::cmp::Reverse(order(who))))?;
        Some(Event::ChairTaken {
            who: who.clone(),
            how: How::Elected,
        })
    }
}
