//! The state of a meeting, and how each event changes it.
//!
//! [`State::evolve`] is the only way in which a state changes, so that the same events make the same state, on every node and
//! years later. It never fails: an event is a fact. What can be refused is decided before (`super::decide`).

use std::collections::BTreeSet;

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::agenda::{Agenda, Progress, Timer};
use super::attention::{Attention, Gathering, Presenting};
use super::event::{Event, Record};
use super::floor::{Floor, Turn};
use super::lead::Lead;
use super::motion::{Motion, Motions};
use super::people::{Kind, Link, Lobby, Person};
use super::poll::{Poll, Polls};
use super::round::{Round, Rounds};
use super::time::Moment;
use super::writing::{Lock, Writing};
use super::{limits, refusal::Refusal};

/// What a meeting begins with: the community's word, which the meeting does not question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// Who leads it; `None` for a meeting of peers, which has no chair.
    pub leader: Option<UserId>,
    /// Who takes over, in this order.
    pub deputies: Vec<UserId>,
    /// Who may vote.
    pub roll: BTreeSet<UserId>,
    /// The CRDT documents that it is about.
    pub documents: BTreeSet<DocName>,
    /// Whether those who come wait.
    pub lobby: Lobby,
}

/// How far a meeting has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It has not begun.
    Planned,
    /// It is under way.
    Open,
    /// It is over.
    Ended,
}

/// The state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    pub(super) version: u64,
    /// When the last event was. Time never goes back, whatever another node's clock says.
    pub(super) last_at: Moment,
    pub(super) phase: Phase,
    pub(super) leader: Option<UserId>,
    pub(super) deputies: Vec<UserId>,
    pub(super) roll: BTreeSet<UserId>,
    pub(super) documents: BTreeSet<DocName>,
    pub(super) lobby: Lobby,
    pub(super) lead: Lead,
    pub(super) people: std::collections::BTreeMap<UserId, Person>,
    /// How many people have come so far.
    pub(super) arrivals: u32,
    pub(super) agenda: Agenda,
    pub(super) floor: Floor,
    pub(super) writing: Writing,
    pub(super) attention: Attention,
    pub(super) polls: Polls,
    pub(super) rounds: Rounds,
    pub(super) motions: Motions,
}

impl State {
    /// A meeting that has not begun.
    ///
    /// # Errors
    /// [`Refusal::Full`] when the set-up is larger than a meeting may be, [`Refusal::BadChoices`] when it contradicts itself.
    pub fn new(setup: &Setup) -> Result<Self, Refusal> {
        let is_small = setup.deputies.len() <= limits::DEPUTIES_MAX
            && setup.roll.len() <= limits::ROLL_MAX
            && setup.documents.len() <= limits::DOCUMENTS_MAX;
        if !is_small {
            return Err(Refusal::Full);
        }
        let different: BTreeSet<&UserId> = setup.deputies.iter().chain(&setup.leader).collect();
        let named = setup.deputies.len() + usize::from(setup.leader.is_some());
        let is_led = setup.leader.is_some() || setup.deputies.is_empty();
        if different.len() != named || !is_led {
            return Err(Refusal::BadChoices);
        }
        Ok(Self {
            version: 0,
            last_at: Moment(i64::MIN),
            phase: Phase::Planned,
            leader: setup.leader.clone(),
            deputies: setup.deputies.clone(),
            roll: setup.roll.clone(),
            documents: setup.documents.clone(),
            lobby: setup.lobby,
            lead: Lead::Nobody,
            people: std::collections::BTreeMap::new(),
            arrivals: 0,
            agenda: Agenda::default(),
            floor: Floor::default(),
            writing: Writing::default(),
            attention: Attention::default(),
            polls: Polls::default(),
            rounds: Rounds::default(),
            motions: Motions::default(),
        })
    }

    /// The state that these events lead to. Passing ones may be missing when the meeting has ended.
    ///
    /// # Errors
    /// Those of [`State::new`].
    pub fn replay<'a>(
        setup: &Setup,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Result<Self, Refusal> {
        let mut state = Self::new(setup)?;
        for record in records {
            state.evolve(record);
        }
        Ok(state)
    }

