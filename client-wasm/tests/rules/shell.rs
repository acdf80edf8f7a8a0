//! A shell of the engine for tests: virtual time, and the frames and effects in a form that reads well.

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::engine::{Engine, EngineConfig};
use consilium_client::event::{EntryId, Event, StoredEntry, Synced};
use consilium_client::state::{ConnectionStatus, DocumentState};
use consilium_protocol::envelope::{
    Address, ClientFrame, ClientMessage, Scope, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{ClientExtension, Hello, Push, ServerExtension};
use consilium_protocol::ids::{Access, DocName, Lineage};
use uuid::Uuid;
use yrs::{Doc, Text, Transact};

pub(crate) const START: u64 = 1_700_000_000_000;

pub(crate) fn doc() -> DocName {
    DocName::parse("doc").expect("a name")
}

pub(crate) fn lineage(number: u128) -> Lineage {
    Lineage(Uuid::from_u128(number))
}

/// Somebody who writes: each call gives the update of one more letter.
pub(crate) struct Writer(Doc);

impl Writer {
    pub(crate) fn new(client: u64) -> Self {
        Self(Doc::with_client_id(client))
    }

    pub(crate) fn update(&self) -> Bytes {
        self.write("x")
    }

    pub(crate) fn write(&self, words: &str) -> Bytes {
        let text = self.0.get_or_insert_text("t");
        let mut txn = self.0.transact_mut();
        text.push(&mut txn, words);
        txn.encode_update_v1().into()
    }
}

/// The engine under test, its clock, and all it did since one last looked.
pub(crate) struct Shell {
    engine: Engine,
    pub(crate) now: u64,
    pub(crate) effects: Vec<Effect>,
    pub(crate) timer: Option<u64>,
    pub(crate) status: Option<ConnectionStatus>,
    pub(crate) state: Option<DocumentState>,
}

impl Shell {
    /// An engine that was told that there is no token.
    pub(crate) fn new() -> Self {
        Self::with_token(Some(None))
    }

    pub(crate) fn with_token(token: Option<Option<String>>) -> Self {
        Self {
            engine: Engine::new(EngineConfig { token }, 42),
            now: START,
            effects: Vec::new(),
            timer: None,
            status: None,
            state: None,
        }
    }

    /// A document that is open, synced and writable.
    pub(crate) fn online() -> Self {
        let mut shell = Self::new();
        shell.open_empty();
        shell.tell(Event::SocketOpened);
        shell.greet(Access::Write);
        shell.forget_past();
        shell
    }

    pub(crate) fn open_empty(&mut self) {
        self.open_with(None, Vec::new(), Vec::new());
    }

    pub(crate) fn open_with(
        &mut self,
        lineage: Option<Lineage>,
        updates: Vec<Bytes>,
        outbox: Vec<(u64, Bytes)>,
    ) {
        self.tell(Event::Open { doc: doc() });
        self.tell(Event::Loaded {
            doc: doc(),
            lineage,
            updates,
            outbox: outbox
                .into_iter()
                .map(|(id, update)| StoredEntry {
                    id: EntryId(id),
                    update,
                    at: START,
                })
                .collect(),
            next_id: None,
            last_server_sync: Synced::Never,
        });
    }

    pub(crate) fn tell(&mut self, event: Event) {
        for effect in self.engine.handle(event, self.now) {
            match &effect {
                Effect::SetTimer { at_ms } => self.timer = Some(*at_ms),
                Effect::Status { status } => self.status = Some(status.clone()),
                Effect::DocumentState { state, .. } => self.state = Some(state.clone()),
                _ => {}
            }
            self.effects.push(effect);
        }
    }

    pub(crate) fn edit(&mut self, update: Bytes) {
        self.tell(Event::LocalUpdate { doc: doc(), update });
    }

    pub(crate) fn hear(&mut self, message: ServerMessage) {
        let frame = ServerFrame::Message {
            address: Address::of(&doc()),
            message,
        };
        self.tell(Event::SocketMessage {
            bytes: frame.encode(),
        });
    }

    pub(crate) fn hear_extension(&mut self, extension: ServerExtension) {
        self.hear(ServerMessage::Extension(extension));
    }

    pub(crate) fn greet(&mut self, access: Access) {
        self.greet_with(access, lineage(1));
    }

    pub(crate) fn greet_with(&mut self, access: Access, lineage: Lineage) {
        self.hear(ServerMessage::Authenticated(Scope::ReadWrite));
        self.hear_extension(ServerExtension::Hello(Hello {
            lineage,
            access,
            display_name: String::new(),
        }));
    }

    /// Moves to the next timer and fires it.
    pub(crate) fn fire(&mut self) {
        self.now = self.timer.take().expect("a timer is set");
        self.tell(Event::Timer);
    }

    /// Loses the socket.
    pub(crate) fn close(&mut self, code: u16) {
        self.tell(Event::SocketClosed {
            code,
            reason: String::new(),
        });
    }

    pub(crate) fn forget_past(&mut self) {
        self.effects.clear();
    }

    /// The frames sent since one last looked.
    pub(crate) fn sent(&mut self) -> Vec<ClientFrame> {
        std::mem::take(&mut self.effects)
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Send { bytes } => Some(ClientFrame::decode(bytes).expect("a frame")),
                _ => None,
            })
            .collect()
    }

    /// The messages about documents sent since one last looked.
    pub(crate) fn said(&mut self) -> Vec<ClientMessage> {
        self.sent()
            .into_iter()
            .filter_map(|frame| match frame {
                ClientFrame::Message { message, .. } => Some(message),
                ClientFrame::Ping | ClientFrame::Pong => None,
            })
            .collect()
    }

    /// The pushes sent since one last looked.
    pub(crate) fn pushes(&mut self) -> Vec<Push> {
        self.said()
            .into_iter()
            .filter_map(|message| match message {
                ClientMessage::Extension(ClientExtension::Push(push)) => Some(push),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn did(&self, effect: &Effect) -> bool {
        self.effects.contains(effect)
    }

    pub(crate) fn reason_for_waiting(&self) -> Option<&str> {
        match &self.status {
            Some(ConnectionStatus::Waiting { reason, .. }) => Some(reason),
            _ => None,
        }
    }
}
