//! What clients and servers say to each other: one trait, one file a protocol.
//!
//! A dialect knows bytes only. Where a document is found (the path of the upgrade) and what an acknowledgement is worth
//! are the peer's affair. Messages that carry an edit's marker never come here, except whole states.

pub(crate) mod envelope;
pub(crate) mod extended;
pub(crate) mod plain;

use clap::ValueEnum;

/// Which protocol a run speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectName {
    /// Ours: pushes with ids, and an acknowledgement of each.
    Extended,
    /// That of `@hocuspocus/provider`.
    Envelope,
    /// That of y-websocket.
    Plain,
}

impl DialectName {
    pub(crate) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Extended => &extended::Extended,
            Self::Envelope => &envelope::Envelope,
            Self::Plain => &plain::Plain,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Extended => "extended",
            Self::Envelope => "envelope",
            Self::Plain => "plain",
        }
    }
}

/// What a message from the server means to the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A state, or the last piece of one: the answer to the greeting.
    State,
    /// The server asks for what this client has: its step 1.
    Asks,
    /// The server wants this answer.
    Wants(Vec<u8>),
    /// The edit with this number is acknowledged.
    Acknowledged(u32),
    /// The oldest of what this client sent and has not heard of is acknowledged.
    NextAcknowledged,
    /// The server does not take what was sent, or does not let this client in.
    Refused(String),
    /// Nothing that matters here.
    Other,
}

/// One protocol.
pub(crate) trait Dialect: Send + Sync {
    /// What a client says first; the token is empty where anybody may write.
    fn greeting(&self, doc: &str, token: &str) -> Vec<Vec<u8>>;

    /// An edit; `number` is its place in the schedule.
    fn edit(&self, doc: &str, number: u32, update: &[u8]) -> Vec<u8>;

    /// What a client answers when the server asks: the edits that it made without a server, each with its number and
    /// all of them as one update.
    fn outbox(&self, doc: &str, edits: &[(u32, Vec<u8>)], whole: &[u8]) -> Vec<Vec<u8>>;

    /// A client's presence, as JSON.
    fn presence(&self, doc: &str, client: u64, clock: u32, state: &str) -> Vec<u8>;

    /// What a message means.
    fn hear(&self, doc: &str, message: &[u8]) -> Heard;

    /// Whether a client takes its own edit, when it comes back, for the acknowledgement.
    fn echo_acknowledges(&self) -> bool;
}

/// A presence payload with one entry.
fn presence_payload(client: u64, clock: u32, state: &str) -> bytes::Bytes {
    let mut writer = consilium_protocol::wire::Writer::with_capacity(state.len() + 24);
    writer.var_uint(1);
    writer.var_uint(client);
    writer.var_uint(u64::from(clock));
    writer.var_string(state);
    writer.finish()
}

/// The state vector of a document that holds nothing.
const NOTHING_KNOWN: &[u8] = &[0];

/// An update that changes nothing.
pub(crate) const NOTHING_NEW: &[u8] = &[0, 0];
