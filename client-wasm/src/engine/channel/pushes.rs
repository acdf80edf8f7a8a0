//! Pushing what is unconfirmed, and what becomes of it (I1): acknowledged, refused, or taken back.

use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, PushId};

use super::{Channel, Door, Link, ServerStorage};
use crate::effect::Effect;
use crate::engine::clock::EngineTime;
use crate::engine::outbox::Refusal;
use crate::event::EntryId;
use crate::state::{KeptAt, KnownAccess};

impl Channel {
    /// The server's last word on access; says nothing about the link.
    pub(super) fn may_write(&self) -> bool {
        self.access == KnownAccess::Known(Access::Write)
    }

    /// Pushes what may be pushed.
    pub(super) fn pump(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.link != Link::Open
            || !self.may_write()
            || self.server_storage == ServerStorage::Away
            || matches!(self.door, Door::Asked(_))
            || self.must_catch_up()
        {
            return;
        }
        while let Some(push) = self.outbox.next_push() {
            out.push(self.push_frame(push));
            self.ack_probe.pushed(now);
        }
    }

    pub(super) fn resend(&self, up_to: PushId, out: &mut Vec<Effect>) {
        out.extend(self.outbox.resend(up_to).map(|push| self.push_frame(push)));
    }

    pub(super) fn acknowledged(&mut self, id: PushId, now: EngineTime, out: &mut Vec<Effect>) {
        let confirmed = self.outbox.acknowledge(id);
        self.answered(now);
        if confirmed.is_empty() && !self.refused.is_empty() {
            // A push that was sent twice was refused once and taken once: get back what was given up.
            out.push(self.frame(self.step1()));
        }
        if !confirmed.is_empty() {
            let mut ids = Vec::with_capacity(confirmed.len());
            for (id, entry) in confirmed {
                ids.push(id);
                if self.suspects.remove(&id) {
                    // The views were rebuilt without it, but the server has taken it.
                    out.push(Effect::Deliver {
                        doc: self.doc.clone(),
                        update: entry.update.clone(),
                    });
                }
                if !self.content.extent().covers(&entry.extent) {
                    self.content.add(entry.update, &entry.extent);
                }
            }
            out.push(Effect::ConfirmOutbox {
                doc: self.doc.clone(),
                ids,
            });
        }
        self.pump(now, out);
    }

    pub(super) fn answered(&mut self, now: EngineTime) {
        self.ack_probe
            .progressed(self.outbox.newest_in_flight(), now);
    }

    pub(super) fn rejected(
        &mut self,
        id: PushId,
        code: RejectCode,
        kept: Kept,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        let ids = match (code, kept) {
            (RejectCode::Lineage, _) => {
                self.leave_and_fork(out);
                return;
            }
            (RejectCode::ReadOnly, Kept::ByClient) => {
                // Access went away while the push was under way; it may return, and the edit is welcome then.
                self.outbox.take_back(id);
                self.access = self.access_without_write();
                self.answered(now);
                return;
            }
            (_, Kept::AsSuggestion) => {
                let ids = self.outbox.refuse_whole(id);
                self.was_handed_in(ids, out);
                self.answered(now);
                self.pump(now, out);
                return;
            }
            (_, Kept::ByServer) => self.outbox.refuse_whole(id),
            (_, Kept::ByClient) => match self.outbox.refuse(id) {
                Refusal::Entries(ids) => ids,
                Refusal::Unknown | Refusal::TakenApart => Vec::new(),
            },
        };
        let kept = match kept {
            Kept::ByClient => KeptAt::Device,
            Kept::ByServer | Kept::AsSuggestion => KeptAt::Server,
        };
        if !ids.is_empty() {
            self.refuse(ids, code, kept, out);
        }
        self.answered(now);
        self.pump(now, out);
    }

    fn access_without_write(&self) -> KnownAccess {
        match self.access {
            KnownAccess::Known(access) => KnownAccess::Known(access.min(Access::Comment)),
            KnownAccess::Unknown => KnownAccess::Unknown,
        }
    }

    /// Takes refused entries out of everything. What the same views did later may build on them: what was not pushed
    /// yet is set aside too, and so is what those views will still say until they are rebuilt. What is under way is
    /// answered for itself: a server that acknowledges it has it, and then so must we.
    fn refuse(&mut self, ids: Vec<EntryId>, code: RejectCode, kept: KeptAt, out: &mut Vec<Effect>) {
        self.refused_for = code;
        let first = ids.iter().min().copied().unwrap_or_default();
        self.take_out(&ids);
        self.drop_entries(ids, code.word(), kept, out);
        let followers: Vec<EntryId> = self
            .outbox
            .unsent()
            .map(|(id, _)| id)
            .filter(|id| *id > first)
            .collect();
        if !followers.is_empty() {
            self.take_out(&followers);
            self.drop_entries(followers, code.word(), KeptAt::Device, out);
        }
        for (id, entry) in self.outbox.entries().filter(|(id, _)| *id > first) {
            self.suspects.insert(id);
            self.refused.add(&entry.extent.successors());
        }
        self.rebuild_views(out);
        // Some of what was set aside may be on the server all the same, pushed before and its answer lost.
        out.push(self.frame(self.step1()));
    }

    /// What is held has become less: views hold it no more either.
    pub(super) fn rebuild_views(&mut self, out: &mut Vec<Effect>) {
        self.held = self.content.extent().clone();
        for (_, entry) in self.outbox.entries() {
            self.held.add(&entry.extent);
        }
        out.push(Effect::Reset {
            doc: self.doc.clone(),
        });
    }

    pub(super) fn take_out(&mut self, ids: &[EntryId]) {
        for id in ids {
            self.suspects.remove(id);
            if let Some(entry) = self.outbox.remove(*id) {
                self.refused.add(&entry.extent);
            }
        }
    }
}
