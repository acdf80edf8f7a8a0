//! A meeting: a session of people over texts that a leader moderates, as a pure state machine (D14).
//!
//! [`decide`] says what a command comes to, given the state, who acts and when: events, or a refusal with a code.
//! [`State::evolve`] does what an event says. The server stores the events with a version and nothing else decides anything;
//! the same events make the same state everywhere. Ballots are no events: they lie in [`Boxes`] until they are counted (I9).
//!
//! The word *session* is taken twice (signing in, and stretches of work in the history), so this is a meeting. Its *leader* is
//! whom the community named; its *chair* is who leads it now.
//!
//! Reading order: [`seat`] and [`table`] (who may do what), [`command`], [`event`], [`state`]; then a file for each concept:
//! [`people`], [`lead`], [`agenda`], [`floor`], [`writing`], [`attention`], [`poll`], [`round`] and [`ballot`], [`motion`];
//! then what is asked of it: [`writing::may_write`], [`view::view_for`], [`deadline::next_deadline`].
//!
//! No clock, no randomness, no I/O; knows no text, no community and no name of a person.

pub mod agenda;
pub mod attention;
pub mod ballot;
mod check;
pub mod command;
pub mod deadline;
pub mod deed;
pub mod event;
pub mod floor;
pub mod ids;
pub mod lead;
pub mod limits;
pub mod motion;
pub mod people;
pub mod place;
pub mod poll;
pub mod refusal;
pub mod round;
pub mod seat;
pub mod state;
pub mod table;
pub mod time;
pub mod view;
pub mod writing;

use consilium_protocol::ids::UserId;

use ballot::{BoxWrite, Boxes};
use command::{Actor, Command};
use event::{Event, Record};
use lead::How;
use refusal::Refusal;
use round::VoidReason;
use seat::Seat;
use state::{Setup, State};
use time::Moment;

/// What a command comes to, where boxes have no part in it.
type Decided = Result<Vec<Event>, Refusal>;

/// What a command comes to.
///
/// A store keeps all of it or nothing, in one transaction, and only if the meeting's version is still the one that was
/// decided on; that also where there are no records, so that no ballot is changed after the close.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// What happened, in order. Empty where nothing is to be told: a ballot that was changed, a tick before its time.
    pub records: Vec<Record>,
    /// What happens to the boxes.
    pub writes: Vec<BoxWrite>,
}

/// A meeting with its boxes, in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// What events made it.
    pub state: State,
    /// The ballots that are not counted yet.
    pub boxes: Boxes,
}

impl Meeting {
    /// A meeting that has not begun.
    ///
    /// # Errors
    /// Those of [`State::new`].
    pub fn new(setup: &Setup) -> Result<Self, Refusal> {
        Ok(Self {
            state: State::new(setup)?,
            boxes: Boxes::default(),
        })
    }

    /// Decides and does it, without copying anything.
    ///
    /// # Errors
    /// The refusal; nothing has changed then.
    pub fn apply(
        &mut self,
        command: &Command,
        actor: &Actor,
        now: Moment,
    ) -> Result<Decision, Refusal> {
        let decision = decide(&self.state, &self.boxes, command, actor, now)?;
        self.commit(&decision);
        Ok(decision)
    }

    /// Does what was decided on this very version.
    pub fn commit(&mut self, decision: &Decision) {
        for record in &decision.records {
            self.state.evolve(record);
        }
        for write in &decision.writes {
            self.boxes.write(write);
        }
    }
}

/// What a command comes to, or why it is refused. Changes nothing.
///
/// # Errors
/// The refusal.
pub fn decide(
    state: &State,
    boxes: &Boxes,
    command: &Command,
    actor: &Actor,
    now: Moment,
) -> Result<Decision, Refusal> {
    let now = now.max(state.last_at);
    check_right(state, command, actor)?;
    let mut writes = Vec::new();
    let events = match actor {
        Actor::Server => by_server(state, boxes, command, now, &mut writes)?,
        Actor::Person(who) => by_person(state, boxes, command, who, now, &mut writes)?,
    };
    let records = events
        .into_iter()
        .zip(state.version + 1..)
        .map(|(event, version)| Record {
            version,
            at: now,
            by: actor.clone(),
            event,
        })
        .collect();
    Ok(Decision { records, writes })
}

/// Whether the table allows it.
fn check_right(state: &State, command: &Command, actor: &Actor) -> Result<(), Refusal> {
    let (seat, deed) = (state.seat(actor), command.deed());
    if table::may(seat, deed, state.stage()) {
        return Ok(());
    }
    Err(match seat {
        Seat::Outside | Seat::Waiting => Refusal::NotPresent,
        _ if table::stages(seat, deed) == "-" => Refusal::NotYours,
        _ => Refusal::NotNow,
    })
}

fn by_server(
    state: &State,
    boxes: &Boxes,
    command: &Command,
    now: Moment,
    writes: &mut Vec<BoxWrite>,
) -> Decided {
    match command {
        Command::Arrive { who, kind } => state.arrive(who, *kind),
        Command::Drop { who } => state.drop_link(who, now),
        Command::Expel { who } => {
            writes.extend(state.take_answer(who, boxes));
            state.expel(who)
        }
        Command::Tick => Ok(state.tick(now)),
        Command::SetRoll { voters } => state.set_roll(voters),
        Command::TextChanged { document, hash } => {
            Ok(paired(state.text_changed(document, *hash), writes))
        }
        Command::End => Ok(end(state, boxes, writes)),
        Command::Recuse { who, item, how } => {
            let events = state.recuse(who, *item, *how)?;
            writes.extend(answer_of_recused(state, boxes, &events));
            Ok(events)
        }
        Command::EndRecusal { who, item } => state.end_recusal(who, *item),
        _ => Err(Refusal::NotYours),
    }
}

