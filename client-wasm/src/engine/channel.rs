//! One document: its local content, its outbox, and its channel on the connection.
//!
//! What a tab edits is pushed and persisted at the same time; what the server sends is checked, kept and delivered.
//! **Invariants:** an edit leaves the outbox only by the server's word (I1); refused edits leave content, outbox and
//! views together; a document of another lineage is forked, never merged (D15); nothing is pushed without write
//! access. It knows no socket and no clock: frames go out as effects, time comes in.

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::awareness;
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, ServerMessage,
};
use consilium_protocol::extension::{
    CLIENT_VERSION, ClientExtension, Hello, Kept, Push, RejectCode, ServerExtension,
};
use consilium_protocol::ids::{Access, DocName, Lineage, PushId};
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};
use yrs::updates::encoder::Encode;

use super::auth::{self, News};
use super::backoff::{Backoff, Jitter};
use super::clock::EngineTime;
use super::content::Content;
use super::outbox::{Outbox, Refusal};
use super::presence::LocalPresence;
use super::probe::AckProbe;
use super::save_state;
use super::transfer::Transfer;
use crate::effect::{Effect, ForkReason};
use crate::event::{EntryId, StoredEntry, Synced};
use crate::limits::PUSH_BYTES_MAX;
use crate::state::{DocumentProblem, DocumentState, KeptAt, KnownAccess, SaveState, StoreCause};
use crate::updates::{self, Extent};

/// The server said something that no server of this protocol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server broke the protocol")]
pub(crate) struct ProtocolViolation;

/// What a server message means beyond the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing.
    Done,
    /// The token was accepted here.
    Authenticated,
    /// The document was brought up to date.
    Synced,
    /// The server wants a newer token.
    TokenWanted,
}

/// The local copy.
enum Local {
    /// Being read; edits wait.
    Loading(Vec<Bytes>),
    /// Read.
    Ready,
    /// Could not be read; the document lives in memory until it can.
    Unreadable,
}

/// The channel on the present connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Not opened.
    Down,
    /// Opened, not yet answered.
    Opening,
    /// The server has said hello.
    Open,
    /// Refused.
    Denied,
    /// Closed by the server; to be opened again at this time.
    Pausing(EngineTime),
}

/// Whether the server's storage takes edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServerStorage {
    Available,
    Away,
}

/// One open document.
pub(crate) struct Channel {
    doc: DocName,
    address: Address,
    local: Local,
    link: Link,
    lineage: Option<Lineage>,
    synced: Synced,
    content: Content,
    outbox: Outbox,
    /// Content and outbox together: what the state vector claims.
    held: Extent,
    /// What was refused or forked away: whatever continues it cannot be pushed either.
    refused: Extent,
    refused_for: RejectCode,
    /// Under way when an earlier edit was refused: they may build on it, in ways that only the server can tell.
    suspects: BTreeSet<EntryId>,
    presence: LocalPresence,
    transfer: Transfer,
    ack_probe: AckProbe,
    reopening: Backoff,
    access: KnownAccess,
    server_storage: ServerStorage,
    denial: Option<String>,
    device_storage: Option<StoreCause>,
    rejections: BTreeSet<DocumentProblem>,
    reported: Option<DocumentState>,
}

impl Channel {
    /// Opens a document: its local copy is asked for.
    pub(crate) fn open(doc: DocName, out: &mut Vec<Effect>) -> Self {
        out.push(Effect::Load { doc: doc.clone() });
        Self {
            address: Address::of(&doc),
            doc,
            local: Local::Loading(Vec::new()),
            link: Link::Down,
            lineage: None,
            synced: Synced::Never,
            content: Content::default(),
            outbox: Outbox::from_id(EntryId(1)),
            held: Extent::default(),
            refused: Extent::default(),
            refused_for: RejectCode::Malformed,
            suspects: BTreeSet::new(),
            presence: LocalPresence::default(),
            transfer: Transfer::default(),
            ack_probe: AckProbe::default(),
            reopening: Backoff::default(),
            access: KnownAccess::Unknown,
            server_storage: ServerStorage::Available,
            denial: None,
            device_storage: None,
            rejections: BTreeSet::new(),
            reported: None,
        }
    }

    // --- tabs and store ---------------------------------------------------------------------------------------

