//! The protocol of `/sync`: the Hocuspocus envelope, `varString(address) varUint(type) payload`, one message a frame.
//!
//! A socket carries many documents; each message names its own. [`ClientFrame`] is what a client may say,
//! [`ServerFrame`] what the server may; the same codec serves the hub, the replica and the load generator.

use std::sync::Arc;

use bytes::Bytes;

use crate::extension::{self, ClientExtension, ServerExtension};
use crate::ids::{DocName, Lineage};
use crate::limits;
use crate::sync::SyncMessage;
use crate::wire::{DecodeError, Reader, Writer, var_uint_len};

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const SYNC_REPLY: u64 = 4;
const STATELESS: u64 = 5;
const BROADCAST_STATELESS: u64 = 6;
const CLOSE: u64 = 7;
const SYNC_STATUS: u64 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

const AUTH_TOKEN: u64 = 0;
const AUTH_DENIED: u64 = 1;
const AUTH_GRANTED: u64 = 2;

const SCOPE_READ_WRITE: &str = "read-write";
const SCOPE_READ_ONLY: &str = "readonly";

/// Which channel of a socket a message belongs to: a document, or `document NUL session` when a client opens the
/// same document more than once. Replies carry the same address, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(Arc<str>);

impl Address {
    /// Checks and takes an address.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] for a bad document name or an oversized session.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        let (name, session) = split_session(text);
        DocName::parse(name).map_err(|_| DecodeError::Invalid("document name"))?;
        if session.is_some_and(|session| {
            session.len() > limits::SESSION_ID_BYTES_MAX || session.contains('\0')
        }) {
            return Err(DecodeError::Invalid("session id"));
        }
        Ok(Self(text.into()))
    }

    /// The channel of a document without a session.
    #[must_use]
    pub fn of(name: &DocName) -> Self {
        Self(name.as_str().into())
    }

    /// The text as it crosses the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Bytes that it takes at the head of a frame.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        var_uint_len(self.0.len() as u64) + self.0.len()
    }

    /// The document's name.
    #[must_use]
    pub fn doc_name(&self) -> DocName {
        // `parse` and `of` admit nothing else.
        DocName::parse(split_session(&self.0).0)
            .unwrap_or_else(|_| unreachable!("checked at construction"))
    }

    /// Whether the address is just the document's name, so that its frames can be shared between connections.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.0.contains('\0')
    }
}

fn split_session(text: &str) -> (&str, Option<&str>) {
    match text.split_once('\0') {
        Some((name, session)) => (name, Some(session)),
        None => (text, None),
    }
}

/// A token, and who presents it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientAuth {
    /// The token as the client has it; may be empty.
    pub token: String,
    /// The client's version string; absent in old providers.
    pub version: Option<String>,
    /// For `consilium/1`: the lineage that the replica holds, if it holds any.
    pub lineage: Option<Lineage>,
}

// A token is a secret: it must not reach a log through `{:?}`.
impl std::fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientAuth")
            .field("token", &format_args!("({} bytes)", self.token.len()))
            .field("version", &self.version)
            .field("lineage", &self.lineage)
            .finish()
    }
}

/// Which client is speaking, by the version in its Auth message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A stock provider, or one too old to say.
    Stock,
    /// Our client, in the version spoken here: extension messages may flow.
    Consilium,
    /// Our client in a version not spoken here. To be closed with
    /// [`CloseCode::Unsupported`](crate::close::CloseCode::Unsupported), not guessed at.
    UnknownConsilium,
}

impl ClientAuth {
    /// Which client is speaking.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.version.as_deref() {
            Some(extension::CLIENT_VERSION) => Dialect::Consilium,
            Some(version) if version.starts_with(extension::CLIENT_FAMILY) => {
                Dialect::UnknownConsilium
            }
            _ => Dialect::Stock,
        }
    }

    /// Whether this is our own client, which understands extension messages.
    #[must_use]
    pub fn speaks_extensions(&self) -> bool {
        self.dialect() == Dialect::Consilium
    }
}

