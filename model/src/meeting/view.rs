//! What one participant may see of a meeting: the only thing of it that a client is ever sent.
//!
//! Nothing of an open poll but how many have answered; nothing of an open round but how many have voted; one's own answer.
//! Whoever waits sees that they wait, whoever was put out sees why, and whoever left the room for an item does not see what
//! is said and asked meanwhile. Times are moments of the server's clock, so that clients count down without drift.

use std::collections::{BTreeMap, BTreeSet};

use consilium_protocol::ids::UserId;
use serde::Serialize;

use super::agenda::{Item, Recusal, Timer};
use super::attention::{Gathering, Presenting};
use super::ballot::{Ballot, BoxId, Boxes, Slot};
use super::command::Actor;
use super::deed::Deed;
use super::floor::{FloorMode, Turn};
use super::ids::{ItemId, PollId, RoundId};
use super::lead::Lead;
use super::motion::{Motion, MotionEnd};
use super::people::{Admission, Counts, Kind};
use super::place::Place;
use super::poll::NewPoll;
use super::round::{Anonymity, NewRound, Round, RoundResult, VoidReason};
use super::seat::Seat;
use super::state::{Phase, State};
use super::table;
use super::writing::Lock;

/// What somebody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "view", rename_all = "kebab-case")]
pub enum View {
    /// Nothing: they are not in it.
    Outside,
    /// That they were put out.
    Removed {
        /// Why; nothing where the community decided it.
        reason: Option<String>,
        /// Who did it, where somebody in the meeting did: the ledger says so too.
        by: Option<UserId>,
    },
    /// That they wait to be let in.
    Lobby {
        /// How many came before them and wait too.
        ahead: usize,
        /// Why they were put out before, if they were.
        removed: Option<String>,
    },
    /// The meeting.
    Inside(Box<Inside>),
}

/// The meeting, as somebody who is in it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inside {
    /// Which state of it this is.
    pub version: u64,
    /// How far it has come.
    pub phase: Phase,
    /// What they are in it, by [`Seat::word`].
    pub seat: &'static str,
    /// What they may do now, by [`Deed::word`].
    pub may: Vec<&'static str>,
    /// Who leads.
    pub lead: Lead,
    /// Whom the community named to lead.
    pub leader: Option<UserId>,
    /// Who takes over.
    pub deputies: Vec<UserId>,
    /// Who is present, and as what.
    pub present: BTreeMap<UserId, Kind>,
    /// Who waits in the lobby, in the order of coming. Empty for those who cannot let them in.
    pub waiting: Vec<UserId>,
    /// The agenda, with who is recused: that is for all to know.
    pub items: Vec<Item>,
    /// What is dealt with.
    pub current: Option<ItemId>,
    /// How they are recused from it.
    pub recused: Option<Recusal>,
    /// Its timer.
    pub timer: Timer,
    /// Who may write.
    pub floor: FloorMode,
    /// Who writes on while the texts are frozen; `None` when they are not.
    pub freeze: Option<BTreeSet<UserId>>,
    /// Where only some write.
    pub locks: Vec<Lock>,
    /// What goes on in the room; `None` for whoever has left it for this item.
    pub room: Option<Room>,
    /// How often each took part, for whoever facilitates.
    pub balance: Option<BTreeMap<UserId, Counts>>,
}

/// What goes on in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// Who has the floor.
    pub turn: Option<Turn>,
    /// Who asks for it, the next one first.
    pub hands: Vec<Hand>,
    /// Where everyone is brought.
    pub gathering: Option<Gathering>,
    /// What is shown to all.
    pub spotlight: Option<Place>,
    /// Whom they may follow, and in which document.
    pub presenting: Option<Presenting>,
    /// The last poll.
    pub poll: Option<PollView>,
    /// The rounds.
    pub rounds: Vec<RoundView>,
    /// Motions that are pending.
    pub motions: Vec<Motion>,
    /// Those that are not any more.
    pub decided: Vec<(Motion, MotionEnd)>,
}

