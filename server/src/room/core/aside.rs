//! Refused updates on their way into quarantine (D11, I3): gathered, and kept by one transaction at a time.
//!
//! As with the journal's group commit, whatever is set aside while a transaction is under way shares the next one.
//! What waits here counts against the room's bound (I4), so a flood of refused updates stops the room's input before
//! it fills its memory.

use std::collections::VecDeque;

use consilium_protocol::extension::{Kept, RejectCode};

use super::RoomCore;
use crate::room::event::{Effect, Source};
use crate::store::limits::{SET_ASIDE_BYTES_MAX, SET_ASIDE_ROWS_MAX};
use crate::store::{Quarantined, SetAside};

/// An update that was refused.
#[derive(Debug)]
struct Refused {
    source: Source,
    code: RejectCode,
    entry: Quarantined,
}

/// What is gathered and what is under way.
#[derive(Debug, Default)]
pub(super) struct Aside {
    gathered: VecDeque<Refused>,
    /// In the order of the batch.
    under_way: Vec<(Source, RejectCode)>,
    under_way_bytes: usize,
    gathered_bytes: usize,
}

impl Aside {
    pub(super) fn add(&mut self, source: Source, code: RejectCode, entry: Quarantined) {
        self.gathered_bytes += cost(&entry);
        self.gathered.push_back(Refused {
            source,
            code,
            entry,
        });
    }

    /// Bytes that it keeps in memory.
    pub(super) fn bytes(&self) -> usize {
        self.gathered_bytes + self.under_way_bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.gathered.is_empty() && self.under_way.is_empty()
    }

    /// What goes into the next transaction; nothing while one is under way.
    pub(super) fn next_batch(&mut self) -> Option<Effect> {
        if self.gathered.is_empty() || !self.under_way.is_empty() {
            return None;
        }
        let mut batch = Vec::new();
        while let Some(next) = self.gathered.front()
            && batch.len() < SET_ASIDE_ROWS_MAX
            // A larger one still goes, alone.
            && (batch.is_empty()
                || self.under_way_bytes + cost(&next.entry) <= SET_ASIDE_BYTES_MAX)
            && let Some(next) = self.gathered.pop_front()
        {
            let bytes = cost(&next.entry);
            self.gathered_bytes -= bytes;
            self.under_way_bytes += bytes;
            self.under_way.push((next.source, next.code));
            batch.push(next.entry);
        }
        Some(Effect::SetAside(batch))
    }

    /// Whom to tell of the transaction that was under way.
    fn answered(&mut self) -> Vec<(Source, RejectCode)> {
        self.under_way_bytes = 0;
        std::mem::take(&mut self.under_way)
    }
}

impl RoomCore {
    /// The quarantine has answered.
    pub(super) fn was_set_aside(&mut self, outcomes: &[SetAside]) {
        for (at, (source, code)) in self.aside.answered().into_iter().enumerate() {
            let kept = match outcomes.get(at) {
                Some(SetAside::Kept) => Kept::ByServer,
                Some(SetAside::InBranch) => Kept::AsSuggestion,
                Some(SetAside::Full | SetAside::TooLarge) | None => Kept::ByClient,
            };
            self.refuse(&source, code, kept);
        }
    }
}

/// Bytes in memory, with the bookkeeping.
fn cost(entry: &Quarantined) -> usize {
    const BOOKKEEPING: usize = 128;
    BOOKKEEPING + entry.update.len()
}
