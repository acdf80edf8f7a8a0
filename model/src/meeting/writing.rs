//! Who may write where: freeze, locks, and the one function that rooms ask.
//!
//! What is refused here is never dropped: it becomes a branch of its author's (D11, I3). The restrictions hold for everybody
//! who may write the document, whether they attend or not, else one would leave the meeting to write. They end with it.

use std::collections::{BTreeMap, BTreeSet};

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::command::Actor;
use super::event::Event;
use super::floor::{FloorMode, Turn};
use super::people::Admission;
use super::place::Place;
use super::seat::Seat;
use super::state::{Phase, State};
use super::time::Moment;
use super::{Decided, limits, refusal::Refusal};

/// Where only some write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// Where.
    pub place: Place,
    /// Who.
    pub editors: BTreeSet<UserId>,
}

/// What keeps people from writing, apart from the floor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Writing {
    /// Who writes on, while the texts are frozen.
    pub freeze: Option<BTreeSet<UserId>>,
    /// At most one for each place.
    pub locks: Vec<Lock>,
}

impl Writing {
    pub(super) fn forget(&mut self, who: &UserId) {
        if let Some(except) = &mut self.freeze {
            except.remove(who);
        }
        for lock in &mut self.locks {
            lock.editors.remove(who);
        }
    }

    pub(super) fn unlock(&mut self, place: &Place) {
        self.locks.retain(|lock| !lock.place.is(place));
    }
}

/// What is to become of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The meeting has nothing against it; what access says is another question.
    Allowed,
    /// It goes into a branch of its author's.
    Branch(Why),
}

/// Why an edit goes into a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Its author was put out of the meeting.
    Removed,
    /// Its author waits in the lobby.
    Waiting,
    /// A round is being held about this very text.
    UnderVote,
    /// The texts are frozen.
    Frozen,
    /// Its author is recused from what this is about.
    Recused,
    /// The place is locked, and others are its editors.
    Locked,
    /// Only whoever has the floor writes.
    NoFloor,
    /// Others are the editors.
    NoEditor,
    /// Proposals are asked for, not edits.
    SuggestOnly,
}

impl Why {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 9] = [
        Self::Removed,
        Self::Waiting,
        Self::UnderVote,
        Self::Frozen,
        Self::Recused,
        Self::Locked,
        Self::NoFloor,
        Self::NoEditor,
        Self::SuggestOnly,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Waiting => "waiting",
            Self::UnderVote => "under-vote",
            Self::Frozen => "frozen",
            Self::Recused => "recused",
            Self::Locked => "locked",
            Self::NoFloor => "no-floor",
            Self::NoEditor => "no-editor",
            Self::SuggestOnly => "suggest-only",
        }
    }
}

/// Whether somebody may write in a place now. `now` counts for turns that are over and were not ended yet.
///
/// A place without a section is "somewhere in the document": locks and recusals of single sections are not looked at then.
/// A room asks [`closed_sections`] as well, and holds each update against those.
#[must_use]
pub fn may_write(state: &State, who: &UserId, place: &Place, now: Moment) -> Verdict {
    if state.phase != Phase::Open || !state.documents.contains(&place.document) {
        return Verdict::Allowed;
    }
    match state.reason_against(who, place, now) {
        Some(why) => Verdict::Branch(why),
        None => Verdict::Allowed,
    }
}

/// The sections of a document in which somebody may not write, though they may elsewhere in it, and why: recused before
/// locked.
#[must_use]
pub fn closed_sections<'a>(
    state: &'a State,
    who: &UserId,
    document: &DocName,
) -> BTreeMap<&'a str, Why> {
    if state.phase != Phase::Open {
        return BTreeMap::new();
    }
    let locked = state
        .writing
        .locks
        .iter()
        .filter(|lock| !lock.editors.contains(who))
        .map(|lock| (&lock.place, Why::Locked));
    let recused = state
        .agenda
        .items
        .iter()
        .filter(|item| item.recused.contains_key(who))
        .filter_map(|item| Some((item.item.place.as_ref()?, Why::Recused)));
    locked
        .chain(recused)
        .filter(|(place, _)| place.document == *document)
        .filter_map(|(place, why)| Some((place.section.as_deref()?, why)))
        .collect()
}

/// Whether sections of a document are closed to anybody.
#[must_use]
pub fn has_closed_sections(state: &State, document: &DocName) -> bool {
    let is_one = |place: &Place| place.document == *document && place.section.is_some();
    state.phase == Phase::Open
        && (state.writing.locks.iter().any(|lock| is_one(&lock.place))
            || state.agenda.items.iter().any(|item| {
                !item.recused.is_empty() && item.item.place.as_ref().is_some_and(is_one)
            }))
}

