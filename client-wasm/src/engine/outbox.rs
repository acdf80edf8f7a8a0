//! The edits of one document that the server has not confirmed, and the pushes under way.
//!
//! An entry leaves only by an acknowledgement or a refusal of the server (I1). A push covers one or more entries;
//! what it covers never changes while it is under way, so an answer always means exactly those. Push ids are drawn
//! from the same increasing numbers as entry ids. It knows neither access nor connection: it is told when to push.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use consilium_protocol::extension::Push;
use consilium_protocol::ids::PushId;

use super::clock::EngineTime;
use crate::event::EntryId;
use crate::limits::{PUSH_BYTES_MAX, PUSH_MERGE_BYTES, PUSH_MERGE_ENTRIES, PUSHES_IN_FLIGHT_MAX};
use crate::updates::{self, Extent};

/// How an entry may travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    /// Merged with its neighbours.
    Shared,
    /// By itself: a push that covered it with others was refused, and it may not be the one at fault.
    Alone,
}

/// One unconfirmed edit.
pub(crate) struct Entry {
    pub(crate) update: Bytes,
    pub(crate) extent: Extent,
    /// When it was made.
    pub(crate) made: EngineTime,
    /// Whether it was ever put on its way by this host; that it arrived is not known.
    pub(crate) was_sent: bool,
    grouping: Grouping,
}

struct InFlight {
    covers: Vec<EntryId>,
    update: Bytes,
}

/// What became of a refused push.
pub(crate) enum Refusal {
    /// It is not known, or was answered before.
    Unknown,
    /// It covered several entries: they will be pushed again one by one, to find those at fault.
    TakenApart,
    /// These entries are refused.
    Entries(Vec<EntryId>),
}

/// Unconfirmed edits in order, and pushes under way.
pub(crate) struct Outbox {
    entries: BTreeMap<EntryId, Entry>,
    unsent: BTreeSet<EntryId>,
    /// Not durable on the device, nor anywhere else. Also holds entries that were refused and are to be set aside
    /// there.
    volatile: BTreeSet<EntryId>,
    in_flight: BTreeMap<PushId, InFlight>,
    /// The newest push on this connection, answered or not.
    last_push: PushId,
    next_id: u64,
}

impl Outbox {
    /// An empty outbox that never uses an id below this one.
    pub(crate) fn from_id(first: EntryId) -> Self {
        Self {
            entries: BTreeMap::new(),
            unsent: BTreeSet::new(),
            volatile: BTreeSet::new(),
            in_flight: BTreeMap::new(),
            last_push: PushId(0),
            next_id: first.0,
        }
    }

    /// Never uses an id below this one again.
    pub(crate) fn reserve_below(&mut self, id: EntryId) {
        self.next_id = self.next_id.max(id.0);
    }

    /// Takes back an entry that the device's store holds.
    pub(crate) fn restore(&mut self, id: EntryId, update: Bytes, extent: Extent, made: EngineTime) {
        self.reserve_below(EntryId(id.0.saturating_add(1)));
        self.unsent.insert(id);
        self.entries.insert(
            id,
            Entry {
                update,
                extent,
                made,
                was_sent: false,
                grouping: Grouping::Shared,
            },
        );
    }

    /// Takes a new edit, not yet durable anywhere.
    pub(crate) fn append(&mut self, update: Bytes, extent: Extent, now: EngineTime) -> EntryId {
        let id = self.fresh_id();
        self.restore(id, update, extent, now);
        self.volatile.insert(id);
        id
    }

    /// Draws an id without an entry, for bytes that will never be pushed.
    pub(crate) fn fresh_id(&mut self) -> EntryId {
        let id = EntryId(self.next_id.max(1));
        self.next_id = id.0 + 1;
        id
    }

    /// The store has made an entry durable.
    pub(crate) fn persisted(&mut self, id: EntryId) {
        self.volatile.remove(&id);
    }

    /// The store does not, or not yet, vouch for an entry.
    pub(crate) fn not_persisted(&mut self, id: EntryId) {
        self.volatile.insert(id);
    }

    /// How many edits are unconfirmed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn contains(&self, id: EntryId) -> bool {
        self.entries.contains_key(&id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether some edit is durable nowhere.
    pub(crate) fn has_volatile(&self) -> bool {
        !self.volatile.is_empty()
    }

    /// Whether some edit is not on its way.
    pub(crate) fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// The newest push under way.
    pub(crate) fn newest_in_flight(&self) -> Option<PushId> {
        self.in_flight.keys().next_back().copied()
    }

    /// The entries in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    /// Whether an entry is here and not on its way.
    pub(crate) fn is_unsent(&self, id: EntryId) -> bool {
        self.unsent.contains(&id)
    }

    /// The entries that are not on their way, in order.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        self.unsent
            .iter()
            .filter_map(|id| Some((*id, self.entries.get(id)?)))
    }