    /// How many events have made it. A store takes the next ones only if it still is this.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// How far the meeting has come.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Who leads.
    #[must_use]
    pub const fn lead(&self) -> &Lead {
        &self.lead
    }

    /// The agenda.
    #[must_use]
    pub const fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    /// The rounds.
    #[must_use]
    pub const fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// Who may vote.
    #[must_use]
    pub const fn roll(&self) -> &BTreeSet<UserId> {
        &self.roll
    }

    /// The documents that it is about.
    #[must_use]
    pub const fn documents(&self) -> &BTreeSet<DocName> {
        &self.documents
    }

    /// Does what has happened.
    pub fn evolve(&mut self, record: &Record) {
        self.version = record.version;
        self.last_at = record.at;
        let at = record.at;
        match &record.event {
            Event::Arrived { who, kind } => {
                self.came(who, *kind, true, at);
                if *kind == Kind::Guest {
                    self.attention.unfollow(|one| one == who);
                }
            }
            Event::Knocked { who, kind } => self.came(who, *kind, false, at),
            Event::Dropped { who } => {
                self.gone(who, at);
                self.attention.unfollow(|one| one == who);
            }
            Event::Left { who } => {
                self.gone(who, at);
                self.attention.unfollow(|one| one == who);
                self.floor.forget(|one| one == who);
                self.lead.forget(who);
            }
            Event::Admitted { who } => self.let_in(who, at),
            Event::Removed { who, reason } => {
                self.put_away(who, reason.clone(), &record.by, at);
                self.floor.forget(|one| one == who);
                self.floor.forget_editor(who);
                self.attention.unfollow(|one| one == who);
                self.writing.forget(who);
                self.lead.forget(who);
                if let Some(gathering) = &mut self.attention.gathering {
                    gathering.staying.remove(who);
                }
            }
            Event::LobbySet { lobby } => self.lobby = *lobby,
            Event::RollSet { voters } => self.roll.clone_from(voters),
            Event::Opened => {
                self.phase = Phase::Open;
                self.begin_attendance(at);
            }
            Event::Ended => self.end(at),
            Event::DeputiesNamed { deputies } => self.deputies.clone_from(deputies),
            Event::ChairTaken { who, .. } => {
                self.lead = Lead::Chair(who.clone());
                self.attention.unfollow(|one| one != who);
            }
            Event::GraceBegan { until } => {
                if let Lead::Chair(chair) = &self.lead {
                    self.lead = Lead::Grace {
                        chair: chair.clone(),
                        until: *until,
                    };
                }
            }
            Event::ElectionBegan => {
                self.lead = Lead::Election {
                    until: None,
                    ballots: std::collections::BTreeMap::new(),
                };
            }
            Event::ElectionEnds { at } => {
                if let Lead::Election { until, .. } = &mut self.lead {
                    *until = Some(*at);
                }
            }
            Event::Elected { by, candidate } => {
                if let Lead::Election { ballots, .. } = &mut self.lead {
                    ballots.insert(by.clone(), candidate.clone());
                }
            }
            other => self.evolve_business(other),
        }
    }