/// A hand that is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hand {
    /// Whose.
    pub who: UserId,
    /// Whether they have not had the floor in this meeting.
    pub is_first: bool,
}

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PollView {
    /// Which.
    pub id: PollId,
    /// What is asked.
    pub poll: NewPoll,
    /// How many have answered, while it is open.
    pub answered: usize,
    /// Their own answer, while it is open.
    pub mine: Option<Ballot>,
    /// How many chose each, once it is closed.
    pub counts: Option<Vec<u32>>,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundView {
    /// Which.
    pub id: RoundId,
    /// What it is about, and its rule.
    pub round: NewRound,
    /// How many may vote.
    pub eligible: usize,
    /// How many have.
    pub voted: usize,
    /// Whether they may.
    pub may_vote: bool,
    /// Whether they have.
    pub have_voted: bool,
    /// Their own ballot, in a named round that is open. In an anonymous one only their device knows it.
    pub mine: Option<Ballot>,
    /// How it ended.
    pub result: Option<RoundResult>,
    /// How each voted, where the rule said named and it was counted.
    pub named: BTreeMap<UserId, Ballot>,
    /// Why it counts for nothing.
    pub void: Option<VoidReason>,
}

/// What this person may see now.
#[must_use]
pub fn view_for(state: &State, boxes: &Boxes, who: &UserId) -> View {
    let seat = state.seat(&Actor::Person(who.clone()));
    let person = state.people.get(who);
    let removed = person.and_then(|person| match &person.admission {
        Admission::Removed { reason, by } => Some((reason.clone(), by.clone())),
        Admission::Asked | Admission::Admitted => None,
    });
    match (seat, removed) {
        (Seat::Outside, Some((reason, by))) => View::Removed { reason, by },
        (Seat::Outside | Seat::Server, _) => View::Outside,
        (Seat::Waiting, removed) => {
            let waiting = state.waiting();
            View::Lobby {
                ahead: waiting.iter().take_while(|each| *each != who).count(),
                removed: removed.and_then(|(reason, _)| reason),
            }
        }
        (seat, _) => View::Inside(Box::new(inside(state, boxes, who, seat))),
    }
}

impl State {
    /// Who waits in the lobby, in the order of coming.
    fn waiting(&self) -> Vec<UserId> {
        let mut waiting: Vec<_> = self
            .people
            .iter()
            .filter(|(who, _)| self.seat(&Actor::Person((*who).clone())) == Seat::Waiting)
            .collect();
        waiting.sort_by_key(|(_, person)| person.order);
        waiting.into_iter().map(|(who, _)| who.clone()).collect()
    }
}

fn inside(state: &State, boxes: &Boxes, who: &UserId, seat: Seat) -> Inside {
    let stage = state.stage();
    let may = |deed: Deed| table::may(seat, deed, stage);
    let recused = state.agenda.recusal(who);
    let facilitates = matches!(seat, Seat::Chair | Seat::Deputy | Seat::Leader);
    Inside {
        version: state.version,
        phase: state.phase,
        seat: seat.word(),
        may: Deed::ALL
            .iter()
            .copied()
            .filter(|deed| may(*deed))
            .map(Deed::word)
            .collect(),
        lead: state.lead.clone(),
        leader: state.leader.clone(),
        deputies: state.deputies.clone(),
        present: state
            .people
            .iter()
            .filter(|(_, person)| person.is_present())
            .map(|(who, person)| (who.clone(), person.kind))
            .collect(),
        waiting: if may(Deed::Admit) {
            state.waiting()
        } else {
            Vec::new()
        },
        items: state.agenda.items.clone(),
        current: state.agenda.current,
        recused,
        timer: state.agenda.timer,
        floor: state.floor.mode.clone(),
        freeze: state.writing.freeze.clone(),
        locks: state.writing.locks.clone(),
        room: (recused != Some(Recusal::Absent)).then(|| room(state, boxes, who)),
        balance: facilitates.then(|| {
            state
                .people
                .iter()
                .map(|(who, person)| (who.clone(), person.counts))
                .collect()
        }),
    }
}

fn room(state: &State, boxes: &Boxes, who: &UserId) -> Room {
    Room {
        turn: state.floor.turn.clone(),
        hands: state
            .floor
            .hands
            .iter()
            .map(|hand| Hand {
                who: hand.clone(),
                is_first: !state.has_spoken(hand),
            })
            .collect(),
        gathering: state.attention.gathering.clone(),
        spotlight: state.attention.spotlight.clone(),
        presenting: state.attention.presenting.clone(),
        poll: state.polls.all.last().map(|poll| {
            let id = BoxId::Poll(poll.id);
            PollView {
                id: poll.id,
                poll: poll.poll.clone(),
                answered: boxes.count(id),
                mine: boxes.ballot(id, &Slot::Named(who.clone())),
                counts: poll.counts.clone(),
            }
        }),
        rounds: state
            .rounds
            .all
            .iter()
            .map(|round| round_view(state, boxes, who, round))
            .collect(),
        motions: state.motions.stack.clone(),
        decided: state.motions.ended.clone(),
    }
}

fn round_view(state: &State, boxes: &Boxes, who: &UserId, round: &Round) -> RoundView {
    let is_named = round.round.rule.anonymity == Anonymity::Named;
    let may_vote = round.is_open()
        && round.roll.contains(who)
        && state.agenda.recusal(who).is_none()
        && table::may(
            state.seat(&Actor::Person(who.clone())),
            Deed::CastBallot,
            state.stage(),
        );
    RoundView {
        id: round.id,
        round: round.round.clone(),
        eligible: round.roll.len(),
        voted: round.voted.len(),
        may_vote,
        have_voted: round.voted.contains(who),
        mine: is_named
            .then(|| boxes.ballot(BoxId::Round(round.id), &Slot::Named(who.clone())))
            .flatten(),
        result: round.result.clone(),
        named: round.named.clone(),
        void: round.void.clone(),
    }
}
