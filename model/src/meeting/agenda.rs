//! The agenda: items in their order, the one that is current, its timer, and who is recused from which.
//!
//! That there is one current item is how it is written down. An item is left only when nothing is pending on it: no open
//! poll, no open round, no motion.

use std::collections::BTreeMap;

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::ids::ItemId;
use super::place::Place;
use super::state::State;
use super::time::{Moment, Span};
use super::{Decided, check, limits, refusal::Refusal};

/// An item as it is put on the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewItem {
    /// What it is about.
    pub title: String,
    /// Where that is; `None` for the meeting's texts as a whole.
    pub place: Option<Place>,
    /// How long it should take.
    pub time_box: Option<Span>,
}

/// What became of an item. The one that is current is [`Progress::Ahead`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It is still to be dealt with.
    Ahead,
    /// It was left for later.
    Parked,
    /// It was dealt with.
    Done,
}

/// What somebody who is recused from an item may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recusal {
    /// Follow it, without writing, speaking or voting.
    ReadOnly,
    /// Nothing: they are out of the room.
    Absent,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Which.
    pub id: ItemId,
    /// What it is.
    pub item: NewItem,
    /// What became of it.
    pub progress: Progress,
    /// Who is recused from it.
    pub recused: BTreeMap<UserId, Recusal>,
}

/// The timer of the current item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// There is none.
    #[default]
    Off,
    /// It ends then.
    Running(Moment),
    /// It stands still, with so much left.
    Paused(Span),
    /// It has ended: extend, park, or ask the room.
    Over,
}

/// The agenda.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agenda {
    /// In their order.
    pub items: Vec<Item>,
    /// The one that is dealt with.
    pub current: Option<ItemId>,
    /// Its timer.
    pub timer: Timer,
}

impl Agenda {
    /// The item of this number.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The item that is dealt with.
    #[must_use]
    pub fn current(&self) -> Option<&Item> {
        self.item(self.current?)
    }

    /// How somebody is recused from the current item.
    #[must_use]
    pub fn recusal(&self, who: &UserId) -> Option<Recusal> {
        self.current()?.recused.get(who).copied()
    }

    fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    fn position(&self, id: ItemId) -> Result<usize, Refusal> {
        self.items
            .iter()
            .position(|item| item.id == id)
            .ok_or(Refusal::NoSuchItem)
    }

    pub(super) fn add(&mut self, id: ItemId, item: NewItem) {
        self.items.push(Item {
            id,
            item,
            progress: Progress::Ahead,
            recused: BTreeMap::new(),
        });
    }

    pub(super) fn put(&mut self, id: ItemId, to: usize) {
        if let Ok(at) = self.position(id) {
            let item = self.items.remove(at);
            self.items.insert(to.min(self.items.len()), item);
        }
    }

    pub(super) fn begin(&mut self, id: ItemId, until: Option<Moment>) {
        if let Some(before) = self.current {
            self.end(before, Progress::Done);
        }
        if let Some(item) = self.item_mut(id) {
            item.progress = Progress::Ahead;
            self.current = Some(id);
            self.timer = until.map_or(Timer::Off, Timer::Running);
        }
    }

    pub(super) fn end(&mut self, id: ItemId, progress: Progress) {
        if let Some(item) = self.item_mut(id) {
            item.progress = progress;
        }
        if self.current == Some(id) {
            self.current = None;
            self.timer = Timer::Off;
        }
    }

    pub(super) fn recuse(&mut self, who: &UserId, id: ItemId, how: Option<Recusal>) {
        if let Some(item) = self.item_mut(id) {
            match how {
                Some(how) => item.recused.insert(who.clone(), how),
                None => item.recused.remove(who),
            };
        }
    }
}

impl State {
    pub(super) fn add_item(&self, item: &NewItem) -> Decided {
        check::room_for_one(self.agenda.items.len(), limits::ITEMS_MAX)?;
        check::line(&item.title)?;
        item.place
            .as_ref()
            .map_or(Ok(()), |place| self.check_place(place))?;
        item.time_box.map_or(Ok(()), check::time_box)?;
        // Items are never taken off, so that their count is the next number.
        let id = ItemId(u32::try_from(self.agenda.items.len()).unwrap_or(u32::MAX));
        let item = item.clone();
        Ok(vec![Event::ItemAdded { id, item }])
    }

