//! One document: its local content, its outbox, and its channel on the connection.
//!
//! What a tab edits is pushed and persisted at the same time; what the server sends is checked, kept and delivered.
//! **Invariants:** an edit leaves the outbox only by the server's word (I1); refused edits leave content, outbox and
//! views together; a document of another lineage is forked, never merged (D15); nothing is pushed without write
//! access. It knows no socket and no clock: frames go out as effects, time comes in.
//!
//! Here: what a channel keeps, what views see of it, and presence. By concept, in reading order: `local` (store and
//! tabs), `link` (the connection), `heard` (the server's words), `pushes` (what is unconfirmed), `left_behind` (what cannot
//! be sent any more), `spell` (what came together after a time without the server), `incomplete` (what builds on nothing), `forking` (another history), `report` (what people are told).

mod forking;
mod heard;
mod incomplete;
mod left_behind;
mod link;
mod local;
mod pushes;
mod report;
mod spell;

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::envelope::{Address, ClientFrame, ClientMessage};
use consilium_protocol::extension::{ClientExtension, Push, RejectCode};
use consilium_protocol::ids::{DocName, Lineage};

use self::left_behind::Door;
pub(crate) use self::local::Stored;
use self::spell::Spell;
use super::backoff::Backoff;
use super::clock::EngineTime;
use super::content::Content;
use super::outbox::Outbox;
use super::presence::LocalPresence;
use super::probe::AckProbe;
use super::transfer::Transfer;
use crate::effect::Effect;
use crate::event::{EntryId, Synced};
use crate::state::{DocumentProblem, DocumentState, KnownAccess, StoreCause};
use crate::updates::Extent;

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
    /// What of it is in a branch: what builds on that goes there too.
    handed_in: Extent,
    door: Door,
    /// A time without the server that has ended, until its state has come.
    spell: Option<Spell>,
    /// Under way when an earlier edit was refused: they may build on it, in ways that only the server can tell.
    suspects: BTreeSet<EntryId>,
    /// Some edits come from the store or from an earlier connection and may build on what is nowhere.
    unchecked: bool,
    presence: LocalPresence,
    transfer: Transfer,
    ack_probe: AckProbe,
    reopening: Backoff,
    access: KnownAccess,
    server_storage: ServerStorage,
    denial: Option<String>,
    /// The server has closed the channel of its own accord: it cannot serve this document.
    unavailable: bool,
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
            handed_in: Extent::default(),
            door: Door::default(),
            spell: None,
            suspects: BTreeSet::new(),
            unchecked: false,
            presence: LocalPresence::default(),
            transfer: Transfer::default(),
            ack_probe: AckProbe::default(),
            reopening: Backoff::default(),
            access: KnownAccess::Unknown,
            server_storage: ServerStorage::Available,
            denial: None,
            unavailable: false,
            device_storage: None,
            rejections: BTreeSet::new(),
            reported: None,
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
