//! Presence ("awareness") payload: `varUint(n)`, then n times `varUint(client) varUint(clock) varString(json)`.
//!
//! The state is JSON text and stays text here; `null` means that the client has left.

use bytes::Bytes;

use crate::limits;
use crate::wire::{DecodeError, Reader, Writer};

/// The state that says "gone".
pub const REMOVED: &str = "null";

/// Presence of one CRDT client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwarenessEntry {
    /// The CRDT client id.
    pub client: u64,
    /// Grows with every change of this client's state; the newer wins.
    pub clock: u64,
    /// JSON text, or [`REMOVED`].
    pub state: String,
}

impl AwarenessEntry {
    /// Whether this entry says that the client has left: JSON `null`, which may stand between JSON's white space.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.state.trim_matches([' ', '\t', '\n', '\r']) == REMOVED
    }
}

/// Reads the entries of one presence payload.
///
/// # Errors
/// [`DecodeError`] for truncated input, too many entries, an oversized state, or left-over bytes.
pub fn decode(payload: Bytes) -> Result<Vec<AwarenessEntry>, DecodeError> {
    let mut reader = Reader::new(payload);
    let count = reader.var_uint()?;
    if count > limits::PRESENCE_ENTRIES_MAX as u64 {
        return Err(DecodeError::OverLimit("presence entries"));
    }
    // Never trust a declared count with an allocation: an entry takes at least three bytes.
    let mut entries = Vec::with_capacity((count as usize).min(reader.remaining() / 3));
    for _ in 0..count {
        let client = reader.var_uint()?;
        let clock = reader.var_uint()?;
        let state = reader.var_string()?;
        if state.len() > limits::PRESENCE_STATE_BYTES_MAX {
            return Err(DecodeError::OverLimit("presence state"));
        }
        entries.push(AwarenessEntry {
            client,
            clock,
            state,
        });
    }
    reader.finish()?;
    Ok(entries)
}

/// Writes entries as one presence payload.
#[must_use]
pub fn encode<'a>(entries: impl ExactSizeIterator<Item = &'a AwarenessEntry>) -> Bytes {
    let mut writer = Writer::with_capacity(entries.len() * 128);
    writer.var_uint(entries.len() as u64);
    for entry in entries {
        writer.var_uint(entry.client);
        writer.var_uint(entry.clock);
        writer.var_string(&entry.state);
    }
    writer.finish()
}
