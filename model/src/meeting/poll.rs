//! Straw polls: how the room feels, blind until the poll is closed.
//!
//! Nothing is decided by a poll. While it is open, nobody sees more than how many have answered, and the record of events
//! says nothing of answers at all; afterwards there are counts and no names.

use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};

use super::agenda::Timer;
use super::ballot::{Ballot, BoxId, BoxWrite, Boxes, Slot};
use super::event::Event;
use super::ids::PollId;
use super::state::State;
use super::{Decided, check, limits, refusal::Refusal};

/// What the room is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewPoll {
    /// Anything.
    Question {
        /// What.
        question: String,
        /// The answers to choose from.
        options: Vec<String>,
    },
    /// What to do with an item whose time is used up: 0 more time, 1 park it.
    Overrun,
}

impl NewPoll {
    /// How many answers there are to choose from.
    #[must_use]
    pub const fn options(&self) -> usize {
        match self {
            Self::Question { options, .. } => options.len(),
            Self::Overrun => 2,
        }
    }
}

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Poll {
    /// Which.
    pub id: PollId,
    /// What is asked.
    pub poll: NewPoll,
    /// How many chose each, once it is closed.
    pub counts: Option<Vec<u32>>,
}

/// All polls of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Polls {
    /// In the order of their opening. At most the last one is open.
    pub all: Vec<Poll>,
}

impl Polls {
    /// The one that is open.
    #[must_use]
    pub fn open(&self) -> Option<&Poll> {
        self.all.last().filter(|poll| poll.counts.is_none())
    }

    pub(super) fn close(&mut self, id: PollId, counts: Vec<u32>) {
        if let Some(poll) = self.all.iter_mut().find(|poll| poll.id == id) {
            poll.counts = Some(counts);
        }
    }

    fn check_open(&self, id: PollId) -> Result<&Poll, Refusal> {
        match self.open() {
            Some(poll) if poll.id == id => Ok(poll),
            _ if self.all.iter().any(|poll| poll.id == id) => Err(Refusal::PollClosed),
            _ => Err(Refusal::NoSuchPoll),
        }
    }
}

impl State {
    pub(super) fn open_poll(&self, poll: &NewPoll) -> Decided {
        if self.polls.open().is_some() {
            return Err(Refusal::PollOpen);
        }
        check::room_for_one(self.polls.all.len(), limits::POLLS_MAX)?;
        match poll {
            NewPoll::Question { question, options } => {
                check::text(question)?;
                check::options(options)?;
            }
            NewPoll::Overrun if self.agenda.timer == Timer::Over => {}
            NewPoll::Overrun => return Err(Refusal::NoTimer),
        }
        let id = PollId(u32::try_from(self.polls.all.len()).unwrap_or(u32::MAX));
        let poll = poll.clone();
        Ok(vec![Event::PollOpened { id, poll }])
    }

    pub(super) fn answer_poll(
        &self,
        who: &UserId,
        id: PollId,
        option: u8,
    ) -> Result<BoxWrite, Refusal> {
        let poll = self.polls.check_open(id)?;
        self.check_not_recused(who)?;
        if usize::from(option) >= poll.poll.options() {
            return Err(Refusal::NoSuchChoice);
        }
        let slot = Slot::Named(who.clone());
        Ok(BoxWrite::Put(BoxId::Poll(id), slot, Ballot::Choice(option)))
    }

    pub(super) fn close_poll(
        &self,
        id: PollId,
        boxes: &Boxes,
    ) -> Result<(Event, BoxWrite), Refusal> {
        let poll = self.polls.check_open(id)?;
        Ok(Self::count_poll(poll, boxes))
    }

    pub(super) fn count_poll(poll: &Poll, boxes: &Boxes) -> (Event, BoxWrite) {
        let ballots = BoxId::Poll(poll.id);
        let counts = boxes.tally(ballots, poll.poll.options()).counts;
        let closed = Event::PollClosed {
            poll: poll.id,
            counts,
        };
        (closed, BoxWrite::Empty(ballots))
    }

    /// Takes the answer of somebody out of the open poll who may not answer it any more.
    pub(super) fn take_answer(&self, who: &UserId, boxes: &Boxes) -> Option<BoxWrite> {
        let id = BoxId::Poll(self.polls.open()?.id);
        let slot = Slot::Named(who.clone());
        boxes.ballot(id, &slot)?;
        Some(BoxWrite::Take(id, slot))
    }
}