/// All that [`may_write`] and [`closed_sections`] look at. While it stays the same, so do their answers, but for turns that
/// run out.
#[derive(Debug, PartialEq, Eq)]
pub struct Bearing<'a> {
    documents: &'a BTreeSet<DocName>,
    /// Who was put out, and who waits.
    kept_out: Vec<(&'a UserId, Why)>,
    under_vote: Option<&'a DocName>,
    writing: &'a Writing,
    /// For each item that somebody is recused from: where it is, whether that counts everywhere now, and who.
    recused: Vec<(Option<&'a Place>, bool, Vec<&'a UserId>)>,
    mode: &'a FloorMode,
    /// Who has the floor, where that says who writes.
    turn: Option<&'a Turn>,
}

/// What of a state bears on who may write; `None` where nothing of it does.
#[must_use]
pub fn bearing(state: &State) -> Option<Bearing<'_>> {
    if state.phase != Phase::Open {
        return None;
    }
    let kept_out = state.people.keys().filter_map(|who| {
        let why = state.keeps_out(who)?;
        Some((who, why))
    });
    let recused = state
        .agenda
        .items
        .iter()
        .filter(|item| !item.recused.is_empty());
    Some(Bearing {
        documents: &state.documents,
        kept_out: kept_out.collect(),
        under_vote: state.rounds.open().map(|round| &round.round.document),
        writing: &state.writing,
        recused: recused
            .map(|item| {
                let place = item.item.place.as_ref();
                let is_everywhere = place.is_none() && state.agenda.current == Some(item.id);
                (place, is_everywhere, item.recused.keys().collect())
            })
            .collect(),
        mode: &state.floor.mode,
        turn: state
            .floor
            .turn
            .as_ref()
            .filter(|_| state.floor.mode == FloorMode::Hands),
    })
}

impl State {
    /// Why somebody writes in nothing that the meeting is about.
    fn keeps_out(&self, who: &UserId) -> Option<Why> {
        let admission = self.people.get(who).map(|person| &person.admission);
        if matches!(admission, Some(Admission::Removed { .. })) {
            return Some(Why::Removed);
        }
        let is_waiting = self.seat(&Actor::Person(who.clone())) == Seat::Waiting;
        is_waiting.then_some(Why::Waiting)
    }

    fn reason_against(&self, who: &UserId, place: &Place, now: Moment) -> Option<Why> {
        if let Some(why) = self.keeps_out(who) {
            return Some(why);
        }
        let is_under_vote = |document: &DocName| {
            self.rounds
                .open()
                .is_some_and(|round| round.round.document == *document)
        };
        if is_under_vote(&place.document) {
            return Some(Why::UnderVote);
        }
        if let Some(except) = &self.writing.freeze
            && !except.contains(who)
        {
            return Some(Why::Frozen);
        }
        if self.is_recused_in(who, place) {
            return Some(Why::Recused);
        }
        let is_locked_out = |lock: &Lock| lock.place.covers(place) && !lock.editors.contains(who);
        if self.writing.locks.iter().any(is_locked_out) {
            return Some(Why::Locked);
        }
        match &self.floor.mode {
            FloorMode::Open => None,
            FloorMode::Hands if self.floor.is_with(who, now) => None,
            FloorMode::Hands => Some(Why::NoFloor),
            FloorMode::Editors(names) if names.contains(who) => None,
            FloorMode::Editors(_) => Some(Why::NoEditor),
            FloorMode::Suggestions(names) if names.contains(who) => None,
            FloorMode::Suggestions(_) => Some(Why::SuggestOnly),
        }
    }

    /// From the place of an item during the whole meeting; from everything while an item is current that has no place.
    fn is_recused_in(&self, who: &UserId, place: &Place) -> bool {
        self.agenda.items.iter().any(|item| {
            item.recused.contains_key(who)
                && match &item.item.place {
                    Some(of_item) => of_item.covers(place),
                    None => self.agenda.current == Some(item.id),
                }
        })
    }

    pub(super) fn freeze(&self, except: &BTreeSet<UserId>) -> Decided {
        self.check_names(except)?;
        if self.writing.freeze.as_ref() == Some(except) {
            return Err(Refusal::AlreadySo);
        }
        let except = except.clone();
        Ok(vec![Event::Frozen { except }])
    }

    pub(super) fn unfreeze(&self) -> Decided {
        match self.writing.freeze {
            Some(_) => Ok(vec![Event::Unfrozen]),
            None => Err(Refusal::AlreadySo),
        }
    }

    pub(super) fn lock(&self, place: &Place, editors: &BTreeSet<UserId>) -> Decided {
        self.check_place(place)?;
        self.check_names(editors)?;
        let present = self.writing.locks.iter().find(|lock| lock.place.is(place));
        match present {
            Some(lock) if lock.editors == *editors => return Err(Refusal::AlreadySo),
            Some(_) => {}
            None => super::check::room_for_one(self.writing.locks.len(), limits::LOCKS_MAX)?,
        }
        Ok(vec![Event::Locked {
            place: place.clone(),
            editors: editors.clone(),
        }])
    }

    pub(super) fn unlock(&self, place: &Place) -> Decided {
        if self.writing.locks.iter().all(|lock| !lock.place.is(place)) {
            return Err(Refusal::NoSuchLock);
        }
        let place = place.clone();
        Ok(vec![Event::Unlocked { place }])
    }
}