/// What a client may say about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage {
    /// State vectors and updates.
    Sync(SyncMessage),
    /// Presence; see [`crate::awareness`].
    Awareness(Bytes),
    /// A token: the first, or a newer one.
    Auth(ClientAuth),
    /// "Tell me who is here."
    QueryAwareness,
    /// An application's own text, for the server.
    Stateless(String),
    /// An application's own text for everybody. Refused from clients.
    BroadcastStateless(String),
    /// The client leaves this document.
    Close,
    /// One of ours.
    Extension(ClientExtension),
}

/// One frame from a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame {
    /// About one document.
    Message {
        /// Which channel.
        address: Address,
        /// What is said.
        message: ClientMessage,
    },
    /// "Are you there?"
    Ping,
    /// "I am."
    Pong,
}

/// What the server may say about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerMessage {
    /// State vectors and updates.
    Sync(SyncMessage),
    /// Presence; see [`crate::awareness`].
    Awareness(Bytes),
    /// "Send your token again."
    RequestToken,
    /// The channel was refused; the socket stays.
    PermissionDenied(String),
    /// The channel is open.
    Authenticated(Scope),
    /// "Tell me who is with you."
    QueryAwareness,
    /// An application's own text.
    Stateless(String),
    /// The channel was closed.
    Close(String),
    /// One for each step 2 and each update of a stock client: true once it is durable, false when it was refused.
    SyncStatus(bool),
    /// One of ours.
    Extension(ServerExtension),
}

/// What stock providers know of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// May change the document.
    ReadWrite,
    /// May not.
    ReadOnly,
}

/// One frame from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame {
    /// About one document.
    Message {
        /// Which channel.
        address: Address,
        /// What is said.
        message: ServerMessage,
    },
    /// "Are you there?" A provider answers with a pong.
    Ping,
    /// "I am."
    Pong,
}

/// The frame that asks a peer whether it is there.
pub const PING_FRAME: &[u8] = &[PING];

/// The frame that answers a ping.
pub const PONG_FRAME: &[u8] = &[PONG];

impl ClientFrame {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`DecodeError`]: truncated, unknown, over a limit, or with bytes left over.
    pub fn decode(frame: Bytes) -> Result<Self, DecodeError> {
        match frame.as_ref() {
            [PING] => return Ok(Self::Ping),
            [PONG] => return Ok(Self::Pong),
            _ => {}
        }
        let mut reader = Reader::new(frame);
        let address = decode_address(&mut reader)?;
        let message = ClientMessage::decode(&mut reader)?;
        Ok(Self::Message { address, message })
    }

    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        match self {
            Self::Ping => Bytes::from_static(PING_FRAME),
            Self::Pong => Bytes::from_static(PONG_FRAME),
            Self::Message { address, message } => {
                let mut writer = Writer::with_capacity(address.0.len() + message.size_hint());
                writer.var_string(&address.0);
                message.encode(&mut writer);
                writer.finish()
            }
        }
    }
}

impl ServerFrame {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`DecodeError`]: truncated, unknown, over a limit, or with bytes left over.
    pub fn decode(frame: Bytes) -> Result<Self, DecodeError> {
        match frame.as_ref() {
            [PING] => return Ok(Self::Ping),
            [PONG] => return Ok(Self::Pong),
            _ => {}
        }
        let mut reader = Reader::new(frame);
        let address = decode_address(&mut reader)?;
        let message = ServerMessage::decode(&mut reader)?;
        Ok(Self::Message { address, message })
    }

    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        match self {
            Self::Ping => Bytes::from_static(PING_FRAME),
            Self::Pong => Bytes::from_static(PONG_FRAME),
            Self::Message { address, message } => message.encode_for(address),
        }
    }
}

fn decode_address(reader: &mut Reader) -> Result<Address, DecodeError> {
    reader.var_str(Address::parse)?
}

