//! Who is in the meeting: coming and going, the lobby, removal, attendance, and counts for whoever facilitates.
//!
//! A person who was once admitted comes back without asking, unless they were removed; then they wait in the lobby and may
//! be let in again. Counts say how often, never what, and are gone when the meeting ends.

use std::collections::BTreeSet;

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::command::Actor;
use super::event::Event;
use super::seat::Seat;
use super::state::{Phase, State};
use super::time::{Moment, Span};
use super::{Decided, check, lead::Lead, limits, refusal::Refusal};

/// How somebody belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// To the community.
    Member,
    /// Asked from outside: speaks, and decides nothing.
    Guest,
}

/// Whether those who come are let in at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lobby {
    /// They are.
    Open,
    /// They wait until somebody admits them.
    Knock,
}

/// Whether somebody was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Admission {
    /// They asked.
    Asked,
    /// They were.
    Admitted,
    /// They were, and are put out.
    Removed {
        /// Why; nothing where the community decided it.
        reason: Option<String>,
        /// Who did it; nothing where the community decided it, and in meetings kept before this was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
}

/// Whether somebody has a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// At least one.
    Here,
    /// None.
    Away,
}

/// How somebody attended, for the minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// When they were first present while the meeting was open.
    pub first: Option<Moment>,
    /// When they were last seen to go; `None` while they are present.
    pub last: Option<Moment>,
    /// How long they were present until then.
    pub total: Span,
    /// Since when they are present.
    pub since: Option<Moment>,
}

impl Attendance {
    fn begin(&mut self, at: Moment) {
        self.first.get_or_insert(at);
        self.since.get_or_insert(at);
        self.last = None;
    }

    fn end(&mut self, at: Moment) {
        if let Some(since) = self.since.take() {
            self.total = self.total.plus(at.since(since));
            self.last = Some(at);
        }
    }
}

/// How often somebody took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Hands raised.
    pub hands: u32,
    /// Times that they had the floor.
    pub turns: u32,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// How they belong.
    pub kind: Kind,
    /// Whether they were let in.
    pub admission: Admission,
    /// Whether they are connected.
    pub link: Link,
    /// The how-manieth they were to come.
    pub order: u32,
    /// How they attended.
    pub attendance: Attendance,
    /// How often they took part.
    pub counts: Counts,
}

impl Person {
    /// Whether they are in the meeting now.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.link == Link::Here && self.admission == Admission::Admitted
    }
}

impl State {
    /// Whether somebody is in the meeting now.
    #[must_use]
    pub fn is_present(&self, who: &UserId) -> bool {
        self.people.get(who).is_some_and(Person::is_present)
    }

    pub(super) fn arrive(&self, who: &UserId, kind: Kind) -> Decided {
        let known = self.people.get(who);
        if known.is_none() {
            check::room_for_one(self.people.len(), limits::PEOPLE_MAX)?;
        }
        let leads = self.leader.as_ref() == Some(who) || self.deputies.contains(who);
        let is_let_in = match known.map(|person| &person.admission) {
            Some(Admission::Removed { .. }) => false,
            Some(Admission::Admitted) => true,
            Some(Admission::Asked) | None => leads || self.lobby == Lobby::Open,
        };
        let is_same = |person: &Person| person.link == Link::Here && person.kind == kind;
        if known.is_some_and(|person| is_same(person) && person.is_present() == is_let_in) {
            return Ok(Vec::new());
        }
        let who = who.clone();
        if !is_let_in {
            return Ok(vec![Event::Knocked { who, kind }]);
        }
        let mut events = vec![Event::Arrived {
            who: who.clone(),
            kind,
        }];
        events.extend(self.lead_on_arrival(&who, kind));
        Ok(events)
    }

    pub(super) fn drop_link(&self, who: &UserId, now: Moment) -> Decided {
        let is_here = self
            .people
            .get(who)
            .is_some_and(|person| person.link == Link::Here);
        if !is_here {
            return Ok(Vec::new());
        }
        let mut events = vec![Event::Dropped { who: who.clone() }];
        if matches!(&self.lead, Lead::Chair(chair) if chair == who) {
            let until = now.plus(limits::GRACE);
            events.push(Event::GraceBegan { until });
        }
        Ok(events)
    }

    pub(super) fn leave(&self, who: &UserId) -> Vec<Event> {
        let mut events = vec![Event::Left { who: who.clone() }];
        events.extend(self.lead_without(who));
        events
    }

    pub(super) fn expel(&self, who: &UserId) -> Decided {
        match self.people.get(who).map(|person| &person.admission) {
            None | Some(Admission::Removed { .. }) => Ok(Vec::new()),
            Some(Admission::Asked | Admission::Admitted) => Ok(self.put_out(who, None)),
        }
    }

