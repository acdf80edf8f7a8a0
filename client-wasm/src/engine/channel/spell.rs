//! A time without the server that has ended: what both sides had in common, what was written here, what the server brings.
//!
//! The confirmed content is what the server and this device had in common, and the outbox is what was written here since.
//! Both are in the device's store all the time, so a spell costs nothing while it lasts and survives the page, however long
//! it is. They are noted when the channel opens, before the first answer makes one of them. Some of the outbox may be on the
//! server already, its acknowledgement lost; the server's state vector tells, and that is common too.
//!
//! Nothing is noted for those who had nothing waiting, have nothing in common with the server yet, or may not write: theirs
//! is not merged.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use consilium_protocol::update_shape;
use yrs::{ClientID, StateVector};

use super::{Channel, Local};
use crate::effect::Effect;
use crate::engine::clock::EngineTime;
use crate::event::EntryId;
use crate::updates::{self, Extent};

/// What is known of it so far.
pub(super) struct Spell {
    base: Vec<Bytes>,
    common: Extent,
    mine: BTreeMap<EntryId, Own>,
    theirs: Vec<Bytes>,
    /// What the server had when the connection came back.
    server: Option<StateVector>,
}

/// One edit of this device's.
struct Own {
    update: Bytes,
    extent: Extent,
    made: EngineTime,
    /// Whether it was on its way to the server before the connection broke.
    was_sent: bool,
}

impl Own {
    /// Whether the server had it before the connection came back.
    fn was_known(&self, server: Option<&StateVector>, theirs: &Extent) -> bool {
        if self.extent.inserts() {
            server.is_some_and(|known| !self.extent.beyond(known).inserts())
        } else {
            // Deletions are in no state vector, but the server tells all of them. One that was never sent is there because
            // somebody else deleted the same: both did, and the text in common still has it.
            self.was_sent && self.extent.deletes_within(theirs)
        }
    }
}

/// When edits of this device's are noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Noted {
    /// The channel is being opened, and nothing was sent by it.
    BeforeSending,
    /// The server's state has come.
    AtTheEnd,
}

/// Adds to `known` what `updates` and what is known itself build on. What others have built on, they have seen: it came to
/// them over an earlier connection of this very spell. Their side cannot be read without it.
fn add_what_is_built_on<'a>(
    known: &mut BTreeSet<EntryId>,
    mine: &'a BTreeMap<EntryId, Own>,
    updates: impl Iterator<Item = &'a Bytes>,
) {
    let mut needed = StateVector::default();
    let own = known.iter().filter_map(|id| mine.get(id));
    for update in updates.chain(own.map(|edit| &edit.update)) {
        need(update, &mut needed);
    }
    loop {
        let before = known.len();
        for (id, edit) in mine {
            if edit.extent.reaches_into(&needed) && known.insert(*id) {
                need(&edit.update, &mut needed);
            }
        }
        if known.len() == before {
            return;
        }
    }
}

/// Adds what an update builds on, or deletes. One without a shape is nothing that could be applied.
fn need(update: &Bytes, needed: &mut StateVector) {
    if let Ok(shape) = update_shape::read_shape(update) {
        for each in shape.needs.iter().chain(&shape.deletes) {
            needed.set_max(ClientID::new(each.client), each.clock);
        }
    }
}

impl Channel {
    /// The channel is being opened. Where an earlier connection ended before the server's state had come, its spell goes on.
    pub(super) fn spell_ends(&mut self) {
        let has_common = matches!(self.local, Local::Ready) && !self.content.pieces().is_empty();
        if self.spell.is_none() && has_common && !self.outbox.is_empty() {
            self.spell = Some(Spell {
                base: self.content.pieces().to_vec(),
                common: self.content.extent().clone(),
                mine: BTreeMap::new(),
                theirs: Vec::new(),
                server: None,
            });
        }
        self.note_own(Noted::BeforeSending);
    }

    fn note_own(&mut self, noted: Noted) {
        let Some(spell) = &mut self.spell else {
            return;
        };
        for (id, entry) in self.outbox.entries() {
            spell.mine.entry(id).or_insert_with(|| Own {
                update: entry.update.clone(),
                extent: entry.extent.clone(),
                made: entry.made,
                was_sent: noted == Noted::BeforeSending && entry.was_sent,
            });
        }
    }

    /// The server has said what it has.
    pub(super) fn spell_heard(&mut self, known: &StateVector) {
        if let Some(spell) = &mut self.spell {
            spell.server.get_or_insert_with(|| known.clone());
        }
    }

    /// The server has brought something new.
    pub(super) fn spell_brought(&mut self, update: &Bytes) {
        if let Some(spell) = &mut self.spell {
            spell.theirs.push(update.clone());
        }
    }

    /// The server's state has come: what there is to compare, if both sides changed something.
    pub(super) fn spell_over(&mut self, now: EngineTime) -> Option<Effect> {
        // What was typed since the channel opened was typed without seeing what has come.
        self.note_own(Noted::AtTheEnd);
        let Spell {
            mut base,
            mut common,
            mine,
            theirs,
            server,
        } = self.spell.take()?;
        if !self.may_write() {
            return None;
        }
        let brought = updates::extent_of(&theirs).ok()?;
        let mut known: BTreeSet<EntryId> = mine
            .iter()
            .filter(|(_, edit)| edit.was_known(server.as_ref(), &brought))
            .map(|(id, _)| *id)
            .collect();
        add_what_is_built_on(&mut known, &mine, theirs.iter());
        let mut own = Vec::new();
        let mut oldest = now;
        for (id, edit) in mine {
            if known.contains(&id) {
                common.add(&edit.extent);
                base.push(edit.update);
            } else if self.outbox.contains(id) || self.content.extent().covers(&edit.extent) {
                // Neither refused nor set aside meanwhile.
                oldest = oldest.min(edit.made);
                own.push(edit.update);
            }
        }
        // A deletion of mine may have come from somebody else before.
        let written = updates::extent_of(&own).ok()?;
        if common.covers(&written) || common.covers(&brought) {
            return None;
        }
        let away_ms = u64::try_from(now.since(oldest).as_millis()).unwrap_or(u64::MAX);
        Some(Effect::Merged {
            doc: self.doc.clone(),
            base,
            mine: own,
            theirs,
            away_ms,
        })
    }
}
