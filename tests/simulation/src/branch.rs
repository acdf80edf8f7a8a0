//! A modelled branch of what somebody left behind (D11): a journal of its own, and the real room that judges what comes.
//!
//! Its room is opened for each update and closed after it, in no virtual time: what it answers is durable. When what came
//! is told of, and whether it ever is, is the world's business.

use std::time::Instant;

use bytes::Bytes;
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, DocName, UserId};
use consilium_server::left_behind::placing::Known;
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{Effect, Outcome, RoomEvent, Source, Ticket};
use consilium_server::room::replica::Keep;
use consilium_server::store::SetAside;

use crate::journal::Journal;

/// What became of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for somebody to decide.
    Open,
    /// It is part of the document.
    Merged,
    /// It was not taken.
    Discarded,
}

/// One branch.
pub struct Branch {
    /// Whose it is.
    pub author: UserId,
    /// What became of it.
    pub state: State,
    /// How often something came.
    pub arrivals: usize,
    /// Its text.
    pub journal: Journal,
}

impl Branch {
    /// Begins with what is committed of the document.
    #[must_use]
    pub fn of(parent: &Journal, number: usize, author: UserId) -> Self {
        let name = DocName::parse(&format!("branch {number}")).expect("a valid name");
        Self {
            author,
            state: State::Open,
            arrivals: 0,
            journal: parent.fork(name),
        }
    }

    /// Brings what its author wrote. False when its room refuses it.
    pub fn take(&mut self, update: Bytes, now: Instant) -> bool {
        let source = Source::Request {
            ticket: Ticket(0),
            author: Some(self.author.clone()),
            access: Access::Write,
        };
        self.ask(source, update, now) == Outcome::Committed
    }

    /// Gives it what its document has by now.
    pub fn bring_up(&mut self, parent: &Journal, now: Instant) {
        let source = Source::Merge {
            ticket: Ticket(0),
            by: self.author.clone(),
            access: Access::Write,
            owners: parent.owners().into(),
        };
        self.ask(source, parent.whole(), now);
    }

    /// What it has.
    #[must_use]
    pub fn known(&self) -> Known {
        self.journal.known()
    }

    fn ask(&mut self, source: Source, update: Bytes, now: Instant) -> Outcome {
        let mut room = RoomCore::new(self.journal.build(), true, now);
        let event = RoomEvent::Update {
            source,
            keep: Keep::OnlyNew,
            update,
        };
        let mut effects = room.handle(event, now, 0);
        loop {
            effects.extend(room.flush());
            let mut answered = Vec::new();
            for effect in std::mem::take(&mut effects) {
                let event = match effect {
                    Effect::Commit(batch) => {
                        let transaction = self.journal.begin(batch);
                        self.journal.commit(transaction);
                        RoomEvent::Committed
                    }
                    Effect::SetAside(entries) => RoomEvent::SetAside {
                        outcomes: vec![SetAside::Kept; entries.len()],
                    },
                    Effect::Answer { outcome, .. } => return outcome,
                    // It has failed, and is gone.
                    Effect::Reload => {
                        return Outcome::Refused {
                            code: RejectCode::Poison,
                            kept: Kept::ByServer,
                        };
                    }
                    Effect::Title(_) | Effect::Publish(_) | Effect::Repair { .. } => continue,
                };
                answered.extend(room.handle(event, now, 0));
            }
            assert!(!answered.is_empty(), "the room of a branch owes an answer");
            effects = answered;
        }
    }
}
