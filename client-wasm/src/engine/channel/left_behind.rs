//! What was written and cannot be sent any more, because this member may not write here now: it is handed in (D11, I3).
//!
//! While the document is open to them still, edits that were under way are handed in by the server that refuses them. The
//! rest goes through a door beside the connection, which is the shell's to reach: it takes, and gives nothing back. What is
//! in a branch leaves the outbox, the content and the views together, and stays on the device, where its author can read
//! it. **Invariant:** while the answer of the door is awaited nothing is pushed, so that what comes back with a change of
//! mind does not go both ways.

use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::Access;

use super::{Channel, Link, Local};
use crate::effect::Effect;
use crate::engine::auth;
use crate::engine::backoff::Jitter;
use crate::engine::clock::EngineTime;
use crate::event::{EntryId, HandInOutcome};
use crate::state::{HANDED_IN, INCOMPLETE, KeptAt, KnownAccess};

/// How it stands with the door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Door {
    /// Nobody has asked.
    #[default]
    Untried,
    /// These were brought; the answer is awaited.
    Asked(Vec<EntryId>),
    /// There was no answer; to be tried again at this time.
    Later(EngineTime),
    /// It is closed, until the document is opened anew or access changes.
    Closed,
}

impl Channel {
    /// Whether this member may not write here any more, by the server's word.
    pub(super) fn has_lost_access(&self) -> bool {
        match self.link {
            Link::Denied => {
                self.access == KnownAccess::Known(Access::None)
                    && !self
                        .denial
                        .as_ref()
                        .is_some_and(|reason| auth::token_is_at_fault(reason))
            }
            Link::Open => {
                matches!(self.access, KnownAccess::Known(access) if access < Access::Write)
            }
            Link::Down | Link::Opening | Link::Pausing(_) => false,
        }
    }

    /// Brings what cannot be sent any more to the door, unless that is under way.
    pub(crate) fn hand_in(&mut self, out: &mut Vec<Effect>) {
        let is_ready = self.door == Door::Untried
            && matches!(self.local, Local::Ready)
            && self.has_lost_access()
            // What is under way is answered for itself.
            && self.outbox.newest_in_flight().is_none();
        if !is_ready {
            return;
        }
        if let Some((ids, update)) = self.outbox.oldest_together() {
            self.door = Door::Asked(ids);
            out.push(Effect::HandIn {
                doc: self.doc.clone(),
                update,
            });
        }
    }

    /// The door has answered, or has not been reached.
    pub(crate) fn door_answered(
        &mut self,
        outcome: HandInOutcome,
        jitter: &mut Jitter,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        let Door::Asked(brought) = std::mem::take(&mut self.door) else {
            return;
        };
        match outcome {
            HandInOutcome::Taken => {
                self.reopening.reset();
                // A document that was recreated meanwhile has none of them any more.
                let ids = brought
                    .into_iter()
                    .filter(|id| self.outbox.contains(*id))
                    .collect();
                self.was_handed_in(ids, out);
            }
            HandInOutcome::Refused => self.door = Door::Closed,
            // One of them may be at fault, and the others not.
            HandInOutcome::Unfit if brought.len() > 1 => self.outbox.take_apart(&brought),
            HandInOutcome::Unfit => {
                self.refused_for = RejectCode::ReadOnly;
                self.take_out(&brought);
                self.drop_entries(brought, INCOMPLETE, KeptAt::Device, out);
                self.show_what_is_left(out);
            }
            HandInOutcome::Later => {
                self.door = Door::Later(now.after(self.reopening.next_wait(jitter)));
            }
        }
        self.pump(now, out);
    }

    /// These are in a branch. What the same views did later may build on them, and goes the same way.
    pub(super) fn was_handed_in(&mut self, ids: Vec<EntryId>, out: &mut Vec<Effect>) {
        let Some(first) = ids.iter().min().copied() else {
            return;
        };
        self.refused_for = RejectCode::ReadOnly;
        for (_, entry) in self.outbox.entries().filter(|(id, _)| ids.contains(id)) {
            self.handed_in.add(&entry.extent);
        }
        self.take_out(&ids);
        self.drop_entries(ids, HANDED_IN, KeptAt::Server, out);
        for (id, _) in self.outbox.entries().filter(|(id, _)| *id > first) {
            self.suspects.insert(id);
            // Should they be welcome again: without what they build on they are not complete.
            self.unchecked = true;
        }
        self.show_what_is_left(out);
    }

    /// Views and the server hear that less is held here than was said.
    fn show_what_is_left(&mut self, out: &mut Vec<Effect>) {
        self.rebuild_views(out);
        if self.link == Link::Open {
            out.push(self.frame(self.step1()));
        }
    }

    /// When the door is to be tried again. While the server has not said that access is lost, there is no need to.
    pub(super) fn door_deadline(&self) -> Option<EngineTime> {
        match self.door {
            Door::Later(at) if self.has_lost_access() => Some(at),
            Door::Later(_) | Door::Untried | Door::Asked(_) | Door::Closed => None,
        }
    }

    /// Looks at the clock.
    pub(super) fn door_timer(&mut self, now: EngineTime) {
        if self.door_deadline().is_some_and(|at| now >= at) {
            self.door = Door::Untried;
        }
    }

    /// Access is another now, or is asked for anew: so is the door.
    pub(super) fn forget_the_door(&mut self) {
        if !matches!(self.door, Door::Asked(_)) {
            self.door = Door::Untried;
        }
    }
}
