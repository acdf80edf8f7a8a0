//! Durability: what is applied goes to the journal in batches, and is told only when it is there (D2, I1).
//!
//! At most one batch is on its way. When a commit fails, or the replica cannot be trusted any more, the document is
//! loaded anew and what was gathered is taken again.

use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::sync::EMPTY_UPDATE;

use super::size::Size;
use super::{Phase, RoomCore};
use crate::room::event::{Effect, Loaded, Source};
use crate::room::held::Held;
use crate::room::replica::Keep;
use crate::room::subscriber::{Debt, SharedFrames, SubscriberId};
use crate::store::Append;
use consilium_protocol::update_shape::BlockSpan;

/// How long a title that others have changed is left to settle before it is stored from here too.
const TITLE_SETTLES: Duration = Duration::from_secs(1);

/// An applied update on its way to the journal.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) source: Source,
    /// `None` when all of it was known: there is nothing to store, only somebody to tell, in order.
    pub(super) change: Option<Change>,
    /// For the echo that y-websocket waits for.
    pub(super) sent: Bytes,
}

#[derive(Debug)]
pub(super) struct Change {
    pub(super) append: Append,
    pub(super) spans: Vec<BlockSpan>,
}

/// Something committed that members are to be shown.
pub(super) struct Shown {
    /// Who knows it already, and what they are owed; `None` when nobody here wrote it.
    pub(super) author: Option<(SubscriberId, Debt)>,
    pub(super) frames: SharedFrames,
    pub(super) spans: Vec<BlockSpan>,
}

impl RoomCore {
    /// Sends what was gathered to the journal, and what was refused to the quarantine. The driver calls it when no more
    /// input is waiting, so that one transaction carries as much as arrived meanwhile.
    pub fn flush(&mut self) -> impl Iterator<Item = Effect> + use<> {
        let commit = self.next_commit();
        let set_aside = self.aside.next_batch();
        commit.into_iter().chain(set_aside)
    }

    fn next_commit(&mut self) -> Option<Effect> {
        if self.phase != Phase::Open || self.batch.is_empty() {
            return None;
        }
        self.phase = Phase::Committing;
        self.in_flight = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let appends = self
            .in_flight
            .iter()
            .filter_map(|entry| entry.change.as_ref().map(|change| change.append.clone()))
            .collect();
        Some(Effect::Commit(appends))
    }

    pub(super) fn committed(&mut self) {
        let mut entries = std::mem::take(&mut self.in_flight);
        self.phase = Phase::Open;
        let mut shown: Vec<Shown> = entries.iter_mut().filter_map(Shown::of).collect();
        self.durable_seq += shown.len() as u64;
        metrics::counter!(crate::telemetry::names::UPDATES).increment(shown.len() as u64);
        self.publish_committed(&entries, &mut shown);
        self.show(&mut shown);
        for entry in &entries {
            self.settle(entry);
        }
        if std::mem::take(&mut self.given_up) {
            self.reload();
            return;
        }
        if self.note_title() {
            self.title_at = Some(self.now);
        }
    }

    /// Others have written. Their node stores the title as it saw it; where two nodes change it at once, neither saw
    /// what came of both. So every node stores it once more when it has settled.
    pub(super) fn note_title_of_peers(&mut self) {
        if self.note_title() {
            self.title_at = Some(self.now + TITLE_SETTLES);
        }
    }

    /// Whether the title has changed.
    fn note_title(&mut self) -> bool {
        match consilium_model::document::title(self.replica.doc()) {
            Some(title) if title != self.title => {
                self.title = title;
                true
            }
            _ => false,
        }
    }

    pub(super) fn tell_title(&mut self) {
        if self.title_at.is_some_and(|at| at <= self.now) {
            self.title_at = None;
            self.effects.push(Effect::Title(self.title.clone()));
        }
    }

    /// Shows committed edits to everybody. Each is encoded once for each protocol, and each member's queue is locked
    /// once for all of them.
    pub(super) fn show(&mut self, shown: &mut [Shown]) {
        let mut frames: Vec<Bytes> = Vec::with_capacity(shown.len());
        for (id, member) in &mut self.members {
            if !member.may_read() || member.stale_since.is_some() {
                continue;
            }
            frames.clear();
            frames.extend(
                shown
                    .iter_mut()
                    // An author knows the edit already; only y-websocket takes its echo as the acknowledgement.
                    .filter(|shown| {
                        shown
                            .author
                            .is_none_or(|(author, debt)| author != *id || debt == Debt::Echo)
                    })
                    .map(|shown| shown.frames.for_dialect(&member.channel.dialect)),
            );
            if !frames.is_empty() && member.channel.outbound.push(&frames).is_err() {
                // What is here and was not told: this, and whatever is on its way to the journal meanwhile.
                let untold = shown
                    .iter()
                    .flat_map(|shown| shown.spans.iter().copied())
                    .chain(changed_spans(&self.in_flight))
                    .chain(changed_spans(&self.batch));
                member.stale_since = Some(self.replica.state_vector_before(untold));
                member.channel.outbound.ask_for_drained();
                metrics::counter!(crate::telemetry::names::DROPPED).increment(frames.len() as u64);
            }
        }
    }

