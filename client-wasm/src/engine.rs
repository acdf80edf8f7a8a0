//! The sync engine: one connection, one channel a document, no I/O.
//!
//! `handle(event, now) -> effects` is the whole interface; a replica is this function, a store that executes the
//! effects in order, a socket and a timer. The engine holds nothing that the store could not give back: a new engine
//! over the same store continues where the last one was cut off (I1). Modules in reading order: `connection` with
//! `backoff` and `probe`; `auth`; `channel` with `content`, `outbox`, `transfer`, `presence` and `save_state`;
//! `clock`.

mod auth;
mod backoff;
mod channel;
mod clock;
mod connection;
mod content;
mod outbox;
mod presence;
mod probe;
mod save_state;
mod transfer;

use std::collections::BTreeMap;

use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{ClientFrame, ServerFrame};
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Deserializer};

use self::auth::{Auth, News};
use self::backoff::Jitter;
use self::channel::{Channel, Outcome, Stored};
use self::clock::{Clock, EngineTime};
use self::connection::{Again, Connection, Fault};
use self::probe::Check;
use crate::effect::Effect;
use crate::event::{EntryId, Event, StoredEntry};
use crate::state::ConnectionStatus;

/// What the engine is told once.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineConfig {
    /// The token to begin with. `Some(None)`: there is none. `None`: the engine asks before it connects.
    #[serde(default, deserialize_with = "told")]
    pub token: Option<Option<String>>,
}

/// Tells a `null` from a field that is left out.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// One replica's state.
pub struct Engine {
    clock: Clock,
    connection: Connection,
    auth: Auth,
    channels: BTreeMap<DocName, Channel>,
    /// For waits of single channels; the connection has its own.
    jitter: Jitter,
    reported: Option<ConnectionStatus>,
    timer: Option<EngineTime>,
}

impl Engine {
    /// A new engine. `seed` feeds the jitter of reconnects and nothing else.
    #[must_use]
    pub fn new(config: EngineConfig, seed: u64) -> Self {
        Self {
            clock: Clock::default(),
            connection: Connection::new(seed),
            auth: Auth::new(config.token),
            channels: BTreeMap::new(),
            jitter: Jitter::new(!seed),
            reported: None,
            timer: None,
        }
    }

    /// All content of an open document as update bytes in any order, for a view that joins late.
    #[must_use]
    pub fn content(&self, doc: &DocName) -> Vec<Bytes> {
        self.channels
            .get(doc)
            .map(Channel::pieces)
            .unwrap_or_default()
    }

