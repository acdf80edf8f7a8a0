//! Where everybody looks: bringing everyone to a place after a countdown, and a place in the spotlight.
//!
//! Nobody is moved against their will: whoever says so in time stays where they are. Following a presenter's scrolling and
//! selection is presence, not state, and is not here.

use std::collections::BTreeSet;

use consilium_protocol::ids::UserId;
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

/// Where everybody looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// The countdown that runs.
    pub gathering: Option<Gathering>,
    /// What is shown to all.
    pub spotlight: Option<Place>,
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
}
