//! A model of the server: one document, committed state apart from what waits for its commit.
//!
//! Deliberately naive and independent of the real server: the rules of the wire and nothing else.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use consilium_client::updates::{self, Extent};
use consilium_protocol::envelope::{
    Address, ClientFrame, ClientMessage, Scope, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{
    Chunk, ClientExtension, Hello, Kept, Push, RejectCode, ServerExtension,
};
use consilium_protocol::ids::{Access, DocName, Lineage, PushId};
use consilium_protocol::sync::SyncMessage;
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ReadTxn, StateVector, Transact};

use crate::replica::Replica;

pub(crate) type ConnectionId = u64;

/// Text that makes the server refuse an update, keeping nothing.
pub(crate) const POISON: &str = "POISON";

/// One socket.
#[derive(Default)]
struct Connection {
    outgoing: VecDeque<Bytes>,
    /// The address, once a valid token was presented.
    joined: Option<Address>,
    /// Frames of a channel without membership are ignored, as after a refusal.
    access: Option<Access>,
}

/// The server.
pub(crate) struct Server {
    committed: Replica,
    uncommitted: Vec<(ConnectionId, PushId, Bytes)>,
    pub(crate) lineage: Lineage,
    connections: BTreeMap<ConnectionId, Connection>,
    pub(crate) valid_token: u64,
    pub(crate) access: Access,
    pub(crate) storage_works: bool,
    /// What was set aside for review, never lost.
    pub(crate) quarantine: Extent,
    /// An old copy, as a backup has it.
    backup: Option<Bytes>,
    next_lineage: u128,
    next_transfer: u64,
    pub(crate) chunked: u64,
    /// Pushes refused for good. What their authors sent right behind them builds on what was refused.
    pub(crate) refusals: u64,
    /// Whatever was committed at any time, restored backups or not.
    pub(crate) ever_committed: Extent,
    committed_extent: Extent,
}