    /// Takes an event that happened at `now_ms` (milliseconds since the epoch); answers with what is to be done, in
    /// this order.
    pub fn handle(&mut self, event: Event, now_ms: u64) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.connection.is_stopped() {
            return out;
        }
        let now = self.clock.read(now_ms);
        let was_up = self.connection.is_up();
        self.dispatch(event, now, now_ms, &mut out);
        if was_up && !self.connection.is_up() {
            for channel in self.channels.values_mut() {
                channel.connection_lost(&mut out);
            }
        }
        if self.connection.is_stopped() {
            return out;
        }
        self.open_channels(&mut out);
        for channel in self.channels.values_mut() {
            channel.hand_in(&mut out);
        }
        self.report(&mut out);
        self.set_timer(&mut out);
        out
    }

    fn dispatch(&mut self, event: Event, now: EngineTime, now_ms: u64, out: &mut Vec<Effect>) {
        match event {
            Event::Open { doc } => self.open(doc, now, out),
            Event::Close { doc } => {
                if let Some(channel) = self.channels.remove(&doc) {
                    channel.leave(out);
                }
            }
            Event::Loaded {
                doc,
                lineage,
                updates,
                outbox,
                next_id,
                last_server_sync,
            } => {
                let made = |entry: StoredEntry| (self.clock.at(entry.at), entry);
                let stored = Stored {
                    lineage,
                    updates,
                    outbox: outbox.into_iter().map(made).collect(),
                    next_id: next_id.unwrap_or_default(),
                    synced: last_server_sync,
                };
                self.with(&doc, |channel| channel.loaded(stored, now, out));
            }
            Event::LoadFailed { doc, cause } => self.with(&doc, |channel| {
                channel.load_failed(cause, EntryId(now_ms), now, out);
            }),
            Event::LocalUpdate { doc, update } => {
                self.with(&doc, |channel| channel.edited(update, now, out));
            }
            Event::Persisted { doc, id } => self.with(&doc, |channel| channel.persisted(id)),
            Event::PersistFailed { doc, id, cause } => {
                self.with(&doc, |channel| channel.persist_failed(id, cause));
            }
            Event::LocalPresence { doc, payload } => {
                self.with(&doc, |channel| channel.presence(&payload, out));
            }
            Event::PresenceGone { doc, clients } => {
                self.with(&doc, |channel| channel.presence_gone(&clients, out));
            }
            Event::HandedIn { doc, outcome } => {
                if let Some(channel) = self.channels.get_mut(&doc) {
                    channel.door_answered(outcome, &mut self.jitter, now, out);
                }
            }
            Event::SocketOpened => self.connection.opened(now),
            Event::SocketMessage { bytes } => self.frame(bytes, now, out),
            Event::SocketClosed { code, reason: _ } => {
                if self.connection.closed(code, now) == Fault::Token {
                    self.auth.request(out);
                }
            }
            Event::NetworkOnline => self.connection.network_online(now, out),
            Event::NetworkOffline => self.connection.network_offline(now, out),
            Event::Wake => {
                self.connection.wake(now, out);
                self.probe_channels(now, out);
            }
            Event::Timer => self.timer_fired(now, out),
            Event::Token { token } => self.token(token, now, out),
            Event::ReconnectNow => {
                self.want_connection(now, out);
                self.connection.reconnect_now(now, out);
            }
            Event::Stop => {
                for channel in self.channels.values() {
                    channel.leave(out);
                }
                self.connection.stop(out);
            }
        }
    }

    fn with(&mut self, doc: &DocName, act: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.channels.get_mut(doc) {
            act(channel);
        }
    }

    fn open(&mut self, doc: DocName, now: EngineTime, out: &mut Vec<Effect>) {
        self.channels
            .entry(doc)
            .or_insert_with_key(|doc| Channel::open(doc.clone(), out));
        self.want_connection(now, out);
    }

    fn want_connection(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.auth.is_told() {
            self.connection.want(now, out);
        } else {
            self.auth.request(out);
        }
    }

    fn token(&mut self, token: Option<String>, now: EngineTime, out: &mut Vec<Effect>) {
        let present = token.is_some();
        let news = self.auth.told(token);
        if present {
            for channel in self.channels.values_mut() {
                channel.new_token(self.auth.text(), news, &mut self.jitter, now, out);
            }
        }
        if news == News::Changed {
            self.connection.token_changed(now, out);
        }
        if !self.channels.is_empty() {
            self.want_connection(now, out);
        }
    }

    fn frame(&mut self, bytes: Bytes, now: EngineTime, out: &mut Vec<Effect>) {
        if !self.connection.is_up() {
            return;
        }
        self.connection.heard(now);
        let outcome = match ServerFrame::decode(bytes) {
            Ok(ServerFrame::Pong) => return,
            Ok(ServerFrame::Ping) => {
                out.push(Effect::Send {
                    bytes: ClientFrame::Pong.encode(),
                });
                return;
            }
            Ok(ServerFrame::Message { address, message }) => {
                match self.channels.get_mut(&address.doc_name()) {
                    Some(channel) => channel.heard(message, &mut self.jitter, now, out),
                    // Said before the server knew that the document was closed.
                    None => return,
                }
            }
            Err(_) => Err(channel::ProtocolViolation),
        };
        match outcome {
            Ok(Outcome::Done) => {}
            Ok(Outcome::Authenticated) => self.connection.authenticated(),
            Ok(Outcome::Synced) => self.connection.synced(),
            Ok(Outcome::TokenWanted) => self.auth.request(out),
            Err(channel::ProtocolViolation) => {
                self.connection
                    .abandon(CloseCode::Malformed, "malformed", Again::Later, now, out);
            }
        }
    }

    fn timer_fired(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        self.timer = None;
        if self.connection.timer(now, out) == Check::Ping {
            self.probe_channels(now, out);
        }
        if self.connection.is_up() {
            for channel in self.channels.values_mut() {
                channel.timer(now, out);
            }
        }
    }

    fn probe_channels(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.connection.is_up() {
            for channel in self.channels.values_mut() {
                channel.probe(now, out);
            }
        }
    }

    fn open_channels(&mut self, out: &mut Vec<Effect>) {
        if !self.connection.is_up() {
            return;
        }
        for channel in self.channels.values_mut() {
            if !channel.wants_opening() {
                continue;
            }
            let frames = channel.opening(self.auth.text());
            // What does not fit now goes when the server has authenticated what went before.
            if !self
                .connection
                .admit_opening(frames.iter().map(Bytes::len).sum())
            {
                break;
            }
            out.extend(frames.into_iter().map(|bytes| Effect::Send { bytes }));
            channel.opened();
        }
    }

    fn report(&mut self, out: &mut Vec<Effect>) {
        let status = self.connection.status(&self.clock);
        if self.reported != status
            && let Some(status) = status
        {
            self.reported = Some(status.clone());
            out.push(Effect::Status { status });
        }
        for channel in self.channels.values_mut() {
            channel.report(out);
        }
    }

    fn set_timer(&mut self, out: &mut Vec<Effect>) {
        let next = self
            .channels
            .values()
            .filter_map(Channel::deadline)
            .chain(self.connection.deadline())
            .min();
        if let Some(next) = next
            && self.timer != Some(next)
        {
            self.timer = Some(next);
            out.push(Effect::SetTimer {
                at_ms: self.clock.wall_ms(next),
            });
        }
    }
}