impl ClientMessage {
    fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let message = match reader.var_uint()? {
            SYNC => Self::Sync(SyncMessage::decode(reader)?),
            AWARENESS => Self::Awareness(reader.var_bytes()?),
            AUTH => Self::Auth(decode_client_auth(reader)?),
            QUERY_AWARENESS => Self::QueryAwareness,
            STATELESS => Self::Stateless(decode_stateless(reader)?),
            BROADCAST_STATELESS => Self::BroadcastStateless(decode_stateless(reader)?),
            CLOSE => {
                // A provider sends nothing more; some versions send a reason.
                if !reader.is_empty() {
                    extension::decode_reason(reader)?;
                }
                Self::Close
            }
            kind if kind >= extension::FIRST_TYPE => {
                // Extensions may grow at their end.
                return ClientExtension::decode(kind, reader).map(Self::Extension);
            }
            // SyncReply is between servers, SyncStatus comes from servers: neither is a client's to send.
            value => {
                return Err(DecodeError::Unknown {
                    what: "client message",
                    value,
                });
            }
        };
        reader.finish()?;
        Ok(message)
    }

    fn size_hint(&self) -> usize {
        32 + match self {
            Self::Sync(sync) => sync.encoded_len(),
            Self::Awareness(payload) => payload.len(),
            Self::Auth(auth) => auth.token.len() + 48,
            Self::Stateless(text) | Self::BroadcastStateless(text) => text.len(),
            Self::Extension(ClientExtension::Push(push)) => push.update.len(),
            Self::QueryAwareness | Self::Close | Self::Extension(ClientExtension::Probe { .. }) => {
                0
            }
        }
    }

    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Sync(sync) => {
                writer.var_uint(SYNC);
                sync.encode(writer);
            }
            Self::Awareness(payload) => {
                writer.var_uint(AWARENESS);
                writer.var_bytes(payload);
            }
            Self::Auth(auth) => {
                writer.var_uint(AUTH);
                writer.var_uint(AUTH_TOKEN);
                writer.var_string(&auth.token);
                if let Some(version) = &auth.version {
                    writer.var_string(version);
                    if auth.speaks_extensions() {
                        writer.var_bytes(
                            auth.lineage
                                .as_ref()
                                .map_or(&[][..], |lineage| lineage.as_bytes()),
                        );
                    }
                }
            }
            Self::QueryAwareness => writer.var_uint(QUERY_AWARENESS),
            Self::Stateless(text) => {
                writer.var_uint(STATELESS);
                writer.var_string(text);
            }
            Self::BroadcastStateless(text) => {
                writer.var_uint(BROADCAST_STATELESS);
                writer.var_string(text);
            }
            Self::Close => writer.var_uint(CLOSE),
            Self::Extension(extension) => extension.encode(writer),
        }
    }
}

fn decode_client_auth(reader: &mut Reader) -> Result<ClientAuth, DecodeError> {
    match reader.var_uint()? {
        AUTH_TOKEN => {}
        value => {
            return Err(DecodeError::Unknown {
                what: "auth message",
                value,
            });
        }
    }
    let token = reader.var_string()?;
    if token.len() > limits::TOKEN_BYTES_MAX {
        return Err(DecodeError::OverLimit("token"));
    }
    let mut auth = ClientAuth {
        token,
        version: None,
        lineage: None,
    };
    if !reader.is_empty() {
        let version = reader.var_string()?;
        if version.len() > limits::SESSION_ID_BYTES_MAX {
            return Err(DecodeError::OverLimit("version"));
        }
        auth.version = Some(version);
    }
    match auth.dialect() {
        // Bytes left over are for the caller to refuse.
        Dialect::Stock => {}
        Dialect::Consilium => {
            if !reader.is_empty() {
                auth.lineage = decode_held_lineage(reader)?;
            }
            // What follows was added after this version.
            reader.skip_rest();
        }
        // Its tail means whatever that version says; the version alone decides what happens to it.
        Dialect::UnknownConsilium => reader.skip_rest(),
    }
    Ok(auth)
}

/// An empty byte string says that the replica holds no history yet.
fn decode_held_lineage(reader: &mut Reader) -> Result<Option<Lineage>, DecodeError> {
    let bytes = reader.var_bytes()?;
    if bytes.is_empty() {
        return Ok(None);
    }
    extension::parse_lineage(&bytes).map(Some)
}

fn decode_stateless(reader: &mut Reader) -> Result<String, DecodeError> {
    let text = reader.var_string()?;
    if text.len() > limits::STATELESS_BYTES_MAX {
        return Err(DecodeError::OverLimit("stateless message"));
    }
    Ok(text)
}

