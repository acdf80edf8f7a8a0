//! What one editor knows: its document, its outbox, and what was acknowledged. Pure: frames in, frames out.
//!
//! The stock dialect counts as `@hocuspocus/provider` does, the plain one sends and believes what `y-websocket` does,
//! the extended one pushes under ids and repeats what was not acknowledged.

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::envelope::{ClientMessage, PONG_FRAME, ServerFrame, ServerMessage};
use consilium_protocol::extension::{ClientExtension, Kept, Push, RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, Lineage, PushId};
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, IdSet, ReadTxn, StateVector, Text, TextRef, Transact, Update};

use super::ClientOptions;
use crate::socket::{extended_auth, frame_of, stock_auth};

/// Where the text of these tests is.
pub const TEXT_ROOT: &str = "text";

/// Which client is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// A stock `@hocuspocus/provider`.
    Stock,
    /// Our own client.
    Extended,
    /// A stock `y-websocket`.
    Plain,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stock, Self::Extended, Self::Plain];
}

/// One change of the text. Positions count bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where.
    pub at: u32,
    /// How much goes.
    pub remove: u32,
    /// What comes.
    pub insert: String,
}

struct Pending {
    marker: String,
    update: Bytes,
    inserted: IdSet,
    /// Under which id, or as part of a step 2, on this connection.
    sent: Option<PushId>,
}

/// A rejection that our client was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Which edit.
    pub marker: String,
    /// Why.
    pub code: RejectCode,
    /// Who has it.
    pub kept: Kept,
}

/// One editor's knowledge.
pub struct Replica {
    address: String,
    dialect: Dialect,
    token: String,
    announced: Option<Lineage>,
    doc: Doc,
    text: TextRef,
    pending: Vec<Pending>,
    /// Updates that build on what has not arrived yet.
    waiting: Vec<Bytes>,
    acknowledged: BTreeSet<String>,
    rejections: Vec<Rejection>,
    connected: bool,
    asked: bool,
    synced: bool,
    unsynced_changes: u64,
    next_push: u64,
    transfer: Vec<u8>,
    access: Option<Access>,
    denied: Option<String>,
    lineage: Option<Lineage>,
    mismatch: Option<Lineage>,
    storage_available: Option<bool>,
    refused_statuses: u64,
    connections: u64,
    step_twos: u64,
    last_close: Option<u16>,
}

impl Replica {
    pub(super) fn new(options: &ClientOptions) -> Self {
        let doc = match options.client_id {
            Some(id) => Doc::with_client_id(id),
            None => Doc::new(),
        };
        let text = doc.get_or_insert_text(TEXT_ROOT);
        Self {
            address: options.doc.clone(),
            dialect: options.dialect,
            token: options.token.clone(),
            announced: options.lineage,
            doc,
            text,
            pending: Vec::new(),
            waiting: Vec::new(),
            acknowledged: BTreeSet::new(),
            rejections: Vec::new(),
            connected: false,
            asked: false,
            synced: false,
            unsynced_changes: 0,
            next_push: 1,
            transfer: Vec::new(),
            access: None,
            denied: None,
            lineage: None,
            mismatch: None,
            storage_available: None,
            refused_statuses: 0,
            connections: 0,
            step_twos: 0,
            last_close: None,
        }
    }

