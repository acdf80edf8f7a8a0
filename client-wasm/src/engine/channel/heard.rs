//! What the server says on a channel, and what that means for the document.

use bytes::Bytes;
use consilium_protocol::awareness;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::ServerMessage;
use consilium_protocol::extension::{Hello, ServerExtension};
use consilium_protocol::ids::Access;
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};

use super::{Channel, Link, Outcome, ProtocolViolation, ServerStorage};
use crate::effect::Effect;
use crate::engine::auth;
use crate::engine::backoff::Jitter;
use crate::engine::clock::EngineTime;
use crate::event::Synced;
use crate::limits::PUSH_BYTES_MAX;
use crate::state::KnownAccess;
use crate::updates::{self, Extent};

impl Channel {
    /// The server said something on this channel.
    pub(crate) fn heard(
        &mut self,
        message: ServerMessage,
        jitter: &mut Jitter,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) -> Result<Outcome, ProtocolViolation> {
        match message {
            ServerMessage::Authenticated(_) => return Ok(Outcome::Authenticated),
            ServerMessage::RequestToken => return Ok(Outcome::TokenWanted),
            // The refusal of a token older than the one with which the channel is being opened again.
            ServerMessage::PermissionDenied(_)
                if !matches!(self.link, Link::Opening | Link::Open) => {}
            ServerMessage::PermissionDenied(reason) => {
                let outcome = if auth::token_is_at_fault(&reason) {
                    Outcome::TokenWanted
                } else {
                    Outcome::Done
                };
                if reason != auth::TOKEN_EXPIRED {
                    self.access = KnownAccess::Known(Access::None);
                }
                self.denial = Some(reason);
                self.see_nobody(out);
                self.close_link(Link::Denied);
                return Ok(outcome);
            }
            ServerMessage::Close(reason) => {
                // Other reasons answer a goodbye of ours.
                self.unavailable = reason == CloseCode::Internal.reason();
                self.pause(jitter, now);
            }
            // A newer token, presented before the refusal of the last one was heard, was accepted: the channel is
            // open after all. What came with the refused token is not remembered there.
            ServerMessage::Extension(ServerExtension::Hello(hello))
                if matches!(self.link, Link::Denied | Link::Pausing(_)) =>
            {
                out.extend(
                    self.greeting()
                        .into_iter()
                        .map(|message| self.frame(message)),
                );
                self.hello(&hello, now, out);
            }
            ServerMessage::Extension(ServerExtension::LineageMismatch { .. })
                if self.link != Link::Down =>
            {
                self.fork(out);
            }
            // Otherwise a channel that was closed or refused has nothing more to say.
            _ if !matches!(self.link, Link::Opening | Link::Open) => {}
            ServerMessage::Sync(SyncMessage::Step1(state_vector)) => {
                self.heal(&state_vector, now, out)?;
            }
            ServerMessage::Sync(SyncMessage::Step2(update)) => {
                self.caught_up(update, now, out)?;
                return Ok(Outcome::Synced);
            }
            ServerMessage::Sync(SyncMessage::Update(update)) => self.received(update, out)?,
            ServerMessage::Awareness(payload) => {
                // Who is here is worth no connection: what cannot be read is not shown.
                if awareness::decode(payload.clone()).is_ok() {
                    out.push(Effect::DeliverPresence {
                        doc: self.doc.clone(),
                        payload,
                    });
                }
            }
            ServerMessage::QueryAwareness => {
                if let Some(payload) = self.presence.announcement() {
                    self.send_presence(payload, out);
                }
            }
            // For stock clients and applications of their own; acknowledgements by id replace the status.
            ServerMessage::SyncStatus(_) | ServerMessage::Stateless(_) => {}
            ServerMessage::Extension(extension) => return self.extension(extension, now, out),
        }
        Ok(Outcome::Done)
    }