    /// What the meeting is about, as against who is in it.
    fn evolve_business(&mut self, event: &Event) {
        match event {
            Event::ItemAdded { id, item } => self.agenda.add(*id, item.clone()),
            Event::ItemMoved { item, to } => self.agenda.put(*item, *to),
            Event::ItemParked { item } => self.agenda.end(*item, Progress::Parked),
            Event::ItemBegan { item, until } => {
                self.agenda.begin(*item, *until);
                self.quiet_the_recused();
            }
            Event::ItemClosed { item } => self.agenda.end(*item, Progress::Done),
            Event::TimerPaused { left } => self.agenda.timer = Timer::Paused(*left),
            Event::TimerResumed { until } => self.agenda.timer = Timer::Running(*until),
            Event::TimerExtended { timer, .. } => self.agenda.timer = *timer,
            Event::Overran { .. } => self.agenda.timer = Timer::Over,
            Event::Recused { who, item, how } => {
                self.agenda.recuse(who, *item, Some(*how));
                self.quiet_the_recused();
            }
            Event::RecusalEnded { who, item } => self.agenda.recuse(who, *item, None),
            Event::Frozen { except } => self.writing.freeze = Some(except.clone()),
            Event::Unfrozen => self.writing.freeze = None,
            Event::Locked { place, editors } => {
                self.writing.unlock(place);
                self.writing.locks.push(Lock {
                    place: place.clone(),
                    editors: editors.clone(),
                });
            }
            Event::Unlocked { place } => self.writing.unlock(place),
            Event::PollOpened { id, poll } => self.polls.all.push(Poll {
                id: *id,
                poll: poll.clone(),
                counts: None,
            }),
            Event::PollClosed { poll, counts } => self.polls.close(*poll, counts.clone()),
            Event::RoundOpened {
                id,
                round,
                roll,
                recused,
            } => self.rounds.all.push(Round {
                id: *id,
                round: round.clone(),
                roll: roll.clone(),
                recused: *recused,
                voted: BTreeSet::new(),
                result: None,
                named: std::collections::BTreeMap::new(),
                void: None,
            }),
            Event::BallotCast { round, who } => self.rounds.voted(*round, who),
            Event::RoundClosed {
                round,
                result,
                named,
            } => self.rounds.close(*round, result.clone(), named.clone()),
            Event::RoundVoided { round, why } => self.rounds.void(*round, why.clone()),
            Event::Proposed { id, text, by } => {
                if let Some(item) = self.agenda.current {
                    self.motions.stack.push(Motion {
                        id: *id,
                        item,
                        text: text.clone(),
                        by: by.clone(),
                        seconded_by: None,
                    });
                }
            }
            Event::Seconded { motion, by } => self.motions.second(*motion, by),
            Event::MotionEnded {
                motion,
                end,
                becomes,
            } => self.motions.end(*motion, *end, becomes.as_ref()),
            other => self.evolve_moment(other),
        }
    }

    /// What is of the moment: the floor, and where everybody looks.
    fn evolve_moment(&mut self, event: &Event) {
        match event {
            Event::HandRaised { who, at } => {
                self.floor.put_hand(who, *at);
                if let Some(person) = self.people.get_mut(who) {
                    person.counts.hands = person.counts.hands.saturating_add(1);
                }
            }
            Event::HandLowered { who } => self.floor.hands.retain(|hand| hand != who),
            Event::HandMoved { who, to } => self.floor.put_hand(who, *to),
            Event::FloorGiven { who, until } => {
                self.floor.hands.retain(|hand| hand != who);
                self.floor.turn = Some(Turn {
                    who: who.clone(),
                    until: *until,
                });
                if let Some(person) = self.people.get_mut(who) {
                    person.counts.turns = person.counts.turns.saturating_add(1);
                }
            }
            Event::FloorFree => self.floor.turn = None,
            Event::FloorSet { mode } => self.floor.mode = mode.clone(),
            Event::Gathering { place, at } => {
                self.attention.gathering = Some(Gathering {
                    place: place.clone(),
                    at: *at,
                    staying: BTreeSet::new(),
                });
            }
            Event::Gathered | Event::GatheringCancelled => self.attention.gathering = None,
            Event::Stayed { who } => {
                if let Some(gathering) = &mut self.attention.gathering {
                    gathering.staying.insert(who.clone());
                }
            }
            Event::Spotlit { place } => self.attention.spotlight = Some(place.clone()),
            Event::SpotlightEnded => self.attention.spotlight = None,
            Event::Presenting { who, document } => {
                self.attention.presenting = Some(Presenting {
                    who: who.clone(),
                    document: document.clone(),
                });
            }
            Event::PresentingEnded => self.attention.presenting = None,
            other => debug_assert!(!other.is_passing(), "{other:?} changes nothing"),
        }
    }

    /// The meeting is over: nobody leads, nothing keeps anybody from writing, and what was counted is forgotten.
    fn end(&mut self, at: Moment) {
        self.phase = Phase::Ended;
        self.lead = Lead::Nobody;
        self.end_attendance(at);
        let here: Vec<UserId> = self
            .people
            .iter()
            .filter(|(_, person)| person.link == Link::Here)
            .map(|(who, _)| who.clone())
            .collect();
        for who in here {
            self.gone(&who, at);
        }
        self.agenda.current = None;
        self.agenda.timer = Timer::Off;
        self.floor = Floor::default();
        self.writing = Writing::default();
        self.attention = Attention::default();
    }
}
