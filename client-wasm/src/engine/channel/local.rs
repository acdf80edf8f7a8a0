//! The local side: what the device's store held, and what tabs edit.
//!
//! An edit is put into the outbox and made durable at once. What the server would never take is kept on the device and
//! taken out of the views that hold it.

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::Lineage;

use super::{Channel, Link, Local};
use crate::effect::Effect;
use crate::engine::clock::EngineTime;
use crate::event::{EntryId, StoredEntry, Synced};
use crate::limits::PUSH_BYTES_MAX;
use crate::state::{DocumentProblem, KeptAt, StoreCause};
use crate::updates::Extent;

/// The local copy as the store had it.
pub(crate) struct Stored {
    pub(crate) lineage: Option<Lineage>,
    pub(crate) updates: Vec<Bytes>,
    /// Each with when it was made.
    pub(crate) outbox: Vec<(EngineTime, StoredEntry)>,
    pub(crate) next_id: EntryId,
    pub(crate) synced: Synced,
}

impl Channel {
    /// The local copy was read.
    pub(crate) fn loaded(&mut self, stored: Stored, now: EngineTime, out: &mut Vec<Effect>) {
        let waiting = match std::mem::replace(&mut self.local, Local::Ready) {
            Local::Loading(waiting) => waiting,
            Local::Unreadable => Vec::new(),
            Local::Ready => return,
        };
        self.device_storage = None;
        // An older lineage must reach the server, which then says that it differs.
        let opened_with = self.lineage;
        self.lineage = stored.lineage.or(self.lineage);
        if stored.synced == Synced::Once {
            self.synced = Synced::Once;
        }
        self.outbox.reserve_below(stored.next_id);
        let unconfirmed: BTreeSet<&Bytes> = stored
            .outbox
            .iter()
            .map(|(_, entry)| &entry.update)
            .collect();
        for update in &stored.updates {
            if unconfirmed.contains(update) {
                continue;
            }
            // A damaged row is skipped: what it held comes again from the server.
            if let Ok(extent) = Extent::of(update) {
                self.content.add(update.clone(), &extent);
                self.held.add(&extent);
            }
        }
        for (made, entry) in stored.outbox {
            match Extent::of(&entry.update) {
                // Written since, and still under way.
                Ok(_) if self.outbox.contains(entry.id) => self.outbox.persisted(entry.id),
                Ok(extent) => {
                    self.held.add(&extent);
                    self.outbox.restore(entry.id, entry.update, extent, made);
                    self.unchecked = true;
                }
                Err(_) => {
                    let malformed = RejectCode::Malformed.word();
                    self.drop_entries(vec![entry.id], malformed, KeptAt::Device, out);
                }
            }
        }
        self.deliver_all(out);
        for update in waiting {
            self.edited(update, now, out);
        }
        if !matches!(self.link, Link::Opening | Link::Open) {
            return;
        }
        // Opened without the local copy. Of the same history: more is held than was said. Of another: the server
        // must hear of it, on a channel opened anew.
        if self.lineage == opened_with {
            out.extend(
                self.greeting()
                    .into_iter()
                    .map(|message| self.frame(message)),
            );
            self.pump(now, out);
        } else {
            out.push(self.frame(ClientMessage::Close));
            self.close_link(Link::Down);
        }
    }

    /// The local copy could not be read: work on from memory, and from the server.
    pub(crate) fn load_failed(
        &mut self,
        cause: StoreCause,
        fresh_ids_from: EntryId,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        self.device_storage = Some(cause);
        let Local::Loading(waiting) = std::mem::replace(&mut self.local, Local::Unreadable) else {
            return;
        };
        // Entries that could not be read may hold lower ids.
        self.outbox.reserve_below(fresh_ids_from);
        for update in waiting {
            self.edited(update, now, out);
        }
    }

    fn deliver_all(&self, out: &mut Vec<Effect>) {
        for update in self.pieces() {
            out.push(Effect::Deliver {
                doc: self.doc.clone(),
                update,
            });
        }
    }

    /// A tab edited.
    pub(crate) fn edited(&mut self, update: Bytes, now: EngineTime, out: &mut Vec<Effect>) {
        if let Local::Loading(waiting) = &mut self.local {
            waiting.push(update);
            return;
        }
        let Ok(extent) = Extent::of(&update) else {
            self.set_aside(update, RejectCode::Malformed, out);
            return;
        };
        // A tab that joins a new worker tells all it has; most of it is known.
        if self.held.covers(&extent) {
            return;
        }
        if extent.continues(&self.handed_in) && self.has_lost_access() {
            // It goes where that went.
            self.held.add(&extent);
            let id = self.keep(update, extent, now, out);
            self.suspects.insert(id);
            return;
        }
        if extent.continues(&self.refused) {
            self.refused.add(&extent);
            self.set_aside(update, self.refused_for, out);
            return;
        }
        if update.len() > PUSH_BYTES_MAX {
            self.refused.add(&extent);
            self.refused_for = RejectCode::TooLarge;
            self.set_aside(update, RejectCode::TooLarge, out);
            return;
        }
        self.held.add(&extent);
        self.keep(update, extent, now, out);
        self.pump(now, out);
    }

    /// Puts an edit into the outbox and asks for its durability.
    pub(super) fn keep(
        &mut self,
        update: Bytes,
        extent: Extent,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) -> EntryId {
        let id = self.outbox.append(update.clone(), extent, now);
        out.push(Effect::PersistOutbox {
            doc: self.doc.clone(),
            id,
            update,
        });
        id
    }

    /// Keeps bytes on the device that the server will never take, and mends the views that hold them.
    fn set_aside(&mut self, update: Bytes, code: RejectCode, out: &mut Vec<Effect>) {
        let id = self.outbox.fresh_id();
        self.outbox.not_persisted(id);
        out.push(Effect::PersistOutbox {
            doc: self.doc.clone(),
            id,
            update,
        });
        self.drop_entries(vec![id], code.word(), KeptAt::Device, out);
        out.push(Effect::Reset {
            doc: self.doc.clone(),
        });
    }

    pub(super) fn drop_entries(
        &mut self,
        ids: Vec<EntryId>,
        reason: &str,
        kept: KeptAt,
        out: &mut Vec<Effect>,
    ) {
        if kept == KeptAt::Server {
            // The server vouches for them now, whatever the device's store says.
            for id in &ids {
                self.outbox.persisted(*id);
            }
        }
        out.push(Effect::DropOutbox {
            doc: self.doc.clone(),
            ids,
            kept,
        });
        self.rejections.insert(DocumentProblem::Rejected {
            reason: reason.to_owned(),
            kept,
        });
    }

    /// The store made an entry durable.
    pub(crate) fn persisted(&mut self, id: EntryId) {
        self.outbox.persisted(id);
        if matches!(self.local, Local::Ready) {
            self.device_storage = None;
        }
    }

    /// The store could not make an entry durable.
    pub(crate) fn persist_failed(&mut self, id: EntryId, cause: StoreCause) {
        if self.outbox.contains(id) {
            self.outbox.not_persisted(id);
        }
        self.device_storage = Some(cause);
    }
}