    fn extension(
        &mut self,
        extension: ServerExtension,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) -> Result<Outcome, ProtocolViolation> {
        match extension {
            ServerExtension::Hello(hello) => self.hello(&hello, now, out),
            ServerExtension::Ack(id) => self.acknowledged(id, now, out),
            ServerExtension::Reject { id, code, kept, .. } => {
                self.rejected(id, code, kept, now, out);
            }
            ServerExtension::AccessChange { access, reason } => {
                self.denial = (access < Access::Write).then_some(reason);
                self.access = KnownAccess::Known(access);
                self.forget_the_door();
                self.pump(now, out);
            }
            ServerExtension::Chunk(chunk) => {
                if let Some(update) = self.transfer.take(&chunk).map_err(|_| ProtocolViolation)? {
                    self.caught_up(update, now, out)?;
                    return Ok(Outcome::Synced);
                }
            }
            ServerExtension::Storage { available: false } => {
                self.server_storage = ServerStorage::Away;
            }
            ServerExtension::Storage { available: true } => {
                self.server_storage = ServerStorage::Available;
                if let Some(newest) = self.outbox.newest_in_flight() {
                    self.resend(newest, out);
                }
                self.pump(now, out);
            }
            ServerExtension::LineageMismatch { .. } => self.fork(out),
            ServerExtension::ProbeReply { nonce } => {
                if let Some(newest) = self.ack_probe.answered(nonce)
                    && self.server_storage == ServerStorage::Available
                {
                    self.resend(newest, out);
                }
            }
        }
        Ok(Outcome::Done)
    }

    fn hello(&mut self, hello: &Hello, now: EngineTime, out: &mut Vec<Effect>) {
        match self.lineage {
            Some(lineage) if lineage != hello.lineage => {
                self.leave_and_fork(out);
                return;
            }
            Some(_) => {}
            None => {
                self.lineage = Some(hello.lineage);
                out.push(Effect::PersistLineage {
                    doc: self.doc.clone(),
                    lineage: hello.lineage,
                });
            }
        }
        self.link = Link::Open;
        self.access = KnownAccess::Known(hello.access);
        self.forget_the_door();
        self.denial = None;
        self.unavailable = false;
        // Said again right after this if it is away still.
        self.server_storage = ServerStorage::Available;
        self.reopening.reset();
        self.pump(now, out);
    }

    /// The server's state at connection time.
    fn caught_up(
        &mut self,
        update: Bytes,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) -> Result<(), ProtocolViolation> {
        let before = out.len();
        self.received(update, out)?;
        self.complete(now, out);
        if let Some(merged) = self.spell_over(now) {
            // Before what it is made of becomes one in the store.
            out.insert(before, merged);
        }
        if self.synced == Synced::Never {
            self.synced = Synced::Once;
            out.push(Effect::PersistSynced {
                doc: self.doc.clone(),
            });
        }
        Ok(())
    }

    fn received(&mut self, update: Bytes, out: &mut Vec<Effect>) -> Result<(), ProtocolViolation> {
        if update.as_ref() == EMPTY_UPDATE {
            return Ok(());
        }
        let extent = Extent::of(&update).map_err(|_| ProtocolViolation)?;
        // Every step 2 carries all deletions; storing known ones again would grow the journal for ever.
        if self.content.extent().covers(&extent) {
            return Ok(());
        }
        // Views were rebuilt without the suspects, so what is held says nothing about them.
        let news = !self.suspects.is_empty() || !self.held.covers(&extent);
        self.held.add(&extent);
        self.content.add(update.clone(), &extent);
        self.spell_brought(&update);
        out.push(Effect::PersistRemote {
            doc: self.doc.clone(),
            update: update.clone(),
        });
        if news {
            out.push(Effect::Deliver {
                doc: self.doc.clone(),
                update,
            });
        }
        Ok(())
    }

    /// Gives the server what it lacks of the confirmed content. That should be nothing; a server that lost some gets
    /// it back this way.
    fn heal(
        &mut self,
        state_vector: &[u8],
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) -> Result<(), ProtocolViolation> {
        let known = updates::decode_state_vector(state_vector).map_err(|_| ProtocolViolation)?;
        self.spell_heard(&known);
        if !self.may_write() {
            return Ok(());
        }
        let mut lacking = self.content.extent().beyond(&known);
        for (_, entry) in self.outbox.entries() {
            lacking.subtract(&entry.extent);
        }
        if lacking.inserts() {
            let parts: Vec<Bytes> = self
                .content
                .pieces()
                .iter()
                .filter(|piece| Extent::of(piece).is_ok_and(|extent| extent.overlaps(&lacking)))
                .filter_map(|piece| updates::diff(piece, state_vector).ok())
                .collect();
            for part in parts {
                if let Ok(extent) = Extent::of(&part)
                    && part.len() <= PUSH_BYTES_MAX
                {
                    self.keep(part, extent, now, out);
                }
            }
            self.pump(now, out);
        }
        Ok(())
    }
}