impl ServerMessage {
    /// The message as a frame on `address`.
    #[must_use]
    pub fn encode_for(&self, address: &Address) -> Bytes {
        let name = address.as_str();
        let capacity = var_uint_len(name.len() as u64) + name.len() + self.size_hint();
        let mut writer = Writer::with_capacity(capacity);
        writer.var_string(name);
        self.encode(&mut writer);
        writer.finish()
    }

    fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let message = match reader.var_uint()? {
            // Between servers, SyncReply is a step 2 that wants no answer; a client reads it the same way.
            SYNC | SYNC_REPLY => Self::Sync(SyncMessage::decode(reader)?),
            AWARENESS => Self::Awareness(reader.var_bytes()?),
            AUTH => match reader.var_uint()? {
                AUTH_TOKEN => Self::RequestToken,
                AUTH_DENIED => Self::PermissionDenied(extension::decode_reason(reader)?),
                AUTH_GRANTED => Self::Authenticated(reader.var_str(|scope| match scope {
                    SCOPE_READ_WRITE => Ok(Scope::ReadWrite),
                    SCOPE_READ_ONLY => Ok(Scope::ReadOnly),
                    _ => Err(DecodeError::Invalid("scope")),
                })??),
                value => {
                    return Err(DecodeError::Unknown {
                        what: "auth message",
                        value,
                    });
                }
            },
            QUERY_AWARENESS => Self::QueryAwareness,
            STATELESS => Self::Stateless(decode_stateless(reader)?),
            CLOSE => Self::Close(extension::decode_reason(reader)?),
            SYNC_STATUS => match reader.var_uint()? {
                0 => Self::SyncStatus(false),
                1 => Self::SyncStatus(true),
                value => {
                    return Err(DecodeError::Unknown {
                        what: "sync status",
                        value,
                    });
                }
            },
            kind if kind >= extension::FIRST_TYPE => {
                return ServerExtension::decode(kind, reader).map(Self::Extension);
            }
            value => {
                return Err(DecodeError::Unknown {
                    what: "server message",
                    value,
                });
            }
        };
        reader.finish()?;
        Ok(message)
    }

    fn size_hint(&self) -> usize {
        match self {
            Self::Sync(sync) => 1 + sync.encoded_len(),
            Self::Awareness(payload) => 6 + payload.len(),
            Self::Stateless(text) => 6 + text.len(),
            Self::Extension(ServerExtension::Chunk(chunk)) => 32 + chunk.bytes.len(),
            Self::RequestToken
            | Self::PermissionDenied(_)
            | Self::Authenticated(_)
            | Self::QueryAwareness
            | Self::Close(_)
            | Self::SyncStatus(_)
            | Self::Extension(_) => 48,
        }
    }

    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Sync(sync) => {
                writer.var_uint(SYNC);
                sync.encode(writer);
            }
            Self::Awareness(payload) => {
                writer.var_uint(AWARENESS);
                writer.var_bytes(payload);
            }
            Self::RequestToken => {
                writer.var_uint(AUTH);
                writer.var_uint(AUTH_TOKEN);
            }
            Self::PermissionDenied(reason) => {
                writer.var_uint(AUTH);
                writer.var_uint(AUTH_DENIED);
                writer.var_string(reason);
            }
            Self::Authenticated(scope) => {
                writer.var_uint(AUTH);
                writer.var_uint(AUTH_GRANTED);
                writer.var_string(match scope {
                    Scope::ReadWrite => SCOPE_READ_WRITE,
                    Scope::ReadOnly => SCOPE_READ_ONLY,
                });
            }
            Self::QueryAwareness => writer.var_uint(QUERY_AWARENESS),
            Self::Stateless(text) => {
                writer.var_uint(STATELESS);
                writer.var_string(text);
            }
            Self::Close(reason) => {
                writer.var_uint(CLOSE);
                writer.var_string(reason);
            }
            Self::SyncStatus(durable) => {
                writer.var_uint(SYNC_STATUS);
                writer.var_uint(u64::from(*durable));
            }
            Self::Extension(extension) => extension.encode(writer),
        }
    }
}
