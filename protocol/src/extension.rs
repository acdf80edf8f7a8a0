//! Our own messages in the envelope: types from 64 upwards, used only after the client announced `consilium/1`.
//!
//! Client to server: [`Push`] and [`Probe`](ClientExtension::Probe). Server to client: everything that a truthful
//! save indicator, an access badge and a large first load need. Payloads may grow at their end: a reader ignores
//! what it does not know there, and an unknown *type* is an error (D1).

use bytes::Bytes;

use crate::ids::{Access, Lineage, PushId};
use crate::limits;
use crate::wire::{DecodeError, Reader, Writer};

/// The version string with which our client announces itself in its Auth message.
pub const CLIENT_VERSION: &str = "consilium/1";

/// How the version string of every version of our client begins.
pub const CLIENT_FAMILY: &str = "consilium/";

/// The first type number that belongs to extensions.
pub const FIRST_TYPE: u64 = 64;

pub(crate) const HELLO: u64 = 64;
pub(crate) const PUSH: u64 = 65;
pub(crate) const ACK: u64 = 66;
pub(crate) const REJECT: u64 = 67;
pub(crate) const ACCESS_CHANGE: u64 = 68;
pub(crate) const CHUNK: u64 = 69;
pub(crate) const STORAGE: u64 = 70;
pub(crate) const LINEAGE_MISMATCH: u64 = 71;
pub(crate) const PROBE: u64 = 72;
pub(crate) const PROBE_REPLY: u64 = 73;

/// At the end of a Reject: the update is in a branch.
const AS_SUGGESTION: u64 = 1;

/// Why an update was refused. The number is stable; the words in the message are for logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectCode {
    /// The bytes are not an update, or put a clinical question into a text under an id that is none.
    Malformed,
    /// The update, or the document with it, would be too large.
    TooLarge,
    /// The author may not write here (any more).
    ReadOnly,
    /// Blocks under the client id of another member (D16).
    ForeignIdentity,
    /// The update belongs to another lineage (D15).
    Lineage,
    /// The document cannot take this update without failing (D8).
    Poison,
    /// The set-aside area of this author is full.
    QuarantineFull,
    /// Shared types or values nested more deeply than the document can take.
    TooDeep,
    /// What others have written in a discussion stays as it is: it may be added to, and one's own taken back.
    AppendOnly,
}

impl RejectCode {
    /// Every code, for tests and documentation.
    pub const ALL: [Self; 9] = [
        Self::Malformed,
        Self::TooLarge,
        Self::ReadOnly,
        Self::ForeignIdentity,
        Self::Lineage,
        Self::Poison,
        Self::QuarantineFull,
        Self::TooDeep,
        Self::AppendOnly,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn to_wire(self) -> u64 {
        match self {
            Self::Malformed => 1,
            Self::TooLarge => 2,
            Self::ReadOnly => 3,
            Self::ForeignIdentity => 4,
            Self::Lineage => 5,
            Self::Poison => 6,
            Self::QuarantineFull => 7,
            Self::TooDeep => 8,
            Self::AppendOnly => 9,
        }
    }

    /// Reads a number from the wire.
    #[must_use]
    pub fn from_wire(value: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.to_wire() == value)
    }

    /// The stable word for logs, REST and interfaces.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::ReadOnly => "read-only",
            Self::ForeignIdentity => "foreign-identity",
            Self::Lineage => "lineage",
            Self::Poison => "poison",
            Self::QuarantineFull => "quarantine-full",
            Self::TooDeep => "too-deep",
            Self::AppendOnly => "append-only",
        }
    }
}

/// Where a refused update is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// Only at its author: the replica must keep it.
    ByClient,
    /// Durably set aside on the server for review (D11).
    ByServer,
    /// Durable in a branch of its author's, as a suggestion (D11). Said as `ByServer` with a mark at the end, which earlier
    /// readers pass over.
    AsSuggestion,
}

/// An update with the id under which it will be acknowledged or rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Chosen by the client, increasing on one channel.
    pub id: PushId,
    /// yrs V1 update.
    pub update: Bytes,
}

