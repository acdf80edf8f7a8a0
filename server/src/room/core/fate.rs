//! What the author of an update learns of its fate: each exactly once, in their own dialect.

use bytes::Bytes;
use consilium_protocol::extension::{Kept, RejectCode};

use super::RoomCore;
use super::durability::Entry;
use crate::room::event::{Effect, Outcome, Source};

impl RoomCore {
    /// Tells the author that nothing is left to store, but never before what they sent earlier is durable.
    pub(super) fn settle_in_order(&mut self, source: Source, sent: Bytes) {
        let entry = Entry {
            source,
            change: None,
            sent,
        };
        if self.batch.is_empty() {
            self.settle(&entry);
        } else {
            self.batch.push(entry);
        }
    }

    pub(super) fn settle(&mut self, entry: &Entry) {
        match &entry.source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get_mut(id) {
                    let echo = entry.change.is_none().then_some(&entry.sent);
                    member.settle(*debt, echo);
                }
            }
            Source::Request { ticket, .. } | Source::Merge { ticket, .. } => {
                self.effects.push(Effect::Answer {
                    ticket: *ticket,
                    outcome: Outcome::Committed,
                });
            }
        }
    }

    pub(super) fn refuse(&mut self, source: &Source, code: RejectCode, kept: Kept) {
        metrics::counter!(crate::telemetry::names::REJECTED, "reason" => code.word()).increment(1);
        match source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get(id) {
                    member.refuse(*debt, code, kept);
                }
            }
            Source::Request { ticket, .. } | Source::Merge { ticket, .. } => {
                self.effects.push(Effect::Answer {
                    ticket: *ticket,
                    outcome: Outcome::Refused { code, kept },
                });
            }
        }
    }
}
