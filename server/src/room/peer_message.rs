//! What the rooms of one document say to each other over the bus (D5).
//!
//! A message is `version:u8 kind:varUint from:u64 epoch:u64 body`; integers of fixed width are little-endian, the rest
//! is as on the wire ([`consilium_protocol::wire`]). The body may grow at its end: a reader passes over what it does
//! not know. A newer *version* is not read at all; the room then takes it as something missed and asks the journal, so
//! that two adjacent releases always agree about the text (`server/vectors/peer-messages.json` holds the bytes).
//!
//! An epoch is one opening of the document on one node. The edits of an epoch are numbered from 1.

use bytes::Bytes;
use consilium_protocol::ids::UserId;
use consilium_protocol::wire::{DecodeError, Reader, Writer};

use crate::bus::NodeId;

/// The version that this release writes, and the newest that it reads.
const VERSION: u8 = 1;

/// Edits in one message; a room's batch is smaller.
const EDITS_MAX: u64 = 4_096;

/// Claims of one edit; an update that says more was refused before it was committed.
const CLAIMS_MAX: u64 = 65_536;

/// Positions in one message: nodes that edited the document lately.
const POSITIONS_MAX: u64 = 4_096;

/// Length of a [`Digest`].
pub const DIGEST_BYTES: usize = 16;

/// Says what a document contains: blocks and deletions, not their order. See [`super::replica::Replica::digest`].
pub type Digest = [u8; DIGEST_BYTES];

/// How far one epoch's edits have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Which opening.
    pub epoch: u64,
    /// The number of its last message of edits; 0 before the first.
    pub seq: u64,
}

/// One committed edit, with what other rooms need to judge later ones (D16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerEdit {
    /// Who wrote it; `None` without identity.
    pub author: Option<UserId>,
    /// CRDT client ids that became the author's with it.
    pub claims: Vec<u64>,
    /// The very frame that members get: `Sync` with the update, under the document's plain address.
    pub frame: Bytes,
}

/// What a room says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerMessage {
    /// Committed edits. Without any, the journal has more than fits into a message.
    Edits {
        /// The number of this message in its epoch.
        seq: u64,
        /// In the order of their commit.
        edits: Vec<PeerEdit>,
        /// Presence that changed meanwhile, as one awareness payload; empty for none.
        presence: Bytes,
    },
    /// Presence of members of the sending node: an awareness payload.
    Presence(Bytes),
    /// "I have just opened the document, or come back to the bus: say who is here, and how far you are."
    Hello,
    /// How far the sender is, so that a loss is noticed even when nothing follows it.
    State {
        /// The sender's last message of edits.
        seq: u64,
        /// What it has heard of others.
        heard: Vec<(NodeId, Position)>,
        /// What its document contains with exactly that.
        digest: Digest,
    },
}

/// A message with its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromPeer {
    /// Which node.
    pub node: NodeId,
    /// Which opening of the document there.
    pub epoch: u64,
    /// What it says; `None` when it is of a newer version or kind.
    pub message: Option<PeerMessage>,
}

const EDITS: u64 = 1;
const PRESENCE: u64 = 2;
const HELLO: u64 = 3;
const STATE: u64 = 4;

impl PeerMessage {
    /// Writes the message as this node's.
    #[must_use]
    pub fn encode(&self, node: NodeId, epoch: u64) -> Bytes {
        let mut writer = Writer::with_capacity(self.capacity());
        writer.raw(&[VERSION]);
        writer.var_uint(match self {
            Self::Edits { .. } => EDITS,
            Self::Presence(_) => PRESENCE,
            Self::Hello => HELLO,
            Self::State { .. } => STATE,
        });
        writer.raw(&node.0.to_le_bytes());
        writer.raw(&epoch.to_le_bytes());
        match self {
            Self::Edits {
                seq,
                edits,
                presence,
            } => {
                writer.var_uint(*seq);
                writer.var_uint(edits.len() as u64);
                for edit in edits {
                    // One more than the length, so that "nobody" differs from an empty name.
                    match &edit.author {
                        None => writer.var_uint(0),
                        Some(author) => {
                            writer.var_uint(author.as_str().len() as u64 + 1);
                            writer.raw(author.as_str().as_bytes());
                        }
                    }
                    writer.var_uint(edit.claims.len() as u64);
                    for client in &edit.claims {
                        writer.raw(&client.to_le_bytes());
                    }
                    writer.var_bytes(&edit.frame);
                }
                writer.var_bytes(presence);
            }
            Self::Presence(payload) => writer.var_bytes(payload),
            Self::Hello => {}
            Self::State { seq, heard, digest } => {
                writer.var_uint(*seq);
                writer.var_uint(heard.len() as u64);
                for (node, position) in heard {
                    writer.raw(&node.0.to_le_bytes());
                    writer.raw(&position.epoch.to_le_bytes());
                    writer.var_uint(position.seq);
                }
                writer.raw(digest);
            }
        }
        writer.finish()
    }