/// What our client may say beyond stock messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientExtension {
    /// A new update. Answered with exactly one Ack or Reject of the same id.
    Push(Push),
    /// "Say when everything that I sent before this on this channel is durable."
    Probe {
        /// Returned unchanged.
        nonce: u64,
    },
}

/// One piece of a large step 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Pieces with the same number belong together. A new number discards an unfinished transfer.
    pub transfer: u64,
    /// Bytes of the whole transfer.
    pub total_bytes: u64,
    /// Where this piece begins. Pieces arrive in order, without gaps.
    pub offset: u64,
    /// The piece; never empty.
    pub bytes: Bytes,
}

/// The server's first words on an authenticated channel of our client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Which history of the document this is (D15).
    pub lineage: Lineage,
    /// What this member may do here now.
    pub access: Access,
    /// The name that the server vouches for in presence; empty without identity.
    pub display_name: String,
}

/// What the server may say to our client beyond stock messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerExtension {
    /// Sent once after Authenticated.
    Hello(Hello),
    /// The push of this id is committed to disk (D2).
    Ack(PushId),
    /// The push of this id was refused.
    Reject {
        /// Which push.
        id: PushId,
        /// Why.
        code: RejectCode,
        /// Where the update is now.
        kept: Kept,
        /// For logs; interfaces translate `code`.
        reason: String,
    },
    /// What this member may do here has changed.
    AccessChange {
        /// The new level.
        access: Access,
        /// For logs.
        reason: String,
    },
    /// A piece of a large step 2.
    Chunk(Chunk),
    /// Whether the server's storage takes edits. While it does not, nothing is acknowledged and replicas keep their
    /// outbox; when it does again they push once more what is unacknowledged.
    Storage {
        /// True when commits succeed.
        available: bool,
    },
    /// The announced lineage is not the document's: the replica must fork, not merge (D15).
    LineageMismatch {
        /// The document's lineage.
        lineage: Lineage,
    },
    /// Everything received on this channel before the probe of this nonce is durable or was rejected.
    ProbeReply {
        /// From the probe.
        nonce: u64,
    },
}

impl ClientExtension {
    pub(crate) fn decode(kind: u64, reader: &mut Reader) -> Result<Self, DecodeError> {
        match kind {
            PUSH => Ok(Self::Push(Push {
                id: PushId(reader.var_uint()?),
                update: reader.var_bytes()?,
            })),
            PROBE => Ok(Self::Probe {
                nonce: reader.var_uint()?,
            }),
            value => Err(DecodeError::Unknown {
                what: "client extension",
                value,
            }),
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Push(push) => {
                writer.var_uint(PUSH);
                writer.var_uint(push.id.0);
                writer.var_bytes(&push.update);
            }
            Self::Probe { nonce } => {
                writer.var_uint(PROBE);
                writer.var_uint(*nonce);
            }
        }
    }
}