fn by_person(
    state: &State,
    boxes: &Boxes,
    command: &Command,
    who: &UserId,
    now: Moment,
    writes: &mut Vec<BoxWrite>,
) -> Decided {
    let actor = Actor::Person(who.clone());
    match command {
        Command::Open => open(state, who),
        Command::End => Ok(end(state, boxes, writes)),
        Command::Leave => Ok(state.leave(who)),
        Command::SetLobby { lobby } => state.set_lobby(*lobby),
        Command::Admit { who } => state.admit(who),
        Command::Remove { who, reason } => {
            let events = state.remove(&actor, who, reason)?;
            writes.extend(state.take_answer(who, boxes));
            Ok(events)
        }
        Command::NameDeputies { deputies } => state.name_deputies(deputies),
        Command::HandOver { to } => state.hand_over(to),
        Command::Reclaim => state.take_chair(who, How::Reclaimed),
        Command::Elect { candidate } => state.elect(who, candidate, now),
        Command::AddItem { item } => state.add_item(item),
        Command::MoveItem { item, to } => state.move_item(*item, *to),
        Command::ParkItem { item } => state.park_item(*item),
        Command::BeginItem { item } => state.begin_item(*item, now),
        Command::CloseItem => state.close_item(),
        Command::PauseTimer => state.pause_timer(now),
        Command::ResumeTimer => state.resume_timer(now),
        Command::ExtendTimer { by } => state.extend_timer(*by, now),
        Command::Recuse { who, item, how } => {
            let events = state.recuse(who, *item, *how)?;
            writes.extend(answer_of_recused(state, boxes, &events));
            Ok(events)
        }
        Command::RecuseMyself { item, how } => {
            let events = state.recuse(who, *item, *how)?;
            writes.extend(answer_of_recused(state, boxes, &events));
            Ok(events)
        }
        Command::EndRecusal { who, item } => state.end_recusal(who, *item),
        Command::RaiseHand => state.raise_hand(who),
        Command::LowerHand => state.lower_hand(who),
        Command::LowerHandOf { who } => state.lower_hand(who),
        Command::MoveHand { who, to } => state.move_hand(who, *to),
        Command::GiveFloor { who, time } => state.give_floor(&actor, who, *time, now),
        Command::TakeFloor => state.take_floor(),
        Command::YieldFloor => state.yield_floor(who),
        Command::SetFloor { mode } => state.set_floor(mode),
        Command::Freeze { except } => state.freeze(except),
        Command::Unfreeze => state.unfreeze(),
        Command::Lock { place, editors } => state.lock(place, editors),
        Command::Unlock { place } => state.unlock(place),
        Command::Gather { place, countdown } => state.gather(place, *countdown, now),
        Command::CancelGather => state.cancel_gather(),
        Command::Stay => state.stay(who),
        Command::Spotlight { place } => state.spotlight(place),
        Command::EndSpotlight => state.end_spotlight(),
        Command::Present { document } => state.present(who, document),
        Command::StopPresenting => state.stop_presenting(who),
        Command::OpenPoll { poll } => state.open_poll(poll),
        Command::AnswerPoll { poll, option } => {
            writes.push(state.answer_poll(who, *poll, *option)?);
            Ok(Vec::new())
        }
        Command::ClosePoll { poll } => Ok(paired([state.close_poll(*poll, boxes)?], writes)),
        Command::OpenRound { round } => state.open_round(round),
        Command::CastBallot {
            round,
            text,
            slot,
            ballot,
        } => {
            let (event, write) = state.cast_ballot(who, *round, *text, *slot, *ballot, boxes)?;
            writes.push(write);
            Ok(event.into_iter().collect())
        }
        Command::CloseRound { round } => Ok(paired([state.close_round(*round, boxes)?], writes)),
        Command::VoidRound { round, reason } => {
            Ok(paired([state.void_round(*round, reason)?], writes))
        }
        Command::Propose { text } => state.propose(who, text),
        Command::Second { motion } => state.second(who, *motion),
        Command::WithdrawMotion { motion } => state.withdraw_motion(who, *motion),
        Command::DecideMotion {
            motion,
            end,
            becomes,
        } => state.decide_motion(*motion, *end, becomes.as_ref()),
        Command::Arrive { .. }
        | Command::Drop { .. }
        | Command::Expel { .. }
        | Command::Tick
        | Command::SetRoll { .. }
        | Command::TextChanged { .. } => Err(Refusal::NotYours),
    }
}

fn open(state: &State, who: &UserId) -> Decided {
    let mut events = vec![Event::Opened];
    if state.leader.is_some() {
        events.extend(state.take_chair(who, How::Opened)?);
    }
    Ok(events)
}

/// Ends the meeting, with what is not finished.
fn end(state: &State, boxes: &Boxes, writes: &mut Vec<BoxWrite>) -> Vec<Event> {
    let poll = state
        .polls
        .open()
        .map(|poll| State::count_poll(poll, boxes));
    let round = state
        .rounds
        .open()
        .map(|round| State::void(round, VoidReason::MeetingEnded));
    let mut events = paired(poll.into_iter().chain(round), writes);
    events.push(Event::Ended);
    events
}

fn paired(
    pairs: impl IntoIterator<Item = (Event, BoxWrite)>,
    writes: &mut Vec<BoxWrite>,
) -> Vec<Event> {
    let (events, more): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    writes.extend(more);
    events
}

/// The answer, in the open poll, of whoever is being recused from what is dealt with now.
fn answer_of_recused(state: &State, boxes: &Boxes, events: &[Event]) -> Option<BoxWrite> {
    events.iter().find_map(|event| match event {
        Event::Recused { who, item, .. } if state.agenda.current == Some(*item) => {
            state.take_answer(who, boxes)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
