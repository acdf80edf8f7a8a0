//! Edits that stay with their author, because storage did not take them, and what continues them.
//!
//! An author who is asked again begins with the first edit that nothing was said of. What they had sent after it is on its
//! way already and arrives before that. Taken by itself it would wait behind the gap, one edit for each keystroke, and
//! only a few may wait (I4): the rest would be refused to somebody who did nothing wrong. So it stays with its author
//! too, and comes again in order. The same holds for what a stock client says before it has answered our question at the
//! beginning: its queue may build on what an earlier connection withheld, and its answer brings all of it.

use std::collections::HashMap;

use consilium_protocol::limits;

use super::RoomCore;
use crate::room::event::{Effect, Outcome, Source};
use crate::room::replica::{Keep, Replica};
use crate::room::subscriber::Dialect;
use consilium_protocol::update_shape::{BlockSpan, UpdateShape};

/// For each CRDT client of a member: the first clock that was withheld and has not come again.
#[derive(Debug, Default)]
pub(in crate::room) struct Withheld {
    from: HashMap<u64, u32>,
    /// The first clock that was refused to somebody who does not bring it again, even when it was on its way once more
    /// before they heard of it.
    refused: HashMap<u64, u32>,
}

impl Withheld {
    fn note(&mut self, spans: &[BlockSpan]) {
        for span in spans {
            let is_refused = self.refused.get(&span.client);
            if is_refused.is_some_and(|first| *first < span.end) {
                continue;
            }
            if self.from.len() >= limits::REFUSED_CLIENTS_MAX
                && !self.from.contains_key(&span.client)
            {
                continue;
            }
            let first = self.from.entry(span.client).or_insert(span.start);
            *first = span.start.min(*first);
        }
    }

    /// These blocks have come again, and were refused: whatever follows them is judged for itself.
    fn forget(&mut self, spans: &[BlockSpan]) {
        self.from.retain(|client, first| {
            !spans
                .iter()
                .any(|span| span.client == *client && span.start <= *first && *first < span.end)
        });
    }

    /// These blocks were refused, for good as far as their author goes.
    fn refuse(&mut self, spans: &[BlockSpan]) {
        for span in spans {
            if self.refused.len() >= limits::REFUSED_CLIENTS_MAX
                && !self.refused.contains_key(&span.client)
            {
                continue;
            }
            let first = self.refused.entry(span.client).or_insert(span.start);
            *first = span.start.min(*first);
        }
    }

    /// Whether an update lacks what was withheld, and does not bring it.
    fn is_lacked_by(&mut self, shape: &UpdateShape, replica: &Replica) -> bool {
        self.from.retain(|client, first| {
            !replica.has_blocks(BlockSpan {
                client: *client,
                start: *first,
                end: first.saturating_add(1),
            })
        });
        if self.from.is_empty() {
            return false;
        }
        let brings = |client: u64, clock: u32| {
            shape
                .spans
                .iter()
                .any(|span| span.client == client && span.start <= clock && clock < span.end)
        };
        shape.needs.iter().chain(&shape.deletes).any(|until| {
            self.from
                .get(&until.client)
                .is_some_and(|first| *first < until.clock && !brings(until.client, *first))
        })
    }
}

impl RoomCore {
    /// Leaves an update with its author, who is asked for it when storage is there.
    pub(super) fn withhold(&mut self, source: &Source, spans: &[BlockSpan]) {
        match source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get_mut(id) {
                    member.withhold(*debt);
                    member.withheld.note(spans);
                }
            }
            Source::Request { ticket, .. } | Source::Merge { ticket, .. } => {
                self.effects.push(Effect::Answer {
                    ticket: *ticket,
                    outcome: Outcome::StorageAway,
                });
            }
        }
    }

    /// An update was refused. Our own client, which is told so, does not bring it again on this connection; a stock one
    /// knows no such word.
    pub(super) fn forget_withheld(&mut self, source: &Source, spans: &[BlockSpan]) {
        if let Source::Member { id, .. } = source
            && let Some(member) = self.members.get_mut(id)
        {
            member.withheld.forget(spans);
            if let Dialect::Extended(_) = member.channel.dialect {
                member.withheld.refuse(spans);
            }
        }
    }

    /// Whether an update that would have to wait comes again, together with what it lacks.
    pub(super) fn comes_again(&mut self, source: &Source, shape: &UpdateShape) -> bool {
        let Source::Member { id, .. } = source else {
            return false;
        };
        let replica = &self.replica;
        self.members.get_mut(id).is_some_and(|member| {
            member.is_still_to_answer || member.withheld.is_lacked_by(shape, replica)
        })
    }

    /// A stock client brings what it has: nothing of it comes again.
    pub(super) fn note_answer(&mut self, source: &Source, keep: Keep) {
        if let (Source::Member { id, .. }, Keep::OnlyNew) = (source, keep)
            && let Some(member) = self.members.get_mut(id)
        {
            member.is_still_to_answer = false;
        }
    }
}