    /// Says goodbye to the server.
    pub(crate) fn leave(&self, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Opening | Link::Open) {
            out.push(self.frame(ClientMessage::Close));
        }
    }

    /// All content that a view can use, in any order: without edits that may build on a refused one.
    pub(crate) fn pieces(&self) -> Vec<Bytes> {
        let unconfirmed = self
            .outbox
            .entries()
            .filter(|(id, _)| !self.suspects.contains(id))
            .map(|(_, entry)| &entry.update);
        self.content
            .pieces()
            .iter()
            .chain(unconfirmed)
            .cloned()
            .collect()
    }

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
        let unconfirmed: BTreeSet<&Bytes> =
            stored.outbox.iter().map(|entry| &entry.update).collect();
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
        for entry in stored.outbox {
            match Extent::of(&entry.update) {
                // Written since, and still under way.
                Ok(_) if self.outbox.contains(entry.id) => self.outbox.persisted(entry.id),
                Ok(extent) => {
                    self.held.add(&extent);
                    self.outbox.restore(entry.id, entry.update, extent);
                }
                Err(_) => {
                    self.drop_entries(vec![entry.id], RejectCode::Malformed, KeptAt::Device, out);
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
        self.keep(update, extent, out);
        self.pump(now, out);
    }

    /// Puts an edit into the outbox and asks for its durability.
    fn keep(&mut self, update: Bytes, extent: Extent, out: &mut Vec<Effect>) {
        let id = self.outbox.append(update.clone(), extent);
        out.push(Effect::PersistOutbox {
            doc: self.doc.clone(),
            id,
            update,
        });
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
        self.drop_entries(vec![id], code, KeptAt::Device, out);
        out.push(Effect::Reset {
            doc: self.doc.clone(),
        });
    }

    fn drop_entries(
        &mut self,
        ids: Vec<EntryId>,
        code: RejectCode,
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
            reason: code.word().to_owned(),
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

    /// A tab's presence changed.
    pub(crate) fn presence(&mut self, payload: &Bytes, out: &mut Vec<Effect>) {
        if let Some(payload) = self.presence.take(payload) {
            self.send_presence(payload, out);
        }
    }

    /// Tabs are gone.
    pub(crate) fn presence_gone(&mut self, clients: &[u64], out: &mut Vec<Effect>) {
        if let Some(payload) = self.presence.remove(clients) {
            self.send_presence(payload, out);
        }
    }

    fn send_presence(&self, payload: Bytes, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Opening | Link::Open) {
            out.push(self.frame(ClientMessage::Awareness(payload)));
        }
    }

    // --- connection -------------------------------------------------------------------------------------------

    /// Whether the channel waits to be opened on a connection that is up.
    pub(crate) fn wants_opening(&self) -> bool {
        self.link == Link::Down && !matches!(self.local, Local::Loading(_))
    }

    /// The frames that open the channel, all at once: no round trip is waited for.
    pub(crate) fn opening(&self, token: &str) -> Vec<Bytes> {
        std::iter::once(self.auth(token))
            .chain(self.greeting())
            .map(|message| self.encode(message))
            .collect()
    }

    /// What follows the token: what is held here, and who is here.
    fn greeting(&self) -> Vec<ClientMessage> {
        let mut messages = vec![self.step1()];
        messages.extend(self.presence.announcement().map(ClientMessage::Awareness));
        messages
    }

    fn step1(&self) -> ClientMessage {
        ClientMessage::Sync(SyncMessage::Step1(
            self.held.state_vector().encode_v1().into(),
        ))
    }

    /// The opening frames went out.
    pub(crate) fn opened(&mut self) {
        self.link = Link::Opening;
        self.transfer = Transfer::default();
    }

    /// There is a newer token: present it, or try a refused channel again.
    pub(crate) fn new_token(
        &mut self,
        token: &str,
        news: News,
        jitter: &mut Jitter,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        match self.link {
            Link::Opening | Link::Open => out.push(self.frame(self.auth(token))),
            // Never at once: a server that refuses every token must not be asked in a tight circle.
            Link::Denied if news == News::Changed => self.pause(jitter, now),
            Link::Denied | Link::Down | Link::Pausing(_) => {}
        }
    }

    fn pause(&mut self, jitter: &mut Jitter, now: EngineTime) {
        let wait = self.reopening.next_wait(jitter);
        self.close_link(Link::Pausing(now.after(wait)));
    }

    fn auth(&self, token: &str) -> ClientMessage {
        ClientMessage::Auth(ClientAuth {
            token: token.to_owned(),
            version: Some(CLIENT_VERSION.to_owned()),
            lineage: self.lineage,
        })
    }

    /// The connection is gone.
    pub(crate) fn connection_lost(&mut self, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Opening | Link::Open) {
            out.push(Effect::ClearPresence {
                doc: self.doc.clone(),
            });
        }
        self.close_link(Link::Down);
        self.server_storage = ServerStorage::Available;
    }

    fn close_link(&mut self, link: Link) {
        self.link = link;
        self.transfer = Transfer::default();
        self.ack_probe.connection_lost();
        self.outbox.connection_lost();
    }

    /// When [`Channel::timer`] has something to do.
    pub(crate) fn deadline(&self) -> Option<EngineTime> {
        match self.link {
            Link::Pausing(until) => Some(until),
            Link::Open => self.ack_probe.deadline(),
            Link::Down | Link::Opening | Link::Denied => None,
        }
    }

    /// Looks at the clock.
    pub(crate) fn timer(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        match self.link {
            Link::Pausing(until) if now >= until => self.link = Link::Down,
            Link::Open if self.ack_probe.deadline().is_some_and(|due| now >= due) => {
                self.probe(now, out);
            }
            _ => {}
        }
    }

    /// Asks whether the pushes under way were heard.
    pub(crate) fn probe(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.link != Link::Open {
            return;
        }
        if let Some(newest) = self.outbox.newest_in_flight()
            && let Some(nonce) = self.ack_probe.ask(newest, now)
        {
            out.push(self.frame(ClientMessage::Extension(ClientExtension::Probe { nonce })));
        }
    }

    // --- server -----------------------------------------------------------------------------------------------

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
                self.close_link(Link::Denied);
                return Ok(outcome);
            }
            ServerMessage::Close(_) => {
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
                self.caught_up(update, out)?;
                return Ok(Outcome::Synced);
            }
            ServerMessage::Sync(SyncMessage::Update(update)) => self.received(update, out)?,
            ServerMessage::Awareness(payload) => {
                awareness::decode(payload.clone()).map_err(|_| ProtocolViolation)?;
                out.push(Effect::DeliverPresence {
                    doc: self.doc.clone(),
                    payload,
                });
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
                self.pump(now, out);
            }
            ServerExtension::Chunk(chunk) => {
                if let Some(update) = self.transfer.take(&chunk).map_err(|_| ProtocolViolation)? {
                    self.caught_up(update, out)?;
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
        self.denial = None;
        // Said again right after this if it is away still.
        self.server_storage = ServerStorage::Available;
        self.reopening.reset();
        self.pump(now, out);
    }

    /// The server's state at connection time.
    fn caught_up(&mut self, update: Bytes, out: &mut Vec<Effect>) -> Result<(), ProtocolViolation> {
        self.received(update, out)?;
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
                    self.keep(part, extent, out);
                }
            }
            self.pump(now, out);
        }
        Ok(())
    }

    /// The server's last word on access; says nothing about the link.
    fn may_write(&self) -> bool {
        self.access == KnownAccess::Known(Access::Write)
    }

    /// Pushes what may be pushed.
    fn pump(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.link != Link::Open
            || !self.may_write()
            || self.server_storage == ServerStorage::Away
        {
            return;
        }
        while let Some(push) = self.outbox.next_push() {
            out.push(self.push_frame(push));
            self.ack_probe.pushed(now);
        }
    }

    fn resend(&self, up_to: PushId, out: &mut Vec<Effect>) {
        out.extend(self.outbox.resend(up_to).map(|push| self.push_frame(push)));
    }

    fn acknowledged(&mut self, id: PushId, now: EngineTime, out: &mut Vec<Effect>) {
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

    fn answered(&mut self, now: EngineTime) {
        self.ack_probe
            .progressed(self.outbox.newest_in_flight(), now);
    }

    fn rejected(
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
            (_, Kept::ByServer) => self.outbox.refuse_whole(id),
            (_, Kept::ByClient) => match self.outbox.refuse(id) {
                Refusal::Entries(ids) => ids,
                Refusal::Unknown | Refusal::TakenApart => Vec::new(),
            },
        };
        let kept = match kept {
            Kept::ByClient => KeptAt::Device,
            Kept::ByServer => KeptAt::Server,
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
        self.drop_entries(ids, code, kept, out);
        let followers: Vec<EntryId> = self
            .outbox
            .unsent()
            .map(|(id, _)| id)
            .filter(|id| *id > first)
            .collect();
        if !followers.is_empty() {
            self.take_out(&followers);
            self.drop_entries(followers, code, KeptAt::Device, out);
        }
        for (id, entry) in self.outbox.entries().filter(|(id, _)| *id > first) {
            self.suspects.insert(id);
            self.refused.add(&entry.extent.successors());
        }
        self.held = self.content.extent().clone();
        for (_, entry) in self.outbox.entries() {
            self.held.add(&entry.extent);
        }
        out.push(Effect::Reset {
            doc: self.doc.clone(),
        });
        // Some of what was set aside may be on the server all the same, pushed before and its answer lost.
        out.push(self.frame(self.step1()));
    }

    /// Forks on a channel that the server holds open: it must greet us anew.
    fn leave_and_fork(&mut self, out: &mut Vec<Effect>) {
        out.push(self.frame(ClientMessage::Close));
        self.fork(out);
    }

    fn take_out(&mut self, ids: &[EntryId]) {
        for id in ids {
            self.suspects.remove(id);
            if let Some(entry) = self.outbox.remove(*id) {
                self.refused.add(&entry.extent);
            }
        }
    }

    /// The local content belongs to another history: it lives on under another name, and this document begins anew.
    fn fork(&mut self, out: &mut Vec<Effect>) {
        let unconfirmed = self.outbox.entries().map(|(_, entry)| &entry.update);
        let confirmed = self.content.pieces().iter();
        let updates: Vec<Bytes> = confirmed.chain(unconfirmed).cloned().collect();
        if !updates.is_empty() {
            out.push(Effect::Fork {
                doc: self.doc.clone(),
                reason: ForkReason::Lineage,
                updates,
            });
        }
        self.refused.add(&self.held);
        self.refused_for = RejectCode::Lineage;
        self.lineage = None;
        self.synced = Synced::Never;
        self.suspects.clear();
        self.content = Content::default();
        self.held = Extent::default();
        self.outbox.clear();
        self.close_link(Link::Down);
    }

    // --- reporting --------------------------------------------------------------------------------------------

    /// Reports the state if it differs from the last report.
    pub(crate) fn report(&mut self, out: &mut Vec<Effect>) {
        if matches!(&self.local, Local::Loading(waiting) if waiting.is_empty()) {
            return;
        }
        let state = self.state();
        if self.reported.as_ref() != Some(&state) {
            self.reported = Some(state.clone());
            out.push(Effect::DocumentState {
                doc: self.doc.clone(),
                state,
            });
        }
    }

    fn state(&self) -> DocumentState {
        let (save, unconfirmed) = match &self.local {
            Local::Loading(waiting) => (SaveState::Saving, waiting.len()),
            Local::Ready => (save_state::of(&self.outbox), self.outbox.len()),
            Local::Unreadable => (self.save_at_most_on_device(), self.outbox.len()),
        };
        DocumentState {
            save,
            access: self.access,
            synced: self.synced.into(),
            unconfirmed,
            problems: self.problems(),
        }
    }

    /// A store that exists but cannot be read may hold edits that were never sent.
    fn save_at_most_on_device(&self) -> SaveState {
        match (save_state::of(&self.outbox), self.device_storage) {
            (SaveState::Saving, _) => SaveState::Saving,
            (_, Some(StoreCause::Blocked | StoreCause::Quota)) => SaveState::Device,
            (state, _) => state,
        }
    }

    fn problems(&self) -> Vec<DocumentProblem> {
        let mut problems: Vec<DocumentProblem> = self.rejections.iter().cloned().collect();
        problems.extend(self.denied());
        // Of no concern to those who cannot write; nor does the server tell them when it is over.
        if self.server_storage == ServerStorage::Away && self.may_write() {
            problems.push(DocumentProblem::ServerStorage);
        }
        if let Some(cause) = self.device_storage {
            problems.push(DocumentProblem::DeviceStorage { cause });
        }
        problems.sort();
        problems
    }

    /// A reader is not told that they may not write, until they have something that waits for it.
    fn denied(&self) -> Option<DocumentProblem> {
        let waits = !self.outbox.is_empty() && !self.may_write();
        let reason = match (self.access, &self.denial) {
            (_, Some(reason)) if reason == auth::TOKEN_EXPIRED => {
                return Some(DocumentProblem::Expired);
            }
            (_, Some(reason)) => reason.clone(),
            (KnownAccess::Known(_), None) if waits => RejectCode::ReadOnly.word().to_owned(),
            (_, None) => return None,
        };
        Some(DocumentProblem::Denied { reason })
    }

    fn push_frame(&self, push: Push) -> Effect {
        self.frame(ClientMessage::Extension(ClientExtension::Push(push)))
    }

    fn frame(&self, message: ClientMessage) -> Effect {
        Effect::Send {
            bytes: self.encode(message),
        }
    }

    fn encode(&self, message: ClientMessage) -> Bytes {
        ClientFrame::Message {
            address: self.address.clone(),
            message,
        }
        .encode()
    }
}

/// The local copy as the store had it.
pub(crate) struct Stored {
    pub(crate) lineage: Option<Lineage>,
    pub(crate) updates: Vec<Bytes>,
    pub(crate) outbox: Vec<StoredEntry>,
    pub(crate) next_id: EntryId,
    pub(crate) synced: Synced,
}