    pub(super) fn remove(&self, actor: &Actor, who: &UserId, reason: &str) -> Decided {
        check::text(reason)?;
        if matches!(actor, Actor::Person(by) if by == who) {
            return Err(Refusal::NotOneself);
        }
        if self.leader.as_ref() == Some(who) {
            return Err(Refusal::LeaderStays);
        }
        match self.people.get(who).map(|person| &person.admission) {
            None => Err(Refusal::NoSuchPerson),
            Some(Admission::Removed { .. }) => Err(Refusal::AlreadySo),
            Some(Admission::Asked | Admission::Admitted) => {
                Ok(self.put_out(who, Some(reason.to_owned())))
            }
        }
    }

    fn put_out(&self, who: &UserId, reason: Option<String>) -> Vec<Event> {
        let who = who.clone();
        let next = self.lead_without(&who);
        let mut events = vec![Event::Removed { who, reason }];
        events.extend(next);
        events
    }

    pub(super) fn admit(&self, who: &UserId) -> Decided {
        match self.seat(&Actor::Person(who.clone())) {
            Seat::Waiting => Ok(vec![Event::Admitted { who: who.clone() }]),
            Seat::Outside => Err(Refusal::NoSuchPerson),
            _ => Err(Refusal::AlreadySo),
        }
    }

    pub(super) fn set_roll(&self, voters: &BTreeSet<UserId>) -> Decided {
        if voters.len() > limits::ROLL_MAX {
            return Err(Refusal::Full);
        }
        if *voters == self.roll {
            return Ok(Vec::new());
        }
        let voters = voters.clone();
        Ok(vec![Event::RollSet { voters }])
    }

    pub(super) fn set_lobby(&self, lobby: Lobby) -> Decided {
        if self.lobby == lobby {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::LobbySet { lobby }])
    }

    /// Somebody has come, and waits or not.
    pub(super) fn came(&mut self, who: &UserId, kind: Kind, admitted: bool, at: Moment) {
        let order = self.arrivals;
        let is_open = self.phase == Phase::Open;
        let person = self.people.entry(who.clone()).or_insert_with(|| {
            self.arrivals = order.saturating_add(1);
            Person {
                kind,
                admission: Admission::Asked,
                link: Link::Here,
                order,
                attendance: Attendance::default(),
                counts: Counts::default(),
            }
        });
        person.kind = kind;
        person.link = Link::Here;
        if admitted {
            person.admission = Admission::Admitted;
            if is_open {
                person.attendance.begin(at);
            }
        }
    }

    /// Somebody was let in.
    pub(super) fn let_in(&mut self, who: &UserId, at: Moment) {
        if let Some(kind) = self.people.get(who).map(|person| person.kind) {
            self.came(who, kind, true, at);
        }
    }

    /// Somebody has no connection any more. Who only waited is forgotten.
    pub(super) fn gone(&mut self, who: &UserId, at: Moment) {
        if let Some(person) = self.people.get_mut(who) {
            person.link = Link::Away;
            person.attendance.end(at);
            if person.admission == Admission::Asked {
                self.people.remove(who);
            }
        }
    }

    /// Somebody was put out. They are remembered, so that they do not walk in again.
    pub(super) fn put_away(
        &mut self,
        who: &UserId,
        reason: Option<String>,
        by: &Actor,
        at: Moment,
    ) {
        if let Some(person) = self.people.get_mut(who) {
            person.link = Link::Away;
            let by = match by {
                Actor::Person(by) => Some(by.clone()),
                Actor::Server => None,
            };
            person.admission = Admission::Removed { reason, by };
            person.attendance.end(at);
        }
        self.deputies.retain(|deputy| deputy != who);
    }

    /// Attendance begins for all who are there already.
    pub(super) fn begin_attendance(&mut self, at: Moment) {
        for person in self.people.values_mut().filter(|each| each.is_present()) {
            person.attendance.begin(at);
        }
    }

    /// Attendance ends for all, and what was counted is forgotten.
    pub(super) fn end_attendance(&mut self, at: Moment) {
        for person in self.people.values_mut() {
            person.attendance.end(at);
            person.counts = Counts::default();
        }
    }

    /// Everybody whom the meeting knows, and whether they have a connection.
    pub fn known(&self) -> impl Iterator<Item = (&UserId, Kind, Link)> {
        self.people
            .iter()
            .map(|(who, person)| (who, person.kind, person.link))
    }

    /// Who attended, for the minutes, in the order of coming.
    #[must_use]
    pub fn attendance(&self) -> Vec<(&UserId, Kind, Attendance)> {
        let mut people: Vec<_> = self
            .people
            .iter()
            .filter(|(_, person)| person.attendance.first.is_some())
            .collect();
        people.sort_by_key(|(_, person)| person.order);
        people
            .into_iter()
            .map(|(who, person)| (who, person.kind, person.attendance))
            .collect()
    }
}