fn doc_name() -> DocName {
    DocName::parse("doc").expect("a name")
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            committed: Replica::new(1),
            uncommitted: Vec::new(),
            lineage: Lineage(Uuid::from_u128(1)),
            connections: BTreeMap::new(),
            valid_token: 0,
            access: Access::Write,
            storage_works: true,
            quarantine: Extent::default(),
            backup: None,
            next_lineage: 2,
            next_transfer: 0,
            chunked: 0,
            refusals: 0,
            ever_committed: Extent::default(),
            committed_extent: Extent::default(),
        }
    }

    pub(crate) fn text(&self) -> String {
        self.committed.text()
    }

    pub(crate) fn accept(&mut self, id: ConnectionId) {
        self.connections.insert(id, Connection::default());
    }

    pub(crate) fn is_connected(&self, id: ConnectionId) -> bool {
        self.connections.contains_key(&id)
    }

    pub(crate) fn disconnect(&mut self, id: ConnectionId) {
        self.connections.remove(&id);
        // Its edits may be committed all the same, or never: the answer is lost either way.
    }

    /// Closes every connection but these.
    pub(crate) fn keep_only(&mut self, open: &[ConnectionId]) {
        self.connections.retain(|id, _| open.contains(id));
    }

    pub(crate) fn outgoing(&mut self, id: ConnectionId) -> Option<Bytes> {
        self.connections.get_mut(&id)?.outgoing.pop_front()
    }

    pub(crate) fn has_outgoing(&self) -> bool {
        self.connections
            .values()
            .any(|connection| !connection.outgoing.is_empty())
    }

    pub(crate) fn uncommitted(&self) -> usize {
        self.uncommitted.len()
    }

    /// `kill -9`.
    pub(crate) fn crash(&mut self) {
        self.connections.clear();
        self.uncommitted.clear();
    }

    pub(crate) fn take_backup(&mut self) {
        let state = self
            .committed
            .doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        self.backup = Some(state.into());
    }

    /// Restores the backup, which is a new history of the document.
    pub(crate) fn restore_backup(&mut self) -> bool {
        let Some(backup) = self.backup.take() else {
            return false;
        };
        self.crash();
        self.committed = Replica::new(1);
        self.committed_extent = Extent::default();
        self.apply(&backup);
        self.lineage = Lineage(Uuid::from_u128(self.next_lineage));
        self.next_lineage += 1;
        true
    }

    pub(crate) fn set_access(&mut self, access: Access) {
        self.access = access;
        for connection in self.connections.values_mut() {
            let Some(address) = connection.joined.clone() else {
                continue;
            };
            connection.access = Some(access);
            say(
                connection,
                &address,
                ext(ServerExtension::AccessChange {
                    access,
                    reason: "token".into(),
                }),
            );
        }
    }

    /// The present token runs out: joined channels are asked for another, then refused.
    pub(crate) fn expire_token(&mut self, abruptly: bool) {
        self.valid_token += 1;
        for connection in self.connections.values_mut() {
            if let Some(address) = connection.joined.clone() {
                if abruptly {
                    deny(connection, &address, "token-expired");
                } else {
                    say(connection, &address, ServerMessage::RequestToken);
                }
            }
        }
    }

    pub(crate) fn storage_fails(&mut self) {
        if !std::mem::take(&mut self.storage_works) {
            return;
        }
        self.uncommitted.clear();
        self.tell_joined(&ext(ServerExtension::Storage { available: false }));
    }

    pub(crate) fn storage_recovers(&mut self) {
        if std::mem::replace(&mut self.storage_works, true) {
            return;
        }
        let step1 = self.step1();
        self.tell_joined(&ext(ServerExtension::Storage { available: true }));
        self.tell_joined(&step1);
    }

    fn step1(&self) -> ServerMessage {
        ServerMessage::Sync(SyncMessage::Step1(
            self.committed
                .doc
                .transact()
                .state_vector()
                .encode_v1()
                .into(),
        ))
    }

    fn tell_joined(&mut self, message: &ServerMessage) {
        for connection in self.connections.values_mut() {
            if let Some(address) = connection.joined.clone() {
                say(connection, &address, message.clone());
            }
        }
    }

    /// Commits everything that waits, then tells. `refused` is what authors have given up: what continues it can
    /// never be used.
    pub(crate) fn commit(&mut self, refused: &Extent) {
        if !self.storage_works {
            return;
        }
        self.commit_what_fits_together(refused);
        for (author, push, update) in std::mem::take(&mut self.uncommitted) {
            let extent = Extent::of(&update).expect("checked before");
            let known = self.committed_extent.covers(&extent);
            if !known && (extent.continues(refused) || self.builds_on_refused(&update)) {
                self.refuse(author, push, RejectCode::Poison, Kept::ByClient);
                continue;
            }
            if !self.can_apply(&extent) {
                // What it builds on was lost with a failed commit, and will come again.
                self.uncommitted.push((author, push, update));
                continue;
            }
            self.apply(&update);
            for (id, connection) in &mut self.connections {
                let Some(address) = connection.joined.clone() else {
                    continue;
                };
                let message = if *id == author {
                    ext(ServerExtension::Ack(push))
                } else {
                    ServerMessage::Sync(SyncMessage::Update(update.clone()))
                };
                say(connection, &address, message);
            }
        }
    }

    /// Pushes that wait for each other are usable only together.
    fn commit_what_fits_together(&mut self, refused: &Extent) {
        let waiting: Vec<Bytes> = self
            .uncommitted
            .iter()
            .map(|(_, _, update)| update.clone())
            .collect();
        let extent = updates::extent_of(&waiting).expect("checked before");
        if waiting.len() < 2 || extent.continues(refused) || !self.can_apply(&extent) {
            return;
        }
        if let Ok(all) = updates::merge(&waiting)
            && !self.builds_on_refused(&all)
        {
            self.apply(&all);
            self.tell_joined(&ServerMessage::Sync(SyncMessage::Update(all)));
        }
    }

    /// Whether something is missing although no CRDT client's blocks have a gap: then another client's blocks were
    /// refused.
    fn builds_on_refused(&self, update: &Bytes) -> bool {
        let extent = Extent::of(update).expect("checked before");
        if self.refusals == 0 || !self.can_apply(&extent) {
            return false;
        }
        let trial = Replica::new(2);
        let state = self
            .committed
            .doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        trial.apply(&[state.into(), update.clone()])
    }

    /// Whether every CRDT client's blocks begin where those already here end.
    fn can_apply(&self, extent: &Extent) -> bool {
        let mut together = self.committed_extent.clone();
        together.add(extent);
        together.is_self_contained()
    }

    fn refuse(&mut self, author: ConnectionId, id: PushId, code: RejectCode, kept: Kept) {
        self.refusals += 1;
        if let Some(connection) = self.connections.get_mut(&author)
            && let Some(address) = connection.joined.clone()
        {
            let reason = String::new();
            let reject = ServerExtension::Reject {
                id,
                code,
                kept,
                reason,
            };
            say(connection, &address, ext(reject));
        }
    }

    fn apply(&mut self, update: &Bytes) {
        assert!(
            !self.committed.apply(std::slice::from_ref(update)),
            "an edit was pushed that the server cannot use"
        );
        let extent = Extent::of(update).expect("checked before");
        self.ever_committed.add(&extent);
        self.committed_extent.add(&extent);
    }

    pub(crate) fn hear(&mut self, id: ConnectionId, frame: Bytes) {
        let frame = ClientFrame::decode(frame).expect("the engine speaks the protocol");
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        match frame {
            ClientFrame::Ping => connection.outgoing.push_back(ServerFrame::Pong.encode()),
            ClientFrame::Pong => {}
            ClientFrame::Message { address, message } => {
                assert_eq!(address.doc_name(), doc_name());
                self.hear_message(id, &address, message);
            }
        }
    }

    fn hear_message(&mut self, id: ConnectionId, address: &Address, message: ClientMessage) {
        let step1 = self.step1();
        let diff = |from: &Bytes, server: &Self| {
            let sv = StateVector::decode_v1(from).expect("a state vector");
            Bytes::from(
                server
                    .committed
                    .doc
                    .transact()
                    .encode_state_as_update_v1(&sv),
            )
        };
        match message {
            ClientMessage::Auth(auth) => {
                let (lineage, access, away) = (self.lineage, self.access, !self.storage_works);
                let valid = auth.token == self.valid_token.to_string();
                let Some(connection) = self.connections.get_mut(&id) else {
                    return;
                };
                if !valid {
                    deny(connection, address, "token-expired");
                } else if connection.joined.is_some() {
                    // A newer token on an open channel is taken in silence.
                } else if auth.lineage.is_some_and(|held| held != lineage) {
                    say(
                        connection,
                        address,
                        ext(ServerExtension::LineageMismatch { lineage }),
                    );
                } else {
                    connection.joined = Some(address.clone());
                    connection.access = Some(access);
                    say(
                        connection,
                        address,
                        ServerMessage::Authenticated(Scope::ReadWrite),
                    );
                    say(
                        connection,
                        address,
                        ext(ServerExtension::Hello(Hello {
                            lineage,
                            access,
                            display_name: String::new(),
                        })),
                    );
                    if away {
                        say(
                            connection,
                            address,
                            ext(ServerExtension::Storage { available: false }),
                        );
                    }
                    say(connection, address, step1);
                }
            }
            ClientMessage::Sync(SyncMessage::Step1(from)) => {
                let update = diff(&from, self);
                self.next_transfer += 1;
                let transfer = self.next_transfer;
                let Some(connection) = self.connections.get_mut(&id) else {
                    return;
                };
                if connection.joined.is_none() {
                    return;
                }
                if update.len() > 40 {
                    self.chunked += 1;
                    for (index, piece) in update.chunks(23).enumerate() {
                        say(
                            connection,
                            address,
                            ext(ServerExtension::Chunk(Chunk {
                                transfer,
                                total_bytes: update.len() as u64,
                                offset: index as u64 * 23,
                                bytes: Bytes::copy_from_slice(piece),
                            })),
                        );
                    }
                } else {
                    say(
                        connection,
                        address,
                        ServerMessage::Sync(SyncMessage::Step2(update)),
                    );
                }
            }
            ClientMessage::Extension(ClientExtension::Push(push)) => self.push(id, address, push),
            ClientMessage::Extension(ClientExtension::Probe { nonce }) => {
                // Truthful only when nothing waits: the probe is answered by the next one otherwise.
                let works = self.storage_works && self.uncommitted.is_empty();
                if let Some(connection) = self.connections.get_mut(&id)
                    && connection.joined.is_some()
                    && works
                {
                    say(
                        connection,
                        address,
                        ext(ServerExtension::ProbeReply { nonce }),
                    );
                }
            }
            ClientMessage::Close => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.joined = None;
                }
            }
            ClientMessage::Awareness(_) | ClientMessage::QueryAwareness => {}
            other => panic!("our client never says {other:?}"),
        }
    }

    fn push(&mut self, id: ConnectionId, address: &Address, push: Push) {
        let works = self.storage_works;
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if connection.joined.is_none() {
            return;
        }
        let extent = Extent::of(&push.update).expect("the engine pushes updates");
        // What the document has already is acknowledged to anybody: the answer was lost the first time.
        let known = self.committed_extent.covers(&extent);
        if connection.access != Some(Access::Write) && !known {
            // Half of them are kept for review, half are handed back; decided by the id, to stay repeatable.
            if push.id.0.is_multiple_of(2) {
                self.quarantine.add(&extent);
                self.refuse(id, push.id, RejectCode::ReadOnly, Kept::ByServer);
            } else {
                let reject = ServerExtension::Reject {
                    id: push.id,
                    code: RejectCode::ReadOnly,
                    kept: Kept::ByClient,
                    reason: String::new(),
                };
                say(connection, address, ext(reject));
            }
            return;
        }
        let poisonous = |window: &[u8]| window == POISON.as_bytes();
        if push.update.windows(POISON.len()).any(poisonous) {
            self.refuse(id, push.id, RejectCode::Poison, Kept::ByClient);
            return;
        }
        if works {
            self.uncommitted.push((id, push.id, push.update));
        }
    }
}

fn ext(extension: ServerExtension) -> ServerMessage {
    ServerMessage::Extension(extension)
}

fn deny(connection: &mut Connection, address: &Address, reason: &str) {
    connection.joined = None;
    connection.access = None;
    say(
        connection,
        address,
        ServerMessage::PermissionDenied(reason.into()),
    );
}

fn say(connection: &mut Connection, address: &Address, message: ServerMessage) {
    connection.outgoing.push_back(
        ServerFrame::Message {
            address: address.clone(),
            message,
        }
        .encode(),
    );
}