    pub(super) fn move_item(&self, item: ItemId, to: usize) -> Decided {
        let at = self.agenda.position(item)?;
        let to = to.min(self.agenda.items.len() - 1);
        if at == to {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::ItemMoved { item, to }])
    }

    pub(super) fn park_item(&self, id: ItemId) -> Decided {
        let item = self.agenda.item(id).ok_or(Refusal::NoSuchItem)?;
        if item.progress != Progress::Ahead {
            return Err(Refusal::AlreadySo);
        }
        if self.agenda.current == Some(id) {
            self.check_nothing_pending()?;
        }
        Ok(vec![Event::ItemParked { item: id }])
    }

    pub(super) fn begin_item(&self, id: ItemId, now: Moment) -> Decided {
        let item = self.agenda.item(id).ok_or(Refusal::NoSuchItem)?;
        if self.agenda.current == Some(id) {
            return Err(Refusal::AlreadySo);
        }
        self.check_nothing_pending()?;
        if let Some(chair) = self.lead.holder()
            && item.recused.contains_key(chair)
        {
            return Err(Refusal::ChairRecused);
        }
        let until = item.item.time_box.map(|time_box| now.plus(time_box));
        Ok(vec![Event::ItemBegan { item: id, until }])
    }

    pub(super) fn close_item(&self) -> Decided {
        let item = self.agenda.current.ok_or(Refusal::NoCurrentItem)?;
        self.check_nothing_pending()?;
        Ok(vec![Event::ItemClosed { item }])
    }

    /// Whether the current item may be left.
    pub(super) fn check_nothing_pending(&self) -> Result<(), Refusal> {
        if self.polls.open().is_some() {
            return Err(Refusal::PollOpen);
        }
        if self.rounds.open().is_some() {
            return Err(Refusal::RoundOpen);
        }
        if !self.motions.stack.is_empty() {
            return Err(Refusal::MotionPending);
        }
        Ok(())
    }

    pub(super) fn pause_timer(&self, now: Moment) -> Decided {
        let Timer::Running(until) = self.agenda.timer else {
            return Err(Refusal::NoTimer);
        };
        let left = until.since(now);
        Ok(vec![Event::TimerPaused { left }])
    }

    pub(super) fn resume_timer(&self, now: Moment) -> Decided {
        let Timer::Paused(left) = self.agenda.timer else {
            return Err(Refusal::NoTimer);
        };
        let until = now.plus(left);
        Ok(vec![Event::TimerResumed { until }])
    }

    pub(super) fn extend_timer(&self, by: Span, now: Moment) -> Decided {
        check::time_box(by)?;
        if self.agenda.current.is_none() {
            return Err(Refusal::NoCurrentItem);
        }
        let timer = match self.agenda.timer {
            Timer::Off | Timer::Over => Timer::Running(now.plus(by)),
            Timer::Running(until) => {
                let until = until.plus(by);
                check::within(until.since(now), Span(0), limits::TIME_BOX_MAX)?;
                Timer::Running(until)
            }
            Timer::Paused(left) => {
                check::within(left.plus(by), Span(0), limits::TIME_BOX_MAX)?;
                Timer::Paused(left.plus(by))
            }
        };
        Ok(vec![Event::TimerExtended { by, timer }])
    }

    pub(super) fn recuse(&self, who: &UserId, id: ItemId, how: Recusal) -> Decided {
        let item = self.agenda.item(id).ok_or(Refusal::NoSuchItem)?;
        if item.recused.get(who) == Some(&how) {
            return Err(Refusal::AlreadySo);
        }
        let is_current = self.agenda.current == Some(id);
        if is_current && self.lead.holder() == Some(who) {
            return Err(Refusal::ChairRecused);
        }
        // A ballot may be in already, and nobody could find it to take it out: the round has to be ended first.
        if self
            .rounds
            .open()
            .is_some_and(|round| is_current && round.roll.contains(who))
        {
            return Err(Refusal::RoundOpen);
        }
        if !item.recused.contains_key(who) {
            check::room_for_one(item.recused.len(), limits::RECUSALS_PER_ITEM_MAX)?;
        }
        let who = who.clone();
        Ok(vec![Event::Recused { who, item: id, how }])
    }

    pub(super) fn end_recusal(&self, who: &UserId, id: ItemId) -> Decided {
        let item = self.agenda.item(id).ok_or(Refusal::NoSuchItem)?;
        if !item.recused.contains_key(who) {
            return Err(Refusal::AlreadySo);
        }
        let mut events = vec![Event::RecusalEnded {
            who: who.clone(),
            item: id,
        }];
        if self.agenda.current == Some(id) {
            events.extend(self.lead_on_release(who));
        }
        Ok(events)
    }

    /// Whoever is recused from what is dealt with now asks for nothing, has no floor and is not followed.
    pub(super) fn quiet_the_recused(&mut self) {
        if let Some(item) = self.agenda.current() {
            self.floor.forget(|who| item.recused.contains_key(who));
            self.attention
                .unfollow(|who| item.recused.contains_key(who));
        }
    }
}