    pub(super) fn commit_failed(&mut self) {
        let lost = std::mem::take(&mut self.in_flight);
        self.given_up = false;
        self.phase = Phase::Open;
        self.shown_until = Some(self.replica.state_vector_before(changed_spans(&lost)));
        for entry in &lost {
            let spans = entry
                .change
                .as_ref()
                .map_or(&[][..], |change| &change.spans);
            self.withhold(&entry.source, spans);
        }
        self.edit_seq = self.durable_seq;
        for member in self.members.values() {
            member.extend(ServerExtension::Storage { available: false });
        }
        self.reload();
    }

    /// Gives the replica up. Gathered updates are taken again, in order, by the fresh one.
    pub(super) fn reload(&mut self) {
        self.reload_without(&[]);
    }

    /// As [`RoomCore::reload`], when these blocks may be in the replica and will not be in the fresh one.
    pub(super) fn reload_without(&mut self, spans: &[BlockSpan]) {
        match self.phase {
            Phase::Reloading => return,
            // The commit under way is told of first.
            Phase::Committing => {
                self.given_up = true;
                return;
            }
            Phase::Open | Phase::Away => {}
        }
        if self.relay.is_some() && self.shown_until.is_none() {
            // The fresh replica may know what other nodes committed before their message is heard.
            let untold = spans.iter().copied().chain(changed_spans(&self.batch));
            self.shown_until = Some(self.replica.state_vector_before(untold));
        }
        self.phase = Phase::Reloading;
        self.edit_seq = self.durable_seq;
        self.batch_bytes = 0;
        for entry in std::mem::take(&mut self.batch).into_iter().rev() {
            self.hold_first(Held::Update {
                source: entry.source,
                keep: Keep::OnlyNew,
                update: entry.sent,
            });
        }
        self.effects.push(Effect::Reload);
    }

    pub(super) fn reloaded(&mut self, loaded: Loaded, storage_available: bool) {
        self.replica = loaded.replica;
        self.shadow = None;
        self.owners = loaded.owners;
        self.size = Size::of_stored(loaded.stored_bytes);
        self.cursor = loaded.cursor;
        self.show_what_was_committed_after_all();
        // Nothing has come into doubt since it was loaded.
        self.settle_doubts(u64::MAX);
        if storage_available {
            self.phase = Phase::Open;
            self.ask_for_what_is_missing();
        } else {
            self.phase = Phase::Away;
        }
    }

    /// A commit can be reported as failed and have taken effect: then the journal has edits that nobody was shown.
    fn show_what_was_committed_after_all(&mut self) {
        let Some(shown_until) = self.shown_until.take() else {
            return;
        };
        self.publish_that_there_is_more();
        let Ok(diff) = self.replica.diff(&shown_until) else {
            return;
        };
        let mut shared: Vec<SharedFrames> = std::iter::once(diff.update)
            .chain(diff.waiting)
            .filter(|update| update.as_ref() != EMPTY_UPDATE)
            .map(SharedFrames::update)
            .collect();
        for member in self.members.values_mut() {
            if !member.may_read() || member.stale_since.is_some() {
                continue;
            }
            let frames: Vec<Bytes> = shared
                .iter_mut()
                .map(|frame| frame.for_dialect(&member.channel.dialect))
                .collect();
            if member.channel.outbound.push(&frames).is_err() {
                member.stale_since = Some(shown_until.clone());
                member.channel.outbound.ask_for_drained();
            }
        }
    }

    pub(super) fn storage_available(&mut self) {
        if self.phase == Phase::Away {
            self.phase = Phase::Open;
            self.ask_for_what_is_missing();
        }
    }

    /// Everybody is told that storage is back, and every replica that may write is asked for what the journal lacks:
    /// stock clients answer with a step 2, ours pushes what is unacknowledged.
    fn ask_for_what_is_missing(&mut self) {
        let mut writers = Vec::new();
        for (id, member) in &self.members {
            member.extend(ServerExtension::Storage { available: true });
            if member.may_write() {
                writers.push(*id);
            }
        }
        for id in writers {
            self.hold(Held::Ask {
                id,
                expected: false,
            });
        }
    }
}

impl Shown {
    /// What a committed entry has to show; takes its spans along.
    fn of(entry: &mut Entry) -> Option<Self> {
        let change = entry.change.as_mut()?;
        Some(Self {
            author: match entry.source {
                Source::Member { id, debt } => Some((id, debt)),
                Source::Request { .. } | Source::Merge { .. } => None,
            },
            frames: SharedFrames::update(change.append.update.clone()),
            spans: std::mem::take(&mut change.spans),
        })
    }
}

fn changed_spans(entries: &[Entry]) -> impl Iterator<Item = BlockSpan> {
    entries
        .iter()
        .filter_map(|entry| entry.change.as_ref())
        .flat_map(|change| change.spans.iter().copied())
}