impl ServerExtension {
    pub(crate) fn decode(kind: u64, reader: &mut Reader) -> Result<Self, DecodeError> {
        match kind {
            HELLO => Ok(Self::Hello(Hello {
                lineage: decode_lineage(reader)?,
                access: decode_access(reader)?,
                display_name: reader.var_string()?,
            })),
            ACK => Ok(Self::Ack(PushId(reader.var_uint()?))),
            REJECT => {
                let id = PushId(reader.var_uint()?);
                let value = reader.var_uint()?;
                let code = RejectCode::from_wire(value).ok_or(DecodeError::Unknown {
                    what: "reject code",
                    value,
                })?;
                let kept = match reader.var_uint()? {
                    0 => Kept::ByClient,
                    1 => Kept::ByServer,
                    value => {
                        return Err(DecodeError::Unknown {
                            what: "keeper",
                            value,
                        });
                    }
                };
                let reason = decode_reason(reader)?;
                // Earlier servers end here.
                let kept = match kept {
                    Kept::ByServer
                        if reader.remaining() > 0 && reader.var_uint()? == AS_SUGGESTION =>
                    {
                        Kept::AsSuggestion
                    }
                    kept => kept,
                };
                Ok(Self::Reject {
                    id,
                    code,
                    kept,
                    reason,
                })
            }
            ACCESS_CHANGE => Ok(Self::AccessChange {
                access: decode_access(reader)?,
                reason: decode_reason(reader)?,
            }),
            CHUNK => {
                let chunk = Chunk {
                    transfer: reader.var_uint()?,
                    total_bytes: reader.var_uint()?,
                    offset: reader.var_uint()?,
                    bytes: reader.var_bytes()?,
                };
                if chunk.total_bytes > limits::SYNC_TRANSFER_BYTES_MAX as u64 {
                    return Err(DecodeError::OverLimit("transfer"));
                }
                // An empty piece would let a transfer go on for ever. Both terms are at most 2^53, so the sum cannot wrap.
                if chunk.bytes.is_empty()
                    || chunk.offset + chunk.bytes.len() as u64 > chunk.total_bytes
                {
                    return Err(DecodeError::Invalid("chunk bounds"));
                }
                Ok(Self::Chunk(chunk))
            }
            STORAGE => match reader.var_uint()? {
                0 => Ok(Self::Storage { available: false }),
                1 => Ok(Self::Storage { available: true }),
                value => Err(DecodeError::Unknown {
                    what: "storage state",
                    value,
                }),
            },
            LINEAGE_MISMATCH => Ok(Self::LineageMismatch {
                lineage: decode_lineage(reader)?,
            }),
            PROBE_REPLY => Ok(Self::ProbeReply {
                nonce: reader.var_uint()?,
            }),
            value => Err(DecodeError::Unknown {
                what: "server extension",
                value,
            }),
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Hello(hello) => {
                writer.var_uint(HELLO);
                writer.var_bytes(hello.lineage.as_bytes());
                writer.var_uint(hello.access.to_wire());
                writer.var_string(&hello.display_name);
            }
            Self::Ack(id) => {
                writer.var_uint(ACK);
                writer.var_uint(id.0);
            }
            Self::Reject {
                id,
                code,
                kept,
                reason,
            } => {
                writer.var_uint(REJECT);
                writer.var_uint(id.0);
                writer.var_uint(code.to_wire());
                writer.var_uint(match kept {
                    Kept::ByClient => 0,
                    Kept::ByServer | Kept::AsSuggestion => 1,
                });
                writer.var_string(reason);
                if *kept == Kept::AsSuggestion {
                    writer.var_uint(AS_SUGGESTION);
                }
            }
            Self::AccessChange { access, reason } => {
                writer.var_uint(ACCESS_CHANGE);
                writer.var_uint(access.to_wire());
                writer.var_string(reason);
            }
            Self::Chunk(chunk) => {
                writer.var_uint(CHUNK);
                writer.var_uint(chunk.transfer);
                writer.var_uint(chunk.total_bytes);
                writer.var_uint(chunk.offset);
                writer.var_bytes(&chunk.bytes);
            }
            Self::Storage { available } => {
                writer.var_uint(STORAGE);
                writer.var_uint(u64::from(*available));
            }
            Self::LineageMismatch { lineage } => {
                writer.var_uint(LINEAGE_MISMATCH);
                writer.var_bytes(lineage.as_bytes());
            }
            Self::ProbeReply { nonce } => {
                writer.var_uint(PROBE_REPLY);
                writer.var_uint(*nonce);
            }
        }
    }
}

fn decode_lineage(reader: &mut Reader) -> Result<Lineage, DecodeError> {
    parse_lineage(&reader.var_bytes()?)
}

pub(crate) fn parse_lineage(bytes: &[u8]) -> Result<Lineage, DecodeError> {
    <[u8; 16]>::try_from(bytes)
        .map(Lineage::from_bytes)
        .map_err(|_| DecodeError::Invalid("lineage"))
}

fn decode_access(reader: &mut Reader) -> Result<Access, DecodeError> {
    let value = reader.var_uint()?;
    Access::from_wire(value).ok_or(DecodeError::Unknown {
        what: "access level",
        value,
    })
}

pub(crate) fn decode_reason(reader: &mut Reader) -> Result<String, DecodeError> {
    let reason = reader.var_string()?;
    if reason.len() > limits::REASON_BYTES_MAX {
        return Err(DecodeError::OverLimit("reason"));
    }
    Ok(reason)
}