    /// What would be pushed next, left where it is.
    pub(crate) fn oldest_together(&self) -> Option<(Vec<EntryId>, Bytes)> {
        let group = self.next_group();
        let first = *group.first()?;
        let alone = || (vec![first], self.entries[&first].update.clone());
        Some(self.merge(group).unwrap_or_else(alone))
    }

    /// The next push, if there is anything to send and few enough are under way.
    pub(crate) fn next_push(&mut self) -> Option<Push> {
        if self.in_flight.len() >= PUSHES_IN_FLIGHT_MAX {
            return None;
        }
        // Where merging failed or grew too large: the first goes by itself, the others follow the same way.
        let (covers, update) = self.oldest_together()?;
        let newest = covers.last().map_or(0, |id| id.0);
        // Increasing on the channel: the newest entry's own number, unless a later push has gone before it.
        let id = if newest > self.last_push.0 {
            PushId(newest)
        } else {
            PushId(self.fresh_id().0)
        };
        self.last_push = id;
        for covered in &covers {
            self.unsent.remove(covered);
            if let Some(entry) = self.entries.get_mut(covered) {
                entry.was_sent = true;
            }
        }
        self.in_flight.insert(
            id,
            InFlight {
                covers,
                update: update.clone(),
            },
        );
        Some(Push { id, update })
    }

    fn next_group(&self) -> Vec<EntryId> {
        let mut bytes = 0;
        let mut group = Vec::new();
        for id in self.unsent.iter().take(PUSH_MERGE_ENTRIES) {
            let entry = &self.entries[id];
            bytes += entry.update.len();
            let fits = bytes <= PUSH_MERGE_BYTES && entry.grouping == Grouping::Shared;
            if !group.is_empty() && !fits {
                break;
            }
            group.push(*id);
            if entry.grouping == Grouping::Alone {
                break;
            }
        }
        group
    }

    fn merge(&self, group: Vec<EntryId>) -> Option<(Vec<EntryId>, Bytes)> {
        let parts: Vec<Bytes> = group
            .iter()
            .map(|id| self.entries[id].update.clone())
            .collect();
        let merged = updates::merge(&parts).ok()?;
        (merged.len() <= PUSH_BYTES_MAX).then_some((group, merged))
    }

    /// Every push under way that is not newer than `up_to`, under its own id: to be sent once more.
    pub(crate) fn resend(&self, up_to: PushId) -> impl Iterator<Item = Push> {
        self.in_flight.range(..=up_to).map(|(id, in_flight)| Push {
            id: *id,
            update: in_flight.update.clone(),
        })
    }

    /// The server has a push durably: its entries leave. Empty for a push that is not under way.
    pub(crate) fn acknowledge(&mut self, id: PushId) -> Vec<(EntryId, Entry)> {
        let Some(in_flight) = self.in_flight.remove(&id) else {
            return Vec::new();
        };
        in_flight
            .covers
            .into_iter()
            .filter_map(|id| {
                // Safe on the server: no matter whether the device has it.
                self.volatile.remove(&id);
                Some((id, self.remove(id)?))
            })
            .collect()
    }

    /// The server has refused a push and kept nothing of it.
    pub(crate) fn refuse(&mut self, id: PushId) -> Refusal {
        let Some(in_flight) = self.in_flight.remove(&id) else {
            return Refusal::Unknown;
        };
        if in_flight.covers.len() == 1 {
            return Refusal::Entries(in_flight.covers);
        }
        for id in in_flight.covers {
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.grouping = Grouping::Alone;
                self.unsent.insert(id);
            }
        }
        Refusal::TakenApart
    }

    /// From now on these travel each by itself.
    pub(crate) fn take_apart(&mut self, ids: &[EntryId]) {
        for id in ids {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.grouping = Grouping::Alone;
            }
        }
    }

    /// The server has refused a push as a whole, for a reason that its parts share.
    pub(crate) fn refuse_whole(&mut self, id: PushId) -> Vec<EntryId> {
        self.in_flight
            .remove(&id)
            .map(|in_flight| in_flight.covers)
            .unwrap_or_default()
    }

    /// A refused push may go again later.
    pub(crate) fn take_back(&mut self, id: PushId) {
        for id in self.refuse_whole(id) {
            if self.entries.contains_key(&id) {
                self.unsent.insert(id);
            }
        }
    }

    /// Takes an entry out. Whether the device has it remains as it is.
    pub(crate) fn remove(&mut self, id: EntryId) -> Option<Entry> {
        self.unsent.remove(&id);
        self.entries.remove(&id)
    }

    /// Everything goes elsewhere. What was refused and is being set aside stays in mind, and so do the numbers.
    pub(crate) fn clear(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        self.volatile.retain(|id| !entries.contains_key(id));
        self.unsent.clear();
        self.in_flight.clear();
    }

    /// The connection is gone: nothing is under way any more.
    pub(crate) fn connection_lost(&mut self) {
        self.in_flight.clear();
        self.last_push = PushId(0);
        self.unsent = self.entries.keys().copied().collect();
    }
}