    fn capacity(&self) -> usize {
        const HEAD: usize = 32;
        HEAD + match self {
            Self::Edits {
                edits, presence, ..
            } => {
                let edits: usize = edits
                    .iter()
                    .map(|edit| edit.frame.len() + edit.claims.len() * 8 + 64)
                    .sum();
                edits + presence.len()
            }
            Self::Presence(payload) => payload.len(),
            Self::Hello => 0,
            Self::State { heard, .. } => heard.len() * 24 + DIGEST_BYTES,
        }
    }
}

impl FromPeer {
    /// Reads a message.
    ///
    /// # Errors
    /// [`DecodeError`] for bytes that are no message of any version.
    pub fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let version = reader.byte()?;
        if version == 0 {
            return Err(DecodeError::Invalid("version"));
        }
        let kind = reader.var_uint()?;
        let node = NodeId(u64_le(&mut reader)?);
        let epoch = u64_le(&mut reader)?;
        let message = if version > VERSION {
            None
        } else {
            body(kind, &mut reader)?
        };
        Ok(Self {
            node,
            epoch,
            message,
        })
    }
}

fn body(kind: u64, reader: &mut Reader) -> Result<Option<PeerMessage>, DecodeError> {
    Ok(Some(match kind {
        EDITS => {
            let seq = reader.var_uint()?;
            let count = counted(reader, EDITS_MAX, "edits")?;
            let mut edits = Vec::with_capacity(count.min(reader.remaining() / 3));
            for _ in 0..count {
                edits.push(edit(reader)?);
            }
            PeerMessage::Edits {
                seq,
                edits,
                presence: reader.var_bytes()?,
            }
        }
        PRESENCE => PeerMessage::Presence(reader.var_bytes()?),
        HELLO => PeerMessage::Hello,
        STATE => {
            let seq = reader.var_uint()?;
            let count = counted(reader, POSITIONS_MAX, "positions")?;
            let mut heard = Vec::with_capacity(count.min(reader.remaining() / 17));
            for _ in 0..count {
                let node = NodeId(u64_le(reader)?);
                let epoch = u64_le(reader)?;
                let seq = reader.var_uint()?;
                heard.push((node, Position { epoch, seq }));
            }
            let mut digest = [0; DIGEST_BYTES];
            digest.copy_from_slice(&reader.raw(DIGEST_BYTES)?);
            PeerMessage::State { seq, heard, digest }
        }
        _ => return Ok(None),
    }))
}

fn edit(reader: &mut Reader) -> Result<PeerEdit, DecodeError> {
    let author = match reader.var_uint()? {
        0 => None,
        length => {
            let length = usize::try_from(length - 1).map_err(|_| DecodeError::UnexpectedEnd)?;
            let bytes = reader.raw(length)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| DecodeError::InvalidUtf8)?;
            Some(UserId::new(text))
        }
    };
    let count = counted(reader, CLAIMS_MAX, "claims")?;
    let mut claims = Vec::with_capacity(count.min(reader.remaining() / 8));
    for _ in 0..count {
        claims.push(u64_le(reader)?);
    }
    Ok(PeerEdit {
        author,
        claims,
        frame: reader.var_bytes()?,
    })
}

fn counted(reader: &mut Reader, max: u64, what: &'static str) -> Result<usize, DecodeError> {
    let count = reader.var_uint()?;
    if count > max {
        return Err(DecodeError::OverLimit(what));
    }
    usize::try_from(count).map_err(|_| DecodeError::OverLimit(what))
}

fn u64_le(reader: &mut Reader) -> Result<u64, DecodeError> {
    let bytes = reader.raw(8)?;
    let mut value = [0; 8];
    value.copy_from_slice(&bytes);
    Ok(u64::from_le_bytes(value))
}

#[cfg(test)]
mod tests;
