//! What happens by itself when its time has come: the server asks for the next moment, and says when it is there.
//!
//! Between two ticks nothing that is over can be used: a timer that has run out is only shown late, and a turn that is over is
//! looked at by [`super::writing::may_write`] itself.

use super::agenda::Timer;
use super::event::Event;
use super::lead::Lead;
use super::state::{Phase, State};
use super::time::Moment;

/// When the meeting next has something to do by itself; `None` when it only waits for people.
#[must_use]
pub fn next_deadline(state: &State) -> Option<Moment> {
    if state.phase != Phase::Open {
        return None;
    }
    let lead = match &state.lead {
        Lead::Grace { until, .. } => Some(*until),
        Lead::Election { until, .. } => *until,
        Lead::Nobody | Lead::Chair(_) => None,
    };
    let timer = match state.agenda.timer {
        Timer::Running(until) => Some(until),
        Timer::Off | Timer::Paused(_) | Timer::Over => None,
    };
    let gathering = state.attention.gathering.as_ref().map(|each| each.at);
    let turn = state.floor.turn.as_ref().and_then(|turn| turn.until);
    [lead, timer, gathering, turn].into_iter().flatten().min()
}

impl State {
    /// All that is due. Nothing, when nothing is.
    pub(super) fn tick(&self, now: Moment) -> Vec<Event> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let mut events = Vec::new();
        let turn = self.floor.turn.as_ref().and_then(|turn| turn.until);
        if turn.is_some_and(|until| until <= now) {
            events.push(Event::FloorFree);
        }
        if let (Timer::Running(until), Some(item)) = (self.agenda.timer, self.agenda.current)
            && until <= now
        {
            events.push(Event::Overran { item });
        }
        let gathering = self.attention.gathering.as_ref();
        if gathering.is_some_and(|gathering| gathering.at <= now) {
            events.push(Event::Gathered);
        }
        match &self.lead {
            Lead::Grace { chair, until } if *until <= now => events.extend(self.next_lead(chair)),
            Lead::Election {
                until: Some(until),
                ballots,
            } if *until <= now => events.push(self.end_election(ballots)),
            Lead::Nobody | Lead::Chair(_) | Lead::Grace { .. } | Lead::Election { .. } => {}
        }
        events
    }
}
