//! The two stock clients, as their sources behave: a view in memory, no durable outbox, a step 2 for every step 1.

use bytes::Bytes;
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, ServerFrame, ServerMessage,
};
use consilium_protocol::ids::DocName;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::update_shape::BlockSpan;
use consilium_protocol::wire::Reader;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ReadTxn, StateVector, Transact};

use crate::check::{self, View};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Hocuspocus provider.
    Envelope,
    /// A y-websocket provider.
    Plain,
}

/// A member with a stock client that is never closed.
pub struct Stock {
    /// Which client.
    pub kind: Kind,
    address: Address,
    /// Its view.
    pub view: View,
    /// CRDT client id.
    pub client: u64,
    /// The provider's counter of unsynced changes (envelope only).
    pub unsynced: usize,
    /// What it counts as unsynced on this connection: its own blocks that each message has brought (envelope only). A
    /// status says that one of them is safe, not which.
    pub sent: Vec<BlockSpan>,
}

impl Stock {
    /// A client that has never connected.
    #[must_use]
    pub fn new(kind: Kind, doc: &DocName, client: u64) -> Self {
        Self {
            kind,
            address: Address::of(doc),
            view: View::new(client),
            client,
            unsynced: 0,
            sent: Vec::new(),
        }
    }

    /// What it says when its socket opens.
    pub fn opened(&mut self) -> Vec<Bytes> {
        let step1 = SyncMessage::Step1(self.view.doc.transact().state_vector().encode_v1().into());
        match self.kind {
            Kind::Plain => vec![PlainMessage::Sync(step1).encode()],
            Kind::Envelope => {
                self.unsynced = 1;
                let own = self.own_blocks();
                self.sent = Vec::from_iter((own.end > 0).then_some(own));
                vec![
                    self.frame(ClientMessage::Auth(ClientAuth {
                        token: "token".to_owned(),
                        version: Some("4.8.0".to_owned()),
                        lineage: None,
                    })),
                    self.frame(ClientMessage::Sync(step1)),
                ]
            }
        }
    }

    /// What it says about an edit of its own; nothing while there is no socket.
    pub fn edited(&mut self, update: Bytes, connected: bool) -> Option<Bytes> {
        self.unsynced += 1;
        if !connected {
            return None;
        }
        let own = check::spans(&update);
        self.sent
            .extend(own.into_iter().filter(|span| span.client == self.client));
        Some(self.sync(SyncMessage::Update(update)))
    }

    /// Takes a frame; returns its answers.
    ///
    /// # Panics
    /// When the server sends something that such a client does not understand.
    pub fn heard(&mut self, frame: Bytes) -> Vec<Bytes> {
        let sync = match self.kind {
            Kind::Plain => match PlainMessage::decode(&mut Reader::new(frame)).expect("decode") {
                PlainMessage::Sync(sync) => sync,
                _ => return Vec::new(),
            },
            Kind::Envelope => match ServerFrame::decode(frame).expect("decode") {
                ServerFrame::Message { message, .. } => match message {
                    ServerMessage::Sync(sync) => sync,
                    ServerMessage::SyncStatus(true) => {
                        self.unsynced = self.unsynced.saturating_sub(1);
                        return Vec::new();
                    }
                    ServerMessage::Extension(extension) => {
                        panic!("a stock client was sent {extension:?}")
                    }
                    _ => return Vec::new(),
                },
                ServerFrame::Ping | ServerFrame::Pong => return Vec::new(),
            },
        };
        match sync {
            SyncMessage::Step1(state_vector) => {
                let known = StateVector::decode_v1(&state_vector).expect("state vector");
                // Without what waits in this view: yrs 0.28.1 can damage that in merging it, Yjs does not, and the
                // server has it from its author.
                let diff = self.view.doc.transact().encode_diff_v1(&known);
                vec![self.sync(SyncMessage::Step2(diff.into()))]
            }
            SyncMessage::Step2(update) | SyncMessage::Update(update) => {
                self.view.apply(&update);
                Vec::new()
            }
        }
    }

    fn own_blocks(&self) -> BlockSpan {
        BlockSpan {
            client: self.client,
            start: 0,
            end: self.view.clock_of(self.client),
        }
    }

    fn sync(&self, message: SyncMessage) -> Bytes {
        match self.kind {
            Kind::Plain => PlainMessage::Sync(message).encode(),
            Kind::Envelope => self.frame(ClientMessage::Sync(message)),
        }
    }

    fn frame(&self, message: ClientMessage) -> Bytes {
        ClientFrame::Message {
            address: self.address.clone(),
            message,
        }
        .encode()
    }
}
