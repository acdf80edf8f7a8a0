//! The protocol of `/yjs/{name}`: y-websocket, one document a socket.
//!
//! A frame towards us may hold several messages; each is decoded and judged on its own. A frame towards the client
//! holds exactly one, because y-websocket 3.1.0 ignores what follows the first.

use bytes::Bytes;

use crate::limits;
use crate::sync::SyncMessage;
use crate::wire::{DecodeError, Reader, Writer};

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const PERMISSION_DENIED: u64 = 0;

/// One y-websocket message, either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainMessage {
    /// State vectors and updates.
    Sync(SyncMessage),
    /// Presence; see [`crate::awareness`].
    Awareness(Bytes),
    /// Only towards the client, which logs the reason.
    PermissionDenied(String),
    /// "Tell me who is here."
    QueryAwareness,
}

impl PlainMessage {
    /// Reads one message and leaves the reader behind it.
    ///
    /// # Errors
    /// [`DecodeError`] for a truncated message or an unknown type.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        match reader.var_uint()? {
            SYNC => SyncMessage::decode(reader).map(Self::Sync),
            AWARENESS => reader.var_bytes().map(Self::Awareness),
            AUTH => match reader.var_uint()? {
                PERMISSION_DENIED => {
                    let reason = reader.var_string()?;
                    if reason.len() > limits::REASON_BYTES_MAX {
                        return Err(DecodeError::OverLimit("reason"));
                    }
                    Ok(Self::PermissionDenied(reason))
                }
                value => Err(DecodeError::Unknown {
                    what: "auth message",
                    value,
                }),
            },
            QUERY_AWARENESS => Ok(Self::QueryAwareness),
            value => Err(DecodeError::Unknown {
                what: "message type",
                value,
            }),
        }
    }

    /// Reads all messages of one frame, each judged on its own: an iterator that ends after the first error. More
    /// than [`limits::MESSAGES_PER_FRAME_MAX`] messages are an error.
    pub fn decode_frame(frame: Bytes) -> impl Iterator<Item = Result<Self, DecodeError>> {
        let mut reader = Some(Reader::new(frame));
        let mut left = limits::MESSAGES_PER_FRAME_MAX;
        std::iter::from_fn(move || {
            let current = reader.as_mut().filter(|rest| !rest.is_empty())?;
            let message = match left.checked_sub(1) {
                Some(fewer) => {
                    left = fewer;
                    Self::decode(current)
                }
                None => Err(DecodeError::OverLimit("messages in a frame")),
            };
            if message.is_err() {
                reader = None;
            }
            Some(message)
        })
    }

    /// The message as one frame.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut writer;
        match self {
            Self::Sync(sync) => {
                writer = Writer::with_capacity(1 + sync.encoded_len());
                writer.var_uint(SYNC);
                sync.encode(&mut writer);
            }
            Self::Awareness(payload) => {
                writer = Writer::with_capacity(6 + payload.len());
                writer.var_uint(AWARENESS);
                writer.var_bytes(payload);
            }
            Self::PermissionDenied(reason) => {
                writer = Writer::with_capacity(8 + reason.len());
                writer.var_uint(AUTH);
                writer.var_uint(PERMISSION_DENIED);
                writer.var_string(reason);
            }
            Self::QueryAwareness => {
                writer = Writer::with_capacity(1);
                writer.var_uint(QUERY_AWARENESS);
            }
        }
        writer.finish()
    }
}
