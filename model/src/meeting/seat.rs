//! What somebody is in a meeting, and how the meeting stands: the two things that its table of rights is about.
//!
//! A seat is no role: roles are the community's ([`crate::access::Role`]) and outlast the meeting. The *leader* is whom the
//! community named to lead this meeting; the *chair* is who leads it now. They are the same person until the leader drops
//! or hands over.

use super::people::{Admission, Kind, Link};
use super::state::{Phase, State};
use super::{Actor, lead::Lead};

/// What somebody is in a meeting, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// Leads the meeting.
    Chair,
    /// Was named to lead it, is present, and does not lead it now.
    Leader,
    /// Was named to take over, and is present.
    Deputy,
    /// Is present, and belongs to the community.
    Member,
    /// The same, in a meeting that nobody leads.
    Peer,
    /// Is present, and was asked from outside.
    Guest,
    /// Waits in the lobby.
    Waiting,
    /// Is not here, was removed, or was never known.
    Outside,
    /// The server itself: it says who comes and goes, and when it is time.
    Server,
}

impl Seat {
    /// All seats, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Chair,
        Self::Leader,
        Self::Deputy,
        Self::Member,
        Self::Peer,
        Self::Guest,
        Self::Waiting,
        Self::Outside,
        Self::Server,
    ];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Leader => "leader",
            Self::Deputy => "deputy",
            Self::Member => "member",
            Self::Peer => "peer",
            Self::Guest => "guest",
            Self::Waiting => "waiting",
            Self::Outside => "outside",
            Self::Server => "server",
        }
    }
}

/// How a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Not opened yet.
    Planned,
    /// Under way, with a chair; or with none, where it was meant to have none.
    Open,
    /// Under way, and the chair is gone.
    Vacant,
    /// Over.
    Ended,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 4] = [Self::Planned, Self::Open, Self::Vacant, Self::Ended];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Vacant => "vacant",
            Self::Ended => "ended",
        }
    }

    /// Its letter in the table.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::Planned => 'p',
            Self::Open => 'o',
            Self::Vacant => 'v',
            Self::Ended => 'e',
        }
    }
}

impl State {
    /// How the meeting stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match (self.phase, &self.lead) {
            (Phase::Planned, _) => Stage::Planned,
            (Phase::Ended, _) => Stage::Ended,
            (Phase::Open, Lead::Grace { .. } | Lead::Election { .. }) => Stage::Vacant,
            (Phase::Open, Lead::Nobody | Lead::Chair(_)) => Stage::Open,
        }
    }

    /// What somebody is, now.
    #[must_use]
    pub fn seat(&self, actor: &Actor) -> Seat {
        let Actor::Person(who) = actor else {
            return Seat::Server;
        };
        let Some(person) = self.people.get(who) else {
            return Seat::Outside;
        };
        match (person.link, &person.admission, person.kind) {
            (Link::Away, _, _) => Seat::Outside,
            (Link::Here, Admission::Asked | Admission::Removed { .. }, _) => Seat::Waiting,
            (Link::Here, Admission::Admitted, Kind::Guest) => Seat::Guest,
            (Link::Here, Admission::Admitted, Kind::Member) => {
                if self.lead.chair() == Some(who) {
                    Seat::Chair
                } else if self.leader.is_none() {
                    Seat::Peer
                } else if self.leader.as_ref() == Some(who) {
                    Seat::Leader
                } else if self.deputies.contains(who) {
                    Seat::Deputy
                } else {
                    Seat::Member
                }
            }
        }
    }
}
