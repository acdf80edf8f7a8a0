//! Where everybody looks: bringing everyone to a place after a countdown, a place in the spotlight, and whom all follow.
//!
//! Nobody is moved against their will: whoever says so in time stays where they are. That somebody presents, and in which
//! document, is state, so that no client can make others follow it; where in it they read and what they select is presence,
//! which the server binds to their name, and is not here. Who follows is for each to say to their own page.

use std::collections::BTreeSet;

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::place::Place;
use super::state::State;
use super::time::{Moment, Span};
use super::{Decided, check, limits, refusal::Refusal};

/// Everyone is brought to a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gathering {
    /// Where.
    pub place: Place,
    /// When.
    pub at: Moment,
    /// Who stays where they are.
    pub staying: BTreeSet<UserId>,
}

/// Somebody whom all may follow. They are present, admitted, and of the community; where there is a chair, it is the chair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presenting {
    /// Who.
    pub who: UserId,
    /// Which document they show.
    pub document: DocName,
}

/// Where everybody looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// The countdown that runs.
    pub gathering: Option<Gathering>,
    /// What is shown to all.
    pub spotlight: Option<Place>,
    /// Whom all follow.
    pub presenting: Option<Presenting>,
}

impl Attention {
    /// Whoever this says presents no longer.
    pub(super) fn unfollow(&mut self, is_meant: impl Fn(&UserId) -> bool) {
        self.presenting.take_if(|one| is_meant(&one.who));
    }
}

impl State {
    pub(super) fn gather(&self, place: &Place, countdown: Span, now: Moment) -> Decided {
        self.check_place(place)?;
        check::within(countdown, limits::COUNTDOWN_MIN, limits::COUNTDOWN_MAX)?;
        if self.attention.gathering.is_some() {
            return Err(Refusal::AlreadySo);
        }
        let place = place.clone();
        let at = now.plus(countdown);
        Ok(vec![Event::Gathering { place, at }])
    }

    pub(super) fn cancel_gather(&self) -> Decided {
        match self.attention.gathering {
            Some(_) => Ok(vec![Event::GatheringCancelled]),
            None => Err(Refusal::AlreadySo),
        }
    }

    pub(super) fn stay(&self, who: &UserId) -> Decided {
        match &self.attention.gathering {
            Some(gathering) if !gathering.staying.contains(who) => {
                Ok(vec![Event::Stayed { who: who.clone() }])
            }
            Some(_) | None => Err(Refusal::AlreadySo),
        }
    }

    pub(super) fn spotlight(&self, place: &Place) -> Decided {
        self.check_place(place)?;
        if self.attention.spotlight.as_ref() == Some(place) {
            return Err(Refusal::AlreadySo);
        }
        let place = place.clone();
        Ok(vec![Event::Spotlit { place }])
    }

    pub(super) fn end_spotlight(&self) -> Decided {
        match self.attention.spotlight {
            Some(_) => Ok(vec![Event::SpotlightEnded]),
            None => Err(Refusal::AlreadySo),
        }
    }

    /// Begins to present, or goes on in another document. Among peers nobody takes it from somebody else.
    pub(super) fn present(&self, who: &UserId, document: &DocName) -> Decided {
        self.check_place(&Place::whole(document.clone()))?;
        if self.agenda.recusal(who).is_some() {
            return Err(Refusal::Recused);
        }
        match &self.attention.presenting {
            Some(one) if one.who != *who => return Err(Refusal::NotYours),
            Some(one) if one.document == *document => return Err(Refusal::AlreadySo),
            Some(_) | None => {}
        }
        Ok(vec![Event::Presenting {
            who: who.clone(),
            document: document.clone(),
        }])
    }

    pub(super) fn stop_presenting(&self, who: &UserId) -> Decided {
        match &self.attention.presenting {
            Some(one) if one.who == *who => Ok(vec![Event::PresentingEnded]),
            Some(_) => Err(Refusal::NotYours),
            None => Err(Refusal::AlreadySo),
        }
    }
}
