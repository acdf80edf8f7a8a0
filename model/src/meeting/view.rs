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
use super::writing::Lock;
use super::{limits, table};

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
    /// Who is present, and as what; `None` where they are a crowd.
    pub present: Option<BTreeMap<UserId, Kind>>,
    /// How many are present, where they are a crowd.
    pub crowd: Option<Crowd>,
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

/// More people than a view lists ([`limits::LISTED_MAX`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Crowd {
    /// Of the community.
    pub members: usize,
    /// From outside.
    pub guests: usize,
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

/// What of a view is somebody's own: everybody who has the same is shown the same ([`view_of`]), so that a view of five
/// hundred people is made a few times and not five hundred.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Glance {
    /// They are not in it.
    Outside,
    /// They were put out.
    Removed {
        /// Why; nothing where the community decided it.
        reason: Option<String>,
        /// Who did it.
        by: Option<UserId>,
    },
    /// They wait to be let in.
    Lobby {
        /// How many came before them and wait too.
        ahead: usize,
        /// Why they were put out before, if they were.
        removed: Option<String>,
    },
    /// They are in it.
    Inside {
        /// As what.
        seat: Seat,
        /// How they are recused from the current item.
        recused: Option<Recusal>,
        /// What they answered in the last poll, while it is open.
        answer: Option<Ballot>,
        /// What they are in each round.
        rounds: Vec<Voter>,
    },
}

/// What somebody is in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Voter {
    /// Whether they may vote.
    pub may_vote: bool,
    /// Whether they have.
    pub have_voted: bool,
    /// Their own ballot, in a named round that is open.
    pub mine: Option<Ballot>,
}

/// What this person may see now.
#[must_use]
pub fn view_for(state: &State, boxes: &Boxes, who: &UserId) -> View {
    view_of(state, boxes, &glance_of(state, boxes, who))
}

/// What of this person's view is their own.
#[must_use]
pub fn glance_of(state: &State, boxes: &Boxes, who: &UserId) -> Glance {
    let seat = state.seat(&Actor::Person(who.clone()));
    let person = state.people.get(who);
    let removed = person.and_then(|person| match &person.admission {
        Admission::Removed { reason, by } => Some((reason.clone(), by.clone())),
        Admission::Asked | Admission::Admitted => None,
    });
    match (seat, removed) {
        (Seat::Outside, Some((reason, by))) => Glance::Removed { reason, by },
        (Seat::Outside | Seat::Server, _) => Glance::Outside,
        (Seat::Waiting, removed) => {
            let waiting = state.waiting();
            Glance::Lobby {
                ahead: waiting.iter().take_while(|each| *each != who).count(),
                removed: removed.and_then(|(reason, _)| reason),
            }
        }
        (seat, _) => {
            let recused = state.agenda.recusal(who);
            let is_in_the_room = recused != Some(Recusal::Absent);
            let poll = state.polls.all.last().filter(|_| is_in_the_room);
            let rounds = state.rounds.all.iter().filter(|_| is_in_the_room);
            Glance::Inside {
                seat,
                recused,
                answer: poll
                    .and_then(|poll| boxes.ballot(BoxId::Poll(poll.id), &Slot::Named(who.clone()))),
                rounds: rounds
                    .map(|round| voter(state, boxes, who, (seat, recused), round))
                    .collect(),
            }
        }
    }
}

/// What everybody of whom this is their own may see now.
#[must_use]
pub fn view_of(state: &State, boxes: &Boxes, glance: &Glance) -> View {
    match glance.clone() {
        Glance::Outside => View::Outside,
        Glance::Removed { reason, by } => View::Removed { reason, by },
        Glance::Lobby { ahead, removed } => View::Lobby { ahead, removed },
        Glance::Inside {
            seat,
            recused,
            answer,
            rounds,
        } => {
            let room =
                (recused != Some(Recusal::Absent)).then(|| room(state, boxes, answer, &rounds));
            View::Inside(Box::new(inside(state, seat, recused, room)))
        }
    }
}

/// Who is present, and as what.
#[must_use]
pub fn present_in(state: &State) -> BTreeMap<UserId, Kind> {
    let present = state
        .people
        .iter()
        .filter(|(_, person)| person.is_present());
    present
        .map(|(who, person)| (who.clone(), person.kind))
        .collect()
}

/// How many are present, where they are more than a view lists.
#[must_use]
pub fn crowd_in(state: &State) -> Option<Crowd> {
    let present = state.people.values().filter(|person| person.is_present());
    let (members, guests) = present.fold((0, 0), |(members, guests), person| match person.kind {
        Kind::Member => (members + 1, guests),
        Kind::Guest => (members, guests + 1),
    });
    (members + guests > limits::LISTED_MAX).then_some(Crowd { members, guests })
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

fn inside(state: &State, seat: Seat, recused: Option<Recusal>, room: Option<Room>) -> Inside {
    let stage = state.stage();
    let may = |deed: Deed| table::may(seat, deed, stage);
    let crowd = crowd_in(state);
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
        present: crowd.is_none().then(|| present_in(state)),
        crowd,
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
        room,
        balance: facilitates.then(|| {
            state
                .people
                .iter()
                .map(|(who, person)| (who.clone(), person.counts))
                .collect()
        }),
    }
}

fn room(state: &State, boxes: &Boxes, answer: Option<Ballot>, rounds: &[Voter]) -> Room {
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
        poll: state.polls.all.last().map(|poll| PollView {
            id: poll.id,
            poll: poll.poll.clone(),
            answered: boxes.count(BoxId::Poll(poll.id)),
            mine: answer,
            counts: poll.counts.clone(),
        }),
        rounds: state
            .rounds
            .all
            .iter()
            .zip(rounds)
            .map(|(round, voter)| round_view(round, *voter))
            .collect(),
        motions: state.motions.stack.clone(),
        decided: state.motions.ended.clone(),
    }
}

/// What somebody is in a round.
fn voter(
    state: &State,
    boxes: &Boxes,
    who: &UserId,
    (seat, recused): (Seat, Option<Recusal>),
    round: &Round,
) -> Voter {
    let is_named = round.round.rule.anonymity == Anonymity::Named;
    Voter {
        may_vote: round.is_open()
            && round.roll.contains(who)
            && recused.is_none()
            && table::may(seat, Deed::CastBallot, state.stage()),
        have_voted: round.voted.contains(who),
        mine: is_named
            .then(|| boxes.ballot(BoxId::Round(round.id), &Slot::Named(who.clone())))
            .flatten(),
    }
}

fn round_view(round: &Round, voter: Voter) -> RoundView {
    RoundView {
        id: round.id,
        round: round.round.clone(),
        eligible: round.roll.len(),
        voted: round.voted.len(),
        may_vote: voter.may_vote,
        have_voted: voter.have_voted,
        mine: voter.mine,
        result: round.result.clone(),
        named: round.named.clone(),
        void: round.void.clone(),
    }
}