    // What a test may ask

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.get_string(&self.doc.transact())
    }

    /// The document.
    #[must_use]
    pub fn doc(&self) -> &Doc {
        &self.doc
    }

    /// Whether the server's state has arrived on this connection.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.synced
    }

    /// Whether there is a connection.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether nothing waits for an acknowledgement.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.pending.is_empty()
    }

    /// Markers that were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> &BTreeSet<String> {
        &self.acknowledged
    }

    /// Markers that were not acknowledged.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &str> {
        self.pending.iter().map(|pending| pending.marker.as_str())
    }

    /// Rejections, in order.
    #[must_use]
    pub fn rejections(&self) -> &[Rejection] {
        &self.rejections
    }

    /// What the server said this member may do.
    #[must_use]
    pub fn access(&self) -> Option<Access> {
        self.access
    }

    /// Why the channel was refused.
    #[must_use]
    pub fn denied(&self) -> Option<&str> {
        self.denied.as_deref()
    }

    /// The document's lineage, if the server said it.
    #[must_use]
    pub fn lineage(&self) -> Option<Lineage> {
        self.lineage
    }

    /// The document's lineage, if it is not the announced one.
    #[must_use]
    pub fn mismatch(&self) -> Option<Lineage> {
        self.mismatch
    }

    /// What the server last said about its storage.
    #[must_use]
    pub fn storage_available(&self) -> Option<bool> {
        self.storage_available
    }

    /// How many statuses said "refused".
    #[must_use]
    pub fn refused_statuses(&self) -> u64 {
        self.refused_statuses
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// How many whole answers to a state vector have come.
    #[must_use]
    pub fn step_twos(&self) -> u64 {
        self.step_twos
    }

    /// The code with which the server closed last.
    #[must_use]
    pub fn last_close(&self) -> Option<u16> {
        self.last_close
    }

    /// Everything that helps to understand a test that waits in vain, except the text.
    #[must_use]
    pub fn describe(&self) -> String {
        format!(
            "{:?} {} connected={} asked={} synced={} pending={} acknowledged={} counter={} denied={:?} storage={:?} \
             rejections={:?} connections={} last close={:?} waiting={} text bytes={}",
            self.dialect,
            self.address,
            self.connected,
            self.asked,
            self.synced,
            self.pending.len(),
            self.acknowledged.len(),
            self.unsynced_changes,
            self.denied,
            self.storage_available,
            self.rejections,
            self.connections,
            self.last_close,
            self.waiting.len(),
            self.text().len(),
        )
    }

    // Editing

    pub(super) fn edit(&mut self, marker: &str, edit: &Edit) {
        let mut txn = self.doc.transact_mut();
        if edit.remove > 0 {
            self.text.remove_range(&mut txn, edit.at, edit.remove);
        }
        if !edit.insert.is_empty() {
            self.text.insert(&mut txn, edit.at, &edit.insert);
        }
        let update = txn.encode_update_v1();
        drop(txn);
        self.remember(marker, update.into());
    }

    /// Takes a change that was made elsewhere under this replica's name, such as by an editor.
    pub(super) fn take(&mut self, marker: &str, update: Bytes) {
        self.apply(&update);
        self.remember(marker, update);
    }

    fn remember(&mut self, marker: &str, update: Bytes) {
        let inserted = Update::decode_v1(&update)
            .expect("an update made here")
            .insertions(true);
        self.pending.push(Pending {
            marker: marker.to_owned(),
            update,
            inserted,
            sent: None,
        });
    }

    pub(super) fn between_markers(&self, marker: &str, choice: u64) -> Edit {
        let text = self.text();
        let ends: Vec<usize> = text.match_indices(']').map(|(at, _)| at + 1).collect();
        let at = match choice as usize % (ends.len() + 1) {
            0 => 0,
            nth => ends[nth - 1],
        };
        Edit {
            at: at as u32,
            remove: 0,
            insert: marker.to_owned(),
        }
    }

    // The connection

    pub(super) fn connected(&mut self) -> Vec<Bytes> {
        self.connected = true;
        self.connections += 1;
        self.unsynced_changes = 1;
        let step_one = SyncMessage::Step1(self.state_vector().into());
        match self.dialect {
            Dialect::Plain => vec![PlainMessage::Sync(step_one).encode()],
            Dialect::Stock => vec![
                self.frame(stock_auth(&self.token)),
                self.frame(ClientMessage::Sync(step_one)),
            ],
            Dialect::Extended => vec![
                self.frame(extended_auth(&self.token, self.announced)),
                self.frame(ClientMessage::Sync(step_one)),
            ],
        }
    }

    pub(super) fn closed_with(&mut self, code: u16) {
        self.last_close = Some(code);
    }

    pub(super) fn disconnected(&mut self) {
        self.connected = false;
        self.asked = false;
        self.synced = false;
        self.storage_available = None;
        for pending in &mut self.pending {
            pending.sent = None;
        }
    }

    pub(super) fn hear(&mut self, frame: Bytes) -> Vec<Bytes> {
        if self.dialect == Dialect::Plain {
            let mut answers = Vec::new();
            for message in PlainMessage::decode_frame(frame) {
                match message.expect("a message of the protocol") {
                    PlainMessage::Sync(sync) => answers.extend(self.hear_sync(sync)),
                    PlainMessage::Awareness(_) | PlainMessage::QueryAwareness => {}
                    PlainMessage::PermissionDenied(reason) => self.denied = Some(reason),
                }
            }
            return answers;
        }
        match ServerFrame::decode(frame).expect("a frame of the protocol") {
            ServerFrame::Ping => vec![Bytes::from_static(PONG_FRAME)],
            ServerFrame::Pong => Vec::new(),
            ServerFrame::Message { message, .. } => self.hear_message(message),
        }
    }

    fn hear_message(&mut self, message: ServerMessage) -> Vec<Bytes> {
        match message {
            ServerMessage::Sync(sync) => return self.hear_sync(sync),
            ServerMessage::SyncStatus(true) => {
                self.unsynced_changes = self.unsynced_changes.saturating_sub(1);
                if self.unsynced_changes == 0 {
                    self.acknowledge(|pending| pending.sent.is_some());
                }
            }
            ServerMessage::SyncStatus(false) => self.refused_statuses += 1,
            ServerMessage::PermissionDenied(reason) | ServerMessage::Close(reason) => {
                self.denied = Some(reason);
            }
            ServerMessage::Extension(extension) => return self.hear_extension(extension),
            ServerMessage::RequestToken => return vec![self.frame(stock_auth(&self.token))],
            ServerMessage::Authenticated(_)
            | ServerMessage::Awareness(_)
            | ServerMessage::QueryAwareness
            | ServerMessage::Stateless(_) => {}
        }
        Vec::new()
    }

    fn hear_extension(&mut self, extension: ServerExtension) -> Vec<Bytes> {
        match extension {
            ServerExtension::Hello(hello) => {
                self.lineage = Some(hello.lineage);
                self.access = Some(hello.access);
            }
            ServerExtension::Ack(id) => self.acknowledge(|pending| pending.sent == Some(id)),
            ServerExtension::Reject { id, code, kept, .. } => {
                if let Some(at) = self
                    .pending
                    .iter()
                    .position(|pending| pending.sent == Some(id))
                {
                    let pending = self.pending.remove(at);
                    self.rejections.push(Rejection {
                        marker: pending.marker,
                        code,
                        kept,
                    });
                }
            }
            ServerExtension::AccessChange { access, .. } => self.access = Some(access),
            ServerExtension::Chunk(chunk) => {
                if chunk.offset == 0 {
                    self.transfer.clear();
                }
                self.transfer.extend_from_slice(&chunk.bytes);
                if self.transfer.len() as u64 == chunk.total_bytes {
                    let whole = std::mem::take(&mut self.transfer);
                    return self.hear_sync(SyncMessage::Step2(whole.into()));
                }
            }
            ServerExtension::Storage { available } => {
                self.storage_available = Some(available);
                if available {
                    // What was on its way when storage went is to be pushed once more.
                    for pending in &mut self.pending {
                        pending.sent = None;
                    }
                }
            }
            ServerExtension::LineageMismatch { lineage } => self.mismatch = Some(lineage),
            ServerExtension::ProbeReply { .. } => {}
        }
        Vec::new()
    }

    fn hear_sync(&mut self, message: SyncMessage) -> Vec<Bytes> {
        match message {
            SyncMessage::Step1(state_vector) => {
                let theirs = StateVector::decode_v1(&state_vector).expect("a state vector");
                // An answer from committed state.
                self.acknowledge(|pending| {
                    !pending.inserted.is_empty() && covered(&pending.inserted, &theirs)
                });
                self.asked = true;
                if self.dialect == Dialect::Extended {
                    return Vec::new();
                }
                let lacking = self.doc.transact().encode_state_as_update_v1(&theirs);
                for pending in &mut self.pending {
                    pending.sent = Some(PushId(0));
                }
                vec![self.sync_frame(SyncMessage::Step2(lacking.into()))]
            }
            SyncMessage::Step2(update) => {
                self.synced = true;
                self.step_twos += 1;
                self.apply(&update);
                Vec::new()
            }
            SyncMessage::Update(update) => {
                if self.dialect == Dialect::Plain {
                    let echoed = Update::decode_v1(&update)
                        .expect("an update")
                        .insertions(true);
                    self.acknowledge(|pending| {
                        pending.update == update
                            || (!pending.inserted.is_empty()
                                && pending.inserted.diff(&echoed).is_empty())
                    });
                }
                self.apply(&update);
                Vec::new()
            }
        }
    }

    /// Frames for what was not sent on this connection yet.
    pub(super) fn unsent(&mut self) -> Vec<Bytes> {
        // Before the server has asked, everything is part of the answer to that; while it cannot store, nothing helps.
        if !self.asked || self.storage_available == Some(false) {
            return Vec::new();
        }
        let mut frames = Vec::new();
        let mut pending = std::mem::take(&mut self.pending);
        for edit in pending.iter_mut().filter(|edit| edit.sent.is_none()) {
            let id = PushId(self.next_push);
            self.next_push += 1;
            edit.sent = Some(id);
            frames.push(if self.dialect == Dialect::Extended {
                self.frame(ClientMessage::Extension(ClientExtension::Push(Push {
                    id,
                    update: edit.update.clone(),
                })))
            } else {
                self.unsynced_changes += 1;
                self.sync_frame(SyncMessage::Update(edit.update.clone()))
            });
        }
        self.pending = pending;
        frames
    }

    fn acknowledge(&mut self, which: impl Fn(&Pending) -> bool) {
        let (done, left) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| which(pending));
        self.pending = left;
        self.acknowledged
            .extend(Vec::<Pending>::into_iter(done).map(|pending| pending.marker));
    }

    /// Applies an update, and again what waited for it. Kept apart because yrs 0.28.1 can lose pending blocks in merging
    /// them; the real clients are Yjs.
    fn apply(&mut self, update: &[u8]) {
        self.waiting.push(Bytes::copy_from_slice(update));
        loop {
            let before = self.waiting.len();
            for update in std::mem::take(&mut self.waiting) {
                self.integrate(&update);
                if self.waits(&update) {
                    self.waiting.push(update);
                }
            }
            if self.waiting.is_empty() || self.waiting.len() == before {
                return;
            }
        }
    }

    fn integrate(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("an update");
        self.doc
            .transact_mut()
            .apply_update(update)
            .expect("an update that fits");
    }

    fn waits(&self, update: &[u8]) -> bool {
        let claimed = Update::decode_v1(update)
            .expect("an update")
            .insertions(true);
        let txn = self.doc.transact();
        let known = txn.state_vector();
        let blocks = claimed
            .iter()
            .any(|(client, clocks)| clocks.iter().any(|clocks| known.get(client) < clocks.end));
        blocks || txn.store().pending_ds().is_some()
    }

    fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    fn sync_frame(&self, message: SyncMessage) -> Bytes {
        match self.dialect {
            Dialect::Plain => PlainMessage::Sync(message).encode(),
            Dialect::Stock | Dialect::Extended => self.frame(ClientMessage::Sync(message)),
        }
    }

    fn frame(&self, message: ClientMessage) -> Bytes {
        frame_of(&self.address, message)
    }
}

fn covered(inserted: &IdSet, by: &StateVector) -> bool {
    inserted.iter().all(|(client, ranges)| {
        let known_until = by.get(client);
        ranges.iter().all(|range| range.end <= known_until)
    })
}
